"""Fill a collection from a file that Customer.io fetches.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from datetime import datetime

from cio_sdk import Client

name = f"stores of {datetime.now():%Y-%m-%d %H:%M:%S}"  # a second collection of the same name is refused

with Client.from_env() as client:
    collection = client.update_collection_via_url(name, "https://example.com/stores.csv")
    print(f"Customer.io fills the collection {collection.name}, number {collection.id}.")

"""Fill a collection from a file that Customer.io fetches.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from cio_sdk import Client

with Client.from_env() as client:
    collection = client.update_collection_via_url("stores", "https://example.com/stores.csv")
    print(f"Customer.io fills the collection {collection.name}, number {collection.id}.")

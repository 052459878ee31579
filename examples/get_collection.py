"""Look up a collection.

Reads the key from the environment; `python -m cio_sdk.sandbox` prints one to try it with.
"""

from datetime import datetime

from cio_sdk import Client

name = f"offers of {datetime.now():%Y-%m-%d %H:%M:%S.%f}"  # a second collection of the same name is refused

with Client.from_env() as client:
    offers = client.update_collection(name, [{"title": "Two for one", "price": 9.5}])
    found = client.get_collection(offers.id)
    print(f"{found.name} has {found.rows} row with the columns {', '.join(found.schema_ or ())}.")

"""Replace the rows of a collection.

Reads the key from the environment; `python -m cio_sdk.sandbox` prints one to try it with.
"""

from cio_sdk import Client

with Client.from_env() as client:
    offers = client.update_collection("offers", [{"title": "Two for one", "price": 9.5}])
    changed = client.update_collection_contents(offers.id, [{"title": "Half price", "price": 4.75}])
    print(f"{changed.name} has {changed.rows} row now.")

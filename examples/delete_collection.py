"""Delete a collection.

Reads the key from the environment; `python -m cio_sdk.sandbox` prints one to try it with.
"""

from cio_sdk import Client

with Client.from_env() as client:
    offers = client.update_collection("offers", [{"title": "Two for one", "price": 9.5}])
    client.delete_collection(offers.id)
    print("The collection is deleted.")

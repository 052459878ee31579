"""List the collections of the workspace.

Reads the key from the environment; `python -m cio_sdk.sandbox` prints one to try it with.
"""

from cio_sdk import Client

with Client.from_env() as client:
    collections = client.list_collections()
    print(f"There are {len(collections)} collections.")
    for collection in collections:
        print(collection.id, collection.name, collection.rows)

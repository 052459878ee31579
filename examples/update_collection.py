"""Fill a collection that messages can draw on, then replace its rows.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from datetime import datetime

from cio_sdk import Client

name = f"offers of {datetime.now():%Y-%m-%d %H:%M:%S}"  # a second collection of the same name is refused

with Client.from_env() as client:
    created = client.update_collection(name, [{"name": "Tea", "price": 4.5}, {"name": "Cake", "price": 3.0}])
    print(f"Collection {created.id} has {created.rows} rows with {created.schema_}.")
    replaced = client.update_collection(name, [{"name": "Tea", "price": 4.0}], collection_id=created.id)
    print(f"Collection {replaced.id} has {replaced.rows} row.")

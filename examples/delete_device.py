"""Forget a device, when its owner signs out of the app.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from cio_sdk import Client

with Client.from_env() as client:
    client.delete_device("42", "t0k3n-from-the-push-service")
    print("Person 42 has one device less.")

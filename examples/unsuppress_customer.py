"""Let a person come back who was suppressed.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from cio_sdk import Client

with Client.from_env() as client:
    client.unsuppress_customer("42")
    client.update_customer("42", {"email": "ada@example.com"})
    print("Person 42 is back, without their history.")

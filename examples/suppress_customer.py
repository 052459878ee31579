"""Delete a person who asks to be forgotten, for good.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from cio_sdk import Client

with Client.from_env() as client:
    client.suppress_customer("42")
    print("Person 42 is gone, and whatever is sent for them is ignored.")

"""Test whether the Track keys are valid.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from cio_sdk import AuthenticationError, Client

with Client.from_env() as client:
    try:
        client.test_auth()
        print("The keys are valid.")
    except AuthenticationError as error:
        print(error)

"""Submit a form of your own.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from cio_sdk import Client

with Client.from_env() as client:
    client.submit_form("contact", {"email": "ada@example.com", "topic": "The Analytical Engine"})
    print("The form is submitted.")

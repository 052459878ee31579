"""Record what a visitor did, and tie it to a person later.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from cio_sdk import Client

with Client.from_env() as client:
    client.new_anonymous_event("pricing viewed", {"currency": "EUR"}, anonymous_id="cookie-7f3a")
    client.update_customer("42", {"anonymous_id": "cookie-7f3a"})
    print("The visit belongs to person 42 now.")

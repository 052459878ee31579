"""Unsubscribe who received an email, from a page of your own.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from cio_sdk import Client, EmailRequest, Identifiers

with Client.from_env() as client:
    client.update_customer("42", {"email": "ada@example.com"})
    email = EmailRequest(to="ada@example.com", identifiers=Identifiers(id=42), transactional_message_id="newsletter")
    client.unsubscribe(client.send_email(email).delivery_id)
    print("Person 42 is unsubscribed.")

"""Merge two people who turn out to be one.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from cio_sdk import Client, PersonIdentifiers

with Client.from_env() as client:
    client.update_customer("42", {"plan": "pro"})
    client.update_customer("ada@example.com", {"language": "en"})
    client.merge_customers(PersonIdentifiers(id=42), PersonIdentifiers(email="ada@example.com"))
    print("Person 42 has the attributes of both.")

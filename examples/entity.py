"""Relate a person to a company.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from cio_sdk import Client, PersonIdentifiers
from cio_sdk.models import ObjectIdentifiers, ObjectIdentify, PersonRelationship

with Client.from_env() as client:
    ada = PersonRelationship(identifiers=PersonIdentifiers(id="42"), relationship_attributes={"role": "admin"})
    company = ObjectIdentify(
        identifiers=ObjectIdentifiers(object_type_id="1", object_id="acme"),
        attributes={"name": "Acme Corp", "seats": 50},
        cio_relationships=[ada],
    )
    response = client.entity(company)
    print(f"The company and its admin are known: {response.status_code}.")

"""Add a person, then update what is known of them.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from datetime import UTC, datetime

from cio_sdk import Client

with Client.from_env() as client:
    client.update_customer("42", {"email": "ada@example.com", "created_at": datetime.now(UTC), "plan": "free"})
    client.update_customer("42", {"plan": "pro", "trial_ends": None})
    print("Person 42 is on the plan 'pro', and has no trial any more.")

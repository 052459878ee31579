"""Record what a person did, from a dict, a dataclass and a pydantic model.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import BaseModel

from cio_sdk import Client, EventType


@dataclass
class Refund:
    """Money that went back."""

    order: str
    amount: float


class Purchase(BaseModel):
    """Something that was bought."""

    order: str
    total: float
    paid_at: datetime


with Client.from_env() as client:
    client.new_event("42", "cart viewed", {"items": 3})
    client.new_event("42", "purchase", Purchase(order="A-1", total=59.9, paid_at=datetime.now(UTC)))
    client.new_event("42", "refund", Refund(order="A-1", amount=9.9), timestamp=datetime(2026, 1, 31, 12, tzinfo=UTC))
    client.new_event("42", "https://example.com/pricing", type=EventType.PAGE)
    print("Person 42 has four events.")

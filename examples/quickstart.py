"""Send a little of everything to a sandbox over HTTP, and show what Customer.io would now hold."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from cio_sdk import Client, Device, EmailRequest, Identifiers
from cio_sdk.sandbox import Sandbox


@dataclass
class Refund:
    """Money that went back: an event's data as a dataclass."""

    order: str
    amount: float


class Purchase(BaseModel):
    """Something that was bought: an event's data as a pydantic model."""

    order: str
    total: float
    paid_at: datetime


def send_everything(client: Client) -> None:
    """Call each operation that adds something."""
    client.update_customer("42", {"email": "ada@example.com", "name": "Ada", "plan": "pro"})
    client.update_device("42", Device(id="t0k3n-1", platform="ios", last_used=datetime.now(UTC)))
    client.new_event("42", "cart viewed", {"items": 3})
    client.new_event("42", "purchase", Purchase(order="A-1", total=59.9, paid_at=datetime.now(UTC)))
    client.new_event("42", "refund", Refund(order="A-1", amount=9.9))
    client.new_anonymous_event("pricing viewed", {"currency": "EUR"}, anonymous_id="cookie-7f3a")

    request = EmailRequest(
        to="ada@example.com",
        identifiers=Identifiers(id="42"),
        from_="Shop <shop@example.com>",
        subject="Your order A-1",
        body="<p>Thank you, Ada. The invoice is attached.</p>",
    )
    request.attach("invoice.pdf", Path(__file__).with_name("invoice.pdf").read_bytes())
    client.send_email(request)

    client.update_collection("offers", [{"name": "Tea", "price": 4.5}, {"name": "Cake", "price": 3.0}])


def show(sandbox: Sandbox, console: Console) -> None:
    """Print what arrived."""

    def values(mapping: dict[str, object]) -> str:
        return ", ".join(f"{name}: {value}" for name, value in mapping.items())

    table = Table("what", "whose", "which", "details", title="What Customer.io would now hold", title_justify="left")
    for name, person in sandbox.people.items():
        table.add_row("person", name, person.email or "", values(dict(person.attributes)), end_section=True)
    for device in sandbox.devices:
        table.add_row("device", device.customer_id, device.id, device.platform, end_section=True)
    for event in sandbox.events:
        whose = event.customer_id or f"(visitor {event.anonymous_id})"
        table.add_row("event", whose, event.name, values(dict(event.data)))
    table.add_section()
    for delivery in sandbox.deliveries:
        files = ", ".join(f"{name} ({len(content):,} bytes)" for name, content in delivery.attachments.items())
        table.add_row("email", delivery.to, delivery.subject, f"attached: {files}", end_section=True)
    for name, collection in sandbox.collections.items():
        table.add_row("collection", "", name, " · ".join(values(row) for row in collection.rows or []))
    console.print(table)


def main() -> None:
    """Run a sandbox, send, and show."""
    console = Console(highlight=False)
    with Sandbox() as sandbox, sandbox.client() as client:
        console.print(f"A sandbox of Customer.io runs at {sandbox.url}\n")
        started = time.perf_counter()
        send_everything(client)
        console.print(f"8 requests took {1000 * (time.perf_counter() - started):.0f} ms.\n")
        show(sandbox, console)
    console.print("\nNext: the README's first call, and one file for each operation under examples/.")


if __name__ == "__main__":
    main()

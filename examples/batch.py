"""Send a year of orders at once, and look at what was refused.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cio_sdk import Client, PersonIdentifiers
from cio_sdk.models import EntityOperation, PersonEvent, PersonIdentify


def history() -> Iterator[EntityOperation]:
    """The customers, and what they bought."""
    started = datetime(2025, 1, 1, tzinfo=UTC)
    for number in range(1_000):
        person = PersonIdentifiers(id=number % 50)
        if number < 50:
            yield PersonIdentify(identifiers=person, attributes={"plan": "pro"})
        yield PersonEvent(
            identifiers=person,
            name="purchase",
            attributes={"order": number, "total": 59.9},
            timestamp=started + timedelta(hours=8 * number),
        )


with Client.from_env() as client:
    report = client.batch(history())
    print(f"{report.accepted:,} of {report.total:,} were accepted.")
    for refused in report.refused:
        print(f"Number {refused.index}: {refused.field}: {refused.reason}")
    report.raise_for_errors()

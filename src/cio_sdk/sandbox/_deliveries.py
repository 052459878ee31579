"""The messages that a sandbox accepted for sending."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from cio_sdk.sandbox import records
from cio_sdk.sandbox._clock import now
from cio_sdk.sandbox._people import Key, key_in


class Deliveries:
    """Every message, in the order of arrival."""

    def __init__(self) -> None:
        self._all: list[records.Delivery] = []

    def __len__(self) -> int:
        return len(self._all)

    def snapshots(self) -> list[records.Delivery]:
        """Return every message."""
        return deepcopy(self._all)

    def accept(self, channel: str, request: records.Message) -> records.Delivery:
        """Accept a message for sending, which is as far as it goes."""
        delivery = records.Delivery(
            delivery_id=f"sandbox-delivery-{len(self) + 1}", channel=channel, queued_at=now(), request=request
        )
        self._all.append(delivery)
        return delivery

    def recipients(self, delivery_id: str) -> Iterator[Key]:
        """Return whom a message was for; nobody, where it is not known."""
        return (key_in(delivery.identifiers) for delivery in self._all if delivery.delivery_id == delivery_id)

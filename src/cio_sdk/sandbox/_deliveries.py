"""The messages that a sandbox accepted for sending."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from email.utils import getaddresses

from cio_sdk import models
from cio_sdk.sandbox import records
from cio_sdk.sandbox._clock import now
from cio_sdk.sandbox._people import Key, key_in
from cio_sdk.sandbox._rules import RefusedError

_MAX_RECIPIENTS = 15
_MAX_AHEAD = timedelta(days=90)


class Deliveries:
    """Every message, in the order of arrival."""

    def __init__(self) -> None:
        self._all: list[records.Delivery] = []

    def __len__(self) -> int:
        return len(self._all)

    def snapshots(self) -> list[records.Delivery]:
        """Return every message."""
        return deepcopy(self._all)

    def accept_email(self, request: models.EmailRequest) -> records.Delivery:
        """Accept an email for sending, which is as far as it goes."""
        delivery = records.Delivery(
            delivery_id=f"sandbox-delivery-{len(self) + 1}", channel="email", queued_at=now(), request=request
        )
        self._all.append(delivery)
        return delivery

    def recipients(self, delivery_id: str) -> Iterator[Key]:
        """Return whom a message was for; nobody, where it is not known."""
        return (key_in(delivery.identifiers) for delivery in self._all if delivery.delivery_id == delivery_id)


def check_email(request: models.EmailRequest) -> None:
    """Refuse an email that breaks a rule."""
    lines = [line for line in (request.to, request.cc, request.bcc) if line is not None]
    recipients = len(getaddresses(lines))
    if recipients > _MAX_RECIPIENTS:
        raise RefusedError(("to",), f"has {recipients} recipients with cc and bcc; at most {_MAX_RECIPIENTS} may be")
    if request.send_at is not None and request.send_at > now() + _MAX_AHEAD:
        raise RefusedError(("send_at",), "is more than 90 days ahead")

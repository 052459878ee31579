"""The messages that a sandbox accepted for sending, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from cio_sdk._base import addresses_in
from cio_sdk.sandbox import records
from cio_sdk.sandbox._clock import now
from cio_sdk.sandbox._people import Person
from cio_sdk.sandbox._rendering import render

_NOT_TEXTS = {"transactional_message_id", "language", "attachments", "message_data", "identifiers"}


class Outbox:
    """Every message, in the order of arrival."""

    def __init__(self) -> None:
        self._all: dict[str, records.Delivery] = {}

    def __len__(self) -> int:
        return len(self._all)

    def snapshots(self) -> list[records.Delivery]:
        """Return every message."""
        return deepcopy([*self._all.values()])

    def find(self, delivery_id: str) -> records.Delivery | None:
        """Return a message, if it is known."""
        return self._all.get(delivery_id)

    def accept(self, channel: str, request: records.SendRequest, person: Person | None) -> records.Delivery:
        """Accept a message for sending, which is as far as it goes.

        Args:
            channel: How it would be sent.
            request: What it says.
            person: Whom it is for, if they are known.
        """
        values = {"trigger": request.message_data or {}, "customer": _customer(request, person)}
        texts, failure = render(_texts(request), values)
        delivery = records.Delivery(
            delivery_id=f"sandbox-delivery-{len(self) + 1}",
            channel=channel,
            queued_at=now(),
            request=request,
            texts=texts,
            recipients=tuple(_recipients(channel, texts, person)),
            failure_message=failure,
        )
        self._all[delivery.delivery_id] = delivery
        return delivery

    def note(self, delivery_id: str, metric: str, reason: str | None = None) -> records.Delivery | None:
        """Note what became of a message, and return it, if it is known."""
        delivery = self._all.get(delivery_id)
        if delivery is not None:
            delivery = replace(
                delivery,
                history=(*delivery.history, metric),
                failure_message=reason or delivery.failure_message,
            )
            self._all[delivery_id] = delivery
        return delivery


def fate(delivery: records.Delivery, person: Person | None, is_suppressed: bool) -> Iterable[tuple[str, str | None]]:
    """Return what becomes of a message at once, and why.

    Args:
        delivery: The message.
        person: Whom it is for, if they are known.
        is_suppressed: Whether nothing may be sent to them.
    """
    request = delivery.request
    if is_suppressed:
        return [("dropped", "the person is suppressed")]
    only_subscribers = getattr(request, "send_to_unsubscribed", None) is False
    if only_subscribers and person is not None and is_unsubscribed(person.attributes):
        return [("undeliverable", "the person is unsubscribed")]
    if request.queue_draft:
        return [("drafted", None)]
    if delivery.failure_message is not None:
        return [("failed", delivery.failure_message)]
    if request.send_at is not None and request.send_at > now():
        return []
    return [("sent", None), ("delivered", None)]


def is_unsubscribed(attributes: Mapping[str, Any]) -> bool:
    """Whether the attributes are those of somebody who wants no messages."""
    return attributes.get("unsubscribed") in (True, "true")


def _texts(request: records.SendRequest) -> dict[str, str]:
    """Return what a request says in words, by the names of the wire."""
    fields = request.model_dump(by_alias=True, exclude_none=True, exclude=_NOT_TEXTS)
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def _customer(request: records.SendRequest, person: Person | None) -> dict[str, Any]:
    if person is None:
        return request.identifiers.model_dump(exclude_none=True)
    identifiers = {"id": person.id, "email": person.email, "phone": person.phone, "cio_id": person.cio_id}
    return {**person.attributes, **{name: value for name, value in identifiers.items() if value is not None}}


def _recipients(channel: str, texts: Mapping[str, str], person: Person | None) -> list[str]:
    """Return the addresses, the phone number or the devices that a message goes to."""
    if channel == "email":
        return addresses_in(*(texts.get(name) for name in ("to", "cc", "bcc")))
    to = texts.get("to")
    if channel == "push" and to in (None, "all", "last_used"):
        devices = sorted(person.devices.values() if person else (), key=lambda device: device.last_used)
        return [device.id for device in (devices[-1:] if to == "last_used" else devices)]
    return [to] if to else []

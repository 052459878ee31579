"""What Customer.io's webhooks say of what happened."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from pydantic_core import to_json

from cio_sdk._base import new_ulid
from cio_sdk.sandbox._clock import now_seconds
from cio_sdk.sandbox._people import Person
from cio_sdk.sandbox.records import Delivery

Event: TypeAlias = dict[str, Any]
"""The body of a webhook."""

_PREFERENCES = "cio_subscription_preferences"
_TOPIC = f"{_PREFERENCES}.topics."
_COMMON = {"drafted", "attempted", "sent", "clicked", "converted", "failed", "undeliverable"}
_METRICS = {
    "email": {*_COMMON, "delivered", "opened", "unsubscribed", "bounced", "dropped", "spammed"},
    "push": {*_COMMON, "delivered", "opened", "bounced", "dropped"},
    "sms": {*_COMMON, "delivered", "bounced"},
    "whatsapp": {*_COMMON, "delivered", "opened", "bounced", "dropped"},
    "in_app": {*_COMMON, "opened"},
}
"""What there are webhooks of, by channel."""
_FAILURES = {"attempted", "bounced", "dropped", "failed", "undeliverable"}
_NAMES = {"deferred": "attempted"}
"""What webhooks call a metric, where that is another name."""


def of_delivery(
    delivery: Delivery,
    person: Person | None,
    metric: str,
    *,
    timestamp: int | None = None,
    recipient: str | None = None,
    reason: str | None = None,
    href: str | None = None,
) -> Event | None:
    """Return the event that something became of a message, or None where no webhook says so.

    Args:
        delivery: The message.
        person: Whom it is for, if they are known.
        metric: What became of it.
        timestamp: When, in Unix seconds; now where it is left out.
        recipient: Who of the recipients; all of them where it is left out.
        reason: Why, where it is a failure.
        href: The link that was clicked.
    """
    name = _NAMES.get(metric, metric)
    if name not in _METRICS.get(delivery.channel, ()):
        return None
    message_id = delivery.transactional_message_id
    if isinstance(message_id, str) and re.fullmatch("[0-9]{1,18}", message_id):
        message_id = int(message_id)
    data: dict[str, Any] = {
        "delivery_id": delivery.delivery_id,
        "transactional_message_id": message_id,
        "identifiers": identifiers_of(person) if person else {"id": None, "email": None, **delivery.identifiers},
    }
    if person is not None and person.id is not None:
        data["customer_id"] = person.id
    recipients = [recipient] if recipient is not None else delivery.recipients
    failure = (reason or "unknown") if name in _FAILURES else None
    if delivery.channel == "push":
        data["recipients"] = _devices(recipients, person, failure)
    else:
        data["recipient"] = ", ".join(recipients) or delivery.to or _name_of(delivery)
    if delivery.channel == "email":
        data["subject"] = delivery.subject or ""
    if failure is not None:
        data["failure_message"] = failure
    if name == "clicked":
        data |= {"href": href or "", "link_id": 1}
    return _event(delivery.channel, name, data, timestamp)


def of_customer(person: Person, metric: str) -> Event:
    """Return the event that a person subscribed or unsubscribed."""
    return _event("customer", metric, _customer_data(person))


def of_preferences(person: Person, before: Mapping[str, Any]) -> Event | None:
    """Return the event that a person changed their subscription preferences, or None where they did not.

    Args:
        person: The person.
        before: The attributes that they had.
    """
    changed = {
        name: value
        for name, value in person.attributes.items()
        if (name == _PREFERENCES or name.startswith(_TOPIC)) and before.get(name) != value
    }
    if not changed:
        return None
    topics = {name.removeprefix(_TOPIC): value for name, value in changed.items() if name.startswith(_TOPIC)}
    whole = changed.get(_PREFERENCES)
    if isinstance(whole, Mapping):
        given = whole.get("topics")
        topics = {**(given if isinstance(given, Mapping) else {}), **topics}
    # No message led to the change, and yet the description asks for one.
    data = {
        **_customer_data(person),
        "newsletter_id": None,
        "delivery_id": "",
        "content": to_json({"topics": topics}).decode(),
    }
    return _event("customer", f"{_PREFERENCES}_changed", data)


def identifiers_of(person: Person) -> dict[str, str | None]:
    """Return all that identifies a person."""
    return {"id": person.id, "email": person.email, "cio_id": person.cio_id}


def _customer_data(person: Person) -> dict[str, Any]:
    return {"customer_id": person.id or "", "email_address": person.email, "identifiers": identifiers_of(person)}


def _devices(tokens: Sequence[str], person: Person | None, failure: str | None) -> list[dict[str, str]]:
    platforms = {token: device.platform.value for token, device in (person.devices if person else {}).items()}
    told = {} if failure is None else {"failure_message": failure}
    # The description asks for a platform, also of a device that the sandbox does not know.
    return [{"device_id": token, "device_platform": platforms.get(token, "ios"), **told} for token in tokens]


def _name_of(delivery: Delivery) -> str:
    return next(iter(delivery.identifiers.values()))


def _event(object_type: str, metric: str, data: dict[str, Any], timestamp: int | None = None) -> Event:
    return {
        "event_id": new_ulid(),
        "object_type": object_type,
        "metric": metric,
        "timestamp": now_seconds() if timestamp is None else timestamp,
        "data": data,
    }

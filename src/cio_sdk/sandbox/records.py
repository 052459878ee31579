"""What a sandbox remembers, as it was at the moment of asking. These are copies: keep them, compare them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias, cast

from cio_sdk import models
from cio_sdk.models import DevicePlatform, EventType

SendRequest: TypeAlias = models.EmailRequest | models.TransactionalMessage
"""What asks for a message, in any channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device of a person."""

    customer_id: str
    """The person, as `Sandbox.people` names them."""
    id: str
    """The device's token."""
    platform: DevicePlatform
    """The push service."""
    last_used: datetime
    """When the device was last used; the time of the request where that did not say."""
    attributes: Mapping[str, Any]
    """What else is known of the device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """That an object has to do with a person, or with a visitor whom nobody knows yet."""

    object_type_id: str
    """The type of the object."""
    object_id: str
    """The object."""
    customer_id: str | None
    """The person, as `Sandbox.people` names them; None for a visitor."""
    anonymous_id: str | None
    """The visitor; None for a person."""
    attributes: Mapping[str, Any]
    """What is known of the relationship."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """An object, such as a company or a course, with the attributes and relationships it has now."""

    object_type_id: str
    """The type of the object."""
    object_id: str
    """The id that the app gave."""
    cio_object_id: str
    """The id that the sandbox gave."""
    attributes: Mapping[str, Any]
    """The attributes."""
    relationships: tuple[Relationship, ...]
    """Who has to do with it, in the order in which they were added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person, with the attributes, devices and relationships they have now."""

    customer_id: str
    """The id; where there is none, the email address, the phone number, or else `cio_` and the `cio_id`."""
    cio_id: str
    """The id that the sandbox gave."""
    id: str | None
    """The id that the app gave."""
    email: str | None
    """The email address."""
    phone: str | None
    """The phone number, where it is in E.164 form."""
    attributes: Mapping[str, Any]
    """The attributes, `email` and `phone` among them; `id` and `cio_id` are not."""
    devices: tuple[Device, ...]
    """The devices, in the order in which they were added."""
    relationships: tuple[Relationship, ...]
    """The objects that the person has to do with, in the order in which they were added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event that was not ignored as a repetition."""

    name: str
    """The name that campaigns and segments know it by."""
    customer_id: str | None
    """The person, as `Sandbox.people` names them; None while nobody is known to have the `anonymous_id`."""
    anonymous_id: str | None
    """The id of the visitor, where the event came without a person."""
    data: Mapping[str, Any]
    """What messages may refer to."""
    timestamp: datetime
    """When it happened; the time of the request where that did not say."""
    id: str | None
    """The ULID that keeps it from being counted twice."""
    type: EventType | None
    """What it stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSubmission:
    """A form that a person has filled in."""

    form_id: str
    """The form."""
    customer_id: str
    """The person, as `Sandbox.people` named them then."""
    data: Mapping[str, str]
    """The fields, `id` or `email` among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A report of what became of a delivery."""

    delivery_id: str
    """The delivery."""
    metric: models.Metric
    """What became of it."""
    timestamp: datetime
    """When it happened; the time of the request where that did not say."""
    recipient: str | None = None
    """The address, number, device or person that received it."""
    reason: str | None = None
    """Why it failed."""
    href: str | None = None
    """The link that was clicked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message that was accepted for sending. It goes nowhere.

    Its texts are those of the request with Liquid filled in. One that the request leaves to a template is None, as the
    sandbox has no templates.
    """

    delivery_id: str
    """The id that the answer carried."""
    channel: str
    """How it would be sent: `email`, `push`, `sms`, `whatsapp`, `inbox_message` or `in_app`."""
    queued_at: datetime
    """The time that the answer carried."""
    request: SendRequest
    """All that was asked for, as it arrived."""
    texts: Mapping[str, str]
    """Every text of the request by the names of the wire, Liquid filled in. One that is broken is as it arrived."""
    recipients: tuple[str, ...]
    """The addresses without names, the phone number, or the devices that it goes to."""
    history: tuple[str, ...] = ()
    """What became of it, in order, such as `sent`, `delivered`, `opened`."""
    failure_message: str | None = None
    """Why it failed, was not sent, or did not arrive."""

    @property
    def state(self) -> str:
        """What became of it last; `queued` before anything did."""
        return self.history[-1] if self.history else "queued"

    @property
    def to(self) -> str | None:
        """The recipients, as they were written."""
        return self.texts.get("to")

    @property
    def from_(self) -> str | None:
        """The sender."""
        return self.texts.get("from")

    @property
    def subject(self) -> str | None:
        """The subject line."""
        return self.texts.get("subject")

    @property
    def preheader(self) -> str | None:
        """The preview text that an inbox shows beside the subject."""
        return self.texts.get("preheader")

    @property
    def title(self) -> str | None:
        """The title of a push notification."""
        return self.texts.get("title")

    @property
    def message(self) -> str | None:
        """The text of a push notification."""
        return self.texts.get("message")

    @property
    def body(self) -> str | None:
        """The body: HTML in an email, plain text elsewhere."""
        return self.texts.get("body")

    @property
    def body_plain(self) -> str | None:
        """The plain-text body of an email."""
        return self.texts.get("body_plain")

    @property
    def transactional_message_id(self) -> str | int | None:
        """The template."""
        return self.request.transactional_message_id

    @property
    def message_data(self) -> Mapping[str, Any]:
        """The values that the texts refer to as `trigger`."""
        return cast("Mapping[str, Any]", self.request.message_data or {})

    @property
    def identifiers(self) -> Mapping[str, str]:
        """The person whom it is for, by `id`, `email` or `cio_id`."""
        return self.request.identifiers.model_dump(exclude_none=True)

    @property
    def attachments(self) -> Mapping[str, bytes]:
        """The files by name, decoded."""
        files: Mapping[str, str] = getattr(self.request, "attachments", None) or {}
        return {name: base64.b64decode(content) for name, content in files.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An event that was, or is to be, posted to the URL for webhooks."""

    event: Mapping[str, Any]
    """The body, as Customer.io would post it."""
    state: Literal["pending", "delivered", "given up"]
    """Whether it is still to be posted, was accepted, or is not tried any more."""
    attempts: int
    """How often it was posted."""
    problem: str | None
    """What went wrong last, such as `the answer was 500`; None where nothing did."""

    @property
    def name(self) -> str:
        """What happened, such as `email_sent` or `customer_unsubscribed`."""
        metric = str(self.event["metric"])
        return metric if metric.startswith("cio_") else f"{self.event['object_type']}_{metric}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """A broadcast that was triggered once. Its messages are not made."""

    broadcast_id: str
    """The number of the broadcast."""
    trigger_id: int
    """The number of this sending, which the answer carried."""
    audience: str
    """What said whom it is for, such as `recipients` or `ids`; `default` where nothing did."""
    recipients: tuple[str, ...]
    """The people, as `Sandbox.people` named them then. Whom the default and a file stand for is not known here."""
    data: Mapping[str, Any]
    """The values that the broadcast refers to."""
    errors: tuple[str, ...]
    """What was wrong with the audience, so that it was not sent."""
    created_at: datetime
    """When it was triggered, and processed."""
    request: models.BroadcastRequest
    """All that was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A table that messages can draw on."""

    id: int
    """The number of the collection."""
    name: str
    """The name by which messages refer to it."""
    rows: list[dict[str, Any]]
    """The rows; none where they would be fetched from `url`, which the sandbox does not do."""
    url: str | None
    """Where the rows would come from."""
    created_at: datetime
    """When it was created."""
    updated_at: datetime
    """When it last changed."""

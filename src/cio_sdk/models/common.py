# Generated from openapi/common.yaml by `make generate`. Do not edit.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from cio_sdk._base import (
    Base64Files,
    Identifier,
    JSONRows,
    JSONScalar,
    ObjectLike,
    Text,
    TextFields,
    UnixTime,
)
from cio_sdk._base import (
    JSONObject as _JSONObject,
)


class IdType(StrEnum):
    """What the ids of people are, `id`, `email` or `cio_id`; `id` where it is left out."""

    ID = "id"
    EMAIL = "email"
    CIO_ID = "cio_id"


class Metric(StrEnum):
    """What became of a delivery."""

    BOUNCED = "bounced"
    CLICKED = "clicked"
    CONVERTED = "converted"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    DROPPED = "dropped"
    OPENED = "opened"
    SPAMMED = "spammed"


class PushEvent(StrEnum):
    """What became of a push notification on a device."""

    OPENED = "opened"
    CONVERTED = "converted"
    DELIVERED = "delivered"


class DevicePlatform(StrEnum):
    """The push service that a device belongs to."""

    IOS = "ios"
    ANDROID = "android"


class PushSound(StrEnum):
    """The sound of a push on iOS."""

    DEFAULT = "default"
    NONE = "none"


class InterruptionLevel(StrEnum):
    """How much a push on iOS may interrupt."""

    PASSIVE = "passive"
    ACTIVE = "active"
    TIME_SENSITIVE = "time-sensitive"
    CRITICAL = "critical"


class EventType(StrEnum):
    """What an event stands for, an event of your own, a page view, or a screen view in an app."""

    EVENT = "event"
    PAGE = "page"
    SCREEN = "screen"


String: TypeAlias = Annotated[str, Text()]
"""Any text."""

CustomerId: TypeAlias = Annotated[str | int, Identifier(max_bytes=150, allow_int=True)]
"""A person: an id, an email address where the workspace identifies people by email, or `cio_` and the id that Customer.io gave. Up to 150 bytes."""

CioId: TypeAlias = Annotated[str, Identifier(max_bytes=150)]
"""The id that Customer.io gave to a person and never changes. Up to 150 bytes."""

PersonEmail: TypeAlias = Annotated[
    str, Text(min_length=1, max_bytes=150, pattern="[^@\\s]+@[^@\\s]+", title="an email address")
]
"""The email address of a person. Up to 150 bytes."""

PersonPhone: TypeAlias = Annotated[
    str, Text(pattern="\\+[1-9][0-9]{1,14}", title="a phone number in E.164 form, such as +14155552671")
]
"""The phone number of a person in E.164 form, a plus and up to 15 digits."""

ObjectId: TypeAlias = Annotated[str | int, Identifier(max_bytes=150, allow_int=True)]
"""An object, by the id that your app gave. Up to 150 bytes."""

ObjectTypeId: TypeAlias = Annotated[str | int, Identifier(allow_int=True)]
"""A type of objects, such as companies, by its number."""

DeliveryId: TypeAlias = Annotated[str, Identifier()]
"""The id that Customer.io gave to one message to one recipient."""

FormId: TypeAlias = Annotated[str | int, Identifier(allow_int=True)]
"""A form, by an id of yours; one that Customer.io does not know yet makes a new form."""

FormData: TypeAlias = Annotated[Mapping[str, str], TextFields(one_of=("id", "email"))]
"""The fields of a form, names and values as strings, with `id` or `email` of who filled it in."""

SegmentId: TypeAlias = Annotated[str | int, Identifier(allow_int=True)]
"""The number that Customer.io gave to a segment."""

if TYPE_CHECKING:
    IdTypeLike: TypeAlias = IdType | Literal["id", "email", "cio_id"]
else:
    IdTypeLike = IdType
"""What the ids of people are, `id`, `email` or `cio_id`; `id` where it is left out. Given as the enum or as its string."""

if TYPE_CHECKING:
    MetricLike: TypeAlias = (
        Metric | Literal["bounced", "clicked", "converted", "deferred", "delivered", "dropped", "opened", "spammed"]
    )
else:
    MetricLike = Metric
"""What became of a delivery. Given as the enum or as its string."""

if TYPE_CHECKING:
    PushEventLike: TypeAlias = PushEvent | Literal["opened", "converted", "delivered"]
else:
    PushEventLike = PushEvent
"""What became of a push notification on a device. Given as the enum or as its string."""

DeviceId: TypeAlias = Annotated[str, Identifier()]
"""The token of a device, as the push service issued it."""

if TYPE_CHECKING:
    DevicePlatformLike: TypeAlias = DevicePlatform | Literal["ios", "android"]
else:
    DevicePlatformLike = DevicePlatform
"""The push service that a device belongs to. Given as the enum or as its string."""

CollectionId: TypeAlias = Annotated[str | int, Identifier(allow_int=True)]
"""The number that Customer.io gave to a collection."""

CollectionName: TypeAlias = Annotated[str, Text(min_length=1)]
"""The name by which messages refer to a collection."""

CollectionRows: TypeAlias = Annotated[Sequence[ObjectLike], JSONRows(max_bytes=10000000, max_row_bytes=10000)]
"""Rows, each a mapping, a pydantic model or a dataclass; up to 10 KB each and 10 MB together."""

TransactionalMessageId: TypeAlias = Annotated[str | int, Identifier(allow_int=True, keep_int=True)]
"""A transactional message, by its number or its trigger name."""

BroadcastId: TypeAlias = Annotated[str | int, Identifier(allow_int=True)]
"""The number that Customer.io gave to an API-triggered broadcast."""

TriggerId: TypeAlias = Annotated[str | int, Identifier(allow_int=True)]
"""The number that Customer.io gave to one sending of a broadcast."""

PageToken: TypeAlias = Annotated[str, Identifier()]
"""Where a page of results starts, as the page before it says."""

MessageNumber: TypeAlias = Annotated[
    str,
    Text(
        pattern="\\+[1-9][0-9]{1,14}|[^\\r\\n]*(\\{\\{[^\\r\\n]+\\}\\}|\\{%[^\\r\\n]+%\\})[^\\r\\n]*",
        title="a phone number in E.164 form, such as +14155552671, or Liquid that gives one",
    ),
]
"""The phone number that a message goes to, in E.164 form, or Liquid that gives it."""

if TYPE_CHECKING:
    PushSoundLike: TypeAlias = PushSound | Literal["default", "none"]
else:
    PushSoundLike = PushSound
"""The sound of a push on iOS. Given as the enum or as its string."""

if TYPE_CHECKING:
    InterruptionLevelLike: TypeAlias = InterruptionLevel | Literal["passive", "active", "time-sensitive", "critical"]
else:
    InterruptionLevelLike = InterruptionLevel
"""How much a push on iOS may interrupt. Given as the enum or as its string."""

EventName: TypeAlias = Annotated[str, Text(min_length=1, max_bytes=100)]
"""The name of an event. Up to 100 bytes."""

if TYPE_CHECKING:
    EventTypeLike: TypeAlias = EventType | Literal["event", "page", "screen"]
else:
    EventTypeLike = EventType
"""What an event stands for, an event of your own, a page view, or a screen view in an app. Given as the enum or as its string."""

EventId: TypeAlias = Annotated[
    str, Text(pattern="[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}", title="a ULID, 26 characters of Crockford's base 32")
]
"""A ULID. Customer.io ignores an event whose id it has already received."""

EventData: TypeAlias = Annotated[ObjectLike, _JSONObject(max_bytes=100000)]
"""What messages and campaigns may refer to. A mapping, a pydantic model or a dataclass, up to 100,000 bytes as JSON."""

AnonymousId: TypeAlias = Annotated[str, Text(min_length=1, max_bytes=150)]
"""An id for a visitor whom you cannot name yet, such as the value of a cookie. Up to 150 bytes."""

Attributes: TypeAlias = Annotated[
    ObjectLike,
    _JSONObject(
        max_properties=300,
        max_name_bytes=150,
        max_value_bytes=1000,
        unlimited=frozenset(["cio_relationships", "cio_subscription_preferences"]),
    ),
]
"""A person's attributes, up to 300: names of up to 150 bytes, values of up to 1,000 bytes. Times are aware datetimes; `None` clears an attribute."""

AttributeName: TypeAlias = Annotated[str, Text(min_length=1)]
"""The name of an attribute of people."""

AttributeValue: TypeAlias = Annotated[str | float | bool, JSONScalar()]
"""The value of an attribute, a string, a number or a boolean."""

JSONObject: TypeAlias = Annotated[ObjectLike, _JSONObject()]
"""Any JSON object, given as a mapping, a pydantic model or a dataclass."""

Timestamp: TypeAlias = Annotated[datetime, UnixTime()]
"""A point in time, as a datetime with a timezone; whole Unix seconds on the wire."""

SendTime: TypeAlias = Annotated[datetime, UnixTime(max_past=86400, max_ahead=7776000)]
"""When a message is sent, as a datetime with a timezone, up to 90 days ahead; at once where it is past, by a day at most. Whole Unix seconds on the wire."""

Address: TypeAlias = Annotated[
    str,
    Text(
        pattern="[^\\0-\\x1f\\x7f\\x85\\u2028\\u2029]*([^@\\s]@[^@\\s]|\\{[{%])[^\\0-\\x1f\\x7f\\x85\\u2028\\u2029]*",
        title="an email address, without a line break",
    ),
]
"""One or more email addresses on one line, separated by commas."""

HeaderName: TypeAlias = Annotated[str, Text(pattern="[!-9;-~]+", title="ASCII without spaces, colons or line breaks")]
"""The name of an email header."""

HeaderValue: TypeAlias = Annotated[str, Text(pattern="[ -~]*", title="ASCII without line breaks")]
"""The value of an email header."""

Attachments: TypeAlias = Annotated[
    Mapping[str, str],
    Base64Files(
        max_bytes=2000000,
        pattern="[^\\r\\n]*[^\\r\\n.\\s]\\.[0-9A-Za-z_-]+",
        title="the name of a file with its extension, such as invoice.pdf",
    ),
]
"""Files by name, such as `invoice.pdf`, each as base64. 2 MB together, before base64."""

WebURL: TypeAlias = Annotated[
    str,
    Text(
        pattern="[hH][tT][tT][pP][sS]?://([^\\s/?#@]+@)?([^\\s/?#@:]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?([/?#][^\\s\\0-\\x1f\\x7f]*)?",
        title="an http or https URL",
    ),
]
"""An address on the web."""

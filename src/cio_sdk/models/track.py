# Generated from openapi/track.yaml by `make generate`. Do not edit.

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, Field

from cio_sdk._base import RequestModel, ResponseModel
from cio_sdk.models.common import (
    AnonymousId,
    DeviceId,
    DevicePlatformLike,
    EventData,
    EventId,
    EventName,
    EventTypeLike,
    JSONObject,
    Timestamp,
)


class RegionInfo(ResponseModel):
    """Where a workspace lives."""

    url: str
    """The Track host that the workspace belongs to."""

    data_center: Annotated[str, Field(validation_alias=AliasChoices("data_center", "region"))]
    """The region, `us` or `eu`."""

    environment_id: int
    """The number of the workspace."""


class Device(RequestModel):
    """A phone or tablet that can be sent push notifications."""

    id: DeviceId
    """The device's token."""

    platform: DevicePlatformLike
    """The push service, `ios` or `android`."""

    last_used: Timestamp | None = None
    """When the device was last used; the time of the request where it is left out."""

    attributes: JSONObject | None = None
    """What else is known of the device, such as `app_version`, `device_os` or `device_locale`."""


class DeviceRequest(RequestModel):
    """The body that adds or updates a device."""

    device: Device
    """The device."""


class EventRequest(RequestModel):
    """The body of an event."""

    name: EventName
    """The name that campaigns and segments know the event by. Up to 100 bytes."""

    data: EventData | None = None
    """What messages may refer to. Up to 100,000 bytes as JSON."""

    timestamp: Timestamp | None = None
    """When it happened; the time of the request where it is left out."""

    id: EventId | None = None
    """A ULID that keeps the event from being counted twice."""

    type: EventTypeLike | None = None
    """An event of your own, a page view or a screen view."""


class AnonymousEventRequest(EventRequest):
    """The body of an event of somebody who is not known yet."""

    anonymous_id: AnonymousId | None = None
    """Ties the event to the person who is later identified with the same `anonymous_id`."""

# Generated from openapi/track.yaml by `make generate`. Do not edit.

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AliasChoices, ConfigDict, Field

from cio_sdk._base import RequestModel, ResponseModel, RuledRequestModel
from cio_sdk.models.common import (
    AnonymousId,
    CioId,
    CustomerId,
    DeliveryId,
    DeviceId,
    DevicePlatformLike,
    EventData,
    EventId,
    EventName,
    EventTypeLike,
    FormData,
    JSONObject,
    MetricLike,
    PersonEmail,
    PushEventLike,
    String,
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


class PersonIdentifiers(RuledRequestModel):
    """Which person it is, exactly one of them."""

    model_config = ConfigDict(
        json_schema_extra={"minProperties": 1, "maxProperties": 1},
    )
    id: CustomerId | None = None
    """The id that your app gave. Up to 150 bytes."""

    email: PersonEmail | None = None
    """The email address."""

    cio_id: CioId | None = None
    """The id that Customer.io gave."""


class MergeRequest(RequestModel):
    """The body that merges two people."""

    primary: PersonIdentifiers
    """The person who stays. They must exist."""

    secondary: PersonIdentifiers
    """The person who is merged into the other and deleted."""


class UnsubscribeRequest(RequestModel):
    """The body that unsubscribes the recipient of a delivery."""

    unsubscribe: Literal[True]
    """That the person is unsubscribed."""


class FormRequest(RequestModel):
    """The body that submits a form."""

    data: FormData
    """The fields of the form as strings, with `id` or `email` among them, and not both, to say who filled it in."""


class MetricRequest(RequestModel):
    """The body that reports what became of a delivery."""

    delivery_id: DeliveryId
    """The delivery, as its `CIO-Delivery-ID` says."""

    metric: MetricLike
    """What became of it."""

    timestamp: Timestamp | None = None
    """When it happened; the time of the request where it is left out."""

    recipient: String | None = None
    """The address, number, device or person that received it."""

    reason: String | None = None
    """Why it failed, for a metric that is a failure."""

    href: String | None = None
    """The link that was clicked."""


class PushEventRequest(RequestModel):
    """The body that reports what became of a push notification."""

    delivery_id: DeliveryId
    """The delivery, as the notification's `CIO-Delivery-ID` says."""

    event: PushEventLike
    """What became of it, `opened`, `converted` or `delivered`."""

    device_id: DeviceId
    """The device, as the notification's `CIO-Delivery-Token` says."""

    timestamp: Timestamp | None = None
    """When it happened; the time of the request where it is left out."""


class SegmentRequest(RequestModel):
    """The people to add to a segment or to remove from it."""

    ids: Annotated[list[CustomerId], Field(min_length=1)]
    """The people. Any number; 1,000 go into one request."""

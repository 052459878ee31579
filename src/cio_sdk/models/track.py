# Generated from openapi/track.yaml by `make generate`. Do not edit.

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AliasChoices, ConfigDict, Field

from cio_sdk._base import PhonelessModel, RequestModel, ResponseModel, RuledRequestModel
from cio_sdk.models.common import (
    AnonymousId,
    Attributes,
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
    ObjectId,
    ObjectTypeId,
    PersonEmail,
    PersonPhone,
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

    phone: PersonPhone | None = None
    """The phone number, where the workspace identifies people by it. Not in a merge or a relationship."""

    cio_id: CioId | None = None
    """The id that Customer.io gave."""


class MergeRequest(PhonelessModel):
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


class PersonDelete(RequestModel):
    """Delete a person and everything that is known of them."""

    type: Literal["person"] = "person"
    """That it is about a person."""

    action: Literal["delete"] = "delete"
    """What is done."""

    identifiers: PersonIdentifiers
    """The person."""


class PersonEvent(RequestModel):
    """Record an event of a person."""

    type: Literal["person"] = "person"
    """That it is about a person."""

    action: Literal["event"] = "event"
    """What is done."""

    identifiers: PersonIdentifiers
    """The person."""

    name: EventName
    """The name that campaigns and segments know the event by. Up to 100 bytes."""

    attributes: EventData | None = None
    """What messages may refer to."""

    timestamp: Timestamp | None = None
    """When it happened; the time of the request where it is left out."""

    id: EventId | None = None
    """A ULID that keeps it from being counted twice; made where it is left out."""


class PersonPage(RequestModel):
    """Record that a person viewed a page."""

    type: Literal["person"] = "person"
    """That it is about a person."""

    action: Literal["page"] = "page"
    """What is done."""

    identifiers: PersonIdentifiers
    """The person."""

    name: EventName
    """The page, by its URL, path or name. Up to 100 bytes."""

    attributes: EventData | None = None
    """What messages may refer to."""

    timestamp: Timestamp | None = None
    """When it happened; the time of the request where it is left out."""

    id: EventId | None = None
    """A ULID that keeps it from being counted twice; made where it is left out."""


class PersonScreen(RequestModel):
    """Record that a person viewed a screen of an app."""

    type: Literal["person"] = "person"
    """That it is about a person."""

    action: Literal["screen"] = "screen"
    """What is done."""

    identifiers: PersonIdentifiers
    """The person."""

    name: EventName
    """The name of the screen. Up to 100 bytes."""

    attributes: EventData | None = None
    """What messages may refer to."""

    timestamp: Timestamp | None = None
    """When it happened; the time of the request where it is left out."""

    id: EventId | None = None
    """A ULID that keeps it from being counted twice; made where it is left out."""


class PersonMerge(PhonelessModel):
    """Merge a person into another, and delete them. This cannot be undone."""

    type: Literal["person"] = "person"
    """That it is about a person."""

    action: Literal["merge"] = "merge"
    """What is done."""

    primary: PersonIdentifiers
    """The person who stays. They must exist."""

    secondary: PersonIdentifiers
    """The person who is merged into the other and deleted."""


class PersonSuppress(RequestModel):
    """Delete a person, and keep their identifiers from being added again."""

    type: Literal["person"] = "person"
    """That it is about a person."""

    action: Literal["suppress"] = "suppress"
    """What is done."""

    identifiers: PersonIdentifiers
    """The person."""


class PersonUnsuppress(RequestModel):
    """Let the identifiers of a suppressed person be added again."""

    type: Literal["person"] = "person"
    """That it is about a person."""

    action: Literal["unsuppress"] = "unsuppress"
    """What is done."""

    identifiers: PersonIdentifiers
    """The person."""


class ObjectIdentifiers(RuledRequestModel):
    """Which object it is, either `object_type_id` and `object_id`, or `cio_object_id`, of a known one."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["object_type_id", "object_id"]}, {"required": ["cio_object_id"]}]},
    )
    object_type_id: ObjectTypeId | None = None
    """The number of the type, from 1 on in the order in which the types were made."""

    object_id: ObjectId | None = None
    """The id that your app gave. Up to 150 bytes."""

    cio_object_id: CioId | None = None
    """The id that Customer.io gave."""


class ObjectRelationship(RequestModel):
    """An object that a person is related to."""

    identifiers: ObjectIdentifiers
    """The object."""

    relationship_attributes: JSONObject | None = None
    """What is known of the relationship, such as a role; `None` clears an attribute."""


class PersonRelationship(PhonelessModel):
    """A person whom an object is related to."""

    identifiers: PersonIdentifiers
    """The person."""

    relationship_attributes: JSONObject | None = None
    """What is known of the relationship, such as a role; `None` clears an attribute."""


class AnonymousIdentifiers(RequestModel):
    """Which visitor it is."""

    anonymous_id: AnonymousId
    """The id that their events carry."""


class PersonDevice(RequestModel):
    """A phone or tablet of a person."""

    token: DeviceId
    """The device's token."""

    platform: DevicePlatformLike
    """The push service, `ios` or `android`."""

    last_used: Timestamp | None = None
    """When the device was last used; the time of the request where it is left out."""

    attributes: JSONObject | None = None
    """What else is known of the device, such as `app_version`, `device_os` or `device_locale`."""


class PersonDeviceToken(RequestModel):
    """Which device it is."""

    token: DeviceId
    """The device's token."""


class DeliveryIdentifiers(RequestModel):
    """Which delivery it is."""

    id: DeliveryId
    """The delivery, as its `CIO-Delivery-ID` says."""


class DeliveryAttributes(RequestModel):
    """Where something became of a delivery."""

    device_token: DeviceId
    """The token of the device."""


class BatchProblem(ResponseModel):
    """Why one operation of a batch was refused."""

    batch_index: int
    """The place of the operation in the batch, from 0 on."""

    reason: str | None = None
    """The kind of problem."""

    field: str | None = None
    """The field at fault."""

    message: str | None = None
    """What is wrong with it."""


class PersonIdentify(RequestModel):
    """Add a person, or update the attributes of a known one."""

    type: Literal["person"] = "person"
    """That it is about a person."""

    action: Literal["identify"] = "identify"
    """What is done."""

    identifiers: PersonIdentifiers
    """The person."""

    attributes: Attributes | None = None
    """The attributes to set; `None` clears one. `_update` as true adds nobody who is not known."""

    cio_relationships: Annotated[list[ObjectRelationship] | None, Field(min_length=1)] = None
    """The objects to relate the person to."""

    timestamp: Timestamp | None = None
    """When the attributes had these values, which puts updates sent out of order in order."""


class PersonAddDevice(RequestModel):
    """Add a device to a person, or update it."""

    type: Literal["person"] = "person"
    """That it is about a person."""

    action: Literal["add_device"] = "add_device"
    """What is done."""

    identifiers: PersonIdentifiers
    """The person."""

    device: PersonDevice
    """The device."""


class PersonDeleteDevice(RequestModel):
    """Remove a device from a person."""

    type: Literal["person"] = "person"
    """That it is about a person."""

    action: Literal["delete_device"] = "delete_device"
    """What is done."""

    identifiers: PersonIdentifiers
    """The person."""

    device: PersonDeviceToken
    """The device."""


class PersonAddRelationships(RequestModel):
    """Relate a person to objects."""

    type: Literal["person"] = "person"
    """That it is about a person."""

    action: Literal["add_relationships"] = "add_relationships"
    """What is done."""

    identifiers: PersonIdentifiers
    """The person."""

    cio_relationships: Annotated[list[ObjectRelationship], Field(min_length=1)]
    """The objects."""


class PersonDeleteRelationships(RequestModel):
    """Remove the relationships between a person and objects."""

    type: Literal["person"] = "person"
    """That it is about a person."""

    action: Literal["delete_relationships"] = "delete_relationships"
    """What is done."""

    identifiers: PersonIdentifiers
    """The person."""

    cio_relationships: Annotated[list[ObjectRelationship], Field(min_length=1)]
    """The objects."""


class ObjectIdentify(RequestModel):
    """Add an object, such as a company or a course, or update the attributes of a known one."""

    type: Literal["object"] = "object"
    """That it is about an object."""

    action: Literal["identify"] = "identify"
    """What is done."""

    identifiers: ObjectIdentifiers
    """The object."""

    attributes: JSONObject | None = None
    """The attributes to set; `None` clears one."""

    cio_relationships: Annotated[list[PersonRelationship] | None, Field(min_length=1)] = None
    """The people to relate it to."""


class ObjectDelete(RequestModel):
    """Delete an object and its relationships."""

    type: Literal["object"] = "object"
    """That it is about an object."""

    action: Literal["delete"] = "delete"
    """What is done."""

    identifiers: ObjectIdentifiers
    """The object."""


class ObjectAddRelationships(RequestModel):
    """Relate an object to people."""

    type: Literal["object"] = "object"
    """That it is about an object."""

    action: Literal["add_relationships"] = "add_relationships"
    """What is done."""

    identifiers: ObjectIdentifiers
    """The object."""

    cio_relationships: Annotated[list[PersonRelationship], Field(min_length=1)]
    """The people."""


class ObjectDeleteRelationships(RequestModel):
    """Remove the relationships between an object and people."""

    type: Literal["object"] = "object"
    """That it is about an object."""

    action: Literal["delete_relationships"] = "delete_relationships"
    """What is done."""

    identifiers: ObjectIdentifiers
    """The object."""

    cio_relationships: Annotated[list[PersonRelationship], Field(min_length=1)]
    """The people."""


class DeliveryEvent(RequestModel):
    """Report what became of a push or in-app message on a device."""

    type: Literal["delivery"] = "delivery"
    """That it is about a delivery."""

    action: Literal["event"] = "event"
    """What is done."""

    identifiers: DeliveryIdentifiers
    """The delivery."""

    name: PushEventLike
    """What became of it, `opened`, `converted` or `delivered`."""

    attributes: DeliveryAttributes
    """Where it happened."""


class AnonymousRelationship(RequestModel):
    """A visitor whom an object is related to."""

    identifiers: AnonymousIdentifiers
    """The visitor."""

    relationship_attributes: JSONObject | None = None
    """What is known of the relationship, such as a role; `None` clears an attribute."""


class BatchAnswer(ResponseModel):
    """Which operations of a batch were refused."""

    errors: list[BatchProblem] | None = None
    """One entry for each operation that was refused."""


class ObjectIdentifyAnonymous(RequestModel):
    """Add or update an object, and relate it to visitors who are not known yet."""

    type: Literal["object"] = "object"
    """That it is about an object."""

    action: Literal["identify_anonymous"] = "identify_anonymous"
    """What is done."""

    identifiers: ObjectIdentifiers
    """The object."""

    attributes: JSONObject | None = None
    """The attributes to set; `None` clears one."""

    cio_relationships: Annotated[list[AnonymousRelationship] | None, Field(min_length=1)] = None
    """The visitors."""


ObjectOperation: TypeAlias = Annotated[
    ObjectIdentify | ObjectIdentifyAnonymous | ObjectDelete | ObjectAddRelationships | ObjectDeleteRelationships,
    Field(discriminator="action"),
]
"""What is done to one object."""


PersonOperation: TypeAlias = Annotated[
    PersonIdentify
    | PersonDelete
    | PersonEvent
    | PersonPage
    | PersonScreen
    | PersonAddDevice
    | PersonDeleteDevice
    | PersonAddRelationships
    | PersonDeleteRelationships
    | PersonMerge
    | PersonSuppress
    | PersonUnsuppress,
    Field(discriminator="action"),
]
"""What is done to one person."""


EntityOperation: TypeAlias = Annotated[PersonOperation | ObjectOperation | DeliveryEvent, Field(discriminator="type")]
"""What is done to one person, object or delivery. Up to 32,768 bytes as JSON."""

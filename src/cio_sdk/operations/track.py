# Generated from openapi/track.yaml by `make generate`. Do not edit.

from __future__ import annotations

from collections.abc import Sequence

from cio_sdk._base import new_ulid
from cio_sdk._entries import Entries
from cio_sdk._operation import REPEATS, Argument, Operation, Repeat, Route, bodies_of, body_of
from cio_sdk.models.common import (
    AnonymousId,
    Attributes,
    CustomerId,
    DeliveryId,
    DeviceId,
    EventData,
    EventId,
    EventName,
    EventTypeLike,
    FormData,
    FormId,
    IdTypeLike,
    MetricLike,
    PushEventLike,
    SegmentId,
    String,
    Timestamp,
)
from cio_sdk.models.track import (
    AnonymousEventRequest,
    BatchAnswer,
    DeliveryEvent,
    Device,
    DeviceRequest,
    EntityOperation,
    EventRequest,
    FormRequest,
    MergeRequest,
    MetricRequest,
    ObjectAddRelationships,
    ObjectDelete,
    ObjectDeleteRelationships,
    ObjectIdentify,
    ObjectIdentifyAnonymous,
    PersonAddDevice,
    PersonAddRelationships,
    PersonDelete,
    PersonDeleteDevice,
    PersonDeleteRelationships,
    PersonEvent,
    PersonIdentifiers,
    PersonIdentify,
    PersonMerge,
    PersonPage,
    PersonScreen,
    PersonSuppress,
    PersonUnsuppress,
    PushEventRequest,
    RegionInfo,
    SegmentRequest,
    UnsubscribeRequest,
)
from cio_sdk.response import StandardResponse

_CUSTOMER_ID = Argument("customer_id", CustomerId)
_ATTRIBUTES = Argument("attributes", Attributes)
_DEVICE_ID = Argument("device_id", DeviceId)
_DELIVERY_ID = Argument("delivery_id", DeliveryId)
_FORM_ID = Argument("form_id", FormId)
_SEGMENT_ID = Argument("segment_id", SegmentId)
_ID_TYPE = Argument("id_type", IdTypeLike)

ENTITY_OPERATIONS = Entries(
    {
        ("person", "identify"): (PersonIdentify, "safe"),
        ("person", "delete"): (PersonDelete, "safe"),
        ("person", "event"): (PersonEvent, "deduplicated"),
        ("person", "page"): (PersonPage, "deduplicated"),
        ("person", "screen"): (PersonScreen, "deduplicated"),
        ("person", "add_device"): (PersonAddDevice, "safe"),
        ("person", "delete_device"): (PersonDeleteDevice, "safe"),
        ("person", "add_relationships"): (PersonAddRelationships, "safe"),
        ("person", "delete_relationships"): (PersonDeleteRelationships, "safe"),
        ("person", "merge"): (PersonMerge, "once"),
        ("person", "suppress"): (PersonSuppress, "safe"),
        ("person", "unsuppress"): (PersonUnsuppress, "safe"),
        ("object", "identify"): (ObjectIdentify, "safe"),
        ("object", "identify_anonymous"): (ObjectIdentifyAnonymous, "safe"),
        ("object", "delete"): (ObjectDelete, "safe"),
        ("object", "add_relationships"): (ObjectAddRelationships, "safe"),
        ("object", "delete_relationships"): (ObjectDeleteRelationships, "safe"),
        ("delivery", "event"): (DeliveryEvent, "once"),
    },
    max_bytes=32768,
)
"""What is done to one person, object or delivery. Up to 32,768 bytes as JSON."""

_FIND_REGION: Route[RegionInfo] = Route(
    name="find_region",
    method="GET",
    host="track",
    path="/api/v1/accounts/region",
    repeat="safe",
    decode=RegionInfo.model_validate_json,
)


def find_region() -> Operation[RegionInfo]:
    """Find the region of the workspace that the Track keys belong to.

    Returns:
        The request, ready for `Client.send`: `GET track /api/v1/accounts/region`.
    """
    return Operation(_FIND_REGION, "/api/v1/accounts/region")


_TEST_AUTH: Route[StandardResponse] = Route(
    name="test_auth",
    method="GET",
    host="track",
    path="/api/v1/accounts/region",
    repeat="safe",
)


def test_auth() -> Operation[StandardResponse]:
    """Test the Track keys.

    Returns:
        The request, ready for `Client.send`: `GET track /api/v1/accounts/region`.
    """
    return Operation(_TEST_AUTH, "/api/v1/accounts/region")


_UPDATE_CUSTOMER: Route[StandardResponse] = Route(
    name="update_customer",
    method="PUT",
    host="track",
    path="/api/v1/customers/{customer_id}",
    repeat="safe",
)


def update_customer(customer_id: CustomerId, attributes: Attributes | None = None) -> Operation[StandardResponse]:
    """Add a person, or update the attributes of a known one.

    Args:
        customer_id: A person: an id, an email address where the workspace identifies people by email, or `cio_` and the id that Customer.io gave. Up to 150 bytes.
        attributes: A person's attributes, up to 300: names of up to 150 bytes, values of up to 1,000 bytes. Times are aware datetimes; `None` clears an attribute.

    Returns:
        The request, ready for `Client.send`: `PUT track /api/v1/customers/{customer_id}`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = _ATTRIBUTES.body({} if attributes is None else attributes)
    return Operation(_UPDATE_CUSTOMER, f"/api/v1/customers/{_CUSTOMER_ID.segment(customer_id)}", body)


_DELETE_CUSTOMER: Route[StandardResponse] = Route(
    name="delete_customer",
    method="DELETE",
    host="track",
    path="/api/v1/customers/{customer_id}",
    repeat="safe",
)


def delete_customer(customer_id: CustomerId) -> Operation[StandardResponse]:
    """Delete a person and everything that is known of them.

    Args:
        customer_id: A person: an id, an email address where the workspace identifies people by email, or `cio_` and the id that Customer.io gave. Up to 150 bytes.

    Returns:
        The request, ready for `Client.send`: `DELETE track /api/v1/customers/{customer_id}`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    return Operation(_DELETE_CUSTOMER, f"/api/v1/customers/{_CUSTOMER_ID.segment(customer_id)}")


_UPDATE_DEVICE: Route[StandardResponse] = Route(
    name="update_device",
    method="PUT",
    host="track",
    path="/api/v1/customers/{customer_id}/devices",
    repeat="safe",
)


def update_device(customer_id: CustomerId, device: Device) -> Operation[StandardResponse]:
    """Add a device to a person, or update it.

    Args:
        customer_id: A person: an id, an email address where the workspace identifies people by email, or `cio_` and the id that Customer.io gave. Up to 150 bytes.
        device: The device.

    Returns:
        The request, ready for `Client.send`: `PUT track /api/v1/customers/{customer_id}/devices`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = body_of(DeviceRequest, {"device": device})
    return Operation(_UPDATE_DEVICE, f"/api/v1/customers/{_CUSTOMER_ID.segment(customer_id)}/devices", body)


_DELETE_DEVICE: Route[StandardResponse] = Route(
    name="delete_device",
    method="DELETE",
    host="track",
    path="/api/v1/customers/{customer_id}/devices/{device_id}",
    repeat="safe",
)


def delete_device(customer_id: CustomerId, device_id: DeviceId) -> Operation[StandardResponse]:
    """Remove a device from a person.

    Args:
        customer_id: A person: an id, an email address where the workspace identifies people by email, or `cio_` and the id that Customer.io gave. Up to 150 bytes.
        device_id: The token of a device, as the push service issued it.

    Returns:
        The request, ready for `Client.send`: `DELETE track /api/v1/customers/{customer_id}/devices/{device_id}`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    return Operation(
        _DELETE_DEVICE, f"/api/v1/customers/{_CUSTOMER_ID.segment(customer_id)}/devices/{_DEVICE_ID.segment(device_id)}"
    )


_NEW_EVENT: Route[StandardResponse] = Route(
    name="new_event",
    method="POST",
    host="track",
    path="/api/v1/customers/{customer_id}/events",
    repeat="deduplicated",
)


def new_event(
    customer_id: CustomerId,
    name: EventName,
    data: EventData | None = None,
    *,
    timestamp: Timestamp | None = None,
    id: EventId | None = None,
    type: EventTypeLike | None = None,
) -> Operation[StandardResponse]:
    """Record an event of a person.

    Args:
        customer_id: A person: an id, an email address where the workspace identifies people by email, or `cio_` and the id that Customer.io gave. Up to 150 bytes.
        name: The name that campaigns and segments know the event by. Up to 100 bytes.
        data: What messages may refer to. Up to 100,000 bytes as JSON.
        timestamp: When it happened; the time of the request where it is left out.
        id: A ULID that keeps the event from being counted twice.
        type: An event of your own, a page view or a screen view.

    Returns:
        The request, ready for `Client.send`: `POST track /api/v1/customers/{customer_id}/events`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = body_of(
        EventRequest,
        {"name": name, "data": data, "timestamp": timestamp, "id": new_ulid() if id is None else id, "type": type},
    )
    return Operation(_NEW_EVENT, f"/api/v1/customers/{_CUSTOMER_ID.segment(customer_id)}/events", body)


_NEW_ANONYMOUS_EVENT: Route[StandardResponse] = Route(
    name="new_anonymous_event",
    method="POST",
    host="track",
    path="/api/v1/events",
    repeat="deduplicated",
)


def new_anonymous_event(
    name: EventName,
    data: EventData | None = None,
    *,
    timestamp: Timestamp | None = None,
    id: EventId | None = None,
    type: EventTypeLike | None = None,
    anonymous_id: AnonymousId | None = None,
) -> Operation[StandardResponse]:
    """Record an event of somebody who is not known yet.

    Args:
        name: The name that campaigns and segments know the event by. Up to 100 bytes.
        data: What messages may refer to. Up to 100,000 bytes as JSON.
        timestamp: When it happened; the time of the request where it is left out.
        id: A ULID that keeps the event from being counted twice.
        type: An event of your own, a page view or a screen view.
        anonymous_id: Ties the event to the person who is later identified with the same `anonymous_id`.

    Returns:
        The request, ready for `Client.send`: `POST track /api/v1/events`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = body_of(
        AnonymousEventRequest,
        {
            "name": name,
            "data": data,
            "timestamp": timestamp,
            "id": new_ulid() if id is None else id,
            "type": type,
            "anonymous_id": anonymous_id,
        },
    )
    return Operation(_NEW_ANONYMOUS_EVENT, "/api/v1/events", body)


_SUPPRESS_CUSTOMER: Route[StandardResponse] = Route(
    name="suppress_customer",
    method="POST",
    host="track",
    path="/api/v1/customers/{customer_id}/suppress",
    repeat="safe",
)


def suppress_customer(customer_id: CustomerId) -> Operation[StandardResponse]:
    """Delete a person, and keep their identifiers from being added again.

    Args:
        customer_id: A person: an id, an email address where the workspace identifies people by email, or `cio_` and the id that Customer.io gave. Up to 150 bytes.

    Returns:
        The request, ready for `Client.send`: `POST track /api/v1/customers/{customer_id}/suppress`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    return Operation(_SUPPRESS_CUSTOMER, f"/api/v1/customers/{_CUSTOMER_ID.segment(customer_id)}/suppress")


_UNSUPPRESS_CUSTOMER: Route[StandardResponse] = Route(
    name="unsuppress_customer",
    method="POST",
    host="track",
    path="/api/v1/customers/{customer_id}/unsuppress",
    repeat="safe",
)


def unsuppress_customer(customer_id: CustomerId) -> Operation[StandardResponse]:
    """Let the identifiers of a suppressed person be added again.

    Args:
        customer_id: A person: an id, an email address where the workspace identifies people by email, or `cio_` and the id that Customer.io gave. Up to 150 bytes.

    Returns:
        The request, ready for `Client.send`: `POST track /api/v1/customers/{customer_id}/unsuppress`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    return Operation(_UNSUPPRESS_CUSTOMER, f"/api/v1/customers/{_CUSTOMER_ID.segment(customer_id)}/unsuppress")


_MERGE_CUSTOMERS: Route[StandardResponse] = Route(
    name="merge_customers",
    method="POST",
    host="track",
    path="/api/v1/merge_customers",
    repeat="once",
)


def merge_customers(primary: PersonIdentifiers, secondary: PersonIdentifiers) -> Operation[StandardResponse]:
    """Merge a person into another, and delete them. This cannot be undone.

    Args:
        primary: The person who stays. They must exist.
        secondary: The person who is merged into the other and deleted.

    Returns:
        The request, ready for `Client.send`: `POST track /api/v1/merge_customers`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = body_of(MergeRequest, {"primary": primary, "secondary": secondary})
    return Operation(_MERGE_CUSTOMERS, "/api/v1/merge_customers", body)


_UNSUBSCRIBE: Route[StandardResponse] = Route(
    name="unsubscribe",
    method="POST",
    host="track",
    path="/unsubscribe/{delivery_id}",
    repeat="safe",
    needs_keys=False,
)


def unsubscribe(delivery_id: DeliveryId) -> Operation[StandardResponse]:
    """Unsubscribe the person who received a delivery, and attribute that to the delivery.

    Args:
        delivery_id: The id that Customer.io gave to one message to one recipient.

    Returns:
        The request, ready for `Client.send`: `POST track /unsubscribe/{delivery_id}`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = body_of(UnsubscribeRequest, {"unsubscribe": True})
    return Operation(_UNSUBSCRIBE, f"/unsubscribe/{_DELIVERY_ID.segment(delivery_id)}", body)


_SUBMIT_FORM: Route[StandardResponse] = Route(
    name="submit_form",
    method="POST",
    host="track",
    path="/api/v1/forms/{form_id}/submit",
    repeat="once",
)


def submit_form(form_id: FormId, data: FormData) -> Operation[StandardResponse]:
    """Submit a form that a person has filled in.

    Args:
        form_id: A form, by an id of yours; one that Customer.io does not know yet makes a new form.
        data: The fields of the form as strings, with `id` or `email` among them, and not both, to say who filled it in.

    Returns:
        The request, ready for `Client.send`: `POST track /api/v1/forms/{form_id}/submit`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = body_of(FormRequest, {"data": data})
    return Operation(_SUBMIT_FORM, f"/api/v1/forms/{_FORM_ID.segment(form_id)}/submit", body)


_REPORT_METRIC: Route[StandardResponse] = Route(
    name="report_metric",
    method="POST",
    host="track",
    path="/api/v1/metrics",
    repeat="once",
    needs_keys=False,
)


def report_metric(
    delivery_id: DeliveryId,
    metric: MetricLike,
    *,
    timestamp: Timestamp | None = None,
    recipient: String | None = None,
    reason: String | None = None,
    href: String | None = None,
) -> Operation[StandardResponse]:
    """Report what became of a delivery, where Customer.io cannot see it.

    Args:
        delivery_id: The delivery, as its `CIO-Delivery-ID` says.
        metric: What became of it.
        timestamp: When it happened; the time of the request where it is left out.
        recipient: The address, number, device or person that received it.
        reason: Why it failed, for a metric that is a failure.
        href: The link that was clicked.

    Returns:
        The request, ready for `Client.send`: `POST track /api/v1/metrics`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = body_of(
        MetricRequest,
        {
            "delivery_id": delivery_id,
            "metric": metric,
            "timestamp": timestamp,
            "recipient": recipient,
            "reason": reason,
            "href": href,
        },
    )
    return Operation(_REPORT_METRIC, "/api/v1/metrics", body)


_REPORT_PUSH_EVENT: Route[StandardResponse] = Route(
    name="report_push_event",
    method="POST",
    host="track",
    path="/api/v1/push/events",
    repeat="once",
    needs_keys=False,
)


def report_push_event(
    delivery_id: DeliveryId, event: PushEventLike, device_id: DeviceId, *, timestamp: Timestamp | None = None
) -> Operation[StandardResponse]:
    """Report what became of a push notification on a device.

    Args:
        delivery_id: The delivery, as the notification's `CIO-Delivery-ID` says.
        event: What became of it, `opened`, `converted` or `delivered`.
        device_id: The device, as the notification's `CIO-Delivery-Token` says.
        timestamp: When it happened; the time of the request where it is left out.

    Returns:
        The request, ready for `Client.send`: `POST track /api/v1/push/events`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    body = body_of(
        PushEventRequest, {"delivery_id": delivery_id, "event": event, "device_id": device_id, "timestamp": timestamp}
    )
    return Operation(_REPORT_PUSH_EVENT, "/api/v1/push/events", body)


_ADD_TO_SEGMENT: Route[StandardResponse] = Route(
    name="add_to_segment",
    method="POST",
    host="track",
    path="/api/v1/segments/{segment_id}/add_customers",
    repeat="safe",
)


def add_to_segment(
    segment_id: SegmentId, ids: Sequence[CustomerId], *, id_type: IdTypeLike | None = None
) -> list[Operation[StandardResponse]]:
    """Add people to a manual segment.

    Args:
        segment_id: The number that Customer.io gave to a segment.
        ids: The people. Any number; 1,000 go into one request.
        id_type: What the ids of people are, `id`, `email` or `cio_id`; `id` where it is left out.

    Returns:
        The requests, ready for `Client.send`: `POST track /api/v1/segments/{segment_id}/add_customers`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    bodies = bodies_of(SegmentRequest, {"ids": ids}, "ids", 1000)
    return [
        Operation(
            _ADD_TO_SEGMENT,
            f"/api/v1/segments/{_SEGMENT_ID.segment(segment_id)}/add_customers{_ID_TYPE.query(id_type)}",
            body,
        )
        for body in bodies
    ]


_REMOVE_FROM_SEGMENT: Route[StandardResponse] = Route(
    name="remove_from_segment",
    method="POST",
    host="track",
    path="/api/v1/segments/{segment_id}/remove_customers",
    repeat="safe",
)


def remove_from_segment(
    segment_id: SegmentId, ids: Sequence[CustomerId], *, id_type: IdTypeLike | None = None
) -> list[Operation[StandardResponse]]:
    """Remove people from a manual segment.

    Args:
        segment_id: The number that Customer.io gave to a segment.
        ids: The people. Any number; 1,000 go into one request.
        id_type: What the ids of people are, `id`, `email` or `cio_id`; `id` where it is left out.

    Returns:
        The requests, ready for `Client.send`: `POST track /api/v1/segments/{segment_id}/remove_customers`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    bodies = bodies_of(SegmentRequest, {"ids": ids}, "ids", 1000)
    return [
        Operation(
            _REMOVE_FROM_SEGMENT,
            f"/api/v1/segments/{_SEGMENT_ID.segment(segment_id)}/remove_customers{_ID_TYPE.query(id_type)}",
            body,
        )
        for body in bodies
    ]


_ENTITY: dict[Repeat, Route[StandardResponse]] = {
    repeat: Route(
        name="entity",
        method="POST",
        host="track",
        path="/api/v2/entity",
        repeat=repeat,
    )
    for repeat in REPEATS
}


def entity(operation: EntityOperation) -> Operation[StandardResponse]:
    """Do one thing to one person, object or delivery.

    Args:
        operation: What is done to one person, object or delivery. Up to 32,768 bytes as JSON.

    Returns:
        The request, ready for `Client.send`: `POST track /api/v2/entity`.

    Raises:
        ParamError: An argument is not what it must be.
    """
    entry = ENTITY_OPERATIONS.entry(operation, "operation")
    return Operation(_ENTITY[entry.repeat], "/api/v2/entity", entry.body)


BATCH: dict[Repeat, Route[BatchAnswer]] = {
    repeat: Route(
        name="batch",
        method="POST",
        host="track",
        path="/api/v2/batch",
        repeat=repeat,
        decode=BatchAnswer.model_validate_json,
    )
    for repeat in REPEATS
}
BATCH_MAX_BYTES = 500000

# Generated from openapi/track.yaml by `make generate`. Do not edit.

from __future__ import annotations

from cio_sdk._base import new_ulid
from cio_sdk._operation import Argument, Operation, Route, body_of
from cio_sdk.models.common import (
    AnonymousId,
    Attributes,
    CustomerId,
    DeviceId,
    EventData,
    EventId,
    EventName,
    EventTypeLike,
    Timestamp,
)
from cio_sdk.models.track import AnonymousEventRequest, Device, DeviceRequest, EventRequest, RegionInfo
from cio_sdk.response import StandardResponse

_CUSTOMER_ID = Argument("customer_id", CustomerId)
_ATTRIBUTES = Argument("attributes", Attributes)
_DEVICE_ID = Argument("device_id", DeviceId)

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

# Generated from openapi/ by `make generate`. Do not edit.

"""The models of every request and answer."""

from typing import TYPE_CHECKING

from cio_sdk._lazy import importer

if TYPE_CHECKING:
    from cio_sdk.models.app import (
        Collection,
        CollectionAnswer,
        CollectionItems,
        CollectionSource,
        EmailRequest,
        EmailResponse,
        Identifiers,
        TransactionalResponse,
    )
    from cio_sdk.models.common import (
        Address,
        AnonymousId,
        Attachments,
        Attributes,
        CioId,
        CollectionId,
        CollectionName,
        CustomerId,
        DeviceId,
        DevicePlatform,
        DevicePlatformLike,
        EventData,
        EventId,
        EventName,
        EventType,
        EventTypeLike,
        HeaderName,
        HeaderValue,
        JSONObject,
        String,
        Timestamp,
        TransactionalMessageId,
        WebURL,
    )
    from cio_sdk.models.track import AnonymousEventRequest, Device, DeviceRequest, EventRequest, RegionInfo
else:
    __getattr__ = importer(
        __name__,
        {
            "cio_sdk.models.common": [
                "Address",
                "AnonymousId",
                "Attachments",
                "Attributes",
                "CioId",
                "CollectionId",
                "CollectionName",
                "CustomerId",
                "DeviceId",
                "DevicePlatform",
                "DevicePlatformLike",
                "EventData",
                "EventId",
                "EventName",
                "EventType",
                "EventTypeLike",
                "HeaderName",
                "HeaderValue",
                "JSONObject",
                "String",
                "Timestamp",
                "TransactionalMessageId",
                "WebURL",
            ],
            "cio_sdk.models.app": [
                "Collection",
                "CollectionAnswer",
                "CollectionItems",
                "CollectionSource",
                "EmailRequest",
                "EmailResponse",
                "Identifiers",
                "TransactionalResponse",
            ],
            "cio_sdk.models.track": ["AnonymousEventRequest", "Device", "DeviceRequest", "EventRequest", "RegionInfo"],
        },
    )

__all__ = [
    "Address",
    "AnonymousEventRequest",
    "AnonymousId",
    "Attachments",
    "Attributes",
    "CioId",
    "Collection",
    "CollectionAnswer",
    "CollectionId",
    "CollectionItems",
    "CollectionName",
    "CollectionSource",
    "CustomerId",
    "Device",
    "DeviceId",
    "DevicePlatform",
    "DevicePlatformLike",
    "DeviceRequest",
    "EmailRequest",
    "EmailResponse",
    "EventData",
    "EventId",
    "EventName",
    "EventRequest",
    "EventType",
    "EventTypeLike",
    "HeaderName",
    "HeaderValue",
    "Identifiers",
    "JSONObject",
    "RegionInfo",
    "String",
    "Timestamp",
    "TransactionalMessageId",
    "TransactionalResponse",
    "WebURL",
]


def __dir__() -> list[str]:
    return __all__

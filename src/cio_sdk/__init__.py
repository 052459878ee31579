"""A typed Python SDK for Customer.io."""

from typing import TYPE_CHECKING

from cio_sdk import models, operations
from cio_sdk._lazy import importer
from cio_sdk._version import __version__
from cio_sdk.async_client import AsyncClient
from cio_sdk.batch import BatchReport, BatchResult
from cio_sdk.client import Client
from cio_sdk.errors import (
    APIError,
    AttachmentExistsError,
    AuthenticationError,
    BatchError,
    CustomerIOError,
    NotFoundError,
    ParamError,
    PayloadTooLargeError,
    RateLimitError,
    ResponseError,
    ServerError,
    TransactionalError,
    TransportError,
    TransportTimeoutError,
    UnprocessableError,
    WaitTimeoutError,
    WebhookError,
    WebhookParseError,
    WebhookSignatureError,
)
from cio_sdk.options import Region, RetryPolicy
from cio_sdk.response import StandardResponse, TraceInfo

if TYPE_CHECKING:
    from cio_sdk._operation import Operation
    from cio_sdk.models import (
        Audience,
        BroadcastRecipient,
        BroadcastStatus,
        BroadcastTrigger,
        Collection,
        Device,
        DevicePlatform,
        EmailRequest,
        EmailResponse,
        EventType,
        Identifiers,
        IdType,
        InAppRequest,
        InboxMessageRequest,
        Metric,
        PersonIdentifiers,
        PushDevice,
        PushEvent,
        PushPayload,
        PushRequest,
        RegionInfo,
        SMSRequest,
        TransactionalResponse,
        WhatsAppRequest,
    )
else:
    __getattr__ = importer(
        __name__,
        {
            "cio_sdk._operation": ["Operation"],
            "cio_sdk.models": [
                "Collection",
                "Device",
                "DevicePlatform",
                "EmailRequest",
                "EmailResponse",
                "EventType",
                "Identifiers",
                "IdType",
                "Metric",
                "PersonIdentifiers",
                "PushEvent",
                "RegionInfo",
                "TransactionalResponse",
                "Audience",
                "BroadcastRecipient",
                "BroadcastStatus",
                "BroadcastTrigger",
                "InAppRequest",
                "InboxMessageRequest",
                "PushDevice",
                "PushPayload",
                "PushRequest",
                "SMSRequest",
                "WhatsAppRequest",
            ],
        },
    )

__all__ = [
    "APIError",
    "AsyncClient",
    "AttachmentExistsError",
    "Audience",
    "AuthenticationError",
    "BatchError",
    "BatchReport",
    "BatchResult",
    "BroadcastRecipient",
    "BroadcastStatus",
    "BroadcastTrigger",
    "Client",
    "Collection",
    "CustomerIOError",
    "Device",
    "DevicePlatform",
    "EmailRequest",
    "EmailResponse",
    "EventType",
    "IdType",
    "Identifiers",
    "InAppRequest",
    "InboxMessageRequest",
    "Metric",
    "NotFoundError",
    "Operation",
    "ParamError",
    "PayloadTooLargeError",
    "PersonIdentifiers",
    "PushDevice",
    "PushEvent",
    "PushPayload",
    "PushRequest",
    "RateLimitError",
    "Region",
    "RegionInfo",
    "ResponseError",
    "RetryPolicy",
    "SMSRequest",
    "ServerError",
    "StandardResponse",
    "TraceInfo",
    "TransactionalError",
    "TransactionalResponse",
    "TransportError",
    "TransportTimeoutError",
    "UnprocessableError",
    "WaitTimeoutError",
    "WebhookError",
    "WebhookParseError",
    "WebhookSignatureError",
    "WhatsAppRequest",
    "__version__",
    "models",
    "operations",
]


def __dir__() -> list[str]:
    return __all__

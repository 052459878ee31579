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
    WebhookError,
    WebhookParseError,
    WebhookSignatureError,
)
from cio_sdk.options import Region, RetryPolicy
from cio_sdk.response import StandardResponse, TraceInfo

if TYPE_CHECKING:
    from cio_sdk._operation import Operation
    from cio_sdk.models import (
        Collection,
        Device,
        DevicePlatform,
        EmailRequest,
        EmailResponse,
        EventType,
        Identifiers,
        IdType,
        Metric,
        PersonIdentifiers,
        PushEvent,
        RegionInfo,
        TransactionalResponse,
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
            ],
        },
    )

__all__ = [
    "APIError",
    "AsyncClient",
    "AttachmentExistsError",
    "AuthenticationError",
    "BatchError",
    "BatchReport",
    "BatchResult",
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
    "Metric",
    "NotFoundError",
    "Operation",
    "ParamError",
    "PayloadTooLargeError",
    "PersonIdentifiers",
    "PushEvent",
    "RateLimitError",
    "Region",
    "RegionInfo",
    "ResponseError",
    "RetryPolicy",
    "ServerError",
    "StandardResponse",
    "TraceInfo",
    "TransactionalError",
    "TransactionalResponse",
    "TransportError",
    "TransportTimeoutError",
    "UnprocessableError",
    "WebhookError",
    "WebhookParseError",
    "WebhookSignatureError",
    "__version__",
    "models",
    "operations",
]


def __dir__() -> list[str]:
    return __all__

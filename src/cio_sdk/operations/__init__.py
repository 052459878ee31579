# Generated from openapi/ by `make generate`. Do not edit.

"""One pure function an operation: validated input in, an `Operation` to send out."""

from typing import TYPE_CHECKING

from cio_sdk._lazy import importer

if TYPE_CHECKING:
    from cio_sdk.operations.app import send_email, update_collection, update_collection_via_url
    from cio_sdk.operations.track import (
        delete_customer,
        delete_device,
        find_region,
        new_anonymous_event,
        new_event,
        test_auth,
        update_customer,
        update_device,
    )
else:
    __getattr__ = importer(
        __name__,
        {
            "cio_sdk.operations.app": ["send_email", "update_collection", "update_collection_via_url"],
            "cio_sdk.operations.track": [
                "delete_customer",
                "delete_device",
                "find_region",
                "new_anonymous_event",
                "new_event",
                "test_auth",
                "update_customer",
                "update_device",
            ],
        },
    )

__all__ = [
    "delete_customer",
    "delete_device",
    "find_region",
    "new_anonymous_event",
    "new_event",
    "send_email",
    "test_auth",
    "update_collection",
    "update_collection_via_url",
    "update_customer",
    "update_device",
]


def __dir__() -> list[str]:
    return __all__

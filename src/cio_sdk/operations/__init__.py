# Generated from openapi/ by `make generate`. Do not edit.

"""One pure function an operation: validated input in, an `Operation` to send out."""

from typing import TYPE_CHECKING

from cio_sdk._lazy import importer

if TYPE_CHECKING:
    from cio_sdk.operations.app import (
        delete_collection,
        get_broadcast_errors_page,
        get_broadcast_status,
        get_collection,
        get_collection_contents,
        list_collections,
        send_email,
        send_in_app,
        send_inbox_message,
        send_push,
        send_sms,
        send_whatsapp,
        trigger_broadcast,
        update_collection,
        update_collection_contents,
        update_collection_via_url,
    )
    from cio_sdk.operations.track import (
        add_to_segment,
        delete_customer,
        delete_device,
        entity,
        find_region,
        merge_customers,
        new_anonymous_event,
        new_event,
        remove_from_segment,
        report_metric,
        report_push_event,
        submit_form,
        suppress_customer,
        test_auth,
        unsubscribe,
        unsuppress_customer,
        update_customer,
        update_device,
    )
else:
    __getattr__ = importer(
        __name__,
        {
            "cio_sdk.operations.app": [
                "delete_collection",
                "get_broadcast_errors_page",
                "get_broadcast_status",
                "get_collection",
                "get_collection_contents",
                "list_collections",
                "send_email",
                "send_in_app",
                "send_inbox_message",
                "send_push",
                "send_sms",
                "send_whatsapp",
                "trigger_broadcast",
                "update_collection",
                "update_collection_contents",
                "update_collection_via_url",
            ],
            "cio_sdk.operations.track": [
                "add_to_segment",
                "delete_customer",
                "delete_device",
                "entity",
                "find_region",
                "merge_customers",
                "new_anonymous_event",
                "new_event",
                "remove_from_segment",
                "report_metric",
                "report_push_event",
                "submit_form",
                "suppress_customer",
                "test_auth",
                "unsubscribe",
                "unsuppress_customer",
                "update_customer",
                "update_device",
            ],
        },
    )

__all__ = [
    "add_to_segment",
    "delete_collection",
    "delete_customer",
    "delete_device",
    "entity",
    "find_region",
    "get_broadcast_errors_page",
    "get_broadcast_status",
    "get_collection",
    "get_collection_contents",
    "list_collections",
    "merge_customers",
    "new_anonymous_event",
    "new_event",
    "remove_from_segment",
    "report_metric",
    "report_push_event",
    "send_email",
    "send_in_app",
    "send_inbox_message",
    "send_push",
    "send_sms",
    "send_whatsapp",
    "submit_form",
    "suppress_customer",
    "test_auth",
    "trigger_broadcast",
    "unsubscribe",
    "unsuppress_customer",
    "update_collection",
    "update_collection_contents",
    "update_collection_via_url",
    "update_customer",
    "update_device",
]


def __dir__() -> list[str]:
    return __all__

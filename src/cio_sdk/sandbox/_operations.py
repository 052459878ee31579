"""The operations that a sandbox answers, and the paths they are found at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, TypeAdapter

from cio_sdk import models
from cio_sdk.sandbox._rules import TooLargeError
from cio_sdk.sandbox._store import Store

_MAX_ATTACHMENT_BYTES = 2_000_000

_ATTRIBUTES: TypeAdapter[Any] = TypeAdapter(models.Attributes)


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as an operation sees it."""

    store: Store
    url: str
    """The URL of the sandbox."""
    ids: Mapping[str, str]
    """The parameters in the path."""
    body: dict[str, Any]


Operation: TypeAlias = Callable[[Call], BaseModel | None]


@dataclass(frozen=True, slots=True)
class Route:
    """Where an operation is found."""

    method: str
    path: str
    operation: Operation
    body: Literal["required", "optional", "none"] = "required"
    """Whether a request carries a JSON object."""


# --- Track API -------------------------------------------------------------------------------------------------------


def _find_region(call: Call) -> models.RegionInfo:
    return models.RegionInfo(url=call.url, data_center="us", environment_id=1)


def _update_customer(call: Call) -> None:
    call.store.identify(call.ids["customer_id"], _ATTRIBUTES.validate_python(call.body))


def _delete_customer(call: Call) -> None:
    call.store.delete(call.ids["customer_id"])


def _update_device(call: Call) -> None:
    call.store.add_device(call.ids["customer_id"], models.DeviceRequest.model_validate(call.body).device)


def _delete_device(call: Call) -> None:
    call.store.delete_device(call.ids["customer_id"], call.ids["device_id"])


def _new_event(call: Call) -> None:
    call.store.track(call.ids["customer_id"], models.EventRequest.model_validate(call.body))


def _new_anonymous_event(call: Call) -> None:
    call.store.track_anonymous(models.AnonymousEventRequest.model_validate(call.body))


# --- App API ---------------------------------------------------------------------------------------------------------


def _send_email(call: Call) -> models.EmailResponse:
    attachments = call.body.get("attachments")
    if isinstance(attachments, dict):
        size = sum(_decoded_size(content) for content in attachments.values() if isinstance(content, str))
        if size > _MAX_ATTACHMENT_BYTES:
            raise TooLargeError(f"the attachments have {size:,} bytes; at most {_MAX_ATTACHMENT_BYTES:,} fit")
    return call.store.send_email(models.EmailRequest.model_validate(call.body))


def _save_collection(call: Call) -> models.CollectionAnswer:
    kind = models.CollectionSource if "url" in call.body else models.CollectionItems
    saved = call.store.save_collection(kind.model_validate(call.body), call.ids.get("collection_id"))
    return models.CollectionAnswer(collection=saved)


def _decoded_size(content: str) -> int:
    return len(content) * 3 // 4 - content[-2:].count("=")


ROUTES = [
    Route("GET", "/api/v1/accounts/region", _find_region, body="none"),
    Route("PUT", "/api/v1/customers/{customer_id}", _update_customer, body="optional"),
    Route("DELETE", "/api/v1/customers/{customer_id}", _delete_customer, body="none"),
    Route("PUT", "/api/v1/customers/{customer_id}/devices", _update_device),
    Route("DELETE", "/api/v1/customers/{customer_id}/devices/{device_id}", _delete_device, body="none"),
    Route("POST", "/api/v1/customers/{customer_id}/events", _new_event),
    Route("POST", "/api/v1/events", _new_anonymous_event),
    Route("POST", "/v1/send/email", _send_email),
    Route("POST", "/v1/collections", _save_collection),
    Route("PUT", "/v1/collections/{collection_id}", _save_collection),
]

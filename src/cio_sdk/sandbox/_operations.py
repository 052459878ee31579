"""The operations that a sandbox answers, and the paths they are found at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, TypeAdapter

from cio_sdk import models
from cio_sdk.sandbox._rules import RefusedError, TooLargeError
from cio_sdk.sandbox._store import Store

_MAX_ATTACHMENT_BYTES = 2_000_000

_Model = TypeVar("_Model", bound=BaseModel)

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
    call.store.add_device(call.ids["customer_id"], _read(models.DeviceRequest, call.body).device)


def _delete_device(call: Call) -> None:
    call.store.delete_device(call.ids["customer_id"], call.ids["device_id"])


def _new_event(call: Call) -> None:
    call.store.track(call.ids["customer_id"], _read(models.EventRequest, call.body))


def _new_anonymous_event(call: Call) -> None:
    call.store.track_anonymous(_read(models.AnonymousEventRequest, call.body))


# --- App API ---------------------------------------------------------------------------------------------------------


def _send_email(call: Call) -> models.EmailResponse:
    attachments = call.body.get("attachments")
    if isinstance(attachments, dict):
        size = sum(_decoded_size(content) for content in attachments.values() if isinstance(content, str))
        if size > _MAX_ATTACHMENT_BYTES:
            raise TooLargeError(f"the attachments have {size:,} bytes; at most {_MAX_ATTACHMENT_BYTES:,} fit")
    return call.store.send_email(_read(models.EmailRequest, call.body))


def _save_collection(call: Call) -> models.CollectionAnswer:
    kind: type[models.CollectionItems | models.CollectionSource]
    kind = models.CollectionSource if "url" in call.body else models.CollectionItems
    saved = call.store.save_collection(_read(kind, call.body), call.ids.get("collection_id"))
    return models.CollectionAnswer(collection=saved)


def _read(kind: type[_Model], body: dict[str, Any]) -> _Model:
    """Return the body as a model. The names that a field has in Python only are unknown here."""
    for name, field in kind.model_fields.items():
        if field.serialization_alias not in (None, name) and name in body:
            raise RefusedError((name,), f"is not a known field; send {field.serialization_alias}")
    return kind.model_validate(body)


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

"""The operations that a sandbox answers, and the paths they are found at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias, TypeVar, cast

from pydantic import BaseModel, TypeAdapter
from pydantic_core import from_json

from cio_sdk import models
from cio_sdk.sandbox import _effects, _entities, records
from cio_sdk.sandbox._clock import now
from cio_sdk.sandbox._collections import check_rows
from cio_sdk.sandbox._people import key_in, key_of
from cio_sdk.sandbox._refusals import described
from cio_sdk.sandbox._rules import MalformedError, Place, RefusedError, RequiredError, TooLargeError
from cio_sdk.sandbox._store import Store

MAX_BODY_BYTES = 16_000_000
_MAX_BATCH_BYTES = 512_000
_MAX_ATTACHMENT_BYTES = 2_000_000
_MAX_SEGMENT_IDS = 1_000

_Model = TypeVar("_Model", bound=BaseModel)

_ATTRIBUTES: TypeAdapter[Any] = TypeAdapter(models.Attributes)
_ROWS: TypeAdapter[Any] = TypeAdapter(models.CollectionRows)


@dataclass(frozen=True)
class Call:
    """One request, as an operation sees it."""

    store: Store
    url: str
    """The URL of the sandbox."""
    ids: Mapping[str, str]
    """The parameters in the path."""
    raw: bytes
    """The body."""
    query: Mapping[str, str]
    """The parameters in the query."""

    @cached_property
    def document(self) -> Any:
        """The JSON in the body.

        Raises:
            MalformedError: There is none.
        """
        try:
            return from_json(self.raw, allow_inf_nan=False)
        except ValueError as error:
            raise MalformedError(f"the body is not JSON: {error}") from None

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object in the body.

        Raises:
            MalformedError: There is none.
        """
        if not isinstance(self.document, dict):
            raise MalformedError("the body must be a JSON object")
        return self.document


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with a status of its own."""

    status: int
    content: Mapping[str, Any] | Sequence[Mapping[str, Any]]


Operation: TypeAlias = Callable[[Call], BaseModel | Answer | None]


@dataclass(frozen=True, slots=True)
class Route:
    """Where an operation is found."""

    method: str
    path: str
    operation: Operation
    body: Literal["required", "optional", "none"] = "required"
    """Whether a request carries a JSON object; an empty one, where it is optional and left out."""
    needs_keys: bool = True
    """Whether a request carries the keys."""
    status: int = 200
    """The status of a success."""
    max_bytes: int = MAX_BODY_BYTES
    """The size of the largest body."""


# --- Track API -------------------------------------------------------------------------------------------------------


def _find_region(call: Call) -> models.RegionInfo:
    return models.RegionInfo(url=call.url, data_center="us", environment_id=1)


def _update_customer(call: Call) -> None:
    call.store.identify(key_of(call.ids["customer_id"]), _ATTRIBUTES.validate_python(call.body))


def _delete_customer(call: Call) -> None:
    call.store.delete(key_of(call.ids["customer_id"]))


def _update_device(call: Call) -> None:
    device = _read(models.DeviceRequest, call.body).device
    attributes = cast("Mapping[str, Any]", device.attributes or {})
    call.store.add_device(key_of(call.ids["customer_id"]), device.id, device.platform, device.last_used, attributes)


def _delete_device(call: Call) -> None:
    call.store.delete_device(key_of(call.ids["customer_id"]), call.ids["device_id"])


def _new_event(call: Call) -> None:
    event = _read(models.EventRequest, call.body)
    call.store.track(key_of(call.ids["customer_id"]), *_parts(event))


def _new_anonymous_event(call: Call) -> None:
    event = _read(models.AnonymousEventRequest, call.body)
    call.store.track(event.anonymous_id, *_parts(event))


def _parts(event: models.EventRequest) -> tuple[str, Any, int | None, str | None, str | None]:
    seconds = None if event.timestamp is None else int(event.timestamp.timestamp())
    return event.name, event.data, seconds, event.id, event.type


def _suppress(call: Call) -> None:
    call.store.suppress(key_of(call.ids["customer_id"]))


def _unsuppress(call: Call) -> None:
    call.store.unsuppress(key_of(call.ids["customer_id"]))


def _merge(call: Call) -> None:
    request = _read(models.MergeRequest, call.body)
    call.store.merge(*(key_in(each.model_dump(exclude_none=True)) for each in (request.primary, request.secondary)))


def _unsubscribe(call: Call) -> None:
    if call.body.get("unsubscribe", True) is True:
        call.store.unsubscribe(call.ids["delivery_id"])


def _submit_form(call: Call) -> None:
    call.store.submit_form(call.ids["form_id"], dict(_read(models.FormRequest, call.body).data))


def _report_metric(call: Call) -> None:
    request = _read(models.MetricRequest, call.body)
    call.store.report(
        records.Metric(
            delivery_id=request.delivery_id,
            metric=models.Metric(request.metric),
            timestamp=request.timestamp or now(),
            recipient=request.recipient,
            reason=request.reason,
            href=request.href,
        )
    )


def _report_push_event(call: Call) -> None:
    request = _read(models.PushEventRequest, call.body)
    call.store.report(
        records.Metric(
            delivery_id=request.delivery_id,
            metric=models.Metric(request.event),
            timestamp=request.timestamp or now(),
            recipient=request.device_id,
        )
    )


def _add_to_segment(call: Call) -> None:
    call.store.add_to_segment(call.ids["segment_id"], _segment_ids(call), _id_type(call))


def _remove_from_segment(call: Call) -> None:
    call.store.remove_from_segment(call.ids["segment_id"], _segment_ids(call), _id_type(call))


def _segment_ids(call: Call) -> list[str]:
    ids = [str(each) for each in _read(models.SegmentRequest, call.body).ids]
    if len(ids) > _MAX_SEGMENT_IDS:
        raise RefusedError(("ids",), f"has {len(ids)} items; at most {_MAX_SEGMENT_IDS:,} go into one request")
    return ids


def _id_type(call: Call) -> models.IdType:
    try:
        return models.IdType(call.query.get("id_type", "id"))
    except ValueError:
        raise RefusedError(("id_type",), f"must be one of {', '.join(models.IdType)}") from None


def _entity(call: Call) -> None:
    _effects.perform(call.store, _entities.read(call.body))


def _batch(call: Call) -> Answer | None:
    operations: Sequence[_entities.Entity | None] = _entities.read_plain(call.raw)
    given: Sequence[object] = []
    if not operations or None in operations:
        given = _operations_in(call.body)
        operations = operations or [None] * len(given)
    refused = _effects.perform_all(call.store, operations, given)
    if not refused:
        return None
    return Answer(207, {"errors": [{"batch_index": index, **described(problem)} for index, problem in refused]})


def _operations_in(body: dict[str, Any]) -> list[object]:
    for name in body:
        if name != "batch":
            raise RefusedError((name,), "is not a known field")
    if "batch" not in body:
        raise RequiredError(("batch",), "is required")
    operations = body["batch"]
    if not isinstance(operations, list) or not operations:
        raise RefusedError(("batch",), "must be an array of one operation or more")
    return operations


# --- App API ---------------------------------------------------------------------------------------------------------


def _send_email(call: Call) -> BaseModel | Answer | None:
    attachments = call.body.get("attachments")
    if isinstance(attachments, dict):
        size = sum(_decoded_size(content) for content in attachments.values() if isinstance(content, str))
        if size > _MAX_ATTACHMENT_BYTES:
            raise TooLargeError(f"the attachments have {size:,} bytes; at most {_MAX_ATTACHMENT_BYTES:,} fit")
    return _send("email", models.EmailRequest)(call)


def _send(channel: str, kind: type[models.EmailRequest | models.TransactionalMessage]) -> Operation:
    def send(call: Call) -> models.TransactionalResponse:
        delivery = call.store.send(channel, _read(kind, call.body))
        return models.TransactionalResponse(delivery_id=delivery.delivery_id, queued_at=delivery.queued_at)

    return send


def _list_collections(call: Call) -> models.CollectionsAnswer:
    return models.CollectionsAnswer(collections=call.store.list_collections())


def _save_collection(call: Call) -> models.CollectionAnswer:
    kind: type[models.CollectionItems | models.CollectionSource]
    kind = models.CollectionSource if "url" in call.body else models.CollectionItems
    _check_rows(call.body.get("data"))
    saved = call.store.save_collection(_read(kind, call.body), call.ids.get("collection_id"))
    return models.CollectionAnswer(collection=saved)


def _check_rows(rows: object) -> None:
    if isinstance(rows, list):
        check_rows(rows)


def _get_collection(call: Call) -> models.CollectionAnswer:
    return models.CollectionAnswer(collection=call.store.collection(call.ids["collection_id"]))


def _delete_collection(call: Call) -> None:
    call.store.delete_collection(call.ids["collection_id"])


def _get_contents(call: Call) -> Answer:
    return Answer(200, call.store.collection_rows(call.ids["collection_id"]))


def _update_contents(call: Call) -> models.CollectionAnswer:
    document = call.document
    _check_rows(document)
    rows = _ROWS.validate_python([document] if isinstance(document, dict) else document)
    return models.CollectionAnswer(collection=call.store.fill_collection(call.ids["collection_id"], rows))


def _trigger_broadcast(call: Call) -> models.BroadcastTrigger:
    return call.store.trigger_broadcast(call.ids["broadcast_id"], _read(models.BroadcastRequest, call.body))


def _broadcast_status(call: Call) -> models.BroadcastStatus:
    return call.store.broadcast_status(call.ids["broadcast_id"], call.ids["trigger_id"])


def _broadcast_errors(call: Call) -> models.BroadcastErrors:
    start = call.query.get("start", "")
    return call.store.broadcast_errors(call.ids["broadcast_id"], call.ids["trigger_id"], start)


def _read(kind: type[_Model], body: dict[str, Any]) -> _Model:
    """Return the body as a model. The names that a field has in Python only are unknown here."""
    read = kind.model_validate(body)
    _check_names(read, body, ())
    return read


def _check_names(part: object, given: Any, place: Place) -> None:
    if isinstance(part, list):
        for index, each in enumerate(part):
            _check_names(each, given[index], (*place, index))
    elif isinstance(part, BaseModel):
        for name, field in type(part).model_fields.items():
            wire_name = field.serialization_alias or name
            if name != wire_name and name in given:
                raise RefusedError((*place, name), f"is not a known field; send {wire_name}")
            _check_names(getattr(part, name), given.get(wire_name), (*place, wire_name))


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
    Route("POST", "/api/v1/customers/{customer_id}/suppress", _suppress, body="none"),
    Route("POST", "/api/v1/customers/{customer_id}/unsuppress", _unsuppress, body="none"),
    Route("POST", "/api/v1/merge_customers", _merge),
    Route("POST", "/unsubscribe/{delivery_id}", _unsubscribe, body="optional", needs_keys=False),
    Route("POST", "/api/v1/forms/{form_id}/submit", _submit_form, status=204),
    Route("POST", "/api/v1/metrics", _report_metric, needs_keys=False),
    Route("POST", "/api/v1/push/events", _report_push_event, needs_keys=False),
    Route("POST", "/api/v1/segments/{segment_id}/add_customers", _add_to_segment),
    Route("POST", "/api/v1/segments/{segment_id}/remove_customers", _remove_from_segment),
    Route("POST", "/api/v2/entity", _entity, max_bytes=_entities.MAX_BYTES),
    Route("POST", "/api/v2/batch", _batch, max_bytes=_MAX_BATCH_BYTES),
    Route("POST", "/v1/send/email", _send_email),
    Route("POST", "/v1/send/push", _send("push", models.PushRequest)),
    Route("POST", "/v1/send/sms", _send("sms", models.SMSRequest)),
    Route("POST", "/v1/send/whatsapp", _send("whatsapp", models.WhatsAppRequest)),
    Route("POST", "/v1/send/inbox_message", _send("inbox_message", models.InboxMessageRequest)),
    Route("POST", "/v1/send/in_app", _send("in_app", models.InAppRequest)),
    Route("GET", "/v1/collections", _list_collections, body="none"),
    Route("POST", "/v1/collections", _save_collection),
    Route("PUT", "/v1/collections/{collection_id}", _save_collection),
    Route("GET", "/v1/collections/{collection_id}", _get_collection, body="none"),
    Route("DELETE", "/v1/collections/{collection_id}", _delete_collection, body="none", status=204),
    Route("GET", "/v1/collections/{collection_id}/content", _get_contents, body="none"),
    Route("PUT", "/v1/collections/{collection_id}/content", _update_contents),
    Route("POST", "/v1/campaigns/{broadcast_id}/triggers", _trigger_broadcast),
    Route("GET", "/v1/campaigns/{broadcast_id}/triggers/{trigger_id}", _broadcast_status, body="none"),
    Route("GET", "/v1/campaigns/{broadcast_id}/triggers/{trigger_id}/errors", _broadcast_errors, body="none"),
]

"""What is done to one person, object or delivery, as it goes over the wire: what is valid, and what is not."""

from __future__ import annotations

from typing import Any, TypeAlias, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import SchemaValidator, core_schema, to_json

from cio_sdk import models
from cio_sdk.sandbox._rules import RefusedError, RequiredError, TooLargeError

MAX_BYTES = 32_768
_MAX_DEPTH = 100

Entity: TypeAlias = dict[str, Any]
"""One valid operation, by the names and types of the wire."""

_MODELS: dict[str, dict[str, type[BaseModel]]] = {}
for _model in (getattr(models, name) for name in models.__all__):
    if isinstance(_model, type) and issubclass(_model, BaseModel) and {"type", "action"} <= _model.model_fields.keys():
        _MODELS.setdefault(_model.model_fields["type"].default, {})[_model.model_fields["action"].default] = _model


def read(operation: object) -> Entity:
    """Return an operation, as a model reads it.

    Raises:
        RefusedError: It is not an operation.
        TooLargeError: It is too large.
        ValidationError: The model refuses it.
    """
    if not isinstance(operation, dict):
        raise RefusedError((), "must be an object")
    actions = _one_of(_MODELS, operation, "type")
    model: type[BaseModel] = _one_of(actions, operation, "action")
    _check_size(to_json(operation))
    return model.model_validate(operation).model_dump(mode="json", by_alias=True, exclude_none=True)


def read_plain(body: bytes) -> list[Entity | None]:
    """Return the operations of a batch, with None in place of each that only `read` can tell of.

    What is sent by the thousand is read at once. Where there is no telling at all, nothing is returned.
    """
    try:
        operations: list[Entity | None] = _PLAIN.validate_json(body)["batch"]
    except ValidationError:
        return []
    return [None if operation is None or not _is_plain(to_json(operation)) else operation for operation in operations]


def _is_plain(text: bytes) -> bool:
    is_shallow = len(text) < 2 * _MAX_DEPTH or text.count(b"{") + text.count(b"[") <= _MAX_DEPTH
    return is_shallow and len(text) <= MAX_BYTES and b"Infinity" not in text and b"NaN" not in text


def _check_size(text: bytes) -> None:
    if len(text) > MAX_BYTES:
        raise TooLargeError(f"has {len(text):,} bytes; send at most {MAX_BYTES:,}")


def _one_of(choices: dict[str, Any], operation: Entity, name: str) -> Any:
    if name not in operation:
        raise RequiredError((name,), "is required")
    chosen = operation[name]
    if not isinstance(chosen, str) or chosen not in choices:
        raise RefusedError((name,), f"must be one of {', '.join(map(repr, sorted(choices)))}")
    return choices[chosen]


# --- What is plainly valid -------------------------------------------------------------------------------------------


def _plain_schema(model: type[BaseModel]) -> core_schema.CoreSchema:
    fields = {
        name: core_schema.typed_dict_field(_field_schema(name, field), required=field.is_required() or name in _FIXED)
        for name, field in model.model_fields.items()
        if name != "cio_relationships"
    }
    return core_schema.typed_dict_schema(fields, extra_behavior="forbid")


def _field_schema(name: str, field: FieldInfo) -> core_schema.CoreSchema:
    if name in _FIXED:
        return core_schema.literal_schema([field.default])
    if name == "identifiers":
        kinds = models.PersonIdentifiers.model_fields.items()
        return core_schema.union_schema(
            [
                core_schema.typed_dict_schema(
                    {kind: core_schema.typed_dict_field(_scalar_schema(each))}, extra_behavior="forbid"
                )
                for kind, each in kinds
            ],
            mode="left_to_right",
        )
    if name == "id":
        pattern = _scalar(field).pattern
        return core_schema.str_schema(strict=True, pattern=f"^{pattern}$")
    return _scalar_schema(field)


def _scalar_schema(field: FieldInfo) -> core_schema.CoreSchema:
    schema: core_schema.CoreSchema = _scalar(field).wire_schema()
    return schema


def _scalar(field: FieldInfo) -> Any:
    metadata = field.metadata or get_args(field.annotation)[0].__metadata__
    return metadata[0]


_FIXED = ("type", "action")
_OPERATION = core_schema.tagged_union_schema(
    {
        model.model_fields["action"].default: _plain_schema(model)
        for model in (models.PersonEvent, models.PersonPage, models.PersonScreen, models.PersonIdentify)
    },
    "action",
)
_OPERATIONS = core_schema.list_schema(
    core_schema.with_default_schema(_OPERATION, default=None, on_error="default"), min_length=1
)
_PLAIN = SchemaValidator(
    core_schema.typed_dict_schema({"batch": core_schema.typed_dict_field(_OPERATIONS)}, extra_behavior="forbid")
)

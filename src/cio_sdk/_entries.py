"""What is done to one person, object or delivery, as it goes over the wire: alone, or many in a batch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import cached_property
from itertools import chain
from operator import is_
from typing import Any, Literal, NamedTuple, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import SchemaValidator, core_schema, to_json

from cio_sdk._base import PhonelessModel, RuledRequestModel, new_ulid, new_ulids
from cio_sdk._json import MAX_DIGITS, is_plain, unix_seconds
from cio_sdk._operation import Repeat, param_error
from cio_sdk._patterns import pattern_of
from cio_sdk.errors import ParamError

_NUMBERED = frozenset({"id", "object_type_id", "object_id"})
_UNSHARED = frozenset({"object_type_id"})
_MOST_ORDERS = 50
"""How many orders of fields are known: each takes milliseconds to make a pattern of."""
_LONG_NUMBER = re.compile(rb"[0-9]{%d}" % MAX_DIGITS)
_IDENTIFYING = ("id", "email", "phone", "cio_id", "anonymous_id")


class Entry(NamedTuple):
    """One operation, validated and ready to send."""

    body: bytes
    """The operation as JSON."""
    repeat: Repeat
    """Whether a repetition can do something twice."""
    names: Sequence[str]
    """Everything that it names: two entries that share none of them may overtake each other."""


class PlainEvents(NamedTuple):
    """Entries of events, made all at once."""

    bodies: list[bytes]
    names: list[str]
    """The person of each."""

    def entries(self) -> Iterator[Entry]:
        """Yield them one by one."""
        for body, name in zip(self.bodies, self.names, strict=True):
            yield Entry(body, "deduplicated", (name,))


class Entries:
    """Makes entries of the operations of a union of models.

    The models decide what is valid, and have the words for what is not. A schema that is made of them, and that
    runs without Python, recognizes the many that are plainly valid.
    """

    def __init__(self, kinds: Mapping[tuple[str, str], tuple[type[BaseModel], Repeat]], *, max_bytes: int) -> None:
        self._kinds = kinds
        self._max_bytes = max_bytes
        self._models = {model: kind for kind, (model, _) in kinds.items()}
        self._matchers: dict[tuple[str, ...], SchemaValidator] = {}

    def entry(self, operation: object, name: str = "") -> Entry:
        """Make an entry of an operation, a model or a mapping with its fields.

        Args:
            operation: The operation.
            name: The argument that it was given as, for the error.

        Raises:
            ParamError: It is not what it must be.
        """
        prefix = (name,) if name else ()
        known = (self._models[each] for each in type(operation).__mro__ if each in self._models)
        kind = next(known, None) or self._kind_of(operation, name)
        model, repeat = self._kinds[kind]
        try:
            made = model.model_validate(operation)
        except ValidationError as error:
            raise param_error(error, prefix) from None
        if repeat == "deduplicated" and getattr(made, "id", None) is None:
            made = made.model_copy(update={"id": new_ulid()})
        entry = Entry(to_json(made, by_alias=True, exclude_none=True), repeat, ())
        self._check_size(entry.body, name)
        return entry._replace(names=_names_in(made.model_dump(by_alias=True, exclude_none=True)))

    def entries(self, operations: Sequence[object]) -> Iterator[Entry | ParamError]:
        """Yield an entry of each operation, or the error that says why there is none."""
        for operation, ulid in zip(operations, new_ulids(len(operations)), strict=True):
            yield self._plain_entry(operation, ulid) or self._entry_or_error(operation)

    def plain_events(self, operations: Sequence[Any]) -> PlainEvents | None:
        """Make entries of operations that are all plainly valid events, many times as fast as one by one."""
        try:
            try:
                return self._plain_events(operations)
            except ValidationError:
                wires = [*map(_in_wire_types, operations)]
                return None if all(map(is_, wires, operations)) else self._plain_events(wires)
        except (LookupError, TypeError, ValueError, RecursionError):
            return None

    def _plain_events(self, operations: Sequence[Any]) -> PlainEvents | None:
        """Make entries of dicts whose JSON says that they are plainly valid events; raise where it does not."""
        if {*map(type, operations)} != {dict}:
            return None
        bodies = [*map(to_json, operations)]
        self._match((*max(operations, key=len),), bodies)
        fields = set().union(*operations)
        texts = {each[name] for each in operations for name in ("type", "action", "name")}
        identifiers = [each["identifiers"] for each in operations]
        names = [*chain.from_iterable(map(dict.values, identifiers))]
        # JSON does not tell what became a string from what was one.
        if {*map(type, chain(fields, texts, set().union(*identifiers), names))} != {str}:
            return None
        if not is_plain([each["attributes"] for each in operations if "attributes" in each]):
            return None
        openings = new_ulids(len(bodies), before=b'{"id":"', after=b'",')
        with_id = zip(bodies, operations, openings, strict=True)
        bodies = [body if "id" in each else body.replace(b"{", opening, 1) for body, each, opening in with_id]
        longest = max(map(len, bodies))
        if longest > self._max_bytes or (longest > MAX_DIGITS and any(map(_LONG_NUMBER.search, bodies))):
            return None
        return PlainEvents(bodies, [name.lower() if "@" in name else name for name in names])

    def _plain_entry(self, operation: Any, ulid: bytes) -> Entry | None:
        """Make an entry of an operation that is plainly valid."""
        try:
            if type(operation) is dict:
                operation = _in_wire_types(operation)
                schema, repeat = self._plain[operation["type"], operation["action"]]
                body = to_json(operation)
                wire = schema.validate_python(operation)
            else:
                schema, repeat = self._plain[self._models[type(operation)]]
                body = to_json(operation, by_alias=True, exclude_none=True)
                wire = schema.validate_json(body)
                if not _is_faithful(operation, wire):
                    return None
        except (LookupError, TypeError, ValueError, RecursionError):
            return None
        if repeat != "deduplicated":
            names = _names_in(wire)
        else:
            names = _names_of([wire["identifiers"]])
            if "id" not in wire:
                body = b'{"id":"' + ulid + b'",' + body[1:]
        return Entry(body, repeat, names) if len(body) <= self._max_bytes else None

    def _entry_or_error(self, operation: object) -> Entry | ParamError:
        try:
            return self.entry(operation)
        except ParamError as error:
            return error

    def _kind_of(self, operation: object, name: str) -> tuple[str, str]:
        if not isinstance(operation, Mapping):
            one, *_ = self._models
            raise ParamError(
                name or "operation", f"must be an operation such as {one.__name__}, or a mapping with its fields"
            )
        place = f"{name}." if name else ""
        kinds = {kind for kind, _ in self._kinds}
        kind, action = operation.get("type"), operation.get("action")
        if not isinstance(kind, str) or kind not in kinds:
            raise ParamError(f"{place}type", f"must be one of {_listed(kinds)}")
        actions = {each for other, each in self._kinds if other == kind}
        if not isinstance(action, str) or action not in actions:
            raise ParamError(f"{place}action", f"must be one of {_listed(actions)} for a {kind}")
        return kind, action

    def _check_size(self, body: bytes, name: str) -> None:
        if len(body) > self._max_bytes:
            raise ParamError(name or "operation", f"has {len(body):,} bytes as JSON; send at most {self._max_bytes:,}")

    @cached_property
    def _plain(self) -> dict[tuple[str, str], tuple[SchemaValidator, Repeat]]:
        """What is plainly valid, by the kind of operation."""
        plain: dict[tuple[str, str], tuple[SchemaValidator, Repeat]] = {}
        for kind, (model, repeat) in self._kinds.items():
            if (schema := _model_schema(model)) is not None:
                plain[kind] = SchemaValidator(schema, core_schema.CoreConfig(strict=True)), repeat
        return plain

    def _match(self, order: tuple[str, ...], bodies: list[bytes]) -> None:
        """Raise unless each body is that of an event with no more fields than these, in this order."""
        if order not in self._matchers:
            pattern = pattern_of(self._events, order) if len(self._matchers) < _MOST_ORDERS else None
            if pattern is None:
                raise LookupError
            body = core_schema.str_schema(pattern=rf"\A{pattern}\z")
            self._matchers[order] = SchemaValidator(core_schema.list_schema(body, fail_fast=True))
        self._matchers[order].validate_python(bodies)

    @cached_property
    def _events(self) -> core_schema.CoreSchema:
        events = [model for model, repeat in self._kinds.values() if repeat == "deduplicated"]
        schemas = {model.model_fields["action"].default: _model_schema(model) for model in events}
        known = {action: schema for action, schema in schemas.items() if schema is not None}
        return core_schema.tagged_union_schema(known, "action")


def _listed(words: set[str]) -> str:
    return ", ".join(map(repr, sorted(words)))


# --- What is plainly valid -------------------------------------------------------------------------------------------


def _in_wire_types(operation: dict[str, Any]) -> dict[str, Any]:
    """Return an operation with a number that identifies as text, and its time in Unix seconds."""
    identifiers, timestamp = operation.get("identifiers"), operation.get("timestamp")
    if type(identifiers) is dict:
        for name, value in identifiers.items():
            if type(value) is int and name in _NUMBERED and operation.get("type") != "delivery":
                operation = {**operation, "identifiers": {**identifiers, name: str(value)}}
    if type(timestamp) is datetime and timestamp.tzinfo is not None:
        operation = {**operation, "timestamp": unix_seconds(timestamp)}
    return operation


def _is_faithful(operation: object, wire: dict[str, Any]) -> bool:
    """Whether a model is what it was when it was validated: an object within it can have been changed since."""
    is_flat = "cio_relationships" not in wire and "device" not in wire
    return is_flat and wire.get("attributes") == _plain_attributes(operation)


def _plain_attributes(operation: object) -> Any:
    attributes = getattr(operation, "attributes", None)
    return None if isinstance(attributes, BaseModel) else attributes


def _names_in(wire: Mapping[str, Any]) -> list[str]:
    named = [wire[name] for name in ("identifiers", "primary", "secondary") if name in wire]
    if "cio_relationships" in wire:
        named += [relationship["identifiers"] for relationship in wire["cio_relationships"]]
    names = _names_of(named)
    if "device" in wire:
        names.append(wire["device"]["token"])
    if wire["action"] == "identify" and "attributes" in wire:
        attributes = wire["attributes"]
        names += _names_of([{name: attributes[name] for name in _IDENTIFYING if attributes.get(name)}])
    return names


def _names_of(identifiers: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what identifies, an email address in lower case, as it is the same in any."""
    names = [str(value) for each in identifiers for name, value in each.items() if name not in _UNSHARED]
    return [name.lower() if "@" in name else name for name in names]


def _model_schema(model: type[BaseModel]) -> core_schema.CoreSchema | None:
    """Return a schema of what a model is on the wire, or None where it has rules that need Python."""
    if issubclass(model, PhonelessModel):
        return None
    fields = {name: _field_schema(field) for name, field in model.model_fields.items()}
    if any(schema is None for schema in fields.values()):
        return None
    known = {name: schema for name, schema in fields.items() if schema is not None}
    if issubclass(model, RuledRequestModel):
        choices = list(_choices(model))
        return core_schema.union_schema(
            [_object_schema({name: known[name] for name in choice}, choice) for choice in choices],
            mode="left_to_right",
        )
    required = {name for name, field in model.model_fields.items() if field.is_required() or field.default is not None}
    return _object_schema(known, required)


def _choices(model: type[RuledRequestModel]) -> Iterator[tuple[str, ...]]:
    """The sets of fields that a model with rules may have, where it is one of few."""
    rules = model._rules  # noqa: SLF001
    if rules.at_least == rules.at_most == 1:
        yield from ((name,) for name in rules.fields)
    yield from rules.one_of


def _object_schema(fields: Mapping[str, core_schema.CoreSchema], required: Any) -> core_schema.CoreSchema:
    return core_schema.typed_dict_schema(
        {name: core_schema.typed_dict_field(schema, required=name in required) for name, schema in fields.items()},
        extra_behavior="forbid",
    )


def _field_schema(field: FieldInfo) -> core_schema.CoreSchema | None:
    if not field.metadata:
        return _type_schema(field.annotation)
    (part,) = field.metadata
    if hasattr(part, "wire_schema"):
        return _scalar_schema(part)
    schema = _type_schema(field.annotation)
    return None if schema is None else cast("core_schema.CoreSchema", {**schema, "min_length": part.min_length})


def _scalar_schema(part: Any) -> core_schema.CoreSchema:
    schema: core_schema.CoreSchema = part.wire_schema()
    return schema


def _type_schema(kind: Any) -> core_schema.CoreSchema | None:
    if metadata := getattr(kind, "__metadata__", None):
        return _scalar_schema(metadata[0])
    if get_origin(kind) is Literal:
        return core_schema.literal_schema(list(get_args(kind)))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return core_schema.literal_schema([member.value for member in kind])
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _model_schema(kind)
    if get_origin(kind) is list:
        items = _type_schema(get_args(kind)[0])
        return None if items is None else core_schema.list_schema(items)
    inner = [each for each in get_args(kind) if each is not type(None)]
    return _type_schema(inner[0]) if len(inner) == 1 else None

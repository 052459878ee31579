"""What may become JSON, and what it becomes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from itertools import chain
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from pydantic_core import from_json, to_json

MAX_DEPTH = 100
"""How many levels of objects and arrays a value may have."""
MAX_DIGITS = 4_300  # what Python reads and writes in decimal by default
_FROM_JSON_DEPTH = 201
_MAX_KEY = 40
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_JSON_TYPES = {str, int, float, bool, type(None), dict, list}
_LARGEST = 10**MAX_DIGITS
# str(), int() and float() may answer with the subclass again.
_EXACT: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (str, str.__str__),
    (int, int.__int__),
    (float, float.__float__),
)

NAIVE_DATETIME = "is a datetime without a timezone; add one, as in datetime.now(timezone.utc)"
NOT_UTF8 = "has a lone surrogate, which UTF-8 cannot carry; remove it"


class NotJSONError(ValueError):
    """A value that has no JSON form; `path` leads to it, `reason` says why and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.keys: list[str | int] = []

    @property
    def path(self) -> str:
        """The way to the value, as in `items[3].price`."""
        return join_path(reversed(self.keys))


def join_path(keys: Any) -> str:
    """Write keys and indexes as a path: `items`, `3`, `price` become `items[3].price`."""
    path = ""
    for key in keys:
        if isinstance(key, int):
            path += f"[{key}]"
        elif key.isidentifier() and len(key) <= _MAX_KEY:
            path += f".{key}" if path else key
        else:
            path += f"[{_shorten(key)!r}]"
    return path


def unix_seconds(value: datetime) -> int:
    """Return the whole seconds since 1970 of an aware datetime, rounded down."""
    since = value - _EPOCH
    return since.days * 86_400 + since.seconds


def is_utf8(text: str) -> bool:
    """Whether the text can be written as UTF-8."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def to_plain(value: object) -> Any:
    """Return a copy of the value that is made of JSON's own types; datetimes become Unix seconds.

    Raises:
        NotJSONError: The value, or something within it, has no JSON form.
    """
    return _plain(value, ())


def to_plain_object(value: object) -> dict[str, Any]:
    """Return `to_plain(value)` of a mapping, a pydantic model or a dataclass, and refuse all else."""
    if type(value) is dict and (plain := _plain_already(value)) is not None:
        return plain
    if isinstance(value, Mapping | BaseModel) or _is_dataclass_instance(value):
        return _plain_object(value, (id(value),))
    raise NotJSONError(f"is of the class {type(value).__name__}; pass a mapping, a pydantic model or a dataclass")


def is_plain(objects: list[Any]) -> bool:
    """Whether objects, and all within them, are of JSON's own types. Nothing may be within itself."""
    arrays: list[Any] = []
    if not {*map(type, objects)} <= {dict}:
        return False
    while objects or arrays:
        values = [*chain.from_iterable(map(dict.values, objects)), *chain.from_iterable(arrays)]
        kinds = {*map(type, values)}
        if not (kinds <= _JSON_TYPES and {*map(type, set().union(*objects))} <= {str}):
            return False
        objects = [value for value in values if type(value) is dict] if dict in kinds else []
        arrays = [value for value in values if type(value) is list] if list in kinds else []
    return True


def rows_in(body: bytes) -> list[dict[str, Any]]:
    """Return the objects in a body: an array of them, one to a line, or just one.

    Raises:
        ValueError: It holds something else.
    """
    try:
        content = from_json(body)
    except ValueError:
        content = [from_json(line) for line in body.splitlines() if line.strip()]
    rows = content if isinstance(content, list) else [content]
    if not body or not all(isinstance(row, dict) for row in rows):
        raise ValueError("it is not made of JSON objects")
    return rows


def _plain_already(value: dict[Any, Any]) -> dict[str, Any] | None:
    """Return a copy of an object that is made of JSON's own types, or None: many times as fast as to look at each."""
    try:
        text = to_json(value, inf_nan_mode="constants")
        containers = text.count(b"{") + text.count(b"[")
        # from_json gives up at _FROM_JSON_DEPTH.
        around = _FROM_JSON_DEPTH - MAX_DEPTH if containers > MAX_DEPTH else 0
        copy: Any = from_json(b"[" * around + text + b"]" * around, allow_inf_nan=False)
        for _ in range(around):
            (copy,) = copy
        is_same = copy == value
    except (ValueError, TypeError, RecursionError):
        return None  # a closer look will find words for it
    return copy if is_same else None


def _plain(value: Any, parents: tuple[int, ...]) -> Any:
    kind = type(value)
    if kind is str:
        if not is_utf8(value):
            raise NotJSONError(NOT_UTF8)
        return value
    if kind is int:
        if not -_LARGEST < value < _LARGEST:
            raise NotJSONError("is a number of more than 4,300 digits; pass a str")
        return value
    if kind is bool or value is None:
        return value
    if kind is float:
        if not math.isfinite(value):
            raise NotJSONError("is NaN or infinite, which has no JSON form; leave it out or pass None")
        return value
    if isinstance(value, dict | list | tuple | Mapping | BaseModel) or _is_dataclass_instance(value):
        return _plain_container(value, parents)
    return _plain_scalar(value)


def _plain_container(value: Any, parents: tuple[int, ...]) -> Any:
    if id(value) in parents:
        raise NotJSONError("contains itself, which has no JSON form; break the cycle")
    if len(parents) >= MAX_DEPTH:
        raise NotJSONError(f"is nested more than {MAX_DEPTH} levels deep; flatten it")
    parents = (*parents, id(value))
    if not isinstance(value, list | tuple):
        return _plain_object(value, parents)
    plain = []
    for index, item in enumerate(value):
        try:
            plain.append(_plain(item, parents))
        except NotJSONError as error:
            error.keys.append(index)
            raise
    return plain


def _plain_object(value: Any, parents: tuple[int, ...]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for key, item in _members(value).items():
        if not isinstance(key, str):
            raise NotJSONError(f"has a key of the class {type(key).__name__}; make every key a str")
        if not is_utf8(key):
            raise NotJSONError(f"has a key that {NOT_UTF8}")
        try:
            plain[str.__str__(key)] = _plain(item, parents)
        except NotJSONError as error:
            error.keys.append(key)
            raise
    return plain


def _members(value: Any) -> Mapping[Any, Any]:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, BaseModel):
        try:
            return value.model_dump(by_alias=True)
        except ValueError as error:
            raise NotJSONError("is a pydantic model that cannot be dumped; mend its serializers") from error
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return _plain(value.value, ())
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise NotJSONError(NAIVE_DATETIME)
        return unix_seconds(value)
    if isinstance(value, UUID):
        return str(value)
    for base, exact in _EXACT:
        if isinstance(value, base):
            return _plain(exact(value), ())
    raise NotJSONError(f"is of the class {type(value).__name__}, which has no JSON form; {_mend(value)}")


def _mend(value: object) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return "decode it to a str"
    if isinstance(value, set | frozenset):
        return "make it a list"
    if isinstance(value, Decimal):
        return "pass a float, an int or a str, as your segments compare it"
    if isinstance(value, date):
        return "pass an aware datetime, or a str made by isoformat()"
    return "pass a str, a number, a bool, None, an aware datetime, a list or a mapping"


def _is_dataclass_instance(value: object) -> bool:
    return is_dataclass(value) and not isinstance(value, type)


def _shorten(key: str) -> str:
    return key if len(key) <= _MAX_KEY else key[:_MAX_KEY] + "…"

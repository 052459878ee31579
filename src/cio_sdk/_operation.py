"""One request as a value: what the operations return and a client sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar, get_args
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, to_json

from cio_sdk._json import join_path
from cio_sdk.errors import ParamError

T = TypeVar("T")

_MAX_SEGMENT = 8_000

Host = Literal["track", "app"]
Repeat = Literal["safe", "deduplicated", "once"]
REPEATS: tuple[Repeat, ...] = get_args(Repeat)


@dataclass(frozen=True, slots=True)
class Route(Generic[T]):
    """What all calls of one operation have in common."""

    name: str
    """The method of the client."""
    method: str
    """The HTTP method."""
    host: Host
    """The API that answers."""
    path: str
    """The path, with the names of its parameters in braces."""
    repeat: Repeat
    """Whether a repeated request can do something twice."""
    decode: Callable[[bytes], T] | None = None
    """Reads the body of a success; without it a success is the bare `StandardResponse`."""
    transactional: bool = False
    """Whether it sends a message, so that a refusal is a `TransactionalError`."""
    needs_keys: bool = True
    """Whether it carries the keys of the client."""
    interval: float = 0
    """The seconds from one request to the next, where Customer.io allows fewer of them than of others."""


@dataclass(frozen=True, slots=True)
class Operation(Generic[T]):
    """One request, validated and ready to send; `Client.send` sends it and returns T."""

    route: Route[T]
    """What all calls of this operation have in common."""
    path: str = field(repr=False)
    """The path, with every value percent-encoded."""
    body: bytes | None = field(default=None, repr=False)
    """The JSON body."""


class Argument:
    """An argument of an operation that is validated by itself."""

    def __init__(self, name: str, kind: Any) -> None:
        self.name = name
        self._kind = kind

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self._kind)

    def segment(self, value: object) -> str:
        """Return the value as one segment of a path, percent-encoded."""
        text = self._validate(value)
        quoted = text if text.isalnum() and text.isascii() else quote(text, safe="")
        if len(quoted) > _MAX_SEGMENT:
            raise ParamError(self.name, "is too long for a URL")
        return quoted

    def query(self, value: object) -> str:
        """Return the value as the query of a URL, nothing for None."""
        return "" if value is None else f"?{self.name}={self.segment(value)}"

    def body(self, value: object) -> bytes:
        """Return the value as a JSON body."""
        return to_json(self._validate(value))

    def _validate(self, value: object) -> Any:
        try:
            return self._adapter.validate_python(value)
        except ValidationError as error:
            raise param_error(error, (self.name,)) from None


def body_of(model: type[BaseModel], arguments: dict[str, object], names: Mapping[str, str] | None = None) -> bytes:
    """Return the JSON body that the model makes of the arguments; one that is None is left out.

    `names` has the fields whose argument has another name.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    try:
        return _dump(model.model_validate(given))
    except ValidationError as error:
        raise param_error(error, (), names or {}, given=given) from None


def bodies_of(model: type[BaseModel], arguments: dict[str, object], field: str, size: int) -> list[bytes]:
    """Return the JSON bodies that the model makes of the arguments, with so many items of a field in each."""
    try:
        whole = model.model_validate(arguments)
    except ValidationError as error:
        raise param_error(error, (), given=arguments) from None
    items = getattr(whole, field)
    parts = (items[start : start + size] for start in range(0, len(items), size))
    return [_dump(whole.model_copy(update={field: part})) for part in parts]


def body_from(model: type[BaseModel], value: object, name: str) -> bytes:
    """Return the JSON body of an argument that is the whole body: the model, or a mapping with its fields."""
    if not isinstance(value, model | Mapping):
        raise ParamError(name, _must_be(model.__name__))
    try:
        return _dump(model.model_validate(value))
    except ValidationError as error:
        raise param_error(error, (name,), given=value) from None


def param_error(
    error: ValidationError, prefix: tuple[str, ...], names: Mapping[str, str] | None = None, *, given: object = None
) -> ParamError:
    """Return the error as one that names the first argument at fault, and shows no values.

    Args:
        error: What was wrong with the argument, or with some of the arguments.
        prefix: The way to what was validated.
        names: The names of arguments in place of those of fields.
        given: What was validated; with it, only what is in it is part of the way.
    """
    details = error.errors(include_url=False, include_input=False)
    first, *more = details
    way = [key for key in first["loc"] if key != "[key]"]
    keys = [
        (names or {}).get(str(key), key) if not index else key
        for index, key in enumerate(way if given is None else _way_through(given, way, first["type"] == "missing"))
    ]
    param, within = join_path([*prefix, *keys]), first.get("ctx", {}).get("path", "")
    if within:
        param += within if within.startswith("[") or not param else f".{within}"
    also = f" (and {len(more)} more)" if more else ""
    return ParamError(param or "request", _reason(first) + also)


def _way_through(value: object, way: list[str | int], missing: bool) -> Iterator[str | int]:
    """Yield the keys of a way that are in a value, and not the names that pydantic gives to the choices of a union."""
    for index, key in enumerate(way):
        if isinstance(value, BaseModel):
            yield from way[index:]
            return
        is_last = index == len(way) - 1
        if isinstance(key, int) and isinstance(value, Sequence) and key < len(value):
            value = value[key]
            yield key
        elif isinstance(value, Mapping) and (key in value or (missing and is_last)):
            value = value.get(key)
            yield key
        elif isinstance(key, int):
            yield from way[index:]
            return


def _reason(details: ErrorDetails) -> str:
    context = details.get("ctx", {})
    match details["type"]:
        case "refused":
            return str(context["reason"])
        case "enum":
            return f"must be {context['expected']}"
        case "too_long":
            return f"has too many items; send at most {context['max_length']:,}"
        case "union_tag_not_found":
            return f"needs {context['discriminator']}"
        case "union_tag_invalid":
            return f"needs as {context['discriminator']} one of {context['expected_tags']}"
        case "model_type":
            return _must_be(context["class_name"])
        case kind:
            message = details["msg"]
            return _REASONS.get(kind) or message[:1].lower() + message[1:]


def _must_be(name: str) -> str:
    article = "an" if name.startswith(("A", "E", "I", "O", "SMS")) else "a"
    return f"must be {article} {name}, or a mapping with its fields"


_REASONS = {
    "missing": "is required",
    "extra_forbidden": "is not a known field; check the spelling",
    "too_short": "must not be empty",
    "list_type": "must be a list",
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "must be a whole number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "must be True or False"),
}


def _dump(model: BaseModel) -> bytes:
    return to_json(model, by_alias=True, exclude_none=True)

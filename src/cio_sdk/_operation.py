"""One request as a value: what the operations return and a client sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
        raise param_error(error, (), names or {}) from None


def bodies_of(model: type[BaseModel], arguments: dict[str, object], field: str, size: int) -> list[bytes]:
    """Return the JSON bodies that the model makes of the arguments, with so many items of a field in each."""
    try:
        whole = model.model_validate(arguments)
    except ValidationError as error:
        raise param_error(error, ()) from None
    items = getattr(whole, field)
    parts = (items[start : start + size] for start in range(0, len(items), size))
    return [_dump(whole.model_copy(update={field: part})) for part in parts]


def body_from(model: type[BaseModel], value: object, name: str) -> bytes:
    """Return the JSON body of an argument that is the whole body: the model, or a mapping with its fields."""
    if not isinstance(value, model | Mapping):
        raise ParamError(name, f"must be a {model.__name__}, or a mapping with its fields")
    try:
        return _dump(model.model_validate(value))
    except ValidationError as error:
        raise param_error(error, (name,)) from None


def param_error(error: ValidationError, prefix: tuple[str, ...], names: Mapping[str, str] | None = None) -> ParamError:
    """Return the error as one that names the first argument at fault, and shows no values."""
    details = error.errors(include_url=False, include_input=False)
    first, *more = details
    keys = [
        (names or {}).get(str(key), key) if not index else key
        for index, key in enumerate(first["loc"])
        if key != "[key]"
    ]
    param, within = join_path([*prefix, *keys]), first.get("ctx", {}).get("path", "")
    if within:
        param += within if within.startswith("[") or not param else f".{within}"
    also = f" (and {len(more)} more)" if more else ""
    return ParamError(param or "request", _reason(first) + also)


def _reason(details: ErrorDetails) -> str:
    match details["type"]:
        case "refused":
            return str(details.get("ctx", {})["reason"])
        case "missing":
            return "is required"
        case "extra_forbidden":
            return "is not a known field; check the spelling"
        case "enum":
            return f"must be {details.get('ctx', {})['expected']}"
        case "too_short":
            return "must not be empty"
        case "list_type":
            return "must be a list"
        case "model_type":
            return f"must be a {details.get('ctx', {})['class_name']}, or a mapping with its fields"
        case _:
            message = details["msg"]
            return message[:1].lower() + message[1:]


def _dump(model: BaseModel) -> bytes:
    return to_json(model, by_alias=True, exclude_none=True)

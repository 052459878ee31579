"""How each API of Customer.io words a refusal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ValidationError

from cio_sdk import models

API: TypeAlias = Literal["track", "app", "send"]

Place: TypeAlias = tuple[str | int, ...]
Problems: TypeAlias = Iterable[tuple[Place, str]]

_REASONS = {
    "missing": "is required",
    "extra_forbidden": "is not a known field",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be an array",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "enum": "must be {expected}",
}
"""What is wrong, by pydantic's name for it."""

_WIRE_NAMES = {
    name: field.serialization_alias
    for model in vars(models).values()
    if isinstance(model, type) and issubclass(model, BaseModel)
    for name, field in model.model_fields.items()
    if field.serialization_alias
}

_WIRE_WORDS = [
    (re.compile(r"must be a datetime with a timezone"), "must be a whole number of Unix seconds"),
    (re.compile(r"is of the class \w+; pass a mapping.*"), "must be an object"),
    (re.compile(r"must be a mapping"), "must be an object"),
    (re.compile(r"; (attach\(\)|pass) .*"), ""),
]
"""What the models say to those who write Python, and what that is on the wire."""


def api_of(path: str) -> API:
    """Return which API a path belongs to. Sends are refused unlike the rest of the App API."""
    if path.startswith("/v1/send/"):
        return "send"
    return "app" if path.startswith("/v1/") else "track"


def invalid_status(api: API) -> int:
    """Return the status that answers a body which breaks a rule."""
    return 422 if api == "app" else 400


def refusal(api: API, status: int, reason: str) -> dict[str, Any]:
    """Return the body of an answer that refuses a request as such."""
    if api == "app":
        return {"errors": [{"detail": reason, "status": str(status)}]}
    return {"meta": {"error": reason}}


def invalid(api: API, problems: Problems) -> dict[str, Any]:
    """Return the body of an answer that says what is wrong with which fields."""
    if api == "app":
        return {
            "errors": [
                {"detail": reason, "status": "422", "source": {"pointer": _pointer(place)}}
                for place, reason in problems
            ]
        }
    texts = [f"{'.'.join(map(str, place))}: {reason}" if place else reason for place, reason in problems]
    return {"meta": {"error": "; ".join(texts)}} if api == "send" else {"meta": {"errors": texts}}


def problems_of(error: ValidationError) -> Problems:
    """Return what a model found wrong."""
    for details in error.errors(include_url=False, include_input=False):
        place, reason = details["loc"], _reason(details["type"], details["msg"], details.get("ctx", {}))
        # This is how pydantic points to the key of an entry.
        if len(place) > 2 and place[-1] == "[key]":
            place, reason = place[:-1], f"its name {reason}"
        yield place, reason


def reason_of(error: ValidationError) -> str:
    """Return what is wrong with a single value."""
    return next(reason for _, reason in problems_of(error))


def _reason(kind: str, message: str, context: Mapping[str, Any]) -> str:
    if kind in _REASONS:
        return _REASONS[kind].format_map(context)
    if kind != "refused":
        return message
    reason = str(context["reason"])
    for pattern, words in _WIRE_WORDS:
        reason = pattern.sub(words, reason)
    reason = re.sub(r"\w+", lambda word: _WIRE_NAMES.get(word[0], word[0]), reason)
    return f"{context['path']}: {reason}" if context["path"] else reason


def _pointer(place: Place) -> str:
    return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in place)

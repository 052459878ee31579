"""How each API of Customer.io words a refusal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from pydantic import BaseModel, ValidationError

from cio_sdk import models
from cio_sdk.sandbox._rules import Place

API: TypeAlias = Literal["track", "entity", "app", "send"]
"""Which words a refusal has. `entity` is what is done to one person or object at a time, alone or in a batch."""


class Problem(NamedTuple):
    """What is wrong with a field."""

    place: Place
    message: str
    kind: Literal["invalid", "required", "too_large"] = "invalid"
    path: str = ""
    """The way on, within an object of the sender's own."""

    @property
    def reason(self) -> str:
        """What is wrong, in words that say where within the field."""
        return f"{self.path}: {self.message}" if self.path else self.message

    @property
    def field(self) -> str:
        """The whole way to what is wrong; nothing where that is all of it."""
        place = ".".join(map(str, self.place))
        return f"{place}{'' if self.path.startswith('[') or not place else '.'}{self.path}" if self.path else place


_REASONS = {
    "missing": "is required",
    "extra_forbidden": "is not a known field",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be an array",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
}
"""What is wrong, by pydantic's name for it."""

_WIRE_NAMES = {
    name: field.serialization_alias
    for model in (getattr(models, name) for name in models.__all__)
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
    if path.startswith("/api/v2/"):
        return "entity"
    return "app" if path.startswith("/v1/") else "track"


def invalid_status(api: API) -> int:
    """Return the status that answers a body which breaks a rule."""
    return 422 if api == "app" else 400


def refusal(api: API, status: int, reason: str) -> dict[str, Any]:
    """Return the body of an answer that refuses a request as such."""
    if api == "app":
        return {"errors": [{"detail": reason, "status": str(status)}]}
    if api == "entity" and status == 400:
        return invalid(api, [Problem((), reason)])
    return {"meta": {"error": reason}}


def too_large(api: API, reason: str) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of an answer that refuses a request for its size."""
    if api == "entity":
        return 400, invalid(api, [Problem((), reason, "too_large")])
    return 413, refusal(api, 413, reason)


def invalid(api: API, problems: Iterable[Problem]) -> dict[str, Any]:
    """Return the body of an answer that says what is wrong with which fields."""
    if api == "app":
        return {
            "errors": [
                {"detail": problem.reason, "status": "422", "source": {"pointer": _pointer(problem.place)}}
                for problem in problems
            ]
        }
    if api == "entity":
        return {"errors": [described(problem) for problem in problems]}
    texts = [
        f"{'.'.join(map(str, problem.place))}: {problem.reason}" if problem.place else problem.reason
        for problem in problems
    ]
    return {"meta": {"error": "; ".join(texts)}} if api == "send" else {"meta": {"errors": texts}}


def described(problem: Problem) -> dict[str, Any]:
    """Return what is wrong in the way of entities."""
    return {"reason": problem.kind, "field": problem.field, "message": problem.message}


def problems_of(error: ValidationError) -> Iterator[Problem]:
    """Return what a model found wrong."""
    for details in error.errors(include_url=False, include_input=False):
        context = details.get("ctx", {})
        place, message = details["loc"], _message(details["type"], details["msg"], context)
        # This is how pydantic points to the key of an entry.
        if len(place) > 2 and place[-1] == "[key]":
            place, message = place[:-1], f"its name {message}"
        path = str(context["path"]) if details["type"] == "refused" else ""
        yield Problem(place, message, "required" if details["type"] == "missing" else "invalid", path)


def reason_of(error: ValidationError) -> str:
    """Return what is wrong with a single value."""
    return next(problems_of(error)).reason


def _message(kind: str, message: str, context: Mapping[str, Any]) -> str:
    if kind in _REASONS:
        return _REASONS[kind].format_map(context)
    if kind != "refused":
        return message
    reason = str(context["reason"])
    for pattern, words in _WIRE_WORDS:
        reason = pattern.sub(words, reason)
    return re.sub(r"\w+", lambda word: _WIRE_NAMES.get(word[0], word[0]), reason)


def _pointer(place: Place) -> str:
    return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in place)

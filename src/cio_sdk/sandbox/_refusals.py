"""How each API of Customer.io words a refusal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

from pydantic import ValidationError

API: TypeAlias = Literal["track", "app", "send"]

Place: TypeAlias = tuple[str | int, ...]
Problems: TypeAlias = Iterable[tuple[Place, str]]


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
        match details["type"]:
            case "missing":
                reason = "is required"
            case "extra_forbidden":
                reason = "is not a known field"
            case _:
                reason = details["msg"]
        yield details["loc"], reason


def _pointer(place: Place) -> str:
    return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in place)

"""One call of every operation: its arguments, its kind, and what Customer.io answers."""

from __future__ import annotations

import re
from typing import Any

from clients import ANSWERS, ARGUMENTS

from cio_sdk import operations
from cio_sdk._operation import Operation, Repeat, Route

_COLLECTIONS = ("update_collection", "update_collection_via_url")
_ULID = re.compile(rb"[0-7][0-9A-HJKMNP-TV-Z]{25}")

OPERATIONS: dict[str, dict[str, Any]] = {
    **{name: {key: ARGUMENTS[name][key] for key in ARGUMENTS[name] if key != "id"} for name in ARGUMENTS},
    **{f"{name} of an id": {**ARGUMENTS[name], "collection_id": 5} for name in _COLLECTIONS},
    "entity of an update": {"operation": {"type": "person", "action": "identify", "identifiers": {"id": "42"}}},
    "entity of a merge": {
        "operation": {"type": "person", "action": "merge", "primary": {"id": "42"}, "secondary": {"id": "43"}}
    },
}
"""The arguments of every operation; no event has an id yet."""


def method_of(operation: str) -> str:
    """The method of the client."""
    return operation.partition(" ")[0]


def _made(operation: str) -> Operation[Any]:
    several = getattr(operations, method_of(operation))(**OPERATIONS[operation])
    made: Operation[Any] = several[0] if isinstance(several, list) else several
    return made


ROUTES: dict[str, Route[Any]] = {operation: _made(operation).route for operation in OPERATIONS}
KINDS: dict[str, Repeat] = {operation: ROUTES[operation].repeat for operation in OPERATIONS}
ONE_OF_EACH = ("find_region", "update_customer", "new_event", "send_email")
"""A read, an update, an event and a send."""


def _shape(operation: str) -> tuple[object, ...]:
    route = ROUTES[operation]
    return route.method, route.host, route.repeat, route.decode is None, route.transactional, route.interval


SHAPES = list({_shape(operation): operation for operation in reversed(OPERATIONS)}.values())
"""Operations of which no two look the same to what sends them, and which look like all others."""
ONCE = [operation for operation in SHAPES if KINDS[operation] == "once"]
"""Those of them that send or create."""

_ANSWERS = {
    (ROUTES[operation].method, _made(operation).path.partition("?")[0]): ANSWERS.get(method_of(operation), {})
    for operation in OPERATIONS
}


def answer_to(method: str, path: str) -> Any:
    """What Customer.io answers to a request, wherever that was redirected to."""
    return _ANSWERS.get((method, path.partition("?")[0].removeprefix("/moved")), {})


def event_ids(body: bytes) -> tuple[bytes, ...]:
    """The ids of the events in a request."""
    return tuple(_ULID.findall(body))

"""What rows can be, and what the user has said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from enum import StrEnum

from cio_sdk.cli._values import Kind

REJECTED = "_rejected"
"""The column in which a row that was rejected says why."""
STRONGEST: tuple[str, ...] = ("cio_id", "id", "email", "phone")
PERSON = tuple(f"identifiers.{name}" for name in STRONGEST)
_PERSON_COLUMNS = {
    **dict.fromkeys(("id", "customer_id", "person_id", "user_id"), "identifiers.id"),
    **{name: f"identifiers.{name}" for name in ("email", "phone", "cio_id")},
}


class What(StrEnum):
    """What the rows of a file are."""

    PEOPLE = "people"
    EVENTS = "events"
    DEVICES = "devices"
    OBJECTS = "objects"


@dataclass(frozen=True, slots=True)
class Shape:
    """What rows of one kind become."""

    type: str
    action: str
    columns: Mapping[str, str]
    """The fields that columns of these names are."""
    fields: frozenset[str]
    """The fields that a column can be mapped to."""
    rest: str
    """Where all other columns go."""


def _shape(kind: str, action: str, columns: dict[str, str], fields: Sequence[str], rest: str) -> Shape:
    return Shape(kind, action, columns, frozenset({*columns.values(), *fields}), rest)


SHAPES = {
    What.PEOPLE: _shape("person", "identify", _PERSON_COLUMNS, ["timestamp"], "attributes."),
    What.EVENTS: _shape(
        "person",
        "event",
        {
            **_PERSON_COLUMNS,
            "name": "name",
            "event": "name",
            "timestamp": "timestamp",
            "time": "timestamp",
            "event_id": "id",
        },
        ["action"],
        "attributes.",
    ),
    What.DEVICES: _shape(
        "person",
        "add_device",
        {
            **_PERSON_COLUMNS,
            **dict.fromkeys(("token", "device_token", "device_id"), "device.token"),
            "platform": "device.platform",
            "last_used": "device.last_used",
        },
        [],
        "device.attributes.",
    ),
    What.OBJECTS: _shape(
        "object",
        "identify",
        {
            "id": "identifiers.object_id",
            "object_id": "identifiers.object_id",
            "object_type_id": "identifiers.object_type_id",
            "cio_object_id": "identifiers.cio_object_id",
        },
        [],
        "attributes.",
    ),
}
EVENT_ACTIONS = ("event", "page", "screen")
EVENTS = frozenset(("person", action) for action in EVENT_ACTIONS)
OPERATIONS = frozenset(
    (kind, action)
    for kind, actions in {
        "person": "identify delete event page screen add_device delete_device add_relationships delete_relationships "
        "merge suppress unsuppress",
        "object": "identify identify_anonymous delete add_relationships delete_relationships",
        "delivery": "event",
    }.items()
    for action in actions.split()
)
"""What a row of JSON lines says of itself where it is an operation already."""
NEEDED = {
    What.PEOPLE: (PERSON,),
    What.EVENTS: (PERSON, ("name",)),
    What.DEVICES: (PERSON, ("device.token",), ("device.platform",)),
    What.OBJECTS: (("identifiers.object_id", "identifiers.cio_object_id"),),
}
"""Of each of these, a file must have one."""
FIXED_OPTIONS = {
    "name": "--event-name",
    "device.platform": "--platform",
    "identifiers.object_type_id": "--object-type",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What the user has said of the files."""

    what: What
    maps: Mapping[str, str] = field(default_factory=dict)
    """Columns, and the fields that they are."""
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    """Columns, and what their cells are."""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """Fields that are the same in every row. A column of their plain name is one like all others."""
    timezone: tzinfo = UTC
    keep_empty: bool = False

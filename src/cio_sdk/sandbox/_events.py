"""The events of a sandbox, kept so that a million of them fit into the memory of a laptop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json, to_json

from cio_sdk import models
from cio_sdk.sandbox import records
from cio_sdk.sandbox._clock import at
from cio_sdk.sandbox._people import Person
from cio_sdk.sandbox._visitors import Party


class Events:
    """Every event that was not a repetition, in the order of arrival."""

    def __init__(self) -> None:
        # One text and one reference an event: a fraction of the size of objects, and no work for the garbage collector.
        self._texts: list[bytes] = []
        self._owners: list[Party | None] = []
        self._ids: set[str] = set()

    def __len__(self) -> int:
        return len(self._texts)

    def is_repeated(self, event_id: str | None) -> bool:
        """Whether an event with this id was recorded. Upper and lower case are the same."""
        return event_id is not None and event_id.upper() in self._ids

    def record(
        self,
        owner: Party | None,
        name: str,
        data: Mapping[str, Any] | None,
        timestamp: int,
        event_id: str | None,
        kind: str | None,
        anonymous_id: str | None = None,
    ) -> None:
        """Record an event."""
        if event_id is not None:
            self._ids.add(event_id.upper())
        self._texts.append(to_json((name, data, timestamp, event_id, kind, anonymous_id)))
        self._owners.append(owner)

    def snapshots(self, newest: int | None = None) -> list[records.Event]:
        """Return the events, or so many of the newest, each with its person as they are called now."""
        start = 0 if newest is None else max(0, len(self) - newest)
        return [_event(*each) for each in zip(self._texts[start:], self._owners[start:], strict=True)]


def _event(text: bytes, owner: Party | None) -> records.Event:
    name, data, timestamp, event_id, kind, anonymous_id = from_json(text)
    person = owner if owner is None or isinstance(owner, Person) else owner.person
    return records.Event(
        name=name,
        customer_id=person.survivor.customer_id if person else None,
        anonymous_id=anonymous_id,
        data=data or {},
        timestamp=at(timestamp),
        id=event_id,
        type=models.EventType(kind) if kind else None,
    )

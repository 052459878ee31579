"""The objects of a sandbox, such as companies or courses, and who is related to them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

from cio_sdk.sandbox import records
from cio_sdk.sandbox._people import Person
from cio_sdk.sandbox._rules import Place, RefusedError
from cio_sdk.sandbox._visitors import Party, Visitor


@dataclass(eq=False, slots=True)
class Object:
    """An object as the sandbox keeps it."""

    object_type_id: str
    object_id: str
    cio_object_id: str
    attributes: dict[str, Any] = field(default_factory=dict)
    relationships: dict[Party, dict[str, Any]] = field(default_factory=dict)
    """The attributes of each relationship."""

    def snapshot(self) -> records.Object:
        """Return the object as it is now."""
        return records.Object(
            object_type_id=self.object_type_id,
            object_id=self.object_id,
            cio_object_id=self.cio_object_id,
            attributes=deepcopy(self.attributes),
            relationships=tuple(self.relationship(party) for party in self.relationships),
        )

    def relationship(self, party: Party) -> records.Relationship:
        """Return the relationship with a person or a visitor as it is now."""
        return records.Relationship(
            object_type_id=self.object_type_id,
            object_id=self.object_id,
            customer_id=party.customer_id if isinstance(party, Person) else None,
            anonymous_id=party.anonymous_id if isinstance(party, Visitor) else None,
            attributes=deepcopy(self.relationships[party]),
        )


class Objects:
    """Every object that a sandbox knows."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._index: dict[tuple[str, str], Object] = {}
        self._by_cio_id: dict[str, Object] = {}
        self._related: dict[Party, dict[Object, None]] = {}

    def __len__(self) -> int:
        return len(self._index)

    def snapshots(self, newest: int | None = None) -> list[records.Object]:
        """Return the objects, or so many of the newest, in the order in which they were added."""
        chosen = [*islice(reversed(self._index.values()), newest)]
        return [each.snapshot() for each in reversed(chosen)]

    def relationships_of(self, party: Party) -> tuple[records.Relationship, ...]:
        """Return the relationships of a person or a visitor."""
        return tuple(each.relationship(party) for each in self._related.get(party, ()))

    def known(self, identifiers: Mapping[str, str]) -> Object | None:
        """Return an object, if it exists."""
        cio_id = identifiers.get("cio_object_id")
        if cio_id is not None:
            return self._by_cio_id.get(cio_id)
        return self._index.get((identifiers["object_type_id"], identifiers["object_id"]))

    def check(self, identifiers: Mapping[str, str], place: Place = ("identifiers",)) -> None:
        """Refuse a `cio_object_id` that nothing has.

        Args:
            identifiers: The object.
            place: Where they stand in the request.

        Raises:
            RefusedError: There is no such object, and none can be added by this id.
        """
        if "cio_object_id" in identifiers and self.known(identifiers) is None:
            raise RefusedError((*place, "cio_object_id"), "is no object that is known")

    def find_or_add(self, identifiers: Mapping[str, str]) -> Object:
        """Return an object, added where it is new."""
        found = self.known(identifiers)
        if found is None:
            key = identifiers["object_type_id"], identifiers["object_id"]
            found = Object(*key, cio_object_id=f"ob{next(self._numbers):08x}")
            self._index[key] = self._by_cio_id[found.cio_object_id] = found
        return found

    def remove(self, removed: Object) -> None:
        """Remove an object and its relationships."""
        for party in [*removed.relationships]:
            self.part(removed, party)
        del self._index[removed.object_type_id, removed.object_id], self._by_cio_id[removed.cio_object_id]

    def relate(self, related: Object, party: Party, attributes: Mapping[str, Any]) -> None:
        """Add a relationship, or merge attributes into it."""
        related.relationships[party] = merged(related.relationships.get(party, {}), attributes)
        self._related.setdefault(party, {})[related] = None

    def part(self, related: Object, party: Party) -> None:
        """Remove a relationship, if it is there."""
        if related.relationships.pop(party, None) is not None:
            del self._related[party][related]

    def move(self, before: Party, after: Party) -> None:
        """Move the relationships that the one after does not have, and drop the others."""
        for related in self._related.pop(before, ()):
            attributes = related.relationships.pop(before)
            if after not in related.relationships:
                self.relate(related, after, attributes)

    def drop(self, party: Party) -> None:
        """Remove every relationship of a person."""
        for related in self._related.pop(party, ()):
            del related.relationships[party]


def merged(before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes after some were set, and those that are null or empty were cleared."""
    return {name: value for name, value in {**before, **changes}.items() if value not in (None, "")}

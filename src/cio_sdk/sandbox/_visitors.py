"""Those who are known by an `anonymous_id` only, until somebody is identified with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from cio_sdk.sandbox._people import Person


@dataclass(eq=False, slots=True)
class Visitor:
    """Somebody without a name."""

    anonymous_id: str
    person: Person | None = None
    """Who they turned out to be."""


Party: TypeAlias = Person | Visitor
"""Who did something, or is related to something."""


class Visitors:
    """Who has which `anonymous_id`."""

    def __init__(self) -> None:
        self._holders: dict[str, Party] = {}

    def find_or_add(self, anonymous_id: str) -> Party:
        """Return the person who has an `anonymous_id`, or else the visitor."""
        holder = self._holders.get(anonymous_id)
        if isinstance(holder, Person):
            holder = holder.survivor
        if holder is None or (isinstance(holder, Person) and holder.is_deleted):
            holder = self._holders[anonymous_id] = Visitor(anonymous_id)
        return holder

    def claim(self, anonymous_id: str, person: Person) -> Visitor | None:
        """Give an `anonymous_id` to a person, and return the visitor who turned out to be them."""
        holder = self._holders.get(anonymous_id)
        self._holders[anonymous_id] = person
        if not isinstance(holder, Visitor):
            return None
        holder.person = person
        return holder

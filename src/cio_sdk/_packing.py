"""Which entry goes into which batch: as full as may be, and never past another entry of the same person."""

from __future__ import annotations

from dataclasses import dataclass, field

from cio_sdk._entries import Entry

_AROUND = len(b'{"batch":[]}')


@dataclass(slots=True, eq=False)
class Batch:
    """Entries that go into one request, in order."""

    once: bool = False
    """Whether a repetition of one of its entries can do something twice. Such entries share batches with no others."""
    size: int = _AROUND
    """The bytes of the request's body, exactly."""
    indexes: list[int] = field(default_factory=list)
    operations: list[object] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    after: set[Batch] = field(default_factory=set)
    """The batches that must be done before this one may go."""

    def has_room_for(self, entry: Entry, max_bytes: int) -> bool:
        """Whether an entry fits in."""
        if not self.bodies:
            return True
        return self.once == (entry.repeat == "once") and self.size + 1 + len(entry.body) <= max_bytes

    def add(self, index: int, operation: object, entry: Entry) -> None:
        """Put an entry at the end."""
        if not self.bodies:
            self.once = entry.repeat == "once"
        self.size += len(entry.body) + (1 if self.bodies else 0)
        self.indexes.append(index)
        self.operations.append(operation)
        self.bodies.append(entry.body)
        self.names += entry.names


class Packer:
    """Puts entries into batches.

    One batch is filled. An entry that shares a name with one that is under way must not overtake it; it goes
    into a second batch, the parked one, which waits until those before it are done.
    """

    def __init__(self, max_bytes: int) -> None:
        self.open = Batch()
        self.parked: Batch | None = None
        self._max_bytes = max_bytes
        self._last: dict[str, Batch] = {}

    def add(self, index: int, operation: object, entry: Entry) -> Batch | None:
        """Put an entry into a batch, or return the batch that must go first to make room."""
        last = self._last
        for name in entry.names:
            before = last.get(name)
            if before is not None and before is not self.open:
                return self._park(index, operation, entry)
        if not self.open.has_room_for(entry, self._max_bytes):
            return self.open
        self.open.add(index, operation, entry)
        for name in entry.names:
            last[name] = self.open
        return None

    def take(self, batch: Batch) -> None:
        """Let go of a batch that is sent now."""
        if batch is self.parked:
            self.parked = None
        elif self.parked is not None and not self.parked.after:
            self.open, self.parked = self.parked, None
        else:
            self.open = Batch()

    def settle(self, batch: Batch) -> None:
        """Forget a batch that is done."""
        for name in batch.names:
            if self._last.get(name) is batch:
                del self._last[name]
        if self.parked is not None:
            self.parked.after.discard(batch)

    def _park(self, index: int, operation: object, entry: Entry) -> Batch | None:
        if self.parked is None:
            self.parked = Batch()
        parked = self.parked
        if not parked.has_room_for(entry, self._max_bytes):
            return parked
        befores = {self._last[name] for name in entry.names if name in self._last}
        parked.after |= befores - {parked}
        parked.add(index, operation, entry)
        for name in entry.names:
            self._last[name] = parked
        return None

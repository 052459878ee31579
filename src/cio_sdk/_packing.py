"""Which entry goes into which batch: as full as may be, and never past another entry of the same person."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import BaseModel

from cio_sdk._entries import Entry, PlainEvents

_AROUND = len(b'{"batch":[]}') - 1  # the first entry has no comma before it


@dataclass(slots=True, eq=False)
class Batch:
    """Entries that go into one request, in order."""

    once: bool
    """Whether a repetition of one of its entries can do something twice. Such entries share batches with no others."""
    size: int = _AROUND
    """The bytes of the request's body, exactly, once there is an entry."""
    indexes: list[int] = field(default_factory=list)
    models: list[BaseModel | None] = field(default_factory=list)
    """What was given as a model. Of a mapping only its body is kept: all that is alive costs the collector time."""
    bodies: list[bytes] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    after: set[Batch] = field(default_factory=set)
    """The batches that must be done before this one may go."""
    seen: float | None = None
    """When it was first seen with an entry in it."""

    def add(self, index: int, model: BaseModel | None, entry: Entry, max_bytes: int) -> bool:
        """Put an entry at the end, if it fits in."""
        body, repeat, names = entry
        size = self.size + 1 + len(body)
        if (self.bodies and size > max_bytes) or (repeat == "once") is not self.once:
            return False
        self.size = size
        self.indexes.append(index)
        self.models.append(model)
        self.bodies.append(body)
        self.names += names
        return True


class Packer:
    """Puts entries into batches.

    Two batches are filled, one with what may be repeated and one with what must not. An entry that shares a name with
    one in another batch must not overtake it; it goes into a third batch, the parked one, which waits until those
    before it are done.
    """

    def __init__(self, max_bytes: int) -> None:
        self.open = {once: Batch(once) for once in (False, True)}
        self.parked: Batch | None = None
        self._max_bytes = max_bytes
        self._last: dict[str, Batch] = {}

    def add(self, index: int, model: BaseModel | None, entry: Entry) -> Batch | None:
        """Put an entry into a batch, or return the batch that must go first to make room."""
        last, batch = self._last, self.open[entry.repeat == "once"]
        for name in entry.names:
            if last.get(name, batch) is not batch:
                return self._park(index, model, entry)
        if not batch.add(index, model, entry, self._max_bytes):
            return batch
        for name in entry.names:
            last[name] = batch
        return None

    def add_all(self, index: int, events: PlainEvents) -> bool:
        """Put all of some events into the batch that is being filled, if they fit in and none must wait."""
        batch, names = self.open[False], events.names
        count = len(events.bodies)
        size = batch.size + sum(map(len, events.bodies)) + count
        if size > self._max_bytes:
            return False
        if not self._last.keys().isdisjoint(names) and any(self._last.get(name, batch) is not batch for name in names):
            return False
        batch.size = size
        batch.indexes += range(index, index + count)
        batch.models += [None] * count
        batch.bodies += events.bodies
        batch.names += names
        self._last.update(dict.fromkeys(names, batch))
        return True

    def take(self, batch: Batch) -> None:
        """Let go of a batch that is sent now."""
        if batch is self.parked:
            self.parked = None
        elif self.parked is not None and not self.parked.after and self.parked.once is batch.once:
            self.open[batch.once], self.parked = self.parked, None
        else:
            self.open[batch.once] = Batch(batch.once)

    def filled(self) -> list[Batch]:
        """Return every batch that has an entry, the parked one last."""
        return [batch for batch in (*self.open.values(), self.parked) if batch is not None and batch.bodies]

    def settle(self, batch: Batch) -> None:
        """Forget a batch that is done."""
        for name in batch.names:
            if (last := self._last.pop(name, batch)) is not batch:
                self._last[name] = last
        if self.parked is not None:
            self.parked.after.discard(batch)

    def _park(self, index: int, model: BaseModel | None, entry: Entry) -> Batch | None:
        if self.parked is None:
            self.parked = Batch(entry.repeat == "once")
        parked = self.parked
        if not parked.add(index, model, entry, self._max_bytes):
            return parked
        befores = {self._last[name] for name in entry.names if name in self._last}
        parked.after |= befores - {parked}
        for name in entry.names:
            self._last[name] = parked
        return None

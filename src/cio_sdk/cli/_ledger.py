"""What has become of the rows of an import, in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from cio_sdk.batch import BatchResult
from cio_sdk.cli._checkpoint import Checkpoint
from cio_sdk.cli._plan import REJECTED
from cio_sdk.cli._sources import BadRow, Position, Row

_MOST_WAITING = 20_000


@dataclass(slots=True)
class Entry:
    """A row that is under way, or that waits for one before it."""

    file: int
    line: int
    end: Position
    """The place after it."""
    rejected: Callable[[], dict[str, Any]]
    """Makes what goes into the file of rejected rows, without the reason."""
    is_done: bool = False
    why: dict[str, Any] | None = None
    """Why it was rejected, if it was."""


class Rejected(Protocol):
    """Where rejected rows go."""

    def write(self, row: dict[str, Any]) -> None:
        """Take a row."""


class Ledger:
    """Follows the rows, and moves the checkpoint past those that are done."""

    def __init__(self, checkpoint: Checkpoint, rejects: Rejected) -> None:
        """Begin.

        Args:
            checkpoint: Where the rows begin. It is moved.
            rejects: Where rejected rows go.
        """
        self.checkpoint = checkpoint
        self.read = 0
        self._rejects = rejects
        self._entries: deque[Entry] = deque()
        self._under_way: dict[int, Entry] = {}
        self._operations = 0

    @property
    def is_full(self) -> bool:
        """Whether so many rows wait for one before them that it must be done first, lest memory grows."""
        return len(self._entries) - len(self._under_way) > _MOST_WAITING

    def begin_round(self) -> None:
        """Begin to count operations anew."""
        self._operations = 0

    def begin(self, file: int, row: Row, original: Callable[[Row], dict[str, Any]]) -> None:
        """Take a row whose operation is sent now."""
        self.read += 1
        entry = Entry(file, row.line, row.end, partial(original, row))
        self._entries.append(entry)
        self._under_way[self._operations] = entry
        self._operations += 1

    def reject(self, file: int, bad: BadRow) -> None:
        """Take a row that is not sent."""
        self.read += 1
        why = {"column": bad.column, "reason": bad.reason}
        self._entries.append(Entry(file, bad.line, bad.end, lambda: bad.raw, is_done=True, why=why))

    def settle(self, result: BatchResult) -> None:
        """Take what became of an operation. One that was not sent is left for the next time."""
        entry = self._under_way.pop(result.index)
        if result.status == "not_sent":
            return
        entry.is_done = True
        if result.status == "refused":
            entry.why = {"reason": result.reason, "field": result.field, "message": result.message}

    def advance(self) -> None:
        """Move the checkpoint past every row that is done, to the first that is not."""
        checkpoint, entries = self.checkpoint, self._entries
        entry = None
        while entries and entries[0].is_done:
            entry = entries.popleft()
            if entry.why is None:
                checkpoint.accepted += 1
            else:
                checkpoint.rejected += 1
                place = {"file": checkpoint.files[entry.file]["path"], "line": entry.line}
                why = {name: said for name, said in entry.why.items() if said}
                row = entry.rejected()
                self._rejects.write({**row, REJECTED: {**place, **why, **row.get(REJECTED, {})}})
        if entry is not None:
            checkpoint.file, checkpoint.position = entry.file, entry.end

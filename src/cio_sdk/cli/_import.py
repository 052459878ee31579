"""One import: rows in, operations out, and a checkpoint behind them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, cast

from cio_sdk._batching import Part, Pull, Settled, Start, Wait, conduct
from cio_sdk.cli._checkpoint import Checkpoint, Rejects, check_paths, locked
from cio_sdk.cli._ledger import Ledger
from cio_sdk.cli._mapper import Mapper
from cio_sdk.cli._plan import Plan
from cio_sdk.cli._sources import BadRow, FileError, Position, Row, Source, is_device
from cio_sdk.client import Client
from cio_sdk.errors import AuthenticationError, CustomerIOError, ParamError
from cio_sdk.models import BatchAnswer

_ROWS_A_STEP = 500
_SECONDS_A_SAVE = 0.5
_SHOWN = 10


AGAIN = "Run the same command again to go on"


class StoppedError(CustomerIOError):
    """An import ended early. What was done by then is in its checkpoint."""

    advice: str
    """What to do about it, if its message does not say it."""

    def __init__(self, message: str, advice: str = AGAIN) -> None:
        super().__init__(message, advice=advice)


class InterruptedByUserError(StoppedError):
    """An import ended early because the user wanted it to."""

    def __init__(self) -> None:
        super().__init__("stopped by Ctrl-C")


@dataclass(slots=True)
class Rehearsal:
    """What an import would send, and what it would reject."""

    requests: int = 0
    bytes: int = 0
    first: dict[str, Any] | None = None
    """The first operation."""
    rejected: list[dict[str, Any]] = field(default_factory=list)
    """The first rows that would be rejected."""

    def write(self, row: dict[str, Any]) -> None:
        """Take a row that would be rejected."""
        if len(self.rejected) < _SHOWN:
            self.rejected.append(row)

    def flush(self) -> tuple[int, str]:
        """Do nothing: nothing is kept."""
        return 0, ""


class Import:
    """The import of some files."""

    def __init__(
        self,
        sources: list[Source],
        plan: Plan,
        command: dict[str, Any],
        *,
        checkpoint_path: Path | None,
        rejects_path: Path,
        restart: bool,
    ) -> None:
        """Look at every file, and at how far a former import of them got.

        Args:
            sources: The files.
            plan: What they are.
            command: What decides what a row becomes; an import only goes on with the same.
            checkpoint_path: Where it keeps how far it is; None where it does not.
            rejects_path: Where rejected rows go.
            restart: Whether to begin anew.

        Raises:
            FileError: A file cannot be read, or would be read and written; its columns are not what was said of them;
                or the checkpoint is of another import.
        """
        check_paths([source.path for source in sources], checkpoint_path, rejects_path)
        if checkpoint_path is not None and is_device(checkpoint_path):
            checkpoint_path = None
        self.sources = sources
        self.current = 0
        files = [source.fingerprint for source in sources]
        self.mappers: list[Mapper] = [Mapper(plan, source) for source in sources]
        self._restart = restart
        self._checkpoint_path = checkpoint_path
        found = self._found()
        if found is not None and checkpoint_path is not None:
            found.check(command, files, checkpoint_path)
        self.is_resumed = found is not None
        self.checkpoint = found or Checkpoint(command, files)
        self.rejects_path = rejects_path
        self.on_step: Callable[[Import], None] = lambda _: None
        self.is_interrupted = False
        """Whether to read no more, and to end when what is under way is done."""
        self._is_read = False
        self._saved = time.monotonic()

    def run(self, client: Client, *, concurrency: int, requests_per_second: float) -> None:
        """Send everything that is left.

        Raises:
            StoppedError: It ended early.
        """
        limits = {"concurrency": concurrency, "requests_per_second": requests_per_second}
        client.iter_batch([], **limits)  # type: ignore[arg-type] # refuses wrong limits before a file is touched
        with locked(self._checkpoint_path), closing(self._begin()) as rejects:
            ledger = Ledger(self.checkpoint, rejects)
            try:
                for operations in self._rounds(ledger, rejects):
                    results = client.iter_batch(operations, **limits)  # type: ignore[arg-type]
                    for number, result in enumerate(results):
                        ledger.settle(result)
                        if number % _ROWS_A_STEP == 0:
                            self._step(ledger, rejects)
                self._save(ledger, rejects)
            except OSError as error:
                raise StoppedError(_disk_words(error, self._checkpoint_path or self.rejects_path)) from None
            except ParamError:
                raise
            except CustomerIOError as error:
                self._save_if_possible(ledger, rejects)
                if self.is_interrupted:
                    raise InterruptedByUserError from None
                raise StoppedError(str(error), _advice(error)) from None
            if self._checkpoint_path is not None:
                self._checkpoint_path.unlink(missing_ok=True)

    def _found(self) -> Checkpoint | None:
        return Checkpoint.load(self._checkpoint_path) if self._checkpoint_path and not self._restart else None

    def _begin(self) -> Rejects:
        """Save where the import begins, before the rows that a former one has rejected are touched."""
        if self._found() != (self.checkpoint if self.is_resumed else None):
            raise FileError(self.rejects_path, "another import of this file has just ended; run the same command again")
        known = self.checkpoint.rejected_hash if self.is_resumed else ""
        rejects = Rejects(self.rejects_path, self.checkpoint.rejected_bytes, known)
        if self._checkpoint_path is not None:
            try:
                self.checkpoint.save(self._checkpoint_path)
            except OSError as error:
                raise FileError(self._checkpoint_path, f"cannot be written: {error.strerror}") from None
        return rejects

    def rehearse(self) -> Rehearsal:
        """Read and check everything, and send nothing.

        Raises:
            FileError: A file cannot be read on.
        """
        done = Rehearsal()
        self.checkpoint = Checkpoint(self.checkpoint.command, self.checkpoint.files)
        self._checkpoint_path = None
        ledger = Ledger(self.checkpoint, done)
        for operations in self._rounds(ledger, done):
            self._rehearse(operations, ledger, done)
        ledger.advance()
        return done

    def _rehearse(self, operations: Iterator[dict[str, Any]], ledger: Ledger, done: Rehearsal) -> None:
        steps = conduct(time.monotonic, 1, 1e9)
        under_way: list[Part] = []
        answer: Any = None
        with suppress(StopIteration):
            while True:
                step = steps.send(answer)
                answer = None
                if isinstance(step, Pull):
                    answer = list(islice(operations, step.at_most))
                    done.first = done.first or next(iter(answer), None)
                    self._step(ledger, done)
                elif isinstance(step, Start):
                    under_way.append(step.part)
                    done.requests += 1
                    done.bytes += step.part.batch.size
                elif isinstance(step, Wait):
                    answer = [(under_way.pop(), BatchAnswer())]
                elif isinstance(step, Settled):
                    for result in step.results():
                        ledger.settle(result)

    def _rounds(self, ledger: Ledger, rejects: Rejects | Rehearsal) -> Iterator[Iterator[dict[str, Any]]]:
        """Yield the operations, in parts of which each must be done before the next one begins."""
        self._is_read = False
        operations = self._operations(ledger, rejects)
        while not self._is_read:
            ledger.begin_round()
            yield iter(operations.__next__, None)

    def _operations(self, ledger: Ledger, rejects: Rejects | Rehearsal) -> Iterator[dict[str, Any] | None]:
        """Yield the operations of all rows that are left, and None where what is under way must be done first."""
        begin = self.checkpoint.position
        for number in range(self.checkpoint.file, len(self.sources)):
            self.current = number
            source, mapper = self.sources[number], self.mappers[number]
            for item in source.rows(begin):
                if self.is_interrupted:
                    raise InterruptedByUserError
                operation = mapper.operation(item) if isinstance(item, Row) else mapper.rejected(item)
                if isinstance(operation, BadRow):
                    ledger.reject(number, operation)
                else:
                    ledger.begin(number, cast("Row", item), mapper.original)
                    yield operation
                if ledger.read % _ROWS_A_STEP == 0:
                    source.check()
                    self._step(ledger, rejects)
                    if ledger.is_full:
                        yield None
            begin = Position()
        self._is_read = True

    def _step(self, ledger: Ledger, rejects: Rejects | Rehearsal) -> None:
        ledger.advance()
        if time.monotonic() - self._saved >= _SECONDS_A_SAVE:
            self._save(ledger, rejects)
        self.on_step(self)

    def _save(self, ledger: Ledger, rejects: Rejects | Rehearsal) -> None:
        ledger.advance()
        self.checkpoint.rejected_bytes, self.checkpoint.rejected_hash = rejects.flush()
        if self._checkpoint_path is not None:
            self.checkpoint.save(self._checkpoint_path)
        self._saved = time.monotonic()

    def _save_if_possible(self, ledger: Ledger, rejects: Rejects | Rehearsal) -> None:
        try:
            self._save(ledger, rejects)
        except OSError as error:
            raise StoppedError(_disk_words(error, self._checkpoint_path or self.rejects_path)) from None


def _advice(error: CustomerIOError) -> str:
    if isinstance(error, FileError):
        return ""
    return f"Mend that, then r{AGAIN[1:]}" if isinstance(error, AuthenticationError) else AGAIN


def _disk_words(error: OSError, path: Path) -> str:
    return f"{error.filename or path}: cannot be written: {error.strerror}"

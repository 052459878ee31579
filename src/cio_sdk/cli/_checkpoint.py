"""How far an import has got, in a file that outlives it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from itertools import count
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter
from pydantic_core import from_json

from cio_sdk.cli._plan import REJECTED
from cio_sdk.cli._sources import REJECTED_ENDING, FileError, Position, is_device

try:
    import fcntl
except ModuleNotFoundError:  # Windows
    fcntl = None  # type: ignore[assignment]

_VERSION = 2
_MAX_LINE = 10_000_000
_ANEW = "begin anew with --restart"


@dataclass(slots=True)
class Checkpoint:
    """Everything before this place has been accepted or rejected; nothing after it is known of."""

    command: dict[str, Any]
    """What decides what the rows become: an import goes on only with the same."""
    files: list[dict[str, Any]]
    """The files, as they were when the import began."""
    file: int = 0
    """The number of the file that is being read, from 0 on."""
    position: Position = field(default_factory=Position)
    """The place in it."""
    accepted: int = 0
    rejected: int = 0
    rejected_bytes: int = 0
    """The size of the file of rejected rows at this place."""
    rejected_hash: str = ""
    """What tells those bytes from others."""

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """Return the checkpoint in a file, or None where there is none.

        Raises:
            FileError: The file is no checkpoint.
        """
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            if document.pop("version") != _VERSION:
                raise ValueError
            made = TypeAdapter(cls).validate_python(document)
            numbers = (made.file, *made.position, made.accepted, made.rejected, made.rejected_bytes)
            if min(numbers) < 0 or made.file >= len(made.files):
                raise ValueError
        except FileNotFoundError:
            return None
        except OSError as error:
            raise FileError(path, f"cannot be read: {error.strerror}") from None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise FileError(
                path, "is no checkpoint of this command; move it away, or name another with --checkpoint"
            ) from None
        return made

    def check(self, command: dict[str, Any], files: list[dict[str, Any]], path: Path) -> None:
        """Return if an import can go on from here.

        Raises:
            FileError: It is of another command, of other files, or one of them has changed.
        """
        begin_anew = f"{_ANEW}, or name another with --checkpoint"
        if [each.get("path") for each in self.files] != [each["path"] for each in files]:
            raise FileError(path, f"is the checkpoint of other files; {begin_anew}")
        for before, now in zip(self.files, files, strict=True):
            if before != now:
                raise FileError(Path(now["path"]), f"has changed since the import of {path} began; {begin_anew}")
        if self.command != command:
            changed = sorted(name for name in command if command[name] != self.command.get(name))
            raise FileError(path, f"was begun with another {' and '.join(changed)}; give the same, or {begin_anew}")

    def save(self, path: Path) -> None:
        """Replace the file, at once and as a whole.

        Raises:
            OSError: The disk is full, or the folder cannot be written to.
        """
        temporary = _new(path)
        try:
            with _naming(path):
                with temporary.open("w", encoding="utf-8") as file:
                    json.dump({"version": _VERSION, **asdict(self)}, file)
                    file.flush()
                    os.fsync(file.fileno())
                temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise


class Rejects:
    """The file of rejected rows, made when there is a first one. That of an earlier import gets another name."""

    def __init__(self, path: Path, size: int = 0, known: str = "") -> None:
        """Go on with a file.

        Args:
            path: The file.
            size: How much of it to keep, in bytes: what came later is written again.
            known: The hash of that much.

        Raises:
            FileError: It is not a file of rejected rows, is not as it was left, or cannot be written.
        """
        self.path = path
        self.size = size
        self._hash = blake2b(digest_size=16)
        self._file: Any = None
        with _refusing(path):
            if is_device(path):
                return
            if size:
                self._read(size, known)
            elif path.is_file():
                _check_rejected(path, may_be_cut_off=bool(known))
            _check_writable(path)
            if size:
                os.truncate(path, size)

    def _read(self, size: int, known: str) -> None:
        with suppress(FileNotFoundError), self.path.open("rb") as file:
            while chunk := file.read(min(size, 1_000_000)):
                self._hash.update(chunk)
                size -= len(chunk)
        if size or self._hash.hexdigest() != known:
            raise FileError(self.path, f"is not as the import left it; put it back as it was, or {_ANEW}")

    def write(self, row: dict[str, Any]) -> None:
        """Add a row."""
        line = json.dumps(row, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace") + b"\n"
        with _naming(self.path):
            if self._file is None:
                self._file = self._opened()
            self._file.write(line)
        self._hash.update(line)
        self.size += len(line)

    def _opened(self) -> Any:
        if not self.size and self.path.is_file() and self.path.stat().st_size:
            self.path.rename(_free(self.path))
        return self.path.open("ab")

    def flush(self) -> tuple[int, str]:
        """See to it that everything written is on the disk, and return its size and its hash."""
        if self._file is not None:
            with _naming(self.path):
                self._file.flush()
                if not is_device(self.path):
                    os.fsync(self._file.fileno())
        return self.size, self._hash.hexdigest()

    def close(self) -> None:
        """Close the file."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):  # what could not be written was said by `flush`
                file.close()


def check_paths(sources: Sequence[Path], checkpoint: Path | None, rejected: Path) -> None:
    """Return if an import writes to no file that it reads, nor to one file for two things.

    Raises:
        FileError: It does.
    """
    written = [("--rejected", rejected)]
    if checkpoint is not None:
        written += [
            ("--checkpoint", checkpoint),
            ("--checkpoint", _new(checkpoint)),
            ("--checkpoint", _lock(checkpoint)),
        ]
    for place, (option, path) in enumerate(written):
        with _refusing(path):
            if any(_are_same(path, source) for source in sources):
                raise FileError(path, f"is a file that is imported; name another with {option}")
            if any(_are_same(path, other) for _, other in written[:place]):
                raise FileError(path, f"is the file of rejected rows as well; name another with {option}")


@contextmanager
def locked(checkpoint: Path | None) -> Iterator[None]:
    """Keep other imports away from a checkpoint.

    Raises:
        FileError: Another one is at it, or its folder cannot be written to.
    """
    if checkpoint is None or fcntl is None:
        yield
        return
    path = _lock(checkpoint)
    with _refusing(checkpoint):
        file = path.open("ab")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FileError(checkpoint, "another import of this file is running; wait for its end") from None
        except OSError:  # a file system without locks
            pass
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _new(checkpoint: Path) -> Path:
    return checkpoint.with_name(f"{checkpoint.name}.new")


def _lock(checkpoint: Path) -> Path:
    return checkpoint.with_name(f"{checkpoint.name}.lock")


def _are_same(one: Path, other: Path) -> bool:
    if is_device(one):
        return False
    return one.resolve() == other.resolve() or (one.exists() and other.exists() and one.samefile(other))


def _check_rejected(path: Path, *, may_be_cut_off: bool) -> None:
    """Return if a file is empty, or is one of rejected rows."""
    with path.open("rb") as file:
        line = file.readline(_MAX_LINE)
    if not line or (may_be_cut_off and not line.endswith(b"\n")):
        return
    try:
        row = from_json(line)
    except ValueError:
        row = None
    if not isinstance(row, dict) or REJECTED not in row:
        raise FileError(path, "is not a file of rejected rows; move it away, or name another with --rejected")


def _check_writable(path: Path) -> None:
    is_new = not os.path.lexists(path)
    with path.open("ab"):
        pass
    if is_new:
        path.unlink()


def _free(path: Path) -> Path:
    """Return the first name of its kind that no file has: a.1.rejected.jsonl, a.2.rejected.jsonl."""
    ending = REJECTED_ENDING if path.name.endswith(REJECTED_ENDING) else ""
    names = (path.with_name(f"{path.name.removesuffix(ending)}.{number}{ending}") for number in count(1))
    return next(name for name in names if not os.path.lexists(name))


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Say in one sentence that a file cannot be written, before anything is sent."""
    try:
        yield
    except OSError as error:
        raise FileError(path, f"cannot be written: {error.strerror}") from None


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Put the name of a file into an error that the system raises without it."""
    try:
        yield
    except OSError as error:
        error.filename = str(path)
        raise

"""How far an import has got, in a file that outlives it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from cio_sdk.cli._sources import FileError, Position

_VERSION = 1


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
            document["position"] = Position(*document["position"])
            return cls(**document)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise FileError(path, f"cannot be read: {error.strerror}") from None
        except (ValueError, TypeError, KeyError, AttributeError):
            raise FileError(
                path, "is no checkpoint of this command; move it away, or name another with --checkpoint"
            ) from None

    def check(self, command: dict[str, Any], files: list[dict[str, Any]], path: Path) -> None:
        """Return if an import can go on from here.

        Raises:
            FileError: It is of another command, of other files, or one of them has changed.
        """
        begin_anew = "begin anew with --restart, or name another with --checkpoint"
        if [each["path"] for each in self.files] != [each["path"] for each in files]:
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
        temporary = path.with_name(f"{path.name}.new")
        try:
            with _naming(path), temporary.open("w", encoding="utf-8") as file:
                json.dump({"version": _VERSION, **asdict(self)}, file)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise


class Rejects:
    """The file of rejected rows, made when there is a first one."""

    def __init__(self, path: Path, size: int) -> None:
        """Go on with a file.

        Args:
            path: The file.
            size: How much of it to keep, in bytes: what came later is written again.
        """
        self.path = path
        self.size = min(size, path.stat().st_size) if path.exists() else 0
        self._file: Any = None
        if self.size:
            os.truncate(path, self.size)
        elif path.is_file():
            path.unlink()

    def write(self, row: dict[str, Any]) -> None:
        """Add a row."""
        line = _json(row).encode("utf-8", "backslashreplace") + b"\n"
        with _naming(self.path):
            if self._file is None:
                self._file = self.path.open("ab")
            self._file.write(line)
        self.size += len(line)

    def flush(self) -> None:
        """See to it that everything written is on the disk."""
        if self._file is not None:
            with _naming(self.path):
                self._file.flush()
                os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):  # what could not be written was said by `flush`
                file.close()


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Put the name of a file into an error that the system raises without it."""
    try:
        yield
    except OSError as error:
        error.filename = str(path)
        raise


def _json(row: dict[str, Any]) -> str:
    try:
        return json.dumps(row, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError:  # a number that JSON does not have
        finite = json.loads(json.dumps(row, default=str), parse_constant=lambda _: None)
        return json.dumps(finite, ensure_ascii=False)

"""Files as rows, each with the place after it, from which reading can go on."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import os
import re
import sys
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from glob import glob
from itertools import islice, zip_longest
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, TypeAlias, cast

from pydantic_core import from_json

from cio_sdk.errors import CustomerIOError

Format: TypeAlias = Literal["csv", "tsv", "jsonl", "parquet"]

_FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
REJECTED_ENDING = ".rejected.jsonl"
"""How the file of the rows that an import has rejected ends."""
RAW = "_raw"
"""The column that has all of a line that could not be read."""
MORE = "_more"
"""The column that has the cells of a row beyond those of the header."""
MISSING = "_missing"
"""The column that names the cells of a row that are not there, or that JSON does not have."""
_MAX_LINE = 1_000_000
_GZIP_MARK = b"\x1f\x8b"
_MARKS = {  # the mark of UTF-16 begins that of UTF-32
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_COLUMN_OF_JSON_ERROR = re.compile(r" at line 1 column (\d+)$")
_SHOWN = 200
_TOO_LONG = f"has more than {_MAX_LINE:,} bytes, of which only the first {_SHOWN} are kept here"
_OTHER_DELIMITERS = ",;\t|"
csv.field_size_limit(2 * _MAX_LINE)


class FileError(CustomerIOError):
    """A file cannot be read, or not be trusted."""

    def __init__(self, path: Path | str, reason: str, line: int | None = None) -> None:
        place = f"{path}, line {line}" if line else str(path)
        super().__init__(f"{place}: {reason}", path=str(path), line=line, reason=reason)


class Position(NamedTuple):
    """A place between two rows: the first one is `Position()`."""

    offset: int = 0
    """The bytes before it; for Parquet the rows."""
    line: int = 0
    """The lines before it."""


class Row(NamedTuple):
    """A row that could be read."""

    values: Sequence[Any] | dict[str, Any]
    """The cells in the order of the header, or the values by column."""
    line: int
    end: Position


class BadRow(NamedTuple):
    """A row that cannot be sent."""

    line: int
    column: str
    """The column at fault, by its name, or by the number of the character."""
    reason: str
    raw: dict[str, Any]
    """What it says."""
    end: Position


Item: TypeAlias = Row | BadRow


@dataclass(slots=True)
class _Line:
    data: bytes
    number: int
    end: int
    quotes: int = -1
    """Of a line that is too long, of which only the head is here: how many quotes it has in all."""

    @property
    def place(self) -> Position:
        """The place after it."""
        return Position(self.end, self.number)


class _TooLongError(Exception):
    """A record has more bytes than a line may have."""


@dataclass(eq=False)
class Source:
    """One file, or standard input."""

    path: Path
    format: Format
    encoding: str = "utf-8"
    delimiter: str = ""
    """What is between the cells of CSV, if that was said."""
    _opened: tuple[int, int] | None = field(default=None, init=False)
    _peeked: list[Item] = field(default_factory=list, init=False)
    _raw: IO[bytes] | None = field(default=None, init=False)
    _progress: int = field(default=0, init=False)

    @property
    def is_stdin(self) -> bool:
        """Whether it is standard input, which can be read once only."""
        return str(self.path) == "-"

    @property
    def size(self) -> int | None:
        """How much there is to read, in bytes of the file, or None where that is not known."""
        return None if self.is_stdin else self.path.stat().st_size

    @property
    def progress(self) -> int:
        """How far reading is, in bytes of the file."""
        if self._raw is not None and not self._raw.closed:
            self._progress = self._raw.tell()
        return self._progress

    @cached_property
    def fingerprint(self) -> dict[str, Any]:
        """What tells the file from others, and from itself when it has changed."""
        if self.is_stdin:
            return {"path": "-"}
        try:
            with self.path.open("rb") as file:
                state = os.fstat(file.fileno())
                head = hashlib.sha256(file.read(65_536)).hexdigest()
        except OSError as error:
            raise FileError(self.path, f"cannot be read: {error.strerror}") from None
        self._opened = (state.st_size, state.st_mtime_ns)
        return {"path": str(self.path), "size": state.st_size, "changed": state.st_mtime_ns, "head": head}

    def check(self) -> None:
        """Return if the file is as it was.

        Raises:
            FileError: It has changed.
        """
        if self._opened is not None:
            state = self.path.stat() if self.path.exists() else None
            if state is None or (state.st_size, state.st_mtime_ns) != self._opened:
                raise FileError(
                    self.path, "has changed while it was read; import a copy that stays as it is, with --restart"
                )

    @cached_property
    def columns(self) -> list[str] | None:
        """The names of the columns, or None where each row has names of its own.

        Raises:
            FileError: The header is missing or wrong.
        """
        return self._read_columns()

    def _read_columns(self) -> list[str] | None:
        return None

    def peek(self, count: int) -> list[Item]:
        """Return the first rows. They are not lost."""
        if not self.is_stdin:
            return list(islice(self._iterate(Position()), count))
        self._peeked = list(islice(self._only_rows, count))
        return self._peeked

    def rows(self, start: Position) -> Iterator[Item]:
        """Yield the rows from a place on.

        Raises:
            FileError: The file cannot be read, or has changed.
        """
        peeked, self._peeked = self._peeked, []
        yield from peeked
        yield from self._only_rows if self.is_stdin else self._iterate(start)
        self.check()

    @cached_property
    def _only_rows(self) -> Iterator[Item]:
        """The rows of what can be read once: a reader may have looked ahead, so that there must be one only."""
        return self._iterate(Position())

    def _iterate(self, start: Position) -> Iterator[Item]:
        raise NotImplementedError


class _Text(Source):
    """A file of lines."""

    @cached_property
    def _stream(self) -> IO[bytes]:
        """Standard input, whose rows can be asked for in two goes."""
        if sys.stdin is None:
            raise FileError(self.path, "is closed; pipe a file into it")
        return sys.stdin.buffer

    def _lines(self, start: Position) -> Iterator[_Line]:
        try:
            if self.is_stdin:
                yield from self._lines_of(self._stream, start)
                return
            with self.path.open("rb") as raw:
                self._raw = raw
                stream = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if _is_gzip(self.path) else raw
                stream.seek(start.offset)
                yield from self._lines_of(stream, start)
                self._progress = raw.tell()
        except zlib.error:
            raise FileError(self.path, "cannot be read: its compressed data is damaged; get another copy") from None
        except (OSError, EOFError) as error:
            raise FileError(self.path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None

    def _lines_of(self, stream: IO[bytes], start: Position) -> Iterator[_Line]:
        offset, number = start
        while data := stream.readline(_MAX_LINE + 1):
            number += 1
            if offset == 0:
                self._check_mark(data)
            offset += len(data)
            if len(data) > _MAX_LINE:
                head, quotes = data[:_SHOWN], data.count(b'"')
                while not data.endswith(b"\n") and (data := stream.readline(_MAX_LINE)):
                    offset += len(data)
                    quotes += data.count(b'"')
                yield _Line(head, number, offset, quotes)
                continue
            if number == 1:
                data = data.removeprefix(codecs.BOM_UTF8)
            yield _Line(data, number, offset)

    def _check_mark(self, data: bytes) -> None:
        if data.startswith(_GZIP_MARK):
            raise FileError(self.path, "is compressed with gzip; let its name end in .gz")
        for mark, name in _MARKS.items():
            if data.startswith(mark):
                hint = f"convert it: iconv -f {name} -t UTF-8 {self.path} > converted.{self.format}"
                raise FileError(self.path, f"is {name} text; {hint}", 1)

    def _undecodable(self, line: _Line, error: UnicodeDecodeError) -> tuple[str, str]:
        """Return which character of a line cannot be read, and why."""
        column = len(line.data[: error.start].decode(self.encoding)) + 1
        reason = f"has a byte that is not {self.encoding}; mend it, or say the encoding with --encoding"
        return f"character {column}", reason


class _Feed:
    """Lines as text, and those of them that the record which is being read has taken."""

    def __init__(self, lines: Iterator[_Line], encoding: str) -> None:
        self.lines = lines
        self.again: deque[_Line] = deque()
        """Lines that were taken, and that are to be read once more."""
        self.taken: list[_Line] = []
        self.damaged: list[tuple[_Line, UnicodeDecodeError]] = []
        self._encoding = encoding

    def texts(self) -> Iterator[str]:
        """Yield the texts that are left."""
        lines, again, taken, encoding = self.lines, self.again, self.taken, self._encoding
        while True:
            line = again.popleft() if again else next(lines, None)
            if line is None:
                return
            taken.append(line)
            if line.quotes >= 0 or (len(taken) > 1 and line.end - taken[0].end > _MAX_LINE):
                raise _TooLongError
            try:
                text = line.data.decode(encoding)
            except UnicodeDecodeError as error:
                self.damaged.append((line, error))
                text = line.data.decode(encoding, "replace")
            yield text


class CSV(_Text):
    """Cells with commas or tabs between them, behind a header."""

    def _read_columns(self) -> list[str]:
        header = next(self._records(Position()), None)
        if header is None:
            raise FileError(self.path, "is empty; its first line must be a header that names the columns")
        if isinstance(header, BadRow):
            if "\r" in header.raw[RAW].replace("\r\n", ""):
                hint = f"convert it: tr '\\r' '\\n' < {self.path} > converted.{self.format}"
                raise FileError(self.path, f"its lines end in CR only; {hint}")
            raise FileError(self.path, f"the header {header.reason}", header.line)
        columns = [str(name).strip() for name in header.values]
        if len(columns) == 1 and not self.delimiter:
            self._check_delimiter(columns[0])
        names: set[str] = set()
        for number, name in enumerate(columns, 1):
            if not name:
                raise FileError(self.path, f"column {number} of the header has no name", header.line)
            if name in names:
                raise FileError(self.path, f"two columns are called {name!r}; rename one of them", header.line)
            names.add(name)
        self._start = header.end
        return columns

    def _iterate(self, start: Position) -> Iterator[Item]:
        columns = self.columns or []
        return self._records(max(start, self._start), columns)

    def _check_delimiter(self, header: str) -> None:
        for other in _OTHER_DELIMITERS:
            if other in header:
                shown, hint = ("tabs", "--format tsv") if other == "\t" else (f"'{other}'", f"--delimiter '{other}'")
                raise FileError(self.path, f"its columns seem to be parted by {shown}; give {hint}", 1)

    def _reader(self, texts: Iterable[str]) -> Iterator[list[str]]:
        delimiter = self.delimiter or ("\t" if self.format == "tsv" else ",")
        return csv.reader(texts, delimiter=delimiter, strict=True)

    def _records(self, start: Position, columns: Sequence[str] = ()) -> Iterator[Item]:
        feed = _Feed(self._stdin_lines if self.is_stdin else self._lines(start), self.encoding)
        taken, reader = feed.taken, self._reader(feed.texts())
        while True:
            taken.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _TooLongError) as error:
                yield self._unreadable(feed, error)
                feed.damaged.clear()
                reader = self._reader(feed.texts())
                continue
            if feed.damaged:
                yield self._damaged(feed, taken)
                feed.damaged.clear()
                continue
            last = taken[-1]
            if cells:
                yield _checked(cells, columns, taken[0].number, Position(last.end, last.number))

    def _unreadable(self, feed: _Feed, error: Exception) -> BadRow:
        """Return a record that is no CSV: its first line only, unless it is known where all of it ends."""
        first, *others = feed.taken
        is_long = isinstance(error, _TooLongError)
        if is_long and (end := self._end_of_long(feed.taken)) is not None:
            if end != feed.taken[-1].place:
                feed.again.clear()
                feed.lines = self._lines(end)
            return BadRow(first.number, "", _TOO_LONG, _raw(b"".join(line.data for line in feed.taken)[:_SHOWN]), end)
        feed.again.extendleft(reversed(others))
        if feed.damaged and feed.damaged[0][0] is first:
            return self._damaged(feed, [first])
        reason = f"has a broken quote ({error}); double a quote within a quoted cell"
        if first.quotes >= 0:
            reason = _TOO_LONG
        elif is_long:
            reason = f"has a quote that is not closed, or a cell of more than {_MAX_LINE:,} bytes"
        return BadRow(first.number, "", reason, _raw(first.data), first.place)

    def _damaged(self, feed: _Feed, taken: Sequence[_Line]) -> BadRow:
        """Return a record of which a line cannot be decoded."""
        line, error = feed.damaged[0]
        column, reason = self._undecodable(line, error)
        if line is not taken[0]:
            reason = f"line {line.number} {reason}"
        return BadRow(taken[0].number, column, reason, _raw(b"".join(each.data for each in taken)), taken[-1].place)

    def _end_of_long(self, taken: Sequence[_Line]) -> Position | None:
        """Return the place after a record that is too long, or None where its quote is never closed."""
        first = taken[0]
        if len(taken) == 1 and first.quotes % 2 == 0:
            return first.place
        if self.is_stdin:  # it cannot be read twice
            return None
        raw = self._raw
        try:
            return self._end_of_quoted(taken[-2].place if len(taken) > 1 else first.place)
        finally:
            self._raw = raw

    def _end_of_quoted(self, start: Position) -> Position | None:
        for line in self._lines(start):
            if line.quotes >= 0:
                if line.quotes % 2:
                    return line.place
                continue
            try:
                next(self._reader(['"' + line.data.decode(self.encoding, "replace")]))
            except csv.Error as error:
                if "unexpected end of data" not in str(error):
                    return None
            else:
                return line.place
        return None

    @cached_property
    def _stdin_lines(self) -> Iterator[_Line]:
        return self._lines(Position())


class JSONLines(_Text):
    """A JSON object a line."""

    def _iterate(self, start: Position) -> Iterator[Item]:
        lines = self._lines(start) if not self.is_stdin else self._stdin_lines
        for line in lines:
            if line.data.isspace():
                continue
            column, reason, values = "", "is not a JSON object", None
            try:
                if line.quotes < 0:
                    values = from_json(line.data.decode(self.encoding), allow_inf_nan=False)
                else:
                    reason = _TOO_LONG
            except UnicodeDecodeError as error:
                column, reason = self._undecodable(line, error)
            except ValueError as error:
                found = _COLUMN_OF_JSON_ERROR.search(str(error))
                column = f"character {self._character(line, int(found[1]))}" if found else ""
                reason = "is not JSON"
            if isinstance(values, dict):
                yield Row(values, line.number, line.place)
            else:
                yield BadRow(line.number, column, reason, _raw(line.data), line.place)

    def _character(self, line: _Line, byte: int) -> int:
        """Return which character a byte of the line, as UTF-8, belongs to."""
        return len(line.data.decode(self.encoding).encode()[:byte].decode(errors="ignore"))

    @cached_property
    def _stdin_lines(self) -> Iterator[_Line]:
        return self._lines(Position())


def _checked(cells: list[str], columns: Sequence[str], line: int, end: Position) -> Item:
    """Return a row, which must have as many cells as there are columns, where these are known."""
    width = len(columns)
    if len(cells) == width or not width:
        return Row(cells, line, end)
    more: dict[str, Any] = {MORE: cells[width:]} if cells[width:] else {MISSING: columns[len(cells) :]}
    raw = {**dict(zip_longest(columns, cells[:width])), **more}
    return BadRow(
        line, "", f"has {len(cells)} cell{'s' if len(cells) > 1 else ''}, and the header has {width}", raw, end
    )


def _raw(data: bytes) -> dict[str, Any]:
    return {RAW: data.decode("utf-8", "backslashreplace").rstrip("\r\n")}


def open_sources(
    names: Sequence[str], format: Format | None = None, encoding: str = "utf-8", delimiter: str = ""
) -> list[Source]:
    """Return the files that names, globs and `-` stand for.

    Raises:
        FileError: There is no such file, or its format is not known.
    """
    if len(delimiter) > 1 or delimiter in ('"', "\r", "\n"):
        raise FileError("--delimiter", "must be one character, such as ';'")
    encoding = _checked_encoding(encoding)
    sources = []
    for name in names:
        paths = [Path(name)] if name == "-" or os.path.exists(name) else _found(name)  # noqa: PTH110
        if not paths:
            raise FileError(name, "there is no such file")
        sources += [_source(path, format or _format_of(path), encoding, delimiter) for path in paths]
    doubled = {str(source.path) for source in sources if sum(other.path == source.path for other in sources) > 1}
    if doubled:
        raise FileError(min(doubled), "is given twice")
    return sources


def _found(pattern: str) -> list[Path]:
    """Return the files that a glob finds, without those of the rows that an import has rejected."""
    return [Path(name) for name in sorted(glob(pattern)) if not name.endswith(REJECTED_ENDING)]  # noqa: PTH207


def _format_of(path: Path) -> Format:
    if path.is_dir():
        raise FileError(path, f"is a folder; name its files, as in '{path}/*.csv'")
    suffix = Path(path.stem).suffix if _is_gzip(path) else path.suffix
    if suffix.lower() not in _FORMATS:
        what = "standard input has" if str(path) == "-" else f"{path.name} has"
        raise FileError(path, f"{what} no ending that says its format; give --format csv, tsv, jsonl or parquet")
    return _FORMATS[suffix.lower()]


def is_device(path: Path) -> bool:
    """Whether something is there that is neither a file nor a folder, such as /dev/null."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _is_gzip(path: Path) -> bool:
    return path.suffix.lower() == ".gz"


def _source(path: Path, format: Format, encoding: str, delimiter: str) -> Source:
    if is_device(path):
        raise FileError(path, f"can be read once only; give - in its place, and let < {path} follow")
    if format == "parquet":
        from cio_sdk.cli._parquet import Parquet

        return Parquet(path, format)
    kind = JSONLines if format == "jsonl" else CSV
    return kind(path, format, encoding, delimiter)


def _checked_encoding(encoding: str) -> str:
    try:
        encoding = "utf-8" if codecs.lookup(encoding).name == "utf-8-sig" else encoding  # a mark is fine anyway
        is_plain = "a,\n".encode(encoding) == b"a,\n"
    except (LookupError, ValueError):
        raise FileError("--encoding", f"{encoding!r} is not an encoding that is known; try utf-8 or cp1252") from None
    if not is_plain:
        raise FileError("--encoding", f"{encoding} cannot be read line by line; convert the file to UTF-8 with iconv")
    return encoding

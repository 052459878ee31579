"""Parquet files as rows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from cio_sdk.cli._sources import MISSING, BadRow, FileError, Item, Position, Row, Source

_ROWS_AT_ONCE = 1_000


class Parquet(Source):
    """A table of typed columns."""

    _read_rows = 0

    def _read_columns(self) -> list[str]:
        names: list[str] = self._open().schema_arrow.names
        for number, name in enumerate(names, 1):
            if not name:
                raise FileError(self.path, f"column {number} has no name")
            if names.count(name) > 1:
                raise FileError(self.path, f"two columns are called {name!r}; rename one of them")
        return names

    @property
    def progress(self) -> int:
        """How far reading is, in bytes of the file, as far as rows say."""
        rows = self._rows_in_all
        return (self.size or 0) * self._read_rows // rows if rows else 0

    @cached_property
    def _rows_in_all(self) -> int:
        return int(self._open().metadata.num_rows)

    def _iterate(self, start: Position) -> Iterator[Item]:
        file = self._open()
        index, groups = 0, list[int]()
        for number in range(file.metadata.num_row_groups):
            rows = file.metadata.row_group(number).num_rows
            if not groups and index + rows <= start.offset:
                index += rows
            else:
                groups.append(number)
        try:
            for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, row_groups=groups) if groups else ():
                skipped = min(batch.num_rows, max(0, start.offset - index))
                for item in _items(batch.slice(skipped), index + skipped):
                    self._read_rows = item.end.offset
                    yield item
                index += batch.num_rows
        except (OSError, ValueError, NotImplementedError) as error:
            raise FileError(self.path, f"cannot be read on: {_first_line(error)}") from None

    def _open(self) -> Any:
        try:
            from pyarrow import ArrowInvalid, parquet
        except ModuleNotFoundError:
            raise FileError(self.path, "reading Parquet needs pyarrow; run: pip install 'cio-sdk[parquet]'") from None
        if self.is_stdin:
            raise FileError("-", "Parquet cannot be read from standard input; name a file")
        try:
            return parquet.ParquetFile(self.path, coerce_int96_timestamp_unit="us")
        except ArrowInvalid as error:
            raise FileError(self.path, f"is not a whole Parquet file: {_first_line(error)}") from None
        except OSError as error:
            raise FileError(self.path, f"cannot be read: {_first_line(error)}") from None


def _items(batch: Any, before: int) -> list[Item]:
    """Return the rows of a batch that so many rows come before."""
    batch = _in_microseconds(batch)
    try:
        rows = batch.to_pylist()
    except (ValueError, OverflowError):
        return [_item(batch.slice(number, 1), before + number + 1) for number in range(batch.num_rows)]
    return [Row(row, number, Position(number, number)) for number, row in enumerate(rows, before + 1)]


def _item(batch: Any, number: int) -> Item:
    """Return the one row of a batch, in which a value can be one that Python does not have."""
    values: dict[str, Any] = {}
    wrong = []
    for field, cells in zip(batch.schema, batch.columns, strict=True):
        try:
            values[field.name] = cells[0].as_py()
        except (ValueError, OverflowError):
            values[field.name] = None
            wrong.append(field.name)
    end = Position(number, number)
    if wrong:
        reason = f"is out of range, or broken, for a value of the type {batch.schema.field(wrong[0]).type}"
        return BadRow(number, wrong[0], reason, {**values, MISSING: wrong}, end)
    return Row(values, number, end)


def _in_microseconds(batch: Any) -> Any:
    """Return a batch whose times are as fine as Python's own, which know no nanoseconds."""
    import pyarrow

    for place, field in enumerate(batch.schema):
        if pyarrow.types.is_timestamp(field.type) and field.type.unit == "ns":
            cells = batch.column(place).cast(pyarrow.timestamp("us", field.type.tz), safe=False)
            batch = batch.set_column(place, field.name, cells)
    return batch


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]

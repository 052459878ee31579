"""Parquet files as rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from cio_sdk.cli._sources import MISSING, BadRow, FileError, Item, Position, Row, Source

_ROWS_AT_ONCE = 1_000
_NO_VALUE = (ValueError, OverflowError, KeyError)


class Parquet(Source):
    """A table of typed columns."""

    _read_rows = 0

    def _read_columns(self) -> list[str]:
        with self._refusing("is not a whole Parquet file"):
            names: list[str] = self._open().schema_arrow.names
        for number, name in enumerate(names, 1):
            if not name:
                raise FileError(self.path, f"column {number} has no name")
        for name, count in Counter(names).items():
            if count > 1:
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
        batches = file.iter_batches(batch_size=_ROWS_AT_ONCE, row_groups=groups) if groups else iter(())
        while True:
            with self._refusing("cannot be read on"):
                batch = next(batches, None)
                if batch is None:
                    return
                skipped = min(batch.num_rows, max(0, start.offset - index))
                items = _items(batch.slice(skipped), index + skipped)
            for item in items:
                self._read_rows = item.end.offset
                yield item
            index += batch.num_rows

    @contextmanager
    def _refusing(self, words: str) -> Iterator[None]:
        """Say in one sentence that the file cannot be read: a damaged one makes pyarrow raise all sorts of errors."""
        try:
            yield
        except (OSError, ValueError, KeyError, NotImplementedError, MemoryError) as error:
            raise FileError(self.path, f"{words}: {_first_line(error)}") from None

    def _open(self) -> Any:
        try:
            from pyarrow import parquet
        except ModuleNotFoundError:
            raise FileError(self.path, "reading Parquet needs pyarrow; run: pip install 'cio-sdk[parquet]'") from None
        if self.is_stdin:
            raise FileError("-", "Parquet cannot be read from standard input; name a file")
        with self._refusing("is not a whole Parquet file"):
            return parquet.ParquetFile(self.path, coerce_int96_timestamp_unit="us")


def _items(batch: Any, before: int) -> list[Item]:
    """Return the rows of a batch that so many rows come before."""
    batch = _in_microseconds(batch)
    try:
        rows = batch.to_pylist(maps_as_pydicts="strict")
    except _NO_VALUE:
        return [_item(batch.slice(number, 1), before + number + 1) for number in range(batch.num_rows)]
    return [Row(row, number, Position(number, number)) for number, row in enumerate(rows, before + 1)]


def _item(batch: Any, number: int) -> Item:
    """Return the one row of a batch, in which a value can be one that Python does not have."""
    values: dict[str, Any] = {}
    wrong = []
    for field, cells in zip(batch.schema, batch.columns, strict=True):
        try:
            values[field.name] = cells[0].as_py(maps_as_pydicts="strict")
        except _NO_VALUE:
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

    def coarse(kind: Any) -> Any:
        if pyarrow.types.is_timestamp(kind) and kind.unit == "ns":
            return pyarrow.timestamp("us", kind.tz)
        if pyarrow.types.is_struct(kind):
            return pyarrow.struct([field.with_type(coarse(field.type)) for field in kind])
        if pyarrow.types.is_map(kind):
            return pyarrow.map_(coarse(kind.key_type), coarse(kind.item_type))
        if pyarrow.types.is_list(kind):
            return pyarrow.list_(kind.value_field.with_type(coarse(kind.value_type)))
        return kind

    for place, field in enumerate(batch.schema):
        if (kind := coarse(field.type)) != field.type:
            batch = batch.set_column(place, field.name, batch.column(place).cast(kind, safe=False))
    return batch


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]

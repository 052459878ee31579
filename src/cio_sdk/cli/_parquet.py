"""Parquet files as rows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from cio_sdk.cli._sources import FileError, Item, Position, Row, Source

_ROWS_AT_ONCE = 1_000


class Parquet(Source):
    """A table of typed columns."""

    _read_rows = 0

    def _read_columns(self) -> list[str]:
        names: list[str] = self._open().schema_arrow.names
        for name in names:
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
                for values in batch.to_pylist():
                    index += 1
                    if index > start.offset:
                        self._read_rows = index
                        yield Row(values, index, Position(index, index))
        except (OSError, ValueError) as error:
            raise FileError(self.path, f"cannot be read on: {error}") from None

    def _open(self) -> Any:
        try:
            from pyarrow import ArrowInvalid, parquet
        except ModuleNotFoundError:
            raise FileError(self.path, "reading Parquet needs pyarrow; run: pip install 'cio-sdk[parquet]'") from None
        if self.is_stdin:
            raise FileError("-", "Parquet cannot be read from standard input; name a file")
        try:
            return parquet.ParquetFile(self.path)
        except ArrowInvalid as error:
            raise FileError(self.path, f"is not a whole Parquet file: {error}") from None
        except OSError as error:
            raise FileError(self.path, f"cannot be read: {error}") from None

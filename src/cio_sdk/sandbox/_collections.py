"""The collections of a sandbox: tables that messages can draw on."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from itertools import count
from typing import Any

from pydantic_core import to_json

from cio_sdk import models
from cio_sdk.sandbox import records
from cio_sdk.sandbox._clock import now
from cio_sdk.sandbox._rules import RefusedError, TooLargeError, UnknownError

_MAX_ROW_BYTES = 10_000
_MAX_BYTES = 10_000_000


class Collections:
    """Every collection."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._by_number: dict[int, records.Collection] = {}

    def __len__(self) -> int:
        return len(self._by_number)

    def snapshots(self) -> list[records.Collection]:
        """Return every collection, in the order in which they were created."""
        return deepcopy([*self._by_number.values()])

    def save(
        self, name: str, rows: Sequence[dict[str, Any]], url: str | None, collection_id: str | None
    ) -> models.Collection:
        """Create a collection, or replace the name and the contents of the one with this id."""
        known = self.find(collection_id) if collection_id is not None else None
        namesake = next((other for other in self._by_number.values() if other.name == name), known)
        if namesake is not known:
            raise RefusedError(("name",), "is the name of another collection")
        saved = records.Collection(
            id=known.id if known else next(self._numbers),
            name=name,
            rows=[*rows],
            url=url,
            created_at=known.created_at if known else now(),
            updated_at=now(),
        )
        self._by_number[saved.id] = saved
        return _described(saved)

    def described(self) -> list[models.Collection]:
        """Return every collection without its rows, as the API shows it."""
        return [_described(each) for each in self._by_number.values()]

    def describe(self, collection_id: str) -> models.Collection:
        """Return a collection without its rows, as the API shows it."""
        return _described(self.find(collection_id))

    def delete(self, collection_id: str) -> None:
        """Delete a collection."""
        del self._by_number[self.find(collection_id).id]

    def find(self, collection_id: str) -> records.Collection:
        """Return a collection.

        Raises:
            UnknownError: There is none with this id.
        """
        for collection in self._by_number.values():
            if str(collection.id) == collection_id:
                return collection
        raise UnknownError("there is no collection with this id")


def _described(collection: records.Collection) -> models.Collection:
    rows = collection.rows
    return models.Collection(
        id=collection.id,
        name=collection.name,
        schema_=list(dict.fromkeys(column for row in rows for column in row)),
        rows=len(rows),
        bytes=len(to_json(rows)) if rows else 0,
        created_at=collection.created_at,
        updated_at=collection.updated_at,
    )


def check_rows(rows: Sequence[object]) -> None:
    """Return if the rows of a collection are small enough.

    Raises:
        RefusedError: One is too large.
        TooLargeError: All of them are, together.
    """
    total = 0
    for index, row in enumerate(rows):
        size = len(to_json(row))
        if size > _MAX_ROW_BYTES:
            raise RefusedError(("data", index), f"has {size:,} bytes; a row has at most {_MAX_ROW_BYTES:,}")
        total += size
    if total > _MAX_BYTES:
        raise TooLargeError(f"the rows have {total:,} bytes; a collection has at most {_MAX_BYTES:,}")

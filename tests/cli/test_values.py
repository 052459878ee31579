"""What the cells of a file are taken for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cio_sdk.cli._values import Kind, converter, kind_of, plain

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "-2.5", "0", "1e3"], "number"),
        (["1", "", "2"], "number"),
        (["007"], "string"),
        (["+49"], "string"),
        (["1234567890123456"], "string"),
        (["123456789012345"], "number"),
        (["nan", "inf"], "string"),
        (["1", "x"], "string"),
        (["1"] * 9 + ["n/a"], "number"),
        (["1"] * 8 + ["n/a"], "string"),
        (["1"] * 99 + ["007"], "string"),
        (["2026-01-31"] * 9 + ["soon"], "time"),
        (["1_000"], "string"),
        (["1٣"], "string"),
        ([" 1"], "string"),
        (["true", "FALSE", ""], "boolean"),
        (["true", "yes"], "string"),
        (["2026-01-31", "2026-01-31T12:00:00Z", "2026-01-31 12:00:00.5+02:00"], "time"),
        (["20260131"], "number"),
        (["2026-01-31", "soon"], "string"),
        (["", ""], "string"),
        ([], "string"),
    ],
)
def test_column_when_its_first_cells_are_seen_then_they_say_what_it_is(cells: list[str], kind: str) -> None:
    assert kind_of(cells) == kind


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("number", "42", 42),
        ("number", "-1.5", -1.5),
        ("number", "1e3", 1000.0),
        ("number", "-7", -7),
        ("number", "0.30000000000000004", 0.30000000000000004),
        ("number", 3, 3),
        ("boolean", "True", True),
        ("boolean", False, False),
        ("string", 42, "42"),
        ("string", True, "true"),
        ("string", [1, "a"], '[1,"a"]'),
        ("string", date(1970, 1, 2), "1970-01-02"),
        ("string", Decimal("1.50"), "1.50"),
        ("json", '{"a": [1]}', {"a": [1]}),
        ("json", [1], [1]),
        ("time", "1970-01-02", 86_400 - 3_600),
        ("time", "1970-01-01T01:00:00", 0),
        ("time", "1970-01-01T00:00:01.9Z", 1),
        ("time", "1969-12-31T23:59:59.5Z", -1),
        ("time", "1970-01-01 02:00:00+02:00", 0),
        ("time", "1767139200", 1767139200),
        ("time", "1700000000.9", 1700000000),
        ("time", "-0.5", -1),
        ("time", 1700000000.9, 1700000000),
        ("time", Decimal("1700000000.9"), 1700000000),
        ("time", "1970-01-01 00:00:00+00", 0),
        ("time", "1970-01-01t00:00:00z", 0),
        ("time", 1767139200, 1767139200),
        ("time", date(1970, 1, 2), 86_400 - 3_600),
        ("time", datetime(1970, 1, 1, tzinfo=UTC), 0),
    ],
)
def test_cell_when_it_is_of_its_kind_then_it_becomes_its_value(kind: Kind, cell: Any, value: Any) -> None:
    made = converter(kind, BERLIN)(cell)

    assert made == value
    assert type(made) is type(value)


@pytest.mark.parametrize(
    ("kind", "cell", "words"),
    [
        ("number", "x", "is not a number"),
        ("number", "٣", "is not a number"),
        ("number", True, "is not a number"),
        ("number", "1234567890123456", "is not a number of up to 15 digits"),
        ("number", Decimal("NaN"), "is not a finite number"),
        ("string", b"\x01", "is binary, and not text"),
        ("boolean", "yes", "is not true or false"),
        ("boolean", 1, "is not true or false"),
        ("json", "{", "is not JSON"),
        ("json", "NaN", "is not JSON"),
        ("time", "soon", "is not an ISO date or time, or Unix seconds"),
        ("time", "2026-02-30", "is a date or time that does not exist"),
        ("time", "1767139200000", "it seems to be in milliseconds"),
        ("time", 1767139200000, "it seems to be in milliseconds"),
        ("time", True, "is not an ISO date or time"),
    ],
)
def test_cell_when_it_is_not_of_its_kind_then_it_is_refused_without_its_value(
    kind: Kind, cell: Any, words: str
) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        converter(kind, UTC)(cell)

    assert str(cell) not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("1.5"), 1.5),
        ({"a": [date(1970, 1, 1)]}, {"a": [0]}),
        ((1, None, True, "x"), [1, None, True, "x"]),
    ],
)
def test_typed_value_when_it_is_no_json_then_it_becomes_what_is(value: Any, expected: Any) -> None:
    assert plain(value, UTC) == expected


@pytest.mark.parametrize("value", [b"x", float("nan"), Decimal("Infinity"), {"a": {1, 2}}])
def test_typed_value_when_json_has_nothing_for_it_then_it_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"is (not a finite number|of the type)"):
        plain(value, UTC)

"""What the cells of a file are: numbers, booleans, times or text."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any, Literal, TypeAlias, get_args

from pydantic_core import from_json, to_json

from cio_sdk._json import unix_seconds

Kind: TypeAlias = Literal["string", "number", "boolean", "time", "json"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Convert: TypeAlias = Callable[[Any], Any]
"""Makes of a cell what is sent, or raises a ValueError that says what it is not."""

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_DIGITS = re.compile(r"[+-]?\d+")
_MOST_DIGITS = 15  # a longer number is rather a code, and does not fit into a float
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII)
_SECONDS = re.compile(r"-?\d{1,11}(?:\.\d+)?", re.ASCII)
_LARGEST_EXACT = 2**53  # beyond it a float is not the number that was meant
_BOOLEANS = {"true": True, "false": False}


def kind_of(cells: Iterable[str]) -> Kind:
    """Return what nine of ten cells are, at least; empty ones say nothing, and one code makes all of them text."""
    filled = [cell for cell in cells if cell.strip()]
    for kind, is_of_kind in _RECOGNIZED.items():
        fitting = sum(map(is_of_kind, filled))
        if fitting and fitting >= 0.9 * len(filled):
            return "string" if kind == "number" and any(map(_is_code, filled)) else kind
    return "string"


def converter(kind: Kind, timezone: tzinfo) -> Convert:
    """Return what makes a value of a kind.

    Args:
        kind: The kind.
        timezone: Where times without an offset are.
    """
    if kind == "time":
        return lambda value: _time(value, timezone)
    return {"string": _string, "number": _number, "boolean": _boolean, "json": _json}[kind]


def plain(value: Any, timezone: tzinfo) -> Any:
    """Return a value that has a type already as one that JSON has."""
    if isinstance(value, str | bool | int) or value is None:
        return value
    if isinstance(value, float | Decimal):
        if not math.isfinite(value):
            raise ValueError("is not a finite number")
        return float(value)
    if isinstance(value, date):
        return _time(value, timezone)
    if isinstance(value, list | tuple):
        return [plain(each, timezone) for each in value]
    if isinstance(value, dict):
        return {str(name): plain(each, timezone) for name, each in value.items()}
    raise ValueError(f"is of the type {type(value).__name__}, which has no JSON form")


def identifier(value: Any) -> str:
    """Return what names a thing as text: a table may hold the whole numbers of a column with gaps as 42.0."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and abs(value) <= _LARGEST_EXACT and value.is_integer():
        value = int(value)
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ValueError("must be text or a whole number")


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None and _has_few_digits(cell)


def _has_few_digits(cell: str) -> bool:
    return len(cell) <= _MOST_DIGITS or sum(map(str.isdigit, cell)) <= _MOST_DIGITS


def _is_code(cell: str) -> bool:
    return _DIGITS.fullmatch(cell) is not None and not _is_number(cell)


_RECOGNIZED: dict[Kind, Callable[[str], bool]] = {
    "number": _is_number,
    "boolean": lambda cell: cell.lower() in _BOOLEANS,
    "time": lambda cell: _TIME.fullmatch(cell) is not None,
}


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        raise ValueError("is binary, and not text")  # noqa: TRY004
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    try:
        return to_json(value, inf_nan_mode="strings").decode()
    except ValueError:
        raise ValueError(f"is of the type {type(value).__name__}, which has no form as text") from None


def _number(value: Any) -> int | float:
    if isinstance(value, str):
        if _NUMBER.fullmatch(value):
            if not (value.isdecimal() or value[1:].isdecimal()):
                return _finite(float(value))
            if _has_few_digits(value):
                return int(value)
            raise ValueError(f"is not a number of up to {_MOST_DIGITS} digits")
    elif isinstance(value, float | Decimal):
        return _finite(float(value))
    elif isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("is not a number")


def _finite(value: float) -> float:
    if math.isfinite(value):
        return value
    raise ValueError("is not a finite number")


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    try:
        return _BOOLEANS[value.lower()]
    except (KeyError, AttributeError):
        raise ValueError("is not true or false") from None


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return from_json(value, allow_inf_nan=False)
    except ValueError:
        raise ValueError("is not JSON") from None


def _time(value: Any, timezone: tzinfo) -> int:
    if isinstance(value, str):
        if not _TIME.fullmatch(value):
            if _SECONDS.fullmatch(value):
                return math.floor(Decimal(value))
            is_milliseconds = value.isdecimal() and len(value) == 13
            mend = "; it seems to be in milliseconds" if is_milliseconds else ""
            raise ValueError(f"is not an ISO date or time, or Unix seconds{mend}")
        try:
            made = datetime.fromisoformat(value.upper())
        except ValueError:
            raise ValueError("is a date or time that does not exist") from None
        return unix_seconds(made if made.tzinfo is not None else made.replace(tzinfo=timezone))
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and math.isfinite(value):
        if not -(10**11) < value < 10**11:
            raise ValueError("is not in Unix seconds; it seems to be in milliseconds")
        return math.floor(value)
    if isinstance(value, datetime):
        return unix_seconds(value if value.tzinfo is not None else value.replace(tzinfo=timezone))
    if isinstance(value, date):
        return unix_seconds(datetime(value.year, value.month, value.day, tzinfo=timezone))
    raise ValueError("is not an ISO date or time, or Unix seconds")

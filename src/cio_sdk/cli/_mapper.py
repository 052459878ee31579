"""Which column is which field, and what a row becomes."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from hashlib import blake2b
from typing import Any, NamedTuple, TypeAlias, cast

from pydantic_core import to_json

from cio_sdk._base import ulid_of
from cio_sdk.cli._plan import (
    EVENT_ACTIONS,
    EVENTS,
    FIXED_OPTIONS,
    NEEDED,
    OPERATIONS,
    PERSON,
    REJECTED,
    SHAPES,
    STRONGEST,
    Plan,
    What,
)
from cio_sdk.cli._sources import MISSING, MORE, RAW, BadRow, FileError, Row, Source
from cio_sdk.cli._values import KINDS, Convert, Kind, converter, identifier, kind_of, plain

_SAMPLE = 1_000
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", re.ASCII | re.IGNORECASE)
_LEFT_OUT = "-"
_GROUPS = ("device.attributes", "attributes", "identifiers", "device", "")
_DEVICE_ATTRIBUTES, _ATTRIBUTES, _IDENTIFIERS, _DEVICE, _TOP = range(5)
_TIMES = frozenset({"timestamp", "device.last_used"})
_MOST_REMEMBERED = 1_000
"""Rows of JSON lines may each have other columns; what is known of them is forgotten beyond so many."""


class Column(NamedTuple):
    """One column of a file."""

    name: str
    field: str
    """The field that it is; empty where it is left out."""
    kind: str
    """What its cells are."""


class _Target(NamedTuple):
    """Where a column goes."""

    column: str
    group: int
    """Which part of the operation it belongs to, by its place in `_GROUPS`."""
    name: str
    convert: Convert | None
    """What makes its cells what is sent; None for texts, which are sent as they are."""
    kind: Kind | None
    """What its cells are; None where each is what it is."""
    hint: str = ""
    """What to do where a cell does not fit."""


class _ProblemError(Exception):
    """A row cannot be sent."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


_Parts: TypeAlias = tuple[dict[str, Any], ...]
"""The parts of an operation, in the order of `_GROUPS`."""
_Steps: TypeAlias = list[tuple[Any, int, str, Convert | None, _Target]]
"""The place of each cell in its row, and where it goes."""


class Mapper:
    """Makes operations of the rows of one file."""

    def __init__(self, plan: Plan, source: Source) -> None:
        self._plan = plan
        self._source = source
        self._shape = SHAPES[plan.what]
        self._maps = {column: self._field_named(column, target) for column, target in plan.maps.items()}
        for name in plan.fixed.keys() - self._shape.fields:
            raise FileError(FIXED_OPTIONS[name], f"says nothing of {plan.what}; leave it out")
        for column, kind in plan.kinds.items():
            self._check_kind(column, kind)
        self._sample = [item for item in source.peek(_SAMPLE) if isinstance(item, Row)]
        self._said: dict[str, Kind] = {
            column: kind
            for row in self._sample
            if isinstance(row.values, dict)
            for column, kind in (_types_of(row.values) or {}).items()
        }
        self._targets: dict[str, _Target | None] = {}
        if source.columns is not None:
            self._check(source.columns)
        else:
            self._check_named(list(dict.fromkeys(name for row in self._sample for name in row.values)))
        self._row_steps = self._steps(enumerate(source.columns or ()))
        self._named_steps = self._steps((name, name) for name in source.columns or ())
        self._steps_of: dict[tuple[Any, ...], tuple[_Steps, list[list[str]]]] = {}
        self._finish: Callable[[_Parts], dict[str, Any]] = {
            What.PEOPLE: self._person,
            What.EVENTS: self._event,
            What.DEVICES: self._device,
            What.OBJECTS: self._object,
        }[plan.what]

    @property
    def columns(self) -> list[Column]:
        """The columns that are known by now, and what becomes of them."""
        names = self._source.columns or list(dict.fromkeys(name for row in self._sample for name in row.values))
        return [self._column(str(name)) for name in names]

    def operation(self, row: Row) -> dict[str, Any] | BadRow:
        """Return the operation that a row becomes."""
        values = row.values
        try:
            if not isinstance(values, dict):
                return self._finish(self._parts(values, self._row_steps))
            if self._source.columns is not None:
                return self._finish(self._parts(values, self._named_steps))
            if REJECTED in values:
                _check_mended(values)
            if _is_operation(values):
                return _with_id({name: value for name, value in values.items() if name != REJECTED})
            return self._finish(self._parts(values, self._steps_for(values)))
        except _ProblemError as problem:
            return BadRow(row.line, problem.column, problem.reason, self.original(row), row.end)

    def original(self, row: Row) -> dict[str, Any]:
        """Return a row by column, so that it can be mended and imported again."""
        values = row.values
        return self._mendable(
            values if isinstance(values, dict) else dict(zip(self._source.columns or (), values, strict=True))
        )

    def rejected(self, bad: BadRow) -> BadRow:
        """Return a row that cannot be sent with what is needed to mend it."""
        return bad._replace(raw=self._mendable(bad.raw))

    def _mendable(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return a row as JSON has it, with the types that its columns have here."""
        kept, missing = {}, []
        for name, value in values.items():
            try:
                kept[name] = self._as_json(name, value)
            except ValueError:
                kept[name] = None
                missing.append(name)
        if missing:
            kept[MISSING] = missing
        return {**kept, REJECTED: {"types": self._types_for(values)}}

    def _as_json(self, column: str, value: Any) -> Any:
        """Return what JSON has of a value, from which the same is made again."""
        if isinstance(value, str) or _is_json(value):
            return value
        if (target := self._target(column)) is None:
            return str(value)
        made = (target.convert or converter("string", self._plan.timezone))(value)
        if not _is_json(made):
            raise ValueError
        return made

    def _types_for(self, values: dict[str, Any]) -> dict[str, Kind]:
        if (given := _types_of(values)) is not None:
            return given
        if self._source.columns is not None:
            return self._own_types
        return self._types(self._targets if RAW in values else values)

    @cached_property
    def _own_types(self) -> dict[str, Kind]:
        return self._types(self._source.columns or ())

    def _types(self, columns: Iterable[str]) -> dict[str, Kind]:
        targets = ((column, self._target(column)) for column in list(columns))
        return {column: to.kind for column, to in targets if to and to.kind and self._is_free(self._field_of(column))}

    def _steps(self, columns: Iterable[tuple[Any, str]], types: Mapping[str, Kind] | None = None) -> _Steps:
        found = [(place, self._target(column)) for place, column in columns]
        if types is not None:
            found = [(place, to and self._new_target(to.column, types)) for place, to in found]
        return [(place, to.group, to.name, to.convert, to) for place, to in found if to is not None]

    def _steps_for(self, values: dict[str, Any]) -> _Steps:
        """Return the steps of a row with columns of its own, of which no two that are filled may be one field."""
        types = _types_of(values)
        names = tuple(values)
        key = (names, *types.items()) if types is not None else names
        if (known := self._steps_of.get(key)) is None:
            if len(self._steps_of) >= _MOST_REMEMBERED:
                self._steps_of.clear()
            if len(self._targets) >= _MOST_REMEMBERED:
                self._targets.clear()
            steps = self._steps(((name, name) for name in names), types)
            known = self._steps_of[key] = steps, self._doubled(names)
        steps, doubled = known
        for columns in doubled:
            filled = [column for column in columns if values[column] not in (None, "")]
            if len(filled) > 1:
                both, name = " and ".join(filled), self._field_of(filled[0])
                raise _ProblemError(filled[1], f"the columns {both} are both {name}; leave one out with --map COLUMN=-")
        return steps

    def _doubled(self, columns: Iterable[str]) -> list[list[str]]:
        """Return the columns, of some, that are the same field as another."""
        by_field: dict[str, list[str]] = {}
        for column in columns:
            if name := self._field_of(column):
                by_field.setdefault(name, []).append(column)
        return [same for same in by_field.values() if len(same) > 1]

    def _parts(self, values: Any, steps: _Steps) -> _Parts:
        parts: _Parts = ({}, {}, {}, {}, {})
        for place, group, name, convert, target in steps:
            value = values[place]
            if not value and (value is None or value == ""):
                self._leave_out(parts[group], group, name, value)
            elif convert is None:
                parts[group][name] = value
            else:
                try:
                    parts[group][name] = convert(value)
                except ValueError as error:
                    if not (isinstance(value, str) and value.isspace()):
                        raise _ProblemError(target.column, f"{error}{target.hint}") from None
                    self._leave_out(parts[group], group, name, "")
        return parts

    def _leave_out(self, part: dict[str, Any], group: int, name: str, value: Any) -> None:
        """Leave an empty cell out, unless it is wanted to clear an attribute."""
        if self._plan.keep_empty and group in (_ATTRIBUTES, _DEVICE_ATTRIBUTES):
            part[name] = value

    # --- What a row becomes ------------------------------------------------------------------------------------------

    def _person(self, parts: _Parts) -> dict[str, Any]:
        identifiers, attributes = parts[_IDENTIFIERS], parts[_ATTRIBUTES]
        strongest = next((name for name in STRONGEST if name in identifiers), None)
        if strongest is None:
            raise _ProblemError("", f"names nobody; fill one of {self._listed(PERSON)}")
        chosen = {strongest: identifiers.pop(strongest)}
        return self._made(parts[_TOP], chosen, "attributes", {**identifiers, **attributes})

    def _event(self, parts: _Parts) -> dict[str, Any]:
        _, attributes, identifiers, _, top = parts
        if "name" not in top:
            if "name" not in self._plan.fixed:
                raise _ProblemError(self._column_of("name"), "is empty; an event needs a name")
            top["name"] = self._plan.fixed["name"]
        if "action" in top and top["action"] not in EVENT_ACTIONS:
            raise _ProblemError(self._column_of("action"), f"must be one of {', '.join(EVENT_ACTIONS)}")
        if len(identifiers) != 1:
            self._one_person(parts)
        made = {"type": "person", "action": "event", "identifiers": identifiers, **top}
        if attributes:
            made["attributes"] = attributes
        own_id = made.get("id")
        return made if own_id and _ULID.fullmatch(own_id) else _add_id(made)

    def _device(self, parts: _Parts) -> dict[str, Any]:
        device = {**{name.partition(".")[2]: value for name, value in self._plan.fixed.items()}, **parts[_DEVICE]}
        for name in ("token", "platform"):
            if name not in device:
                raise _ProblemError(self._column_of(f"device.{name}"), f"is empty; a device needs a {name}")
        if parts[_DEVICE_ATTRIBUTES]:
            device["attributes"] = parts[_DEVICE_ATTRIBUTES]
        return self._made(parts[_TOP], self._one_person(parts), "device", device)

    def _object(self, parts: _Parts) -> dict[str, Any]:
        fixed = {name.partition(".")[2]: value for name, value in self._plan.fixed.items()}
        identifiers = parts[_IDENTIFIERS]
        if "cio_object_id" not in identifiers:
            identifiers = {**fixed, **identifiers}
            for name in ("object_id", "object_type_id"):
                if name not in identifiers:
                    raise _ProblemError(self._column_of(f"identifiers.{name}"), f"is empty; an object needs an {name}")
        elif len(identifiers) > 1:
            columns = self._listed(f"identifiers.{name}" for name in identifiers)
            raise _ProblemError("", f"names the object twice, in {columns}; empty one, or map it to attributes.… or -")
        return self._made(parts[_TOP], identifiers, "attributes", parts[_ATTRIBUTES])

    def _one_person(self, parts: _Parts) -> dict[str, Any]:
        identifiers = parts[_IDENTIFIERS]
        if len(identifiers) == 1:
            return identifiers
        if not identifiers:
            raise _ProblemError("", f"names nobody; fill one of {self._listed(PERSON)}")
        columns = self._listed(f"identifiers.{name}" for name in identifiers)
        raise _ProblemError(
            "", f"names a person more than once, in {columns}; keep one, and map the others to - or attributes.…"
        )

    def _made(
        self, top: dict[str, Any], identifiers: dict[str, Any], name: str, part: dict[str, Any]
    ) -> dict[str, Any]:
        made = {"type": self._shape.type, "action": self._shape.action, "identifiers": identifiers, **top}
        if part:
            made[name] = part
        return made

    # --- Which column is which ---------------------------------------------------------------------------------------

    def _target(self, column: str) -> _Target | None:
        if column not in self._targets:
            self._targets[column] = self._new_target(column)
        return self._targets[column]

    def _new_target(self, column: str, types: Mapping[str, Kind] | None = None) -> _Target | None:
        name = self._field_of(column)
        if not name:
            return None
        group = next(number for number, group in enumerate(_GROUPS) if not group or name.startswith(f"{group}."))
        kind, hint = self._kind_of(column, name, types)
        convert: Convert | None = partial(plain, timezone=self._plan.timezone)
        if kind == "string" and self._source.format in ("csv", "tsv"):
            convert = None
        elif kind:
            convert = converter(kind, self._plan.timezone) if self._is_free(name) or kind == "time" else identifier
        return _Target(column, group, name.removeprefix(f"{_GROUPS[group]}."), convert, kind, hint)

    def _kind_of(self, column: str, name: str, types: Mapping[str, Kind] | None) -> tuple[Kind | None, str]:
        """Return what the cells of a column are, and what to do where one does not fit.

        Args:
            column: The column.
            name: The field that it is.
            types: The types that the columns of a row that was rejected had.
        """
        if column in self._plan.kinds:
            return self._plan.kinds[column], ""
        if name in _TIMES:
            return "time", ""
        if not name.startswith("attributes."):
            return "string", ""
        hint = f", as others of the column are; mend it, or import with --type {column}=string"
        if types is not None or column in self._said:
            return (self._said if types is None else types).get(column), hint
        cells = self._sampled(column)
        if self._source.format in ("csv", "tsv"):
            return kind_of(cells), hint
        is_time = all(isinstance(cell, str) for cell in cells) and kind_of(cells) == "time"
        return ("time", hint) if is_time else (None, "")

    def _is_free(self, name: str) -> bool:
        """Whether a field can be of any type."""
        return name.startswith(self._shape.rest)

    def _check_kind(self, column: str, kind: Kind) -> None:
        name = self._field_of(column)
        own = "time" if name in _TIMES else "string"
        if name and kind != own and not self._is_free(name):
            raise FileError("--type", f"{column} is {name}, which is always of the type {own}; leave this --type out")

    def _sampled(self, column: str) -> list[Any]:
        """Return the cells of a column in the first rows, as far as they are filled."""
        rows: list[Any] = [row.values for row in self._sample]
        if self._source.format in ("csv", "tsv"):
            place = (self._source.columns or []).index(column)
            cells = [row[place] for row in rows]
        else:
            cells = [row.get(column) for row in rows]
        return [cell for cell in cells if cell not in (None, "")]

    def _field_of(self, column: str) -> str:
        if column == REJECTED:
            return ""
        if column in self._maps:
            return self._maps[column]
        if (known := self._shape.columns.get(column)) and known not in self._plan.fixed:
            return known
        return column if "." in column and self._is_field(column) else f"{self._shape.rest}{column}"

    def _field_named(self, column: str, target: str) -> str:
        if target == _LEFT_OUT:
            return ""
        name = self._shape.columns.get(target, target)
        if not self._is_field(name):
            known = sorted({*self._shape.columns, f"{self._shape.rest}NAME", _LEFT_OUT})
            near = difflib.get_close_matches(target, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"use one of {', '.join(known)}"
            raise FileError("--map", f"{column} cannot be {target}, which is no field of {self._plan.what}; {hint}")
        return name

    def _is_field(self, name: str) -> bool:
        return name in self._shape.fields or (name.startswith(self._shape.rest) and len(name) > len(self._shape.rest))

    def _check_named(self, columns: list[str]) -> None:
        """Return if there are all columns that the options name, as far as is known of JSON lines."""
        is_known = self._source.columns is not None or len(self._sample) < _SAMPLE
        if not columns or RAW in columns or not is_known:
            return
        line = 1 if self._source.columns is not None else None
        for option, named in (("--map", self._maps), ("--type", self._plan.kinds)):
            for column in named:
                if column not in columns:
                    near = difflib.get_close_matches(column, columns, 1)
                    hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(columns)}"
                    raise FileError(self._source.path, f"has no column {column} for {option}; {hint}", line)

    def _check(self, columns: list[str]) -> None:
        self._check_named(columns)
        by_field: dict[str, str] = {}
        for column in columns:
            name = self._field_of(column)
            if name and by_field.setdefault(name, column) != column:
                both = f"{by_field[name]} and {column}"
                reason = f"the columns {both} are both {name}; leave one out with --map {column}=-"
                raise FileError(self._source.path, reason, 1)
        for needed in NEEDED[self._plan.what]:
            if not by_field.keys() & {*needed} and not self._plan.fixed.keys() & {*needed}:
                raise FileError(self._source.path, self._missing(needed, columns), 1)

    def _missing(self, needed: Sequence[str], columns: list[str]) -> str:
        names = [column for column, name in self._shape.columns.items() if name in needed]
        return (
            f"none of the columns {', '.join(columns)} is {' or '.join(names)}, which {self._plan.what} need; "
            f"name one with --map COLUMN={names[0]}"
        )

    def _column(self, name: str) -> Column:
        target = self._target(name)
        if target is None:
            return Column(name, "", "")
        return Column(name, f"{_GROUPS[target.group]}.{target.name}".lstrip("."), target.kind or "as it is")

    def _column_of(self, name: str) -> str:
        known = [column for column, target in self._targets.items() if target and self._field_of(column) == name]
        return known[0] if known else name.rpartition(".")[2]

    def _listed(self, names: Any) -> str:
        wanted = list(names)
        known = [column for column, target in self._targets.items() if target and self._field_of(column) in wanted]
        return ", ".join(known or [name.rpartition(".")[2] for name in wanted])


def _check_mended(values: dict[str, Any]) -> None:
    if RAW in values:
        raise _ProblemError(RAW, "could not be read; write its columns in its place")
    if MORE in values:
        raise _ProblemError(MORE, f"has the cells beyond the header; mend the row, and remove {MORE}")
    if MISSING in values:
        raise _ProblemError(MISSING, f"names the cells that are missing; fill them in, and remove {MISSING}")


def _is_operation(values: dict[str, Any]) -> bool:
    kind, action = values.get("type"), values.get("action")
    return isinstance(kind, str) and isinstance(action, str) and (kind, action) in OPERATIONS


def _types_of(values: dict[str, Any]) -> dict[str, Kind] | None:
    """Return the types that the columns of a row had when it was rejected, or None where it was not."""
    why = values.get(REJECTED)
    types = why.get("types") if isinstance(why, dict) else None
    if not isinstance(types, dict):
        return None
    return cast("dict[str, Kind]", {column: kind for column, kind in types.items() if kind in KINDS})


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        return False
    return True


def _with_id(operation: dict[str, Any]) -> dict[str, Any]:
    """Give an event that has no id one that is made of what it says."""
    is_event = (operation["type"], operation["action"]) in EVENTS
    return _add_id(operation) if is_event and not operation.get("id") else operation


def _add_id(operation: dict[str, Any]) -> dict[str, Any]:
    """Give an event an id that is made of all that it says; or of what it is and the id it has, which is no ULID."""
    timestamp = operation.get("timestamp")
    seconds = timestamp if type(timestamp) is int and 0 <= timestamp < 10**11 else 0
    known = operation.get("id") and [operation[name] for name in ("id", "action", "identifiers", "name")]
    said = to_json(known or operation)
    operation["id"] = ulid_of(seconds * 1_000, blake2b(said, digest_size=16).digest())
    return operation

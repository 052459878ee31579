"""What becomes of Python values on their way to JSON, for values of any shape."""

from __future__ import annotations

import base64
import io
import json
import math
import os
import random
import re
import subprocess
import sys
import time
import timeit
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from cio_sdk import Device, EmailRequest, Identifiers, ParamError, operations
from cio_sdk._base import new_ulid, new_ulids
from cio_sdk._json import NotJSONError, join_path, to_plain, to_plain_object, unix_seconds

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"]))
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4))
OFFSETS = st.integers(-24 * 60 + 1, 24 * 60 - 1).map(lambda minutes: timezone(timedelta(minutes=minutes)))
ZONES: st.SearchStrategy[tzinfo] = OFFSETS | st.timezones()
MOMENTS = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=ZONES)


def body_of(operation: Any) -> Any:
    return json.loads(operation.body)


# --- Values ----------------------------------------------------------------------------------------------------------


@given(st.dictionaries(TEXT, VALUES, max_size=5))
def test_data_when_it_is_json_then_it_arrives_as_it_is(data: dict[str, Any]) -> None:
    assert body_of(operations.new_event("42", "n", data))["data"] == data


@given(st.dictionaries(st.text("abcdé", max_size=10), SCALARS, max_size=5))
def test_attributes_when_they_are_json_then_they_arrive_as_they_are(attributes: dict[str, Any]) -> None:
    assert body_of(operations.update_customer("42", attributes)) == attributes


@given(st.lists(st.dictionaries(TEXT, VALUES, max_size=3), max_size=4))
def test_items_when_they_are_json_then_they_arrive_in_order(items: list[dict[str, Any]]) -> None:
    assert body_of(operations.update_collection("offers", items)) == {"name": "offers", "data": items}


@given(st.integers())
def test_integer_when_large_then_no_digit_is_lost(number: int) -> None:
    assert body_of(operations.new_event("42", "n", {"a": number}))["data"]["a"] == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_float_when_finite_then_it_arrives_exactly(number: float) -> None:
    assert body_of(operations.new_event("42", "n", {"a": number}))["data"]["a"] == number


@given(st.text(st.characters(categories=["Cs"]), min_size=1), TEXT)
def test_text_when_it_has_a_lone_surrogate_then_it_is_refused(surrogates: str, text: str) -> None:
    with pytest.raises(ParamError, match="surrogate"):
        operations.new_event("42", "n", {"a": text + surrogates})


@given(VALUES)
def test_plain_when_the_value_is_mutable_then_it_is_a_copy(value: Any) -> None:
    plain = to_plain(value)

    assert plain == value
    if isinstance(value, list | dict):
        assert plain is not value


class Plan(StrEnum):
    PRO = "pro"


class Size(IntEnum):
    LARGE = 3


@dataclass
class Point:
    x: float


class Row(BaseModel):
    at: datetime


ODD = st.sampled_from(
    [
        *(math.nan, math.inf, -0.0, 1e308, 5e-324, 2**70, -(10**4000), True, "\ud800", "\x00", b"x", (1, "a")),
        *(
            {1, 2},
            frozenset(),
            Decimal("1.50"),
            UUID(int=7),
            Plan.PRO,
            Size.LARGE,
            Point(0.1),
            object,
            object(),
            range(3),
        ),
        *(
            Row(at=datetime(2026, 1, 1, tzinfo=UTC)),
            datetime(2026, 1, 1, tzinfo=UTC),
            datetime(2026, 1, 1),
            timedelta(1),
        ),
        *({1: 2}, {None: 1}, {Plan.PRO: 1}, {True: 1}, MappingProxyType({"a": 1}), OrderedDict(a=1), iter([1])),
    ]
)
ANYTHING = st.recursive(
    SCALARS | ODD, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=8
)


@given(st.dictionaries(TEXT, ANYTHING, max_size=4))
def test_object_when_it_is_read_fast_then_it_is_as_if_it_were_read_closely(value: dict[str, Any]) -> None:
    def outcome(read: Callable[[Any], Any]) -> str:
        try:
            return repr(read(value))
        except NotJSONError as error:
            return f"{error.path}: {error.reason}"

    assert outcome(to_plain_object) == outcome(to_plain)


@pytest.mark.parametrize("depth", [1, 99, 100, 101, 150, 200, 201, 1000])
@pytest.mark.parametrize("width", [1, 200])
def test_object_when_it_is_deep_then_a_hundred_levels_are_the_most(depth: int, width: int) -> None:
    value: dict[str, Any] = {}
    for _ in range(depth - 1):
        value = {"a": value}
    value["wide"] = [[]] * width if depth < 100 else 0

    if depth <= 100:
        assert to_plain_object(value) == value
    else:
        with pytest.raises(NotJSONError, match="more than 100 levels deep"):
            to_plain_object(value)


def test_object_when_it_is_large_then_it_is_read_faster_than_json_would_write_it() -> None:
    value = {"rows": [{"id": number, "name": f"row {number}", "price": number / 2} for number in range(2_000)]}

    ours, theirs = (
        min(timeit.repeat(read, number=3, repeat=9))
        for read in (lambda: to_plain_object(value), lambda: json.dumps(value))
    )

    assert ours < theirs * 3


def test_plain_when_it_fails_then_the_error_has_the_path() -> None:
    with pytest.raises(NotJSONError) as caught:
        to_plain([1, {"a b": [float("nan")]}])

    assert caught.value.path == "[1]['a b'][0]"


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", 3, "b"], "a[3].b"),
        ([0, "a"], "[0].a"),
        (["first name", "a.b"], "['first name']['a.b']"),
        (["", "\n"], r"['']['\n']"),
        (["x " * 30], "['" + "x " * 20 + "…']"),
    ],
)
def test_path_when_written_then_words_are_plain_and_all_else_is_quoted(keys: list[Any], path: str) -> None:
    assert join_path(keys) == path


# --- Times -----------------------------------------------------------------------------------------------------------


@given(MOMENTS)
@settings(max_examples=300)
def test_datetime_when_aware_then_it_becomes_the_second_it_is_in(moment: datetime) -> None:
    seconds = unix_seconds(moment)

    assert seconds <= moment.timestamp() + 1e-3
    assert datetime.fromtimestamp(seconds, UTC) <= moment.astimezone(UTC) < datetime.fromtimestamp(seconds + 1, UTC)


@given(MOMENTS)
def test_datetime_when_anywhere_in_a_request_then_it_is_the_same_second(moment: datetime) -> None:
    seconds = unix_seconds(moment)
    email = EmailRequest(
        to="a@example.com",
        identifiers=Identifiers(id=1),
        transactional_message_id=1,
        message_data={"at": moment},
    )

    event = body_of(operations.new_event("42", "n", {"at": [moment]}, timestamp=moment))
    device = body_of(operations.update_device("42", Device(id="a", platform="ios", last_used=moment)))
    sent = body_of(operations.send_email(email))

    assert (event["timestamp"], event["data"]) == (seconds, {"at": [seconds]})
    assert device["device"]["last_used"] == seconds
    assert sent["message_data"] == {"at": seconds}
    assert body_of(operations.update_customer("42", {"at": moment})) == {"at": seconds}


@pytest.mark.parametrize(
    "moment",
    [
        datetime.min.replace(tzinfo=timezone(timedelta(hours=23))),
        datetime.max.replace(tzinfo=timezone(-timedelta(hours=23))),
    ],
)
def test_datetime_when_at_the_end_of_time_then_it_is_still_a_number(moment: datetime) -> None:
    assert body_of(operations.update_customer("42", {"at": moment})) == {"at": unix_seconds(moment)}


# --- ULIDs -----------------------------------------------------------------------------------------------------------


def at(milliseconds: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """A ULID that is made at a time."""
    monkeypatch.setattr("cio_sdk._base.time.time_ns", lambda: milliseconds * 1_000_000 + 999_999)
    return new_ulid()


def test_ulid_when_made_then_it_is_one_by_the_rules_of_an_event() -> None:
    ulid = new_ulid()

    assert re.fullmatch(rf"[0-7][{CROCKFORD}]{{25}}", ulid)
    assert body_of(operations.new_event("42", "n", id=ulid))["id"] == ulid


def test_ulid_when_made_then_it_begins_with_the_time() -> None:
    before = time.time_ns() // 1_000_000
    ulid = new_ulid()
    after = time.time_ns() // 1_000_000

    milliseconds = 0
    for digit in ulid[:10]:
        milliseconds = milliseconds * 32 + CROCKFORD.index(digit)
    assert before <= milliseconds <= after


def test_ulid_when_the_time_is_known_then_so_are_its_first_ten_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    assert at(0, monkeypatch)[:10] == "0000000000"
    assert at(1469918176385, monkeypatch)[:10] == "01ARYZ6S41"
    assert at(2**48 - 1, monkeypatch)[:10] == "7ZZZZZZZZZ"


@given(st.lists(st.integers(0, 2**48 - 1), min_size=2, max_size=6, unique=True))
def test_ulids_when_made_at_different_times_then_they_sort_by_time(times: list[int]) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        ulids = [at(each, monkeypatch) for each in sorted(times)]

    assert ulids == sorted(ulids)


def test_ulids_when_many_are_made_at_once_then_all_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len({at(5, monkeypatch) for _ in range(10_000)}) == 10_000


def test_ulids_when_so_many_are_made_in_one_go_then_all_differ_and_follow_the_rules() -> None:
    ulids = [ulid.decode() for ulid in new_ulids(5_000)]

    assert len({*ulids}) == 5_000
    assert all(re.fullmatch(rf"[0-7][{CROCKFORD}]{{25}}", ulid) for ulid in ulids)


def test_ulids_when_the_program_seeds_its_own_chance_then_they_still_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    made = set()
    for _ in range(3):
        random.seed(42)
        made.add(at(5, monkeypatch))

    assert len(made) == 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_ulids_when_a_process_forks_then_those_of_parent_and_child_differ() -> None:
    code = """
import os, time
from cio_sdk._base import new_ulid
time.time_ns = lambda: 0
child = os.fork()
made = new_ulid()
child and os.wait()  # two that print at the same time would mix their lines
print(made, flush=True)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert len({*said}) == len(said) == 2


# --- Attachments -----------------------------------------------------------------------------------------------------


@given(st.dictionaries(LINE.map(lambda name: f"{name}a.txt"), st.binary(max_size=100), min_size=1, max_size=4))
def test_attachments_when_attached_then_they_arrive_byte_for_byte(files: dict[str, bytes]) -> None:
    email = EmailRequest(to="a@example.com", identifiers=Identifiers(id=1), transactional_message_id=1)
    for name, content in files.items():
        email.attach(name, io.BytesIO(content))

    sent = body_of(operations.send_email(email))["attachments"]

    assert {name: base64.b64decode(content) for name, content in sent.items()} == files

"""Which column is which field, and what a row becomes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow
import pyarrow.parquet
import pytest

from cio_sdk._base import ulid_of
from cio_sdk.cli._mapper import Column, Mapper
from cio_sdk.cli._plan import OPERATIONS, Plan, What
from cio_sdk.cli._sources import BadRow, FileError, Position, Row, open_sources
from cio_sdk.operations.track import ENTITY_OPERATIONS

PERSON = {"type": "person", "action": "identify"}
EVENT = {"type": "person", "action": "event"}


class Made:
    """What the rows of a file become."""

    def __init__(self, path: Path, text: str, what: str, **said: Any) -> None:
        path.write_text(text)
        (self.source,) = open_sources([str(path)])
        self.mapper = Mapper(Plan(what=What(what), **said), self.source)
        rows = (
            self.mapper.rejected(item) if isinstance(item, BadRow) else self.mapper.operation(item)
            for item in self.source.rows(Position())
        )
        self.all = list(rows)

    @property
    def operations(self) -> list[dict[str, Any]]:
        """The operations, which the SDK must accept."""
        made = [each for each in self.all if isinstance(each, dict)]
        assert [each for each in ENTITY_OPERATIONS.entries(made) if isinstance(each, Exception)] == []
        return made

    @property
    def bad(self) -> list[tuple[int, str, str]]:
        return [(each.line, each.column, each.reason) for each in self.all if isinstance(each, BadRow)]


def csv(tmp_path: Path, text: str, what: str, **said: Any) -> Made:
    return Made(tmp_path / "a.csv", text, what, **said)


def jsonl(tmp_path: Path, rows: list[Any], what: str, **said: Any) -> Made:
    return Made(tmp_path / "a.jsonl", "".join(json.dumps(row) + "\n" for row in rows), what, **said)


def parquet(tmp_path: Path, table: Any, what: str, **said: Any) -> list[dict[str, Any] | BadRow]:
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    (source,) = open_sources([str(tmp_path / "a.parquet")])
    mapper = Mapper(Plan(what=What(what), **said), source)
    return [
        mapper.rejected(item) if isinstance(item, BadRow) else mapper.operation(item)
        for item in source.rows(Position())
    ]


def without_id(operation: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in operation.items() if name != "id"}


# --- What rows become ------------------------------------------------------------------------------------------------


def test_people_when_a_row_names_them_in_several_ways_then_the_strongest_identifies_and_the_others_are_attributes(
    tmp_path: Path,
) -> None:
    made = csv(
        tmp_path,
        "cio_id,id,email,phone,plan\na1,1,a@b.c,,pro\n,2,a@b.c,,\n,,c@d.e,+14155552671,\n,,,+14155552671,\n",
        "people",
    )

    assert made.operations == [
        {**PERSON, "identifiers": {"cio_id": "a1"}, "attributes": {"id": "1", "email": "a@b.c", "plan": "pro"}},
        {**PERSON, "identifiers": {"id": "2"}, "attributes": {"email": "a@b.c"}},
        {**PERSON, "identifiers": {"email": "c@d.e"}, "attributes": {"phone": "+14155552671"}},
        {**PERSON, "identifiers": {"phone": "+14155552671"}},
    ]


def test_events_when_imported_then_known_columns_are_fields_and_all_others_attributes(tmp_path: Path) -> None:
    made = csv(
        tmp_path,
        "customer_id,name,timestamp,item,price\n42,purchase,2026-01-31T12:00:00Z,Tea,4.5\n43,refund,,Cake,3\n",
        "events",
    )

    assert [without_id(each) for each in made.operations] == [
        {
            **EVENT,
            "identifiers": {"id": "42"},
            "name": "purchase",
            "timestamp": 1769860800,
            "attributes": {"item": "Tea", "price": 4.5},
        },
        {**EVENT, "identifiers": {"id": "43"}, "name": "refund", "attributes": {"item": "Cake", "price": 3}},
    ]


def test_events_when_their_name_is_the_same_then_it_need_not_be_in_the_file(tmp_path: Path) -> None:
    made = csv(tmp_path, "email\na@b.c\n", "events", fixed={"name": "signed up"})

    assert without_id(made.operations[0]) == {**EVENT, "identifiers": {"email": "a@b.c"}, "name": "signed up"}


def test_events_when_the_action_is_mapped_then_they_are_page_or_screen_views(tmp_path: Path) -> None:
    made = csv(tmp_path, "id,name,kind\n1,/home,page\n", "events", maps={"kind": "action"})

    assert made.operations[0]["action"] == "page"


def test_events_when_their_name_is_fixed_then_a_column_of_that_name_is_an_attribute(tmp_path: Path) -> None:
    made = csv(tmp_path, "email,name\na@b.c,Ada\n", "events", fixed={"name": "signed up"})

    assert without_id(made.operations[0]) == {
        **EVENT,
        "identifiers": {"email": "a@b.c"},
        "name": "signed up",
        "attributes": {"name": "Ada"},
    }


def test_events_when_the_action_is_another_then_the_row_is_bad(tmp_path: Path) -> None:
    made = csv(tmp_path, "id,name,kind\n1,x,delete\n", "events", maps={"kind": "action"})

    assert made.bad == [(2, "kind", "must be one of event, page, screen")]


def test_devices_when_attributes_are_no_text_then_they_become_what_json_writes(tmp_path: Path) -> None:
    row = {"id": "1", "token": "t", "platform": "ios", "push": True, "size": {"w": 1}}

    made = jsonl(tmp_path, [row], "devices")

    assert made.operations[0]["device"]["attributes"] == {"push": "true", "size": '{"w":1}'}


def test_devices_when_imported_then_the_rest_are_attributes_as_text(tmp_path: Path) -> None:
    made = csv(
        tmp_path, "id,token,last_used,app_version\n1,t0,2026-01-31,4.10\n", "devices", fixed={"device.platform": "ios"}
    )

    assert made.operations == [
        {
            "type": "person",
            "action": "add_device",
            "identifiers": {"id": "1"},
            "device": {
                "platform": "ios",
                "token": "t0",
                "last_used": 1769817600,
                "attributes": {"app_version": "4.10"},
            },
        }
    ]


def test_objects_when_imported_then_they_are_identified_by_type_and_id_or_by_cio_object_id(tmp_path: Path) -> None:
    made = csv(
        tmp_path, "id,cio_object_id,seats\nacme,,50\n,ob1,60\n", "objects", fixed={"identifiers.object_type_id": "1"}
    )

    assert made.operations == [
        {
            "type": "object",
            "action": "identify",
            "identifiers": {"object_type_id": "1", "object_id": "acme"},
            "attributes": {"seats": 50},
        },
        {"type": "object", "action": "identify", "identifiers": {"cio_object_id": "ob1"}, "attributes": {"seats": 60}},
    ]


def test_json_lines_when_a_row_is_an_operation_then_it_goes_as_it_is(tmp_path: Path) -> None:
    operation = {"type": "person", "action": "delete", "identifiers": {"id": "1"}}
    event = {**EVENT, "identifiers": {"id": "1"}, "name": "x"}

    made = jsonl(tmp_path, [operation, event], "people")

    assert made.operations[0] == operation
    assert without_id(made.operations[1]) == event
    assert "id" in made.operations[1]


def test_json_lines_when_type_and_action_are_words_of_the_users_own_then_they_are_attributes(tmp_path: Path) -> None:
    made = jsonl(tmp_path, [{"user_id": "1", "event": "x", "type": "click", "action": "buy"}], "events")

    assert without_id(made.operations[0]) == {
        **EVENT,
        "identifiers": {"id": "1"},
        "name": "x",
        "attributes": {"type": "click", "action": "buy"},
    }


def test_operations_when_known_to_the_sdk_then_they_are_known_here() -> None:
    assert frozenset(ENTITY_OPERATIONS._kinds) == OPERATIONS


def test_parquet_when_it_has_type_and_action_then_its_rows_are_no_operations(tmp_path: Path) -> None:
    table = pyarrow.table({"id": ["1"], "name": ["x"], "type": ["person"], "action": ["delete"]})

    (made,) = parquet(tmp_path, table, "events")

    assert isinstance(made, dict)
    assert (made["action"], made["attributes"]) == ("event", {"type": "person", "action": "delete"})


def test_parquet_when_ids_are_numbers_then_whole_ones_name_and_others_are_bad(tmp_path: Path) -> None:
    ids = [42.0, float("nan"), 1.5, 2.0**60]

    first, *others = parquet(tmp_path, pyarrow.table({"id": ids}), "people")

    assert first == {**PERSON, "identifiers": {"id": "42"}}
    assert [(each.line, each.column) for each in others if isinstance(each, BadRow)] == [
        (2, "id"),
        (3, "id"),
        (4, "id"),
    ]


def test_parquet_when_ids_are_binary_then_they_are_bad(tmp_path: Path) -> None:
    table = pyarrow.table({"id": pyarrow.array([b"u1"], pyarrow.binary())})

    (made,) = parquet(tmp_path, table, "people")

    assert isinstance(made, BadRow)
    assert (made.column, made.reason) == ("id", "must be text or a whole number")


@pytest.mark.parametrize("value", [True, 1.5, [1], {"a": 1}])
def test_json_lines_when_an_id_is_neither_text_nor_whole_then_the_row_is_bad(tmp_path: Path, value: Any) -> None:
    made = jsonl(tmp_path, [{"id": value}, {"id": 42.0}], "people")

    assert made.bad == [(1, "id", "must be text or a whole number")]
    assert made.operations == [{**PERSON, "identifiers": {"id": "42"}}]


def test_json_lines_when_two_filled_columns_are_one_field_then_the_row_is_bad(tmp_path: Path) -> None:
    rows = [{"user_id": "u", "id": "e", "event": "x"}, {"user_id": "u", "id": None, "event": "x"}]

    made = jsonl(tmp_path, rows, "events")

    reason = "the columns user_id and id are both identifiers.id; leave one out with --map COLUMN=-"
    assert made.bad == [(1, "id", reason)]
    assert [each["identifiers"] for each in made.operations] == [{"id": "u"}]


def test_json_lines_when_every_row_has_other_columns_then_not_all_are_remembered(tmp_path: Path) -> None:
    made = jsonl(tmp_path, [{"id": 1, f"a{number}": 1} for number in range(3_000)], "people")

    assert made.operations[-1] == {**PERSON, "identifiers": {"id": "1"}, "attributes": {"a2999": 1}}
    assert len(made.mapper._steps_of) <= 1_000
    assert len(made.mapper._targets) <= 1_002


def test_json_lines_when_values_have_types_then_they_keep_them(tmp_path: Path) -> None:
    row = {
        "id": 1,
        "zip": "01234",
        "price": "5",
        "tags": ["a", {"b": 1}],
        "seen": "2026-01-31",
        "none": None,
        "empty": "",
    }

    made = jsonl(tmp_path, [row], "people")

    assert made.operations == [
        {
            **PERSON,
            "identifiers": {"id": "1"},
            "attributes": {"zip": "01234", "price": "5", "tags": ["a", {"b": 1}], "seen": 1769817600},
        }
    ]


def test_empty_cells_when_they_are_kept_then_they_clear_attributes(tmp_path: Path) -> None:
    made = csv(tmp_path, "id,plan,email\n1,,\n", "people", keep_empty=True)

    assert made.operations == [{**PERSON, "identifiers": {"id": "1"}, "attributes": {"plan": ""}}]


def test_times_when_they_have_no_offset_then_they_are_in_the_timezone(tmp_path: Path) -> None:
    made = csv(tmp_path, "id,seen\n1,1970-01-01 01:00\n", "people", timezone=ZoneInfo("Europe/Berlin"))

    assert made.operations[0]["attributes"] == {"seen": 0}


def test_column_when_its_type_is_said_then_that_wins(tmp_path: Path) -> None:
    made = csv(tmp_path, 'id,zip,tags\n1,12345,"[1]"\n', "people", kinds={"zip": "string", "tags": "json"})

    assert made.operations[0]["attributes"] == {"zip": "12345", "tags": [1]}


def test_column_when_it_is_mapped_then_it_is_that_field_or_left_out(tmp_path: Path) -> None:
    made = csv(
        tmp_path,
        "user,mail,notes,attributes.x\n1,a@b.c,secret,2\n",
        "people",
        maps={"user": "id", "mail": "attributes.email", "notes": "-"},
    )

    assert made.operations == [{**PERSON, "identifiers": {"id": "1"}, "attributes": {"email": "a@b.c", "x": 2}}]
    assert made.mapper.columns == [
        Column("user", "identifiers.id", "string"),
        Column("mail", "attributes.email", "string"),
        Column("notes", "", ""),
        Column("attributes.x", "attributes.x", "number"),
    ]


# --- Ids of events ---------------------------------------------------------------------------------------------------


def test_event_when_its_row_is_repeated_then_it_has_the_same_id_in_any_format(tmp_path: Path) -> None:
    first, again, other = csv(
        tmp_path, "id,name,price\n1,purchase,4.5\n1,purchase,4.5\n1,purchase,4.6\n", "events"
    ).operations
    (as_json,) = jsonl(tmp_path, [{"id": "1", "name": "purchase", "price": 4.5}], "events").operations

    assert first["id"] == again["id"] == as_json["id"] != other["id"]


def test_event_when_it_has_a_time_then_its_id_begins_with_it(tmp_path: Path) -> None:
    (made,) = csv(tmp_path, "id,name,time\n1,purchase,2026-01-31\n", "events").operations

    assert made["id"][:10] == ulid_of(1769817600_000, bytes(16))[:10]


def test_event_when_it_has_an_id_of_its_own_then_it_keeps_it(tmp_path: Path) -> None:
    ulid = "01J2Z3Y4X5W6V7T8S9R0Q1P2N3"

    assert csv(tmp_path, f"id,name,event_id\n1,purchase,{ulid}\n", "events").operations[0]["id"] == ulid


def test_event_when_its_own_id_is_no_ulid_then_it_becomes_one_that_is_the_same_each_time(tmp_path: Path) -> None:
    rows = ["1,a,A-7,2026-01-31,x", "1,a,A-7,2026-01-31,y", "2,a,A-7,2026-01-31,x", "1,b,A-7,2026-01-31,x"]
    rows += ["1,a,A-8,2026-01-31,x", "1,a,A-7,,x"]
    text = "\n".join(["id,name,event_id,time,note", *rows, ""])

    first, same, *others = (each["id"] for each in csv(tmp_path, text, "events").operations)

    assert first == same
    assert len({first, *others}) == 5


# --- Bad rows --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "text", "problem"),
    [
        ("people", "id,email\n,\n", (2, "", "names nobody; fill one of id, email")),
        ("events", "id,name\n,x\n", (2, "", "names nobody; fill one of id")),
        (
            "events",
            "id,email,name\n1,a@b.c,x\n",
            (2, "", "names a person more than once, in id, email; keep one, and map the others to - or attributes.…"),
        ),
        ("events", "id,event\n1,\n", (2, "event", "is empty; an event needs a name")),
        ("devices", "id,token,platform\n1,,ios\n", (2, "token", "is empty; a device needs a token")),
        ("devices", "id,token,platform\n1,t,\n", (2, "platform", "is empty; a device needs a platform")),
        (
            "objects",
            "object_id,object_type_id\nacme,\n",
            (2, "object_type_id", "is empty; an object needs an object_type_id"),
        ),
        (
            "objects",
            "object_id,object_type_id,cio_object_id\nacme,1,ob1\n",
            (
                2,
                "",
                "names the object twice, in object_id, object_type_id, cio_object_id; "
                "empty one, or map it to attributes.… or -",
            ),
        ),
        ("events", "id,name,time\n1,x,soon\n", (2, "time", "is not an ISO date or time, or Unix seconds")),
    ],
)
def test_row_when_it_cannot_be_sent_then_it_says_where_and_why(
    tmp_path: Path, what: str, text: str, problem: tuple[int, str, str]
) -> None:
    assert csv(tmp_path, text, what).bad == [problem]


def test_cell_when_it_is_blank_in_a_column_of_numbers_times_or_booleans_then_it_is_empty(tmp_path: Path) -> None:
    made = csv(tmp_path, "id,n,seen,ok,note\n1,5,2026-01-31,true, \n2, ,  ,\t, \n", "people")

    assert made.operations[1]["attributes"] == {"note": " "}


def test_parquet_when_values_hold_others_then_maps_are_objects_and_times_are_seconds(tmp_path: Path) -> None:
    ns, when = pyarrow.timestamp("ns"), 1_769_817_600_123_456_789
    table = pyarrow.table(
        {
            "id": ["1"],
            "map": pyarrow.array([[("a", when)]], pyarrow.map_(pyarrow.string(), ns)),
            "list": pyarrow.array([[when]], pyarrow.list_(ns)),
            "struct": pyarrow.array([{"t": when}], pyarrow.struct([("t", ns)])),
        }
    )

    (made,) = parquet(tmp_path, table, "people")

    assert isinstance(made, dict)
    assert made["attributes"] == {"map": {"a": 1769817600}, "list": [1769817600], "struct": {"t": 1769817600}}


def test_row_when_a_cell_does_not_fit_its_column_then_it_is_bad_and_keeps_its_other_values(tmp_path: Path) -> None:
    text = "id,price,seen\n" + "1,2.5,2026-01-31\n" * 1_000 + "2,n/a,2026-01-31\n"

    made = csv(tmp_path, text, "people")

    assert made.bad == [
        (1002, "price", "is not a number, as others of the column are; mend it, or import with --type price=string")
    ]
    (bad,) = (each for each in made.all if isinstance(each, BadRow))
    types = {"price": "number", "seen": "time"}
    assert bad.raw == {"id": "2", "price": "n/a", "seen": "2026-01-31", "_rejected": {"types": types}}


def test_rejected_row_when_mended_and_imported_again_then_it_is_as_if_it_had_been_right(tmp_path: Path) -> None:
    right = csv(tmp_path, "id,name,price\n1,purchase,4.5\n", "events").operations[0]
    wrong = {"id": "1", "name": "purchase", "price": 4.5, "_rejected": {"file": "a.csv", "line": 2, "reason": "x"}}

    assert jsonl(tmp_path, [wrong], "events").operations == [right]


def test_rejected_rows_when_mended_then_their_cells_have_the_types_of_the_first_import(tmp_path: Path) -> None:
    header, row = "id,name,price,day,zip,note,gift", "1,purchase,4.5,2026-01-31,12345,2026-01-31,true"
    (right, *_, bad) = csv(
        tmp_path, f"{header}\n{row}\n{row},\n", "events", kinds={"zip": "string", "note": "string"}
    ).all
    assert isinstance(bad, BadRow)
    mended = {name: value for name, value in bad.raw.items() if name != "_more"}
    without_types = {**mended, "_rejected": {}}

    made = jsonl(tmp_path, [mended, {**mended, "price": 5}], "events").operations
    others = jsonl(tmp_path, [mended], "events", kinds={"price": "string"}).operations

    assert made[0] == right
    assert made[1]["attributes"]["price"] == 5
    assert others[0]["attributes"]["price"] == "4.5"
    assert jsonl(tmp_path, [without_types], "events").operations != [right]


def test_rejected_rows_when_of_json_lines_then_a_column_is_a_time_only_where_it_was(tmp_path: Path) -> None:
    rows = [{"id": 1, "seen": "2026-01-31", "day": "2026-01-31"}, {"seen": "soon", "day": "2026-01-31"}]

    (bad,) = (each for each in jsonl(tmp_path, rows, "people").all if isinstance(each, BadRow))
    (mended,) = jsonl(tmp_path, [{**bad.raw, "id": 2, "seen": "2026-02-01"}], "people").operations

    assert bad.raw["_rejected"] == {"types": {"day": "time"}}
    assert mended["attributes"] == {"seen": "2026-02-01", "day": 1769817600}


def test_rejected_rows_when_of_parquet_then_what_json_has_not_is_missing_until_mended(tmp_path: Path) -> None:
    when = datetime(2026, 1, 31, tzinfo=UTC)
    cells = {"id": "", "seen": when, "price": Decimal("1.5"), "n": float("nan"), "b": b"x", "tags": [when], "ok": 1.5}
    (bad,) = parquet(tmp_path, pyarrow.table({name: [cell] for name, cell in cells.items()}), "people")
    assert isinstance(bad, BadRow)

    assert bad.raw == {
        "id": "",
        "seen": 1769817600,
        "price": 1.5,
        "n": None,
        "b": None,
        "tags": [1769817600],
        "ok": 1.5,
        "_missing": ["n", "b"],
        "_rejected": {"types": {}},
    }
    made = jsonl(tmp_path, [{**bad.raw, "id": "1"}], "people")
    assert made.bad == [(1, "_missing", "names the cells that are missing; fill them in, and remove _missing")]


def test_rejected_row_when_cells_are_still_left_over_then_it_is_bad(tmp_path: Path) -> None:
    made = jsonl(tmp_path, [{"id": "1", "_more": ["x"], "_rejected": {}}], "people")

    assert made.bad == [(1, "_more", "has the cells beyond the header; mend the row, and remove _more")]


@pytest.mark.parametrize(
    ("cell", "words"), [("1" * 20, "is not a number of up to 15 digits"), ("9" * 400 + ".5", "is not a finite number")]
)
def test_row_when_a_number_is_longer_than_the_others_then_it_is_bad(tmp_path: Path, cell: str, words: str) -> None:
    made = csv(tmp_path, "id,n\n" + "1,2\n" * 1_000 + f"2,{cell}\n", "people")

    ((line, column, reason),) = made.bad
    assert (line, column) == (1002, "n")
    assert reason.startswith(words)


def test_rejected_row_when_it_is_still_raw_then_it_is_bad(tmp_path: Path) -> None:
    made = jsonl(tmp_path, [{"_raw": "1,x", "_rejected": {}}], "events", fixed={"name": "x"})

    assert made.bad == [(1, "_raw", "could not be read; write its columns in its place")]


def test_reasons_when_a_row_is_bad_then_they_hold_none_of_its_values(tmp_path: Path) -> None:
    made = csv(tmp_path, "id,email,name,time\ns3cr3t,s3cr3t@b.c,x,s3cr3t\ns3cr3t,,x,s3cr3t\n", "events")

    assert len(made.bad) == 2
    assert "s3cr3t" not in str(made.bad)


# --- Files that do not fit -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "header", "said", "words"),
    [
        (
            "people",
            "name,plan",
            {},
            "line 1: none of the columns name, plan is id or customer_id or .*; name one with --map COLUMN=id",
        ),
        ("events", "id,price", {}, "none of the columns id, price is name or event, which events need"),
        ("devices", "id,token", {}, "is platform, which devices need"),
        (
            "people",
            "id,customer_id",
            {},
            "the columns id and customer_id are both identifiers.id; leave one out with --map customer_id=-",
        ),
        ("people", "id,plan", {"maps": {"plam": "-"}}, "has no column plam for --map; did you mean plan?"),
        ("people", "id,plan", {"kinds": {"x": "number"}}, "has no column x for --type; it has id, plan"),
        (
            "people",
            "id,plan",
            {"maps": {"plan": "emial"}},
            "--map: plan cannot be emial, which is no field of people; did you mean email?",
        ),
        (
            "people",
            "id",
            {"maps": {"id": "attributes."}},
            "--map: id cannot be attributes., which is no field of people; ",
        ),
        (
            "people",
            "id",
            {"kinds": {"id": "number"}},
            "--type: id is identifiers.id, which is always of the type string",
        ),
        ("events", "id,name,time", {"kinds": {"time": "string"}}, "--type: time is timestamp, which is always of the "),
        ("people", "id", {"fixed": {"name": "x"}}, "--event-name: says nothing of people; leave it out"),
        ("people", "id,plan", {"maps": {"plan": "attributes.a", "id": "attributes.a"}}, "are both attributes.a"),
    ],
)
def test_file_when_its_columns_do_not_fit_then_it_is_refused_with_what_to_do(
    tmp_path: Path, what: str, header: str, said: dict[str, Any], words: str
) -> None:
    with pytest.raises(FileError, match=words):
        csv(tmp_path, f"{header}\n", what, **said)


def test_rows_when_of_json_lines_then_their_own_columns_come_and_go(tmp_path: Path) -> None:
    made = jsonl(tmp_path, [{"id": 1, "a": 1}, {"id": 2, "b": 2}, {"id": 3}], "people", maps={"b": "attributes.c"})

    assert [each.get("attributes") for each in made.operations] == [{"a": 1}, {"c": 2}, None]


def test_json_lines_when_an_option_names_a_column_that_no_row_has_then_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"a.jsonl: has no column plam for --map; did you mean plan\?"):
        jsonl(tmp_path, [{"id": 1}, {"id": 2, "plan": "x"}], "people", maps={"plam": "-"})


def test_row_when_made_into_an_operation_then_the_original_is_not_changed(tmp_path: Path) -> None:
    made = jsonl(tmp_path, [], "people")
    values = {"id": 1, "email": "a@b.c"}

    made.mapper.operation(Row(values, 1, Position()))

    assert values == {"id": 1, "email": "a@b.c"}


def test_option_when_json_lines_have_more_rows_than_are_looked_at_then_it_may_name_a_column_of_a_later_one(
    tmp_path: Path,
) -> None:
    rows = [*[{"id": number} for number in range(1_000)], {"id": 1, "note": "x"}]

    made = jsonl(tmp_path, rows, "people", maps={"note": "-"})

    assert "attributes" not in made.operations[-1]

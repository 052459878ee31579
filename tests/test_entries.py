"""What is done to one person, object or delivery: what is valid, and what it is on the wire."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from itertools import islice, permutations
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

import pytest
from clients import ULID
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from cio_sdk import ParamError, PersonIdentifiers, operations
from cio_sdk._entries import Entries, Entry
from cio_sdk.models import (
    AnonymousIdentifiers,
    AnonymousRelationship,
    DeliveryAttributes,
    DeliveryEvent,
    DeliveryIdentifiers,
    EntityOperation,
    ObjectAddRelationships,
    ObjectDelete,
    ObjectDeleteRelationships,
    ObjectIdentifiers,
    ObjectIdentify,
    ObjectIdentifyAnonymous,
    ObjectRelationship,
    PersonAddDevice,
    PersonAddRelationships,
    PersonDelete,
    PersonDeleteDevice,
    PersonDeleteRelationships,
    PersonDevice,
    PersonDeviceToken,
    PersonEvent,
    PersonIdentify,
    PersonMerge,
    PersonPage,
    PersonRelationship,
    PersonScreen,
    PersonSuppress,
    PersonUnsuppress,
)
from cio_sdk.operations.track import ENTITY_OPERATIONS

NOON = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
NOON_UNIX = 1748779200
ADA = PersonIdentifiers(id=42)
ACME = ObjectIdentifiers(object_type_id=1, object_id="acme")
RELATED = [ObjectRelationship(identifiers=ACME, relationship_attributes={"role": "admin"})]
STAFF = [PersonRelationship(identifiers=PersonIdentifiers(email="ada@example.com"))]

EVERY_OPERATION: list[tuple[Any, str]] = [
    (
        PersonIdentify(
            identifiers=ADA, attributes={"plan": None, "seen": NOON}, cio_relationships=RELATED, timestamp=NOON
        ),
        '{"type":"person","action":"identify","identifiers":{"id":"42"},"attributes":{"plan":null,"seen":1748779200},'
        '"cio_relationships":[{"identifiers":{"object_type_id":"1","object_id":"acme"},'
        '"relationship_attributes":{"role":"admin"}}],"timestamp":1748779200}',
    ),
    (
        PersonDelete(identifiers=PersonIdentifiers(cio_id="a3")),
        '{"type":"person","action":"delete","identifiers":{"cio_id":"a3"}}',
    ),
    (
        PersonEvent(identifiers=ADA, name="purchase", attributes={"price": 3.5}, timestamp=NOON, id=ULID),
        '{"type":"person","action":"event","identifiers":{"id":"42"},"name":"purchase","attributes":{"price":3.5},'
        f'"timestamp":1748779200,"id":"{ULID}"}}',
    ),
    (
        PersonPage(identifiers=PersonIdentifiers(phone="+14155552671"), name="/pricing", id=ULID),
        f'{{"type":"person","action":"page","identifiers":{{"phone":"+14155552671"}},"name":"/pricing","id":"{ULID}"}}',
    ),
    (
        PersonScreen(identifiers=ADA, name="Dashboard", id=ULID),
        f'{{"type":"person","action":"screen","identifiers":{{"id":"42"}},"name":"Dashboard","id":"{ULID}"}}',
    ),
    (
        PersonAddDevice(identifiers=ADA, device=PersonDevice(token="t0k3n", platform="ios", last_used=NOON)),
        '{"type":"person","action":"add_device","identifiers":{"id":"42"},'
        '"device":{"token":"t0k3n","platform":"ios","last_used":1748779200}}',
    ),
    (
        PersonDeleteDevice(identifiers=ADA, device=PersonDeviceToken(token="t0k3n")),
        '{"type":"person","action":"delete_device","identifiers":{"id":"42"},"device":{"token":"t0k3n"}}',
    ),
    (
        PersonAddRelationships(identifiers=ADA, cio_relationships=RELATED),
        '{"type":"person","action":"add_relationships","identifiers":{"id":"42"},"cio_relationships":[{"identifiers":'
        '{"object_type_id":"1","object_id":"acme"},"relationship_attributes":{"role":"admin"}}]}',
    ),
    (
        PersonDeleteRelationships(
            identifiers=ADA, cio_relationships=[ObjectRelationship(identifiers=ObjectIdentifiers(cio_object_id="o1"))]
        ),
        '{"type":"person","action":"delete_relationships","identifiers":{"id":"42"},'
        '"cio_relationships":[{"identifiers":{"cio_object_id":"o1"}}]}',
    ),
    (
        PersonMerge(primary=ADA, secondary=PersonIdentifiers(email="ada@example.com")),
        '{"type":"person","action":"merge","primary":{"id":"42"},"secondary":{"email":"ada@example.com"}}',
    ),
    (PersonSuppress(identifiers=ADA), '{"type":"person","action":"suppress","identifiers":{"id":"42"}}'),
    (PersonUnsuppress(identifiers=ADA), '{"type":"person","action":"unsuppress","identifiers":{"id":"42"}}'),
    (
        ObjectIdentify(identifiers=ACME, attributes={"seats": 50}, cio_relationships=STAFF),
        '{"type":"object","action":"identify","identifiers":{"object_type_id":"1","object_id":"acme"},'
        '"attributes":{"seats":50},"cio_relationships":[{"identifiers":{"email":"ada@example.com"}}]}',
    ),
    (
        ObjectIdentifyAnonymous(
            identifiers=ACME,
            cio_relationships=[AnonymousRelationship(identifiers=AnonymousIdentifiers(anonymous_id="cookie"))],
        ),
        '{"type":"object","action":"identify_anonymous","identifiers":{"object_type_id":"1","object_id":"acme"},'
        '"cio_relationships":[{"identifiers":{"anonymous_id":"cookie"}}]}',
    ),
    (
        ObjectDelete(identifiers=ObjectIdentifiers(cio_object_id="o1")),
        '{"type":"object","action":"delete","identifiers":{"cio_object_id":"o1"}}',
    ),
    (
        ObjectAddRelationships(identifiers=ACME, cio_relationships=STAFF),
        '{"type":"object","action":"add_relationships","identifiers":{"object_type_id":"1","object_id":"acme"},'
        '"cio_relationships":[{"identifiers":{"email":"ada@example.com"}}]}',
    ),
    (
        ObjectDeleteRelationships(identifiers=ACME, cio_relationships=STAFF),
        '{"type":"object","action":"delete_relationships","identifiers":{"object_type_id":"1","object_id":"acme"},'
        '"cio_relationships":[{"identifiers":{"email":"ada@example.com"}}]}',
    ),
    (
        DeliveryEvent(
            identifiers=DeliveryIdentifiers(id="d1"), name="opened", attributes=DeliveryAttributes(device_token="t0k3n")
        ),
        '{"type":"delivery","action":"event","identifiers":{"id":"d1"},"name":"opened",'
        '"attributes":{"device_token":"t0k3n"}}',
    ),
]
ONCE = {PersonMerge, DeliveryEvent}
EVENT: dict[str, Any] = {"type": "person", "action": "event", "identifiers": {"id": "42"}, "name": "purchase"}

every_operation = pytest.mark.parametrize(
    ("operation", "body"), EVERY_OPERATION, ids=[type(operation).__name__ for operation, _ in EVERY_OPERATION]
)


def members(kind: Any) -> Iterator[Any]:
    """The models of a union, those of the unions within it included."""
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) is UnionType or get_origin(kind) is Union:
        for each in get_args(kind):
            yield from members(each)
    else:
        yield kind


def in_a_batch(operation: object) -> Entry:
    """The entry that a batch makes of an operation."""
    (entry,) = ENTITY_OPERATIONS.entries([operation])
    assert isinstance(entry, Entry), entry
    return entry


def refused_in_a_batch(operation: object) -> ParamError:
    (error,) = ENTITY_OPERATIONS.entries([operation])
    assert isinstance(error, ParamError)
    return error


# --- Every operation -------------------------------------------------------------------------------------------------


def test_operations_when_listed_then_each_model_of_the_union_is_among_them() -> None:
    assert {type(operation) for operation, _ in EVERY_OPERATION} == set(members(EntityOperation))
    assert {type(operation) for operation, _ in EVERY_OPERATION} == {
        model for model, _ in ENTITY_OPERATIONS._kinds.values()
    }


@every_operation
def test_operation_when_sent_alone_then_the_body_is_this_byte_for_byte(operation: Any, body: str) -> None:
    assert operations.entity(operation).body == body.encode()


@every_operation
def test_operation_when_it_goes_into_a_batch_then_the_entry_is_the_same(operation: Any, body: str) -> None:
    assert in_a_batch(operation).body == body.encode()


@every_operation
def test_operation_when_given_as_a_mapping_then_it_is_the_same(operation: Any, body: str) -> None:
    fields = json.loads(body)

    assert operations.entity(fields).body == body.encode()
    assert operations.entity(MappingProxyType(fields)).body == body.encode()  # type: ignore[arg-type]
    assert in_a_batch(fields).body == body.encode()
    assert in_a_batch(MappingProxyType(fields)).body == body.encode()


@every_operation
def test_operation_when_it_can_do_something_twice_then_it_is_of_kind_once(operation: Any, body: str) -> None:
    is_event = type(operation) in (PersonEvent, PersonPage, PersonScreen)
    expected = "once" if type(operation) in ONCE else "deduplicated" if is_event else "safe"

    assert operations.entity(operation).route.repeat == expected
    assert in_a_batch(operation).repeat == expected


@every_operation
def test_operation_when_read_from_json_by_the_union_then_the_model_is_found(operation: Any, body: str) -> None:
    assert TypeAdapter(EntityOperation).validate_json(body) == operation


# --- Ids of events ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["event", "page", "screen"])
def test_event_when_it_has_no_id_then_it_is_given_one_of_its_own(action: str) -> None:
    given = {**EVENT, "action": action}

    alone = [json.loads(operations.entity(given).body or b"")["id"] for _ in range(2)]  # type: ignore[arg-type]
    batched = [json.loads(entry.body)["id"] for entry in ENTITY_OPERATIONS.entries([given] * 300)]  # type: ignore[union-attr]

    assert len({*alone, *batched}) == 302
    assert all(re.fullmatch("[0-7][0-9A-HJKMNP-TV-Z]{25}", each) for each in [*alone, *batched])
    assert "id" not in given


def test_event_when_it_has_an_id_then_it_keeps_it() -> None:
    assert json.loads(in_a_batch({**EVENT, "id": ULID}).body)["id"] == ULID


# --- What is refused -------------------------------------------------------------------------------------------------

REFUSED: list[tuple[object, str]] = [
    (5, "must be an operation such as PersonIdentify, or a mapping with its fields"),
    (PersonIdentifiers(id=1), "must be an operation such as PersonIdentify, or a mapping with its fields"),
    ({}, "type: must be one of 'delivery', 'object', 'person'"),
    ({**EVENT, "type": ["person"]}, "type: must be one of 'delivery', 'object', 'person'"),
    ({**EVENT, "type": "delivery", "action": "merge"}, "action: must be one of 'event' for a delivery"),
    ({**EVENT, "action": "track"}, "action: must be one of 'add_device', .* for a person"),
    ({**EVENT, "name": ""}, "name: must not be empty or blank"),
    ({**EVENT, "name": "x" * 101}, "name: has 101 bytes; send at most 100"),
    ({**EVENT, "name": "é" * 51}, "name: has 102 bytes; send at most 100"),
    ({**EVENT, "nmae": 1}, "nmae: is not a known field; check the spelling"),
    ({**EVENT, "identifiers": {}}, "identifiers: needs exactly one of id, email, phone and cio_id"),
    (
        {**EVENT, "identifiers": {"id": 1, "email": "a@b"}},
        "identifiers: needs exactly one of id, email, phone and cio_id",
    ),
    ({**EVENT, "identifiers": {"id": " "}}, "identifiers.id: must not be empty or blank"),
    ({**EVENT, "identifiers": {"id": ".."}}, "identifiers.id: must not be '.' or '..'"),
    ({**EVENT, "identifiers": {"id": True}}, "identifiers.id: must be a string or a whole number"),
    ({**EVENT, "identifiers": {"id": "é" * 76}}, "identifiers.id: has 152 bytes; send at most 150"),
    ({**EVENT, "identifiers": {"email": "ada"}}, "identifiers.email: must be an email address"),
    ({**EVENT, "identifiers": {"phone": "0171"}}, "identifiers.phone: must be a phone number in E.164 form"),
    ({**EVENT, "id": "42"}, "id: must be a ULID"),
    ({**EVENT, "timestamp": "2025"}, "timestamp: must be a datetime with a timezone"),
    ({**EVENT, "timestamp": datetime(2025, 6, 1)}, "timestamp: is a datetime without a timezone"),
    ({**EVENT, "timestamp": 10**15}, "timestamp: is out of range"),
    ({**EVENT, "timestamp": True}, "timestamp: must be a datetime with a timezone"),
    ({**EVENT, "attributes": {"x": float("nan")}}, "attributes.x: is NaN or infinite"),
    ({**EVENT, "attributes": {"x": [float("inf")]}}, r"attributes.x\[0\]: is NaN or infinite"),
    ({**EVENT, "attributes": {"x": b"1"}}, "attributes.x: is of the class bytes"),
    ({**EVENT, "attributes": {"x": datetime(2025, 6, 1)}}, "attributes.x: is a datetime without a timezone"),
    ({**EVENT, "attributes": {1: 2}}, "attributes: has a key of the class int"),
    ({**EVENT, "attributes": {"x": "\ud800"}}, "attributes.x: has a lone surrogate"),
    ({**EVENT, "attributes": {"x": "y" * 32_768}}, "has 32,9.. bytes as JSON; send at most 32,768"),
    ({**EVENT, "action": "identify", "attributes": {}}, "name: is not a known field"),
    (
        {"type": "person", "action": "identify", "identifiers": {"id": "1"}, "attributes": {"x": "y" * 1_001}},
        "attributes.x: has 1,001 bytes; send at most 1,000",
    ),
    (
        {"type": "person", "action": "identify", "identifiers": {"id": "1"}, "attributes": {"x": ["é" * 500]}},
        "attributes.x: has 1,004 bytes; send at most 1,000",
    ),
    (
        {"type": "person", "action": "identify", "identifiers": {"id": "1"}, "attributes": {"x" * 151: 1}},
        "has a name of 151 bytes; send at most 150",
    ),
    (
        {
            "type": "person",
            "action": "identify",
            "identifiers": {"id": "1"},
            "attributes": dict.fromkeys(map(str, range(301)), 1),
        },
        "has 301 entries; send at most 300",
    ),
    (
        {"type": "person", "action": "merge", "primary": {"phone": "+14155552671"}, "secondary": {"id": 1}},
        "primary: cannot be a phone here; name the person by id, email or cio_id",
    ),
    (
        {"type": "object", "action": "delete", "identifiers": {"object_id": "acme"}},
        "identifiers: needs either object_type_id and object_id, or cio_object_id",
    ),
    (
        {"type": "object", "action": "delete", "identifiers": {"object_type_id": 1, "cio_object_id": "o1"}},
        "identifiers: needs either object_type_id and object_id, or cio_object_id",
    ),
    (
        {"type": "person", "action": "add_relationships", "identifiers": {"id": 1}, "cio_relationships": []},
        "cio_relationships: must not be empty",
    ),
    (
        {
            "type": "delivery",
            "action": "event",
            "identifiers": {"id": "d"},
            "name": "read",
            "attributes": {"device_token": "t"},
        },
        "name: must be 'opened', 'converted' or 'delivered'",
    ),
]


@pytest.mark.parametrize(("operation", "words"), REFUSED, ids=[str(number) for number in range(len(REFUSED))])
def test_operation_when_it_is_wrong_then_it_is_refused_alone_and_in_a_batch_with_the_same_words(
    operation: Any, words: str
) -> None:
    with pytest.raises(ParamError, match=words) as caught:
        operations.entity(operation)

    in_batch = refused_in_a_batch(operation)
    assert caught.value.reason == in_batch.reason
    assert caught.value.param in ("operation", f"operation.{in_batch.param}")


def test_operation_when_one_of_many_is_wrong_then_the_others_are_entries() -> None:
    made = ENTITY_OPERATIONS.entries([EVENT, 5, EVENT, {**EVENT, "name": 1}, EVENT])

    assert [isinstance(each, Entry) for each in made] == [True, False, True, False, True]


@pytest.mark.parametrize("size", [32_767, 32_768, 32_769])
def test_operation_when_its_size_is_at_the_limit_then_every_byte_counts(size: int) -> None:
    given = {**EVENT, "id": ULID, "attributes": {"x": ""}}
    given["attributes"] = {"x": "y" * (size - len(json.dumps(given, separators=(",", ":"))))}

    (made,) = ENTITY_OPERATIONS.entries([given])

    assert isinstance(made, Entry) is (size <= 32_768)
    assert not isinstance(made, Entry) or len(made.body) == size


@pytest.mark.parametrize("room", [-1, 0])
def test_event_when_its_id_makes_it_too_large_then_it_is_refused(room: int) -> None:
    given = {**EVENT, "attributes": {"x": ""}}
    empty = len(json.dumps({**given, "id": ULID}, separators=(",", ":")))
    given["attributes"] = {"x": "y" * (32_768 - empty - room)}

    (made,) = ENTITY_OPERATIONS.entries([given])

    assert isinstance(made, Entry) is (room == 0)


# --- What is changed, and what is not --------------------------------------------------------------------------------


class Money(BaseModel):
    amount: int


CONVERTED: list[tuple[Any, Any]] = [
    ({"at": NOON}, {"at": NOON_UNIX}),
    ({"at": [NOON + timedelta(microseconds=999_999)]}, {"at": [NOON_UNIX]}),
    ({"pair": (1, 2)}, {"pair": [1, 2]}),
    (Money(amount=3), {"amount": 3}),
    ({"price": Money(amount=3)}, {"price": {"amount": 3}}),
    ({"none": None}, {"none": None}),
    ({"big": 10**30, "small": 1e-300, "text": "é\u2028\x00", "flag": True}, None),
    ({"deep": {"a": [{"b": [[]]}]}}, None),
]


@pytest.mark.parametrize(("attributes", "expected"), CONVERTED)
def test_attributes_when_they_are_of_any_kind_then_a_batch_sends_what_a_single_call_sends(
    attributes: Any, expected: Any
) -> None:
    given = {**EVENT, "attributes": attributes, "id": ULID}

    assert json.loads(in_a_batch(given).body)["attributes"] == (attributes if expected is None else expected)
    assert in_a_batch(given).body == operations.entity(given).body  # type: ignore[arg-type]


@pytest.mark.parametrize("levels", [98, 99, 100, 101, 250])
def test_attributes_when_nested_deep_then_a_batch_refuses_what_a_single_call_refuses(levels: int) -> None:
    nested: list[Any] = []
    for _ in range(levels - 1):
        nested = [nested]
    given: Any = {**EVENT, "attributes": {"x": nested}}

    assert ENTITY_OPERATIONS.plain_events([given]) is None or levels < 100
    if levels < 100:
        assert json.loads(in_a_batch(given).body)["attributes"] == {"x": nested}
    else:
        assert "nested more than 100 levels deep" in str(refused_in_a_batch(given))


def test_mapping_when_its_id_is_a_number_and_its_time_a_datetime_then_they_become_those_of_the_wire() -> None:
    given = {**EVENT, "identifiers": {"id": 42}, "timestamp": NOON}

    body = json.loads(in_a_batch(given).body)

    assert (body["identifiers"], body["timestamp"]) == ({"id": "42"}, NOON_UNIX)
    assert given["identifiers"] == {"id": 42}


def test_model_when_an_attribute_within_it_was_changed_then_it_is_looked_at_again() -> None:
    event = PersonEvent(identifiers=ADA, name="purchase", attributes={"items": []})
    event.attributes["at"] = NOON  # type: ignore[index]

    assert json.loads(in_a_batch(event).body)["attributes"]["at"] == NOON_UNIX

    event.attributes["at"] = float("nan")  # type: ignore[index]

    assert "NaN" in str(refused_in_a_batch(event))


def test_attributes_when_their_names_are_members_of_an_enum_then_their_values_go_out() -> None:
    class Name(str, Enum):  # noqa: UP042
        PLAN = "plan"

    for more in ({}, {"at": NOON}):
        given = {**EVENT, "attributes": {Name.PLAN: "pro", **more}}
        assert json.loads(in_a_batch(given).body)["attributes"]["plan"] == "pro"


def test_identifier_when_it_is_a_member_of_an_enum_then_its_value_goes_out_and_names_the_person() -> None:
    class Person(str, Enum):  # noqa: UP042
        ADA = "42"

    entry = in_a_batch({**EVENT, "identifiers": {"id": Person.ADA}, "attributes": {"at": NOON}})

    assert json.loads(entry.body)["identifiers"] == {"id": "42"}
    assert list(entry.names) == ["42"]


def test_operation_when_it_is_of_a_class_of_ones_own_then_it_is_one_of_its_base() -> None:
    class Purchase(PersonEvent):
        """A subclass."""

        def refund(self) -> None: ...

    purchase = Purchase(identifiers=ADA, name="purchase")

    assert json.loads(operations.entity(purchase).body or b"")["action"] == "event"
    assert json.loads(in_a_batch(purchase).body)["action"] == "event"


# --- What it names ---------------------------------------------------------------------------------------------------

NAMED: list[tuple[Any, set[str]]] = [
    (PersonEvent(identifiers=ADA, name="x"), {"42"}),
    (PersonIdentify(identifiers=ADA, attributes={"email": "a@b", "phone": "+1", "plan": "pro"}), {"42", "a@b", "+1"}),
    (PersonIdentify(identifiers=ADA, cio_relationships=RELATED), {"42", "acme"}),
    (PersonMerge(primary=ADA, secondary=PersonIdentifiers(email="a@b")), {"42", "a@b"}),
    (ObjectIdentify(identifiers=ACME, cio_relationships=STAFF), {"acme", "ada@example.com"}),
    (PersonAddDevice(identifiers=ADA, device=PersonDevice(token="t", platform="ios")), {"42", "t"}),
]


@pytest.mark.parametrize(("operation", "names"), NAMED)
def test_entry_when_made_then_it_knows_everything_that_it_names(operation: BaseModel, names: set[str]) -> None:
    assert set(in_a_batch(operation).names) == names
    assert set(in_a_batch(operation.model_dump(exclude_none=True)).names) == names


# --- The fast way and the models ------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=4), children, max_size=3),
    max_leaves=6,
)
TEXT = st.sampled_from(["", " ", "42", "a", ".", "..", "a@b.c", "+123", "\x1c", "é" * 40, "x" * 151, ULID]) | st.text()
ANYTHING = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["person", "object", "delivery"]),
        "action": st.sampled_from(["event", "identify", "delete", "merge", "add_device", "page", "suppress"]),
    },
    optional={
        "identifiers": st.dictionaries(
            st.sampled_from(["id", "email", "phone", "cio_id", "object_id", "object_type_id"]),
            TEXT | st.integers() | st.none(),
            max_size=2,
        ),
        "name": TEXT | st.integers(),
        "attributes": JSON | st.dictionaries(TEXT, JSON, max_size=4),
        "timestamp": st.integers() | st.datetimes(timezones=st.just(UTC)) | st.datetimes() | st.booleans(),
        "id": st.just(ULID) | TEXT,
        "device": st.fixed_dictionaries({"token": TEXT, "platform": st.sampled_from(["ios", "web"])}),
        "primary": st.fixed_dictionaries({"id": TEXT}),
        "secondary": st.fixed_dictionaries({"email": TEXT}),
    },
)


@given(ANYTHING)
@settings(max_examples=600)
def test_operation_when_it_is_anything_then_a_batch_takes_and_sends_what_a_single_call_does(given: Any) -> None:
    (made,) = ENTITY_OPERATIONS.entries([given])
    if isinstance(made, ParamError):
        with pytest.raises(ParamError, match=re.escape(made.reason)):
            operations.entity(given)
        return
    alone = operations.entity(given)
    sent, expected = json.loads(made.body), json.loads(alone.body or b"")
    if "id" not in given:
        assert sent.pop("id", None) != expected.pop("id", None) or "name" not in given
    assert sent == expected


@given(st.lists(ANYTHING.map(lambda operation: {**EVENT, **operation}), min_size=1, max_size=3))
@settings(max_examples=400)
def test_events_when_made_all_at_once_then_each_is_what_a_single_call_sends(given: list[Any]) -> None:
    events = ENTITY_OPERATIONS.plain_events(given)

    if events is None:
        return
    for operation, entry in zip(given, events.entries(), strict=True):
        sent, expected = json.loads(entry.body), json.loads(operations.entity(operation).body or b"")
        if "id" not in operation:
            assert sent.pop("id") != expected.pop("id")
        assert sent == expected
        assert list(entry.names) == list(in_a_batch(operation).names)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"identifiers": {"id": 42}},
        {"identifiers": {"email": "Ada@example.com"}},
        {"identifiers": {"phone": "+14155552671"}},
        {"name": "größer"},
        {"timestamp": NOON},
        {"timestamp": -5},
        {"action": "page"},
        {"id": ULID},
        {"attributes": {}},
        {"attributes": {"a": ['\\"{[NaN', {"b": [1.5e300, None, True, {"c": -7}]}], "é\n": "Infinity"}},
    ],
)
def test_events_when_they_are_plain_then_they_are_made_all_at_once(changes: dict[str, Any]) -> None:
    assert ENTITY_OPERATIONS.plain_events([EVENT, {**EVENT, **changes}]) is not None


@pytest.mark.parametrize(
    "other",
    [
        5,
        {},
        {**EVENT, "action": "identify"},
        {**EVENT, "action": b"event"},
        {**EVENT, "name": ""},
        {**EVENT, "name": b"purchase"},
        {**EVENT, "name": UUID(int=5)},
        {**EVENT, "unknown": 5},
        {b"timestamp": 5} | EVENT,
        {name: value for name, value in EVENT.items() if name != "name"},
        {**EVENT, "identifiers": {"id": b"42"}},
        {**EVENT, "identifiers": {b"id": "42"}},
        {**EVENT, "identifiers": {"id": "42", "email": "ada@example.com"}},
        {**EVENT, "identifiers": {"email": "a" * 150 + "@example.com"}},
        {**EVENT, "timestamp": 5.5},
        {**EVENT, "timestamp": True},
        {**EVENT, "attributes": {"x": "y" * 32_768}},
        {**EVENT, "attributes": {1: "x"}},
        {**EVENT, "attributes": {"x": NOON}},
        {**EVENT, "attributes": {"x": b"y"}},
        {**EVENT, "attributes": {"x": [Decimal(5)]}},
        {**EVENT, "attributes": {"x": [{"y": {2: 3}}]}},
        {**EVENT, "attributes": {"x": math.nan}},
        {**EVENT, "attributes": {"x": [-math.inf]}},
        {**EVENT, "attributes": {"x": "\ud800"}},
        {**EVENT, "attributes": {"x": 10**5_000}},
    ],
)
def test_events_when_one_of_them_is_not_plain_then_each_is_looked_at_alone(other: Any) -> None:
    assert ENTITY_OPERATIONS.plain_events([EVENT, other]) is None


def test_events_when_some_lack_what_they_may_lack_then_they_are_made_all_at_once() -> None:
    whole = {"id": ULID, **EVENT, "timestamp": 5, "attributes": {"x": 1}}
    fewer = [{name: value for name, value in whole.items() if name != lacking} for lacking in whole]

    events = ENTITY_OPERATIONS.plain_events([whole, *(each for each in fewer if each.keys() >= EVENT.keys())])

    assert events is not None
    assert len(events.bodies) == 4


def test_events_when_their_fields_come_in_ever_other_orders_then_the_patterns_stay_few() -> None:
    entries = Entries(ENTITY_OPERATIONS._kinds, max_bytes=32_768)
    given = {**EVENT, "timestamp": 5, "attributes": {}}
    orders = [dict(order) for order in islice(permutations(given.items()), 60)]

    made = [entries.plain_events([each]) for each in orders]

    assert [each is None for each in made] == [False] * 50 + [True] * 10
    assert entries.plain_events(orders[0:1]) is not None


def test_entries_when_made_for_a_smaller_limit_then_they_follow_it() -> None:
    small = Entries(ENTITY_OPERATIONS._kinds, max_bytes=100)

    with pytest.raises(ParamError, match=r"has 1\d\d bytes as JSON; send at most 100"):
        small.entry({**EVENT, "attributes": {"x": "y" * 30}}, "operation")

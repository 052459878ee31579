from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox_wire import stranger, track_api

from cio_sdk.sandbox import Relationship, Sandbox
from cio_sdk.sandbox.records import Metric

ULID = "01J2Z3Y4X5W6V7T8S9R0Q1P2N3"
ACME = {"object_type_id": "1", "object_id": "acme"}
WHEN = 1_767_323_045


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def http(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with track_api(sandbox) as http:
        yield http


def _person(action: str, person: str = "42", /, **fields: Any) -> dict[str, Any]:
    return {"type": "person", "action": action, "identifiers": {"id": person}, **fields}


def _object(action: str, /, **fields: Any) -> dict[str, Any]:
    return {"type": "object", "action": action, "identifiers": ACME, **fields}


def _merge(primary: str, secondary: str) -> dict[str, Any]:
    return {"type": "person", "action": "merge", "primary": {"id": primary}, "secondary": {"id": secondary}}


def _to(identifiers: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    return {"identifiers": identifiers, **({"relationship_attributes": attributes} if attributes else {})}


def _do(http: httpx.Client, *operations: dict[str, Any]) -> None:
    for operation in operations:
        answer = http.post("/api/v2/entity", content=json.dumps(operation))
        assert (answer.status_code, answer.json()) == (200, {})


def _errors(http: httpx.Client, operation: object) -> list[dict[str, Any]]:
    """Return why an operation alone is refused."""
    answer = http.post("/api/v2/entity", content=json.dumps(operation))
    assert answer.status_code == 400
    assert answer.json().keys() == {"errors"}
    errors: list[dict[str, Any]] = answer.json()["errors"]
    return errors


def _refused(http: httpx.Client, *operations: object) -> list[dict[str, Any]]:
    """Return why operations of a batch are refused."""
    answer = http.post("/api/v2/batch", content=json.dumps({"batch": operations}))
    assert answer.status_code == 207
    errors: list[dict[str, Any]] = answer.json()["errors"]
    return errors


def _batch(http: httpx.Client, *operations: object) -> None:
    answer = http.post("/api/v2/batch", content=json.dumps({"batch": operations}))
    assert (answer.status_code, answer.json()) == (200, {})


def _names(sandbox: Sandbox) -> list[str]:
    return [event.name for event in sandbox.events]


def _related(relationships: tuple[Relationship, ...]) -> list[tuple[str | None, str | None, Any]]:
    return [(each.customer_id, each.anonymous_id, each.attributes) for each in relationships]


# --- Who it is -------------------------------------------------------------------------------------------------------


def test_identify_when_the_person_is_unknown_then_they_are_added(sandbox: Sandbox, http: httpx.Client) -> None:
    _do(http, _person("identify", attributes={"email": "ada@example.com", "plan": "pro"}))
    person = sandbox.people["42"]
    assert (person.id, person.email, person.phone) == ("42", "ada@example.com", None)
    assert person.attributes == {"email": "ada@example.com", "plan": "pro"}


def test_identify_when_the_person_is_known_then_attributes_are_merged_and_cleared(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    _do(http, _person("identify", attributes={"a": 1, "b": 2, "c": 3, "kept": [None, {"d": None}]}))
    _do(http, _person("identify", attributes={"a": 9, "b": None, "c": ""}))
    assert sandbox.people["42"].attributes == {"a": 9, "kept": [None, {"d": None}]}


def test_identify_when_it_says_nothing_more_then_the_person_is_there(sandbox: Sandbox, http: httpx.Client) -> None:
    _do(http, _person("identify"), {**_person("identify"), "identifiers": {"id": 43}})
    assert list(sandbox.people) == ["42", "43"]


@pytest.mark.parametrize(
    ("identifiers", "name"),
    [
        ({"id": "a@b"}, "a@b"),
        ({"email": "ada@example.com"}, "ada@example.com"),
        ({"phone": "+14155552671"}, "+14155552671"),
    ],
)
def test_person_when_named_by_an_identifier_then_they_are_found_by_it(
    sandbox: Sandbox, http: httpx.Client, identifiers: dict[str, str], name: str
) -> None:
    operation = {"type": "person", "action": "identify", "identifiers": identifiers}
    _batch(http, {**operation, "attributes": {"a": 1}}, {**operation, "attributes": {"b": 2}})
    assert list(sandbox.people) == [name]
    person = sandbox.person(name)
    assert person is not None
    assert person == sandbox.people[name]
    assert {kind: getattr(person, kind) for kind in identifiers} == identifiers
    by_cio_id = {"type": "person", "action": "event", "identifiers": {"cio_id": person.cio_id}, "name": "x"}
    _do(http, by_cio_id, {**by_cio_id, "identifiers": {"cio_id": f"cio_{person.cio_id}"}})
    assert [event.customer_id for event in sandbox.events] == [name, name]


def test_phone_when_it_is_an_attribute_then_it_identifies(sandbox: Sandbox, http: httpx.Client) -> None:
    _do(http, _person("identify", attributes={"phone": "+14155552671"}))
    _do(http, {"type": "person", "action": "event", "identifiers": {"phone": "+14155552671"}, "name": "x"})
    assert list(sandbox.people) == ["42"]
    assert sandbox.people["42"].attributes == {"phone": "+14155552671"}
    _do(http, _person("identify", attributes={"phone": None}))
    assert sandbox.person("+14155552671") is None
    assert (sandbox.people["42"].phone, sandbox.people["42"].attributes) == (None, {})


def test_phone_when_it_is_not_in_e164_form_then_it_is_an_attribute_like_others(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    _do(http, _person("identify", attributes={"phone": "555-0100"}), _person("identify", attributes={"plan": "pro"}))
    assert (sandbox.people["42"].phone, sandbox.people["42"].attributes["phone"]) == (None, "555-0100")
    _do(http, _person("identify", attributes={"phone": "+14155552671"}))
    assert sandbox.people["42"].phone == sandbox.people["42"].attributes["phone"] == "+14155552671"


@pytest.mark.parametrize("attributes", [{"phone": "+14155552671"}, {"email": "ada@example.com"}, {"id": "1"}])
def test_identify_when_an_identifier_belongs_to_another_person_then_it_is_refused(
    sandbox: Sandbox, http: httpx.Client, attributes: dict[str, str]
) -> None:
    _do(http, _person("identify", "1", attributes={"phone": "+14155552671", "email": "ada@example.com"}))
    before = sandbox.people
    [name] = attributes
    assert _errors(http, _person("identify", attributes={**attributes, "plan": "pro"})) == [
        {"reason": "invalid", "field": f"attributes.{name}", "message": "belongs to another person"}
    ]
    assert sandbox.people == before


@pytest.mark.parametrize(
    "more",
    [
        {"action": "identify"},
        {"action": "event", "name": "x"},
        {"action": "add_device", "device": {"token": "a", "platform": "ios"}},
        {"action": "add_relationships", "cio_relationships": [_to(ACME)]},
    ],
)
def test_operation_when_the_cio_id_is_unknown_then_it_is_refused(
    sandbox: Sandbox, http: httpx.Client, more: dict[str, Any]
) -> None:
    operation = {"type": "person", "identifiers": {"cio_id": "ffff"}, **more}
    assert _errors(http, operation) == [
        {"reason": "invalid", "field": "identifiers.cio_id", "message": "is nobody who is known"}
    ]
    assert not any(sandbox.counts.values())


def test_identify_when_there_would_be_more_than_300_attributes_then_it_is_refused(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    _do(http, _person("identify", attributes={f"a{number}": number for number in range(300)}))
    [error] = _refused(http, _person("identify", attributes={"one": "more"}))
    assert (error["field"], error["message"]) == ("attributes", "the person would have 301 attributes; at most 300 fit")


# --- Attributes in time ----------------------------------------------------------------------------------------------


def test_identify_when_update_is_asked_for_then_nobody_is_added(sandbox: Sandbox, http: httpx.Client) -> None:
    update = _person("identify", attributes={"_update": True, "plan": "pro"})
    _do(http, update, {**update, "identifiers": {"cio_id": "ffff"}})
    assert sandbox.people == {}
    _do(http, _person("identify", attributes={"_update": False}), update)
    assert sandbox.people["42"].attributes == {"plan": "pro"}


def test_identify_of_v1_when_update_is_asked_for_then_nobody_is_added(sandbox: Sandbox, http: httpx.Client) -> None:
    assert http.put("/api/v1/customers/42", json={"_update": True, "plan": "pro"}).status_code == 200
    assert sandbox.people == {}


def test_identify_when_it_is_older_then_it_keeps_what_a_newer_one_set(sandbox: Sandbox, http: httpx.Client) -> None:
    _do(
        http,
        _person("identify", attributes={"a": "new", "b": None, "email": "new@example.com"}, timestamp=WHEN),
        _person(
            "identify", attributes={"a": "old", "b": "old", "c": 1, "email": "old@example.com"}, timestamp=WHEN - 1
        ),
        _person("identify", attributes={"c": 2}, timestamp=WHEN - 2),
        _person("identify", attributes={"c": 3}, timestamp=WHEN - 1),
    )
    assert sandbox.people["42"].attributes == {"email": "new@example.com", "a": "new", "c": 3}
    _do(http, _person("identify", attributes={"a": "newer"}, timestamp=WHEN + 1))
    assert sandbox.people["42"].attributes["a"] == "newer"


def test_identify_when_it_has_no_timestamp_then_it_counts_as_now(sandbox: Sandbox, http: httpx.Client) -> None:
    _do(
        http,
        _person("identify", attributes={"a": "first"}, timestamp=WHEN),
        _person("identify", attributes={"a": "now"}),
        _person("identify", attributes={"a": "late"}, timestamp=WHEN + 1),
    )
    assert sandbox.people["42"].attributes == {"a": "now"}


# --- People come and go ----------------------------------------------------------------------------------------------


def test_delete_when_the_person_exists_then_they_and_their_relationships_are_gone(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    _do(http, _person("identify", cio_relationships=[_to(ACME)]), _person("delete"), _person("delete"))
    assert sandbox.people == {}
    assert sandbox.objects["1", "acme"].relationships == ()


def test_suppress_when_done_then_the_person_is_ignored_until_unsuppressed(sandbox: Sandbox, http: httpx.Client) -> None:
    phone = {"identifiers": {"phone": "+14155552671"}}
    _do(http, _person("identify", attributes={"phone": "+14155552671"}), _person("suppress"))
    ignored = [
        _person("identify"),
        _person("event", name="x"),
        {**_person("event", name="x"), **phone},
        _person("add_device", device={"token": "a", "platform": "ios"}),
        _person("add_relationships", cio_relationships=[_to(ACME)]),
        _object("add_relationships", cio_relationships=[_to({"id": "42"})]),
    ]
    _batch(http, *ignored)
    assert (sandbox.people, sandbox.events, sandbox.devices) == ({}, [], [])
    _do(http, _person("unsuppress"), _person("event", name="x"))
    assert list(sandbox.people) == ["42"]


def test_merge_when_both_are_known_then_the_primary_gets_what_it_lacks(sandbox: Sandbox, http: httpx.Client) -> None:
    umbrella = {"object_type_id": "1", "object_id": "umbrella"}
    _batch(
        http,
        _person("identify", "1", attributes={"a": 1}, cio_relationships=[_to(ACME, role="admin")]),
        _person("identify", "2", attributes={"a": 2, "b": 2, "phone": "+14155552671"}),
        _person("add_relationships", "2", cio_relationships=[_to(ACME, role="guest"), _to(umbrella)]),
        _person("event", "2", name="bought"),
        _person("add_device", "2", device={"token": "t", "platform": "ios"}),
        _merge("1", "2"),
        {"type": "person", "action": "event", "identifiers": {"phone": "+14155552671"}, "name": "afterwards"},
    )
    assert list(sandbox.people) == ["1"]
    person = sandbox.people["1"]
    assert person.attributes == {"a": 1, "b": 2, "phone": "+14155552671"}
    assert [(each.object_id, each.attributes) for each in person.relationships] == [
        ("acme", {"role": "admin"}),
        ("umbrella", {}),
    ]
    assert _related(sandbox.objects["1", "acme"].relationships) == [("1", None, {"role": "admin"})]
    assert [event.customer_id for event in sandbox.events] == ["1", "1"]
    assert [device.customer_id for device in sandbox.devices] == ["1"]


def test_merge_when_repeated_over_three_people_then_all_they_did_is_the_last_ones(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    _batch(http, *(_person("event", number, name=number) for number in "123"), _merge("2", "1"), _merge("3", "2"))
    assert [event.customer_id for event in sandbox.events] == ["3", "3", "3"]


def test_merge_when_somebody_is_unknown_then_it_is_refused(sandbox: Sandbox, http: httpx.Client) -> None:
    _do(http, _person("identify", "1"))
    for operation, field, message in (
        (_merge("2", "1"), "primary", "is nobody who is known"),
        (_merge("1", "2"), "secondary", "is nobody who is known"),
        (_merge("1", "1"), "secondary", "is the same person"),
    ):
        assert _errors(http, operation) == [{"reason": "invalid", "field": field, "message": message}]
    assert list(sandbox.people) == ["1"]


def test_device_when_added_and_deleted_then_its_token_is_its_id(sandbox: Sandbox, http: httpx.Client) -> None:
    device = {"token": "t", "platform": "android", "last_used": WHEN, "attributes": {"os": None}}
    _do(http, _person("add_device", device=device))
    [made] = sandbox.people["42"].devices
    assert (made.id, made.platform, made.attributes) == ("t", "android", {"os": None})
    assert made.last_used == datetime.fromtimestamp(WHEN, UTC)
    _do(http, _person("delete_device", "1", device={"token": "t"}))
    assert sandbox.counts["devices"] == 1
    _do(http, _person("delete_device", device={"token": "t"}))
    assert (sandbox.devices, sandbox.counts["devices"]) == ([], 0)


# --- Events ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["event", "page", "screen"])
def test_event_when_sent_then_it_is_kept_with_the_type_of_its_action(
    sandbox: Sandbox, http: httpx.Client, action: str
) -> None:
    data = {"items": [{"price": 3.5, "note": None}]}
    _do(http, _person(action, name="x", attributes=data, timestamp=WHEN, id=ULID))
    [event] = sandbox.events
    assert (event.name, event.customer_id, event.anonymous_id) == ("x", "42", None)
    assert (event.data, event.id, str(event.type)) == (data, ULID, action)
    assert event.timestamp == datetime.fromtimestamp(WHEN, UTC)


def test_event_when_it_says_no_more_than_its_name_then_it_has_the_time_of_its_arrival(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    _do(http, _person("event", name="x"), _person("event", name="x"))
    first, _ = sandbox.events
    assert (first.data, first.id) == ({}, None)
    assert abs((datetime.now(UTC) - first.timestamp).total_seconds()) < 60


def test_event_when_its_id_arrived_before_then_it_is_ignored_over_v1_and_v2(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    other = "01J2Z3Y4X5W6V7T8S9R0Q1P2N4"
    http.post("/api/v1/customers/42/events", json={"name": "first", "id": ULID.lower()})
    _batch(
        http,
        _person("event", "1", name="repeated", id=ULID),
        _person("page", name="second", id=other),
        _person("screen", name="repeated", id=other.lower()),
    )
    http.post("/api/v1/events", json={"name": "repeated", "id": other})
    assert _names(sandbox) == ["first", "second"]
    assert list(sandbox.people) == ["42"]


def test_delivery_event_when_sent_then_it_is_a_metric(sandbox: Sandbox, http: httpx.Client) -> None:
    operation = {"type": "delivery", "action": "event", "identifiers": {"id": "d1"}, "name": "opened"}
    _do(http, {**operation, "attributes": {"device_token": "t"}})
    [metric] = sandbox.metrics
    assert metric == Metric(delivery_id="d1", metric=metric.metric, timestamp=metric.timestamp, recipient="t")
    assert str(metric.metric) == "opened"


# --- Objects ---------------------------------------------------------------------------------------------------------


def test_object_when_identified_then_it_is_added_and_updated(sandbox: Sandbox, http: httpx.Client) -> None:
    _do(http, _object("identify", attributes={"name": "Acme", "seats": 5, "plan": "pro"}))
    made = sandbox.objects["1", "acme"]
    assert (made.object_type_id, made.object_id, made.relationships) == ("1", "acme", ())
    by_cio_id = {**_object("identify"), "identifiers": {"cio_object_id": made.cio_object_id}}
    _do(http, {**by_cio_id, "attributes": {"seats": None, "plan": "", "name": "ACME"}})
    assert list(sandbox.objects) == [("1", "acme")]
    assert sandbox.objects["1", "acme"].attributes == {"name": "ACME"}
    _do(http, {**_object("identify"), "identifiers": {"object_type_id": 2, "object_id": 7}})
    assert list(sandbox.objects) == [("1", "acme"), ("2", "7")]


@pytest.mark.parametrize("action", ["delete_relationships", "delete"])
def test_object_when_what_is_removed_is_not_there_then_nothing_happens(
    sandbox: Sandbox, http: httpx.Client, action: str
) -> None:
    more = {} if action == "delete" else {"cio_relationships": [_to({"id": "42"})]}
    _do(http, _object(action, **more), {**_object(action, **more), "identifiers": {"cio_object_id": "ffff"}})
    assert not any(sandbox.counts.values())


def test_object_when_deleted_then_its_relationships_are_gone(sandbox: Sandbox, http: httpx.Client) -> None:
    _do(http, _object("identify", cio_relationships=[_to({"id": "42"})]), _object("delete"))
    assert sandbox.objects == {}
    assert sandbox.people["42"].relationships == ()
    _do(http, _object("identify"))
    assert sandbox.objects["1", "acme"].relationships == ()


@pytest.mark.parametrize(
    ("operation", "field"),
    [
        ({**_object("identify"), "identifiers": {"cio_object_id": "ffff"}}, "identifiers"),
        (_person("identify", cio_relationships=[_to(ACME), _to({"cio_object_id": "ffff"})]), "1"),
        (_person("add_relationships", cio_relationships=[_to({"cio_object_id": "ffff"})]), "0"),
    ],
)
def test_object_when_its_cio_object_id_is_unknown_then_it_is_refused_and_nothing_changes(
    sandbox: Sandbox, http: httpx.Client, operation: dict[str, Any], field: str
) -> None:
    [error] = _errors(http, operation)
    place = field if field == "identifiers" else f"cio_relationships.{field}.identifiers"
    assert error == {
        "reason": "invalid",
        "field": f"{place}.cio_object_id",
        "message": "is no object that is known",
    }
    assert not any(sandbox.counts.values())


# --- Relationships ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["identify", "add_relationships"])
def test_relationship_when_added_from_the_person_then_both_sides_have_it(
    sandbox: Sandbox, http: httpx.Client, action: str
) -> None:
    _do(http, _person(action, cio_relationships=[_to(ACME, role="admin", since=None)]))
    made = Relationship(
        object_type_id="1", object_id="acme", customer_id="42", anonymous_id=None, attributes={"role": "admin"}
    )
    assert sandbox.people["42"].relationships == (made,)
    assert sandbox.objects["1", "acme"].relationships == (made,)


@pytest.mark.parametrize("action", ["identify", "add_relationships"])
def test_relationship_when_added_from_the_object_then_both_sides_have_it(
    sandbox: Sandbox, http: httpx.Client, action: str
) -> None:
    _do(http, _object(action, cio_relationships=[_to({"id": "42"}, role="admin"), _to({"email": "a@b.c"})]))
    assert _related(sandbox.objects["1", "acme"].relationships) == [
        ("42", None, {"role": "admin"}),
        ("a@b.c", None, {}),
    ]
    assert sandbox.people["42"].relationships == sandbox.objects["1", "acme"].relationships[:1]


def test_relationship_when_added_again_then_its_attributes_are_merged_and_cleared(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    _do(http, _person("add_relationships", cio_relationships=[_to(ACME, role="admin", a=1, b=2)]))
    _do(http, _object("add_relationships", cio_relationships=[_to({"id": "42"}, a=None, b="", c=3)]))
    assert _related(sandbox.objects["1", "acme"].relationships) == [("42", None, {"role": "admin", "c": 3})]


@pytest.mark.parametrize(
    "removal",
    [
        _person("delete_relationships", cio_relationships=[_to(ACME)]),
        _object("delete_relationships", cio_relationships=[_to({"id": "42"})]),
    ],
)
def test_relationship_when_deleted_from_either_side_then_neither_has_it(
    sandbox: Sandbox, http: httpx.Client, removal: dict[str, Any]
) -> None:
    _do(http, _object("identify", cio_relationships=[_to({"id": "42"}), _to({"id": "43"})]), removal, removal)
    assert sandbox.people["42"].relationships == ()
    assert _related(sandbox.objects["1", "acme"].relationships) == [("43", None, {})]


def test_relationship_when_the_person_is_an_unknown_cio_id_then_it_is_refused_and_nothing_changes(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    operation = _object("identify", cio_relationships=[_to({"id": "42"}), _to({"cio_id": "ffff"})])
    assert _errors(http, operation) == [
        {
            "reason": "invalid",
            "field": "cio_relationships.1.identifiers.cio_id",
            "message": "is nobody who is known",
        }
    ]
    assert not any(sandbox.counts.values())


def test_relationship_when_a_person_is_named_by_phone_then_it_is_refused(http: httpx.Client) -> None:
    [error] = _errors(http, _object("identify", cio_relationships=[_to({"phone": "+14155552671"})]))
    assert error["field"] == "cio_relationships.0.identifiers"
    assert error["message"].startswith("cannot be a phone here")


def test_relationships_when_they_are_an_attribute_of_v1_then_they_are_made_and_it_is_not_kept(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    preferences = {"topics": {"topic_1": True}}
    for action, count in (("add_relationships", 1), ("delete_relationships", 0)):
        change = {"action": action, "relationships": [_to(ACME, role="admin")]}
        body = {"plan": "pro", "cio_subscription_preferences": preferences, "cio_relationships": change}
        assert http.put("/api/v1/customers/42", json=body).status_code == 200
        person = sandbox.people["42"]
        assert person.attributes == {"plan": "pro", "cio_subscription_preferences": preferences}
        assert [each.attributes for each in person.relationships] == [{"role": "admin"}] * count


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ("x", "", "must be an object"),
        ({"relationships": []}, ".action", "is required"),
        (
            {"action": "identify", "relationships": []},
            ".action",
            "must be 'add_relationships' or 'delete_relationships'",
        ),
        (
            {"action": "add_relationships", "relationships": [_to({"cio_object_id": "ffff"})]},
            ".relationships.0.identifiers.cio_object_id",
            "is no object that is known",
        ),
    ],
)
def test_relationships_when_the_attribute_breaks_a_rule_then_it_is_refused(
    sandbox: Sandbox, http: httpx.Client, change: object, field: str, message: str
) -> None:
    answer = http.put("/api/v1/customers/42", json={"cio_relationships": change})
    assert answer.json() == {"meta": {"errors": [f"cio_relationships{field}: {message}"]}}
    [error] = _errors(http, _person("identify", attributes={"cio_relationships": change}))
    assert (error["field"], error["message"]) == (f"attributes.cio_relationships{field}", message)
    assert not any(sandbox.counts.values())


def _visited(**attributes: Any) -> dict[str, Any]:
    return _object("identify_anonymous", cio_relationships=[_to({"anonymous_id": "visitor"}, **attributes)])


def test_visitor_when_related_to_an_object_then_the_person_who_is_identified_as_them_is(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    _do(http, {**_visited(role="guest"), "attributes": {"name": "Acme"}})
    assert sandbox.objects["1", "acme"].attributes == {"name": "Acme"}
    assert _related(sandbox.objects["1", "acme"].relationships) == [(None, "visitor", {"role": "guest"})]
    _do(http, _person("identify", attributes={"anonymous_id": "visitor"}))
    assert _related(sandbox.people["42"].relationships) == [("42", None, {"role": "guest"})]
    assert sandbox.objects["1", "acme"].relationships == sandbox.people["42"].relationships


def test_visitor_when_the_person_is_known_already_then_it_is_a_relationship_of_theirs(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    _do(http, _person("identify", attributes={"anonymous_id": "visitor"}), _visited(role="guest"))
    assert _related(sandbox.objects["1", "acme"].relationships) == [("42", None, {"role": "guest"})]


def test_visitor_when_the_person_has_that_relationship_then_theirs_stays(sandbox: Sandbox, http: httpx.Client) -> None:
    _do(http, _visited(role="guest"), _person("add_relationships", cio_relationships=[_to(ACME, role="admin")]))
    _do(http, _person("identify", attributes={"anonymous_id": "visitor"}))
    assert _related(sandbox.objects["1", "acme"].relationships) == [("42", None, {"role": "admin"})]


def test_visitor_when_the_person_is_deleted_then_they_are_unknown_again(sandbox: Sandbox, http: httpx.Client) -> None:
    _do(http, _person("identify", attributes={"anonymous_id": "visitor"}), _person("delete"), _visited())
    assert _related(sandbox.objects["1", "acme"].relationships) == [(None, "visitor", {})]


# --- What is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        ({}, ("required", "type", "is required")),
        ({"type": "thing"}, ("invalid", "type", "must be one of 'delivery', 'object', 'person'")),
        ({"type": []}, ("invalid", "type", "must be one of 'delivery', 'object', 'person'")),
        ({"type": "person"}, ("required", "action", "is required")),
        ({"type": "delivery", "action": "merge"}, ("invalid", "action", "must be one of 'event'")),
        (_person("event"), ("required", "name", "is required")),
        (_person("event", name=""), ("invalid", "name", "must not be empty or blank")),
        (_person("event", name="x", data={}), ("invalid", "data", "is not a known field")),
        (_person("event", name="x", id="1"), ("invalid", "id", "must be a ULID, 26 characters of Crockford's base 32")),
        (_person("event", name="x", timestamp=1.5), ("invalid", "timestamp", "must be a whole number of Unix seconds")),
        (_person("event", name="x", attributes=[]), ("invalid", "attributes", "must be an object")),
        (
            {"type": "person", "action": "delete", "identifiers": {"id": "1", "email": "a@b.c"}},
            ("invalid", "identifiers", "needs exactly one of id, email, phone and cio_id"),
        ),
        (
            {"type": "person", "action": "delete", "identifiers": {"id": 1.5}},
            ("invalid", "identifiers.id", "must be a string or a whole number"),
        ),
        (
            {"type": "person", "action": "delete", "identifiers": {"phone": "555-0100"}},
            ("invalid", "identifiers.phone", "must be a phone number in E.164 form, such as +14155552671"),
        ),
        (
            _person("identify", attributes={"bio": "x" * 1_001}),
            ("invalid", "attributes.bio", "has 1,001 bytes; send at most 1,000"),
        ),
        (
            _person("identify", attributes={"a b": "x" * 1_001}),
            ("invalid", "attributes['a b']", "has 1,001 bytes; send at most 1,000"),
        ),
        (
            _person("add_device", device={"token": "t", "platform": "windows"}),
            ("invalid", "device.platform", "must be 'ios' or 'android'"),
        ),
        (
            _person("add_relationships", cio_relationships=[_to({"object_id": "acme"})]),
            (
                "invalid",
                "cio_relationships.0.identifiers",
                "needs either object_type_id and object_id, or cio_object_id",
            ),
        ),
    ],
)
def test_operation_when_it_breaks_a_rule_then_the_reason_is_the_same_alone_and_in_a_batch(
    sandbox: Sandbox, http: httpx.Client, operation: dict[str, Any], error: tuple[str, str, str]
) -> None:
    expected = dict(zip(("reason", "field", "message"), error, strict=True))
    assert _errors(http, operation) == [expected]
    assert _refused(http, operation) == [{"batch_index": 0, **expected}]
    assert not any(sandbox.counts.values())


def test_operation_when_it_breaks_several_rules_then_each_is_named_or_in_a_batch_the_first(http: httpx.Client) -> None:
    operation = _person("event", name=1, nmae="x")
    errors = _errors(http, operation)
    assert [error["field"] for error in errors] == ["name", "nmae"]
    assert _refused(http, operation) == [{"batch_index": 0, **errors[0]}]


def test_operation_when_it_has_more_than_32768_bytes_then_it_is_refused(sandbox: Sandbox, http: httpx.Client) -> None:
    text = json.dumps(_person("event", name="x", attributes={"x": ""}), separators=(",", ":"))
    for size, status in ((32_768, 200), (32_769, 400)):
        answer = http.post("/api/v2/entity", content=text.replace('""', f'"{"x" * (size - len(text))}"'))
        assert answer.status_code == status
    assert answer.json() == {
        "errors": [{"reason": "too_large", "field": "", "message": "the body has more than 32,768 bytes"}]
    }
    assert sandbox.counts["events"] == 1


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{", ("invalid", "", "the body is not JSON: EOF while parsing an object at line 1 column 1")),
        (b"[]", ("invalid", "", "the body must be a JSON object")),
        (b"{}", ("required", "batch", "is required")),
        (b'{"batch": {}}', ("invalid", "batch", "must be an array of one operation or more")),
        (b'{"batch": []}', ("invalid", "batch", "must be an array of one operation or more")),
        (b'{"batch": [{}], "more": 1}', ("invalid", "more", "is not a known field")),
        (b" " * 512_001, ("too_large", "", "the body has more than 512,000 bytes")),
        (b" " * 16_000_001, ("too_large", "", "the body has more than 512,000 bytes")),
    ],
    ids=lambda value: str(value[:16]) if isinstance(value, bytes) else "",
)
def test_batch_when_it_is_none_then_all_of_it_is_refused(
    http: httpx.Client, body: bytes, error: tuple[str, str, str]
) -> None:
    answer = http.post("/api/v2/batch", content=body)
    expected = dict(zip(("reason", "field", "message"), error, strict=True))
    assert (answer.status_code, answer.json()) == (400, {"errors": [expected]})


def test_batch_when_a_number_is_nan_then_all_of_it_is_refused(sandbox: Sandbox, http: httpx.Client) -> None:
    body = json.dumps({"batch": [_person("event", name="x"), _person("event", name="x", attributes={"x": [1e999]})]})
    answer = http.post("/api/v2/batch", content=body.replace("Infinity", "NaN"))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"].startswith("the body is not JSON")
    assert sandbox.events == []


def test_entry_when_a_number_is_beyond_all_bounds_then_it_is_refused(sandbox: Sandbox, http: httpx.Client) -> None:
    body = json.dumps({"batch": [_person("event", name="x"), _person("event", name="x", attributes={"x": [1e999]})]})
    answer = http.post("/api/v2/batch", content=body.replace("Infinity", "1e999"))
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["batch_index"], error["field"]) == (207, 1, "attributes.x[0]")
    assert len(sandbox.events) == 1


def test_entry_when_it_is_nested_too_deeply_then_it_is_refused(sandbox: Sandbox, http: httpx.Client) -> None:
    deep: dict[str, Any] = {}
    for _ in range(99):
        deep = {"d": deep}
    _batch(http, _person("event", name="x", attributes=deep))
    assert sandbox.events[0].data == deep
    [error] = _refused(http, _person("event", name="x", attributes={"d": deep}))
    assert error["message"] == "is nested more than 100 levels deep; flatten it"


# --- Batches ---------------------------------------------------------------------------------------------------------


def test_batch_when_all_is_well_then_each_has_its_effect_in_order(sandbox: Sandbox, http: httpx.Client) -> None:
    _batch(
        http,
        _person("identify", attributes={"plan": "basic"}),
        _person("event", name="before"),
        _person("delete"),
        _person("identify", attributes={"other": 1}),
        _object("identify", cio_relationships=[_to({"id": "42"})]),
        _person("delete_relationships", cio_relationships=[_to(ACME)]),
        _person("event", name="after"),
    )
    assert sandbox.people["42"].attributes == {"other": 1}
    assert sandbox.people["42"].relationships == ()
    assert _names(sandbox) == ["before", "after"]


def test_batch_when_some_is_refused_then_207_has_their_indexes_and_the_others_have_their_effect(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    errors = _refused(
        http,
        _person("event", "1", name="first"),
        7,
        _person("event", name="x" * 101),
        _merge("1", "nobody"),
        _person("event", name="x", attributes={"x": "y" * 32_768}),
        _person("identify", "2", attributes={"id": "1"}),
        _person("identify", "3"),
        {"type": "person", "action": "event", "identifiers": {"cio_id": "ffff"}, "name": "x"},
        _person("event", "1", name="last"),
    )
    assert [(error["batch_index"], error["reason"], error["field"]) for error in errors] == [
        (1, "invalid", ""),
        (2, "invalid", "name"),
        (3, "invalid", "secondary"),
        (4, "too_large", ""),
        (5, "invalid", "attributes.id"),
        (7, "invalid", "identifiers.cio_id"),
    ]
    assert errors[0]["message"] == "must be an object"
    assert errors[3]["message"] == "has 32,861 bytes; send at most 32,768"
    assert _names(sandbox) == ["first", "last"]
    assert list(sandbox.people) == ["1", "3"]


def test_entry_when_it_has_just_32768_bytes_then_it_is_accepted_whatever_the_space_around(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    text = json.dumps(_person("event", name="x", attributes={"x": ""}), separators=(",", ":"))
    operation = json.loads(text.replace('""', f'"{"x" * (32_768 - len(text))}"'))
    answer = http.post("/api/v2/batch", content=json.dumps({"batch": [operation]}, indent=40))
    assert answer.status_code == 200
    assert len(sandbox.events[0].data["x"]) == 32_768 - len(text)


def test_batch_when_a_field_is_named_twice_then_the_last_one_counts(sandbox: Sandbox, http: httpx.Client) -> None:
    body = json.dumps({"batch": [_person("event", name="a")]}).replace('"a"', '"a", "name": "b"')
    assert http.post("/api/v2/batch", content=body).status_code == 200
    assert _names(sandbox) == ["b"]


def test_batches_when_they_arrive_at_once_then_nothing_is_lost_or_kept_twice(sandbox: Sandbox) -> None:
    def send(sender: int) -> None:
        with track_api(sandbox) as http:
            for batch in range(5):
                _batch(
                    http,
                    *(
                        _person("event", str(number), name=f"{sender}", id=f"{ULID[:-6]}{batch}{number:05}")
                        for number in range(40)
                    ),
                    *(_person("event", str(sender), name=f"own {batch}") for _ in range(10)),
                )
                assert sandbox.counts["events"] >= 50 * (batch + 1)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, range(4)))
    assert sandbox.counts["events"] == 5 * 40 + 4 * 5 * 10
    assert sorted(sandbox.people, key=int) == [str(number) for number in range(40)]


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=4,
)
NAMES = st.sampled_from(["42", "", " ", ".", "a@b.c", "+14155552671", "é", "x" * 40, "é" * 76, 7, 1.5, None])
IDENTIFIERS = st.dictionaries(st.sampled_from(["id", "email", "phone", "cio_id", "ident"]), NAMES, max_size=2)
FREQUENT = st.fixed_dictionaries(
    {
        "type": st.just("person"),
        "action": st.sampled_from(["identify", "event", "page", "screen"]),
        "identifiers": IDENTIFIERS | st.just({"id": "42"}),
    },
    optional={
        "name": st.sampled_from(["x", "x" * 26, "é" * 51, " "]) | JSON,
        "attributes": st.dictionaries(st.sampled_from(["a", "_update", "b" * 151]) | st.text(), JSON, max_size=4)
        | st.just({"a": "x" * 1_001})
        | JSON,
        "timestamp": st.sampled_from([WHEN, -(10**11), 10**12, True, "0", None]),
        "id": st.sampled_from([ULID, ULID.lower(), ULID + "\n", f"8{ULID[1:]}", ULID.replace("Z", "U"), None]),
        "more": st.just(1),
    },
)


def test_frequent_operation_when_sent_in_a_batch_then_it_is_treated_as_alone() -> None:
    with Sandbox() as one, Sandbox() as other, track_api(one) as alone, track_api(other) as batched:

        @settings(max_examples=300)
        @given(FREQUENT)
        def check(operation: dict[str, Any]) -> None:
            one.reset()
            other.reset()
            first = alone.post("/api/v2/entity", content=json.dumps(operation))
            second = batched.post("/api/v2/batch", content=json.dumps({"batch": [operation]}))
            assert first.status_code in (200, 400)
            if first.status_code == 200:
                assert second.json() == {}
            else:
                assert second.json() == {"errors": [{"batch_index": 0, **first.json()["errors"][0]}]}
            assert one.people == other.people
            assert [(each.name, each.data, each.id, each.type) for each in one.events] == [
                (each.name, each.data, each.id, each.type) for each in other.events
            ]

        check()


# --- What is shown ---------------------------------------------------------------------------------------------------


def test_counts_when_something_arrived_then_they_are_the_same_here_and_over_http(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    expected = dict.fromkeys(
        [
            *("people", "devices", "objects", "events", "deliveries", "broadcasts", "collections", "forms"),
            *("metrics", "segments", "webhooks"),
        ],
        0,
    )
    with stranger(sandbox) as anybody:
        assert anybody.get("/counts").json() == sandbox.counts == expected
        _do(http, _person("event", name="x"), _person("event", name="y"), _object("identify"))
        _do(http, _person("add_device", device={"token": "t", "platform": "ios"}))
        expected |= {"people": 1, "devices": 1, "objects": 1, "events": 2}
        assert anybody.get("/counts").json() == sandbox.counts == expected
        assert anybody.head("/counts").status_code == 200
        assert anybody.delete("/counts").headers["Allow"] == "GET, HEAD"
        assert anybody.get("/counts", headers={"Host": "evil.example"}).status_code == 403
        sandbox.reset()
        assert not any(sandbox.counts.values())


def test_document_when_objects_arrived_then_they_have_the_shape_of_the_records(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    _do(http, _object("identify", attributes={"name": "Acme"}, cio_relationships=[_to({"id": "42"}, role="admin")]))
    relationship = {
        "object_type_id": "1",
        "object_id": "acme",
        "customer_id": "42",
        "anonymous_id": None,
        "attributes": {"role": "admin"},
    }
    document = http.get("/").json()
    assert document["people"]["42"]["relationships"] == [relationship]
    assert document["objects"] == [
        {
            "object_type_id": "1",
            "object_id": "acme",
            "cio_object_id": sandbox.objects["1", "acme"].cio_object_id,
            "attributes": {"name": "Acme"},
            "relationships": [relationship],
        }
    ]


def test_page_when_objects_arrived_then_they_are_shown_with_those_related_to_them(http: httpx.Client) -> None:
    _do(http, _visited(), _person("add_relationships", cio_relationships=[_to(ACME, role="<admin>")]))
    html = http.get("/", headers={"Accept": "text/html"}).text
    people, objects = html.partition("<h2>People <small>1</small></h2>")[2].split("<h2>Objects <small>1</small></h2>")
    assert "<th>type</th><th>object</th><th>attributes</th>" in people
    assert "<td>1</td><td>acme</td><td>{&quot;role&quot;:&quot;&lt;admin&gt;&quot;}</td>" in people
    assert "<th>visitor</th><th>person</th><th>attributes</th>" in objects
    assert "<td>visitor</td><td></td><td></td>" in objects


def test_page_when_there_is_much_then_it_shows_the_newest_and_how_many_there_are(http: httpx.Client) -> None:
    _batch(http, *(_person("event", f"person {number}", name=f"event {number}") for number in range(1_002)))
    html = http.get("/", headers={"Accept": "text/html"}).text
    assert "<h2>People <small>1,002, of which these are the newest 1,000</small></h2>" in html
    assert "<h2>Events <small>1,002, of which these are the newest 1,000</small></h2>" in html
    assert "event 1<" not in html
    assert html.index("event 2<") < html.index("event 1001<")
    assert len(http.get("/").json()["events"]) == 1_002


def test_attributes_when_they_come_in_a_batch_then_each_keeps_its_type(sandbox: Sandbox, http: httpx.Client) -> None:
    given = {"vip": True, "banned": False, "age": 36, "rate": 1.0}

    http.post("/api/v2/batch", json={"batch": [_person("identify", attributes=given)]})

    found = sandbox.people["42"].attributes
    assert {name: (type(value), value) for name, value in found.items()} == {
        name: (type(value), value) for name, value in given.items()
    }

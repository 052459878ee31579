from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox_wire import track_api

from cio_sdk import APIError, Client, Device, NotFoundError
from cio_sdk.sandbox import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with sandbox.client() as client:
        yield client


def test_update_of_an_unknown_person_adds_them(sandbox: Sandbox, client: Client) -> None:
    client.update_customer("42", {"email": "ada@example.com", "plan": "pro"})
    person = sandbox.people["42"]
    assert (person.customer_id, person.id, person.email) == ("42", "42", "ada@example.com")
    assert person.attributes == {"email": "ada@example.com", "plan": "pro"}
    assert person.devices == ()


def test_people_when_their_address_differs_in_case_then_they_are_one_person(sandbox: Sandbox, client: Client) -> None:
    client.update_customer("Ada@x.com", {"plan": "basic"})
    client.update_customer("ada@x.com", {"plan": "pro"})
    client.new_event("ADA@X.COM", "purchase")
    client.update_customer("42", {"email": "Bob@x.com"})
    with pytest.raises(APIError, match="email: belongs to another person"):
        client.update_customer("43", {"email": "bob@x.com"})
    client.update_customer("42", {"email": "BOB@x.com"})

    assert [*sandbox.people] == ["Ada@x.com", "42"]
    assert sandbox.people["42"].email == "BOB@x.com"
    assert sandbox.person("ada@X.com") == sandbox.people["Ada@x.com"]
    assert sandbox.people["Ada@x.com"].attributes == {"email": "Ada@x.com", "plan": "pro"}
    assert sandbox.events[0].customer_id == "Ada@x.com"


def test_people_when_suppressed_by_their_address_then_its_case_does_not_matter(
    sandbox: Sandbox, client: Client
) -> None:
    client.update_customer("42", {"email": "Ada@x.com"})
    client.suppress_customer("ada@x.com")
    for address in ("Ada@x.com", "ADA@x.com"):
        client.update_customer(address)
    assert sandbox.people == {}

    client.unsuppress_customer("aDa@x.com")
    client.update_customer("ada@x.com")
    client.delete_customer("ADA@x.com")
    client.update_customer("Ada@x.com")
    assert [*sandbox.people] == ["Ada@x.com"]


def test_people_when_their_id_differs_in_case_then_they_are_two(sandbox: Sandbox, client: Client) -> None:
    client.update_customer("ada")
    client.update_customer("Ada")

    assert [*sandbox.people] == ["ada", "Ada"]


def test_update_without_a_body_adds_a_person_without_attributes(sandbox: Sandbox) -> None:
    with track_api(sandbox) as http:
        assert http.put("/api/v1/customers/42").json() == {}
    assert sandbox.people["42"].attributes == {}


def test_update_of_a_known_person_merges_and_clears(sandbox: Sandbox, client: Client) -> None:
    client.update_customer("42", {"a": 1, "b": 2, "c": 3, "kept": {"deep": [1]}})
    client.update_customer("42", {"a": 9, "b": None, "c": ""})
    assert sandbox.people["42"].attributes == {"a": 9, "kept": {"deep": [1]}}


def test_false_and_zero_do_not_clear_an_attribute(sandbox: Sandbox, client: Client) -> None:
    client.update_customer("42", {"paid": False, "visits": 0, "tags": []})
    assert sandbox.people["42"].attributes == {"paid": False, "visits": 0, "tags": []}


def test_snapshot_stays_as_it_was_when_the_person_changes(sandbox: Sandbox, client: Client) -> None:
    client.update_customer("42", {"plan": "basic", "tags": ["a"]})
    before = sandbox.people["42"]
    before.attributes["tags"].append("mine")
    client.update_customer("42", {"plan": "pro"})
    assert before.attributes["plan"] == "basic"
    assert sandbox.people["42"].attributes == {"plan": "pro", "tags": ["a"]}


def test_person_is_found_by_each_identifier(sandbox: Sandbox, client: Client) -> None:
    client.update_customer(42, {"email": "ada@example.com"})
    person = sandbox.people["42"]
    for identifier in (42, "42", "ada@example.com", person.cio_id, f"cio_{person.cio_id}"):
        assert sandbox.person(identifier) == person
    assert sandbox.person("nobody") is None
    assert sandbox.person("nobody@example.com") is None


def test_path_with_an_at_sign_is_an_email(sandbox: Sandbox, client: Client) -> None:
    client.update_customer("ada@example.com", {"plan": "pro"})
    client.update_customer("ada@example.com", {"id": 42})
    person = sandbox.people["42"]
    assert (person.id, person.email) == ("42", "ada@example.com")
    client.update_customer("42", {"plan": "basic"})
    assert [person.attributes["plan"] for person in sandbox.people.values()] == ["basic"]


def test_path_with_a_cio_id_names_a_known_person(sandbox: Sandbox, client: Client) -> None:
    client.update_customer("42")
    cio_id = sandbox.people["42"].cio_id
    client.update_customer(f"cio_{cio_id}", {"id": "43", "email": "ada@example.com", "cio_id": cio_id})
    assert list(sandbox.people) == ["43"]
    client.update_customer("43", {"id": None, "email": "new@example.com"})
    assert list(sandbox.people) == ["new@example.com"]
    client.update_customer("new@example.com", {"email": ""})
    assert list(sandbox.people) == [f"cio_{cio_id}"]
    client.update_customer("43")
    assert len(sandbox.people) == 2


def test_path_with_an_unknown_cio_id_is_not_found(sandbox: Sandbox, client: Client) -> None:
    for call in (client.update_customer, lambda person: client.new_event(person, "purchase")):
        with pytest.raises(NotFoundError, match="no person with this cio_id"):
            call("cio_0000")
    client.delete_customer("cio_0000")
    assert sandbox.people == {}


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"email": "ada@example.com"}, "email: belongs to another person"),
        ({"id": "1"}, "id: belongs to another person"),
        ({"id": 1}, "id: belongs to another person"),
        ({"cio_id": "ffff"}, "cio_id: is not the cio_id of this person, which never changes"),
        ({"email": 7}, "email: must be a string"),
        ({"id": ".."}, "id: must not be '.' or '..', which would lead to another path"),
    ],
)
@pytest.mark.parametrize("is_known", [True, False])
def test_identifier_that_cannot_be_is_refused_and_changes_nothing(
    sandbox: Sandbox, client: Client, attributes: dict[str, Any], message: str, is_known: bool
) -> None:
    client.update_customer("1", {"email": "ada@example.com"})
    if is_known:
        client.update_customer("2", {"plan": "basic"})
    before = sandbox.people
    with track_api(sandbox) as http:
        answer = http.put("/api/v1/customers/2", json={**attributes, "plan": "pro"})
    assert (answer.status_code, answer.json()) == (400, {"meta": {"errors": [message]}})
    assert sandbox.people == before


def test_attributes_beyond_300_of_one_person_are_refused(sandbox: Sandbox, client: Client) -> None:
    client.update_customer("42", {f"a{number}": number for number in range(300)})
    with pytest.raises(APIError, match="301 attributes"):
        client.update_customer("42", {"one": "more"})
    client.update_customer("42", {"one": "more", "a0": None})
    assert len(sandbox.people["42"].attributes) == 300


def test_delete_removes_the_person_and_their_devices(sandbox: Sandbox, client: Client) -> None:
    client.update_customer("42", {"email": "ada@example.com"})
    client.update_device("42", Device(id="t0k3n", platform="ios"))
    client.new_event("42", "purchase")
    client.delete_customer("ada@example.com")
    assert (sandbox.people, sandbox.devices) == ({}, [])
    assert sandbox.events[0].customer_id == "42"
    client.delete_customer("42")
    client.update_customer("43", {"email": "ada@example.com"})
    client.update_device("43", Device(id="t0k3n", platform="ios"))
    assert sandbox.devices[0].customer_id == "43"


def test_device_is_kept_with_its_person(sandbox: Sandbox, client: Client) -> None:
    used = datetime(2026, 1, 2, tzinfo=UTC)
    client.update_device("42", Device(id="a", platform="ios", last_used=used, attributes={"os": "17"}))
    client.update_device("42", Device(id="b", platform="android"))
    first, second = sandbox.devices
    assert (first.customer_id, first.id, first.platform) == ("42", "a", "ios")
    assert (first.last_used, first.attributes) == (used, {"os": "17"})
    assert (datetime.now(UTC) - second.last_used).total_seconds() < 60
    assert sandbox.people["42"].devices == (first, second)


def test_device_that_is_added_again_is_updated(sandbox: Sandbox, client: Client) -> None:
    client.update_device("42", Device(id="a", platform="ios"))
    client.update_device("42", Device(id="a", platform="android"))
    assert [device.platform for device in sandbox.devices] == ["android"]


def test_device_that_is_added_to_another_person_moves(sandbox: Sandbox, client: Client) -> None:
    for person in ("1", "2"):
        client.update_device(person, Device(id="a", platform="ios"))
    assert sandbox.people["1"].devices == ()
    assert [device.customer_id for device in sandbox.devices] == ["2"]
    client.delete_customer("1")
    client.delete_device("2", "a")
    assert sandbox.devices == []


def test_device_names_its_person_as_they_are_called_now(sandbox: Sandbox, client: Client) -> None:
    client.update_device("ada@example.com", Device(id="a", platform="ios"))
    client.update_customer("ada@example.com", {"id": "42"})
    assert sandbox.devices[0].customer_id == "42"


def test_delete_of_a_device_that_is_not_there_does_nothing(sandbox: Sandbox, client: Client) -> None:
    client.update_device("1", Device(id="a", platform="ios"))
    client.delete_device("1", "b")
    client.delete_device("2", "a")
    client.delete_device("cio_0000", "a")
    assert [device.id for device in sandbox.devices] == ["a"]
    assert list(sandbox.people) == ["1"]


AWKWARD = [
    "a/b",
    "a?b",
    "a#b",
    "100%",
    "a+b",
    "a b",
    "%2F",
    "😀",
    "é@ü.com",
    "..a",
    "a;b=c",
    "a&b",
    "\\",
    "\x00",
    "a\nb",
]


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_ids_arrive_as_they_left(sandbox: Sandbox, client: Client, name: str) -> None:
    client.update_customer(name, {"plan": "pro"})
    client.update_device(name, Device(id=name, platform="ios"))
    client.new_event(name, "purchase")
    assert list(sandbox.people) == [name]
    assert [device.id for device in sandbox.devices] == [name]
    assert [event.customer_id for event in sandbox.events] == [name]
    client.delete_device(name, name)
    assert sandbox.devices == []
    client.delete_customer(name)
    assert sandbox.people == {}


def test_any_id_arrives_as_it_left() -> None:
    names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(
        lambda name: name.strip() and name not in (".", "..") and len(name.encode()) <= 150
    )

    with Sandbox() as sandbox, track_api(sandbox) as http:

        @settings(max_examples=200)
        @given(names, names)
        def check(name: str, token: str) -> None:
            sandbox.reset()
            path = f"/api/v1/customers/{quote(name, safe='')}"
            device = {"device": {"id": token, "platform": "ios"}}
            if name.startswith("cio_"):
                assert http.put(f"{path}/devices", json=device).status_code == 404
                return
            assert http.put(f"{path}/devices", json=device).status_code == 200
            assert list(sandbox.people) == [name]
            assert [device.id for device in sandbox.devices] == [token]
            assert http.delete(f"{path}/devices/{quote(token, safe='')}").status_code == 200
            assert sandbox.devices == []

        check()

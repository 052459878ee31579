from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sandbox_wire import track_api

from cio_sdk import Client
from cio_sdk.sandbox import Sandbox

ULID = "01J2Z3Y4X5W6V7T8S9R0Q1P2N3"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with sandbox.client() as client:
        yield client


def test_event_is_kept_as_it_was_sent(sandbox: Sandbox, client: Client) -> None:
    when = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    client.new_event("42", "purchase", {"items": [{"price": 3}]}, timestamp=when, id=ULID, type="screen")
    assert [str(event.type) for event in sandbox.events] == ["screen"]
    event = sandbox.events[0]
    assert (event.name, event.customer_id, event.anonymous_id) == ("purchase", "42", None)
    assert (event.data, event.timestamp, event.id) == ({"items": [{"price": 3}]}, when, ULID)


def test_event_without_the_rest_has_the_time_of_its_arrival(sandbox: Sandbox, client: Client) -> None:
    client.new_event("42", "purchase")
    event = sandbox.events[0]
    assert (event.data, event.type) == ({}, None)
    assert abs((datetime.now(UTC) - event.timestamp).total_seconds()) < 60


def test_event_of_an_unknown_person_adds_them(sandbox: Sandbox, client: Client) -> None:
    client.new_event("ada@example.com", "purchase")
    assert sandbox.people["ada@example.com"].attributes == {"email": "ada@example.com"}


def test_event_whose_id_has_arrived_is_ignored(sandbox: Sandbox, client: Client) -> None:
    client.new_event("1", "first", id=ULID)
    client.new_event("2", "second", id=ULID.lower())
    client.new_anonymous_event("third", id=ULID)
    assert [event.name for event in sandbox.events] == ["first"]
    assert list(sandbox.people) == ["1"]


def test_events_without_an_id_are_all_kept(sandbox: Sandbox) -> None:
    with track_api(sandbox) as http:
        for path in ("/api/v1/customers/42/events", "/api/v1/customers/42/events", "/api/v1/events"):
            assert http.post(path, json={"name": "purchase"}).status_code == 200
    assert [event.id for event in sandbox.events] == [None, None, None]


def test_event_names_its_person_as_they_are_called_now(sandbox: Sandbox, client: Client) -> None:
    client.new_event("ada@example.com", "purchase")
    client.update_customer("ada@example.com", {"id": "42"})
    assert sandbox.events[0].customer_id == "42"


def _owners(sandbox: Sandbox) -> list[tuple[str, str | None]]:
    return [(event.name, event.customer_id) for event in sandbox.events]


def test_anonymous_events_go_to_whoever_gets_their_anonymous_id(sandbox: Sandbox, client: Client) -> None:
    client.new_anonymous_event("before", {"page": 1}, anonymous_id="visitor")
    client.new_anonymous_event("other", anonymous_id="somebody else")
    client.new_anonymous_event("nobody")
    assert _owners(sandbox) == [("before", None), ("other", None), ("nobody", None)]
    client.update_customer("42", {"anonymous_id": "visitor"})
    client.update_customer("42", {"anonymous_id": "visitor"})
    client.new_anonymous_event("after", anonymous_id="visitor")
    assert _owners(sandbox) == [("before", "42"), ("other", None), ("nobody", None), ("after", "42")]
    assert [event.anonymous_id for event in sandbox.events] == ["visitor", "somebody else", None, "visitor"]


def test_anonymous_events_after_the_person_is_deleted_are_of_nobody(sandbox: Sandbox, client: Client) -> None:
    client.update_customer("42", {"anonymous_id": "visitor"})
    client.delete_customer("42")
    client.new_anonymous_event("after", anonymous_id="visitor")
    assert _owners(sandbox) == [("after", None)]


def test_data_of_an_event_is_a_copy(sandbox: Sandbox, client: Client) -> None:
    client.new_event("42", "purchase", {"items": [1]})
    sandbox.events[0].data["items"].append(2)
    assert sandbox.events[0].data == {"items": [1]}

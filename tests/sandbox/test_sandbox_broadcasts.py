"""Broadcasts and collections in the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from sandbox_wire import app_api

from cio_sdk import Audience, BroadcastRecipient, Client, NotFoundError, UnprocessableError
from cio_sdk.audience import all_of, any_of, attribute, has_attribute, not_, segment
from cio_sdk.sandbox import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with sandbox.client() as made:
        yield made


@pytest.fixture
def people(client: Client) -> None:
    """Ada (pro, in segment 4), Bob (free, in segment 4) and Cy, who has no plan."""
    client.update_customer("ada", {"email": "ada@example.com", "plan": "pro", "seats": 5, "trial": True})
    client.update_customer("bob", {"email": "bob@example.com", "plan": "free"})
    client.update_customer("cy")
    client.add_to_segment(4, ["ada", "bob"])


# --- Broadcasts ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("audience", "found"),
    [
        (segment(4), ("ada", "bob")),
        (segment(5), ()),
        (attribute("plan", "pro"), ("ada",)),
        (attribute("seats", 5), ("ada",)),
        (attribute("seats", 5.0), ("ada",)),
        (attribute("trial", True), ("ada",)),
        (attribute("email", "Bob@example.com"), ("bob",)),
        (attribute("plan", "Pro"), ()),
        (has_attribute("plan"), ("ada", "bob")),
        (not_(has_attribute("plan")), ("cy",)),
        (all_of(segment(4), not_(attribute("plan", "free"))), ("ada",)),
        (any_of(attribute("plan", "free"), attribute("id", "cy")), ("bob", "cy")),
    ],
)
def test_broadcast_when_it_is_to_a_filter_then_it_goes_to_whom_that_finds(
    sandbox: Sandbox, client: Client, audience: Audience, found: tuple[str, ...]
) -> None:
    trigger = client.trigger_broadcast(12, recipients=audience, data={"sale": "20%"})

    (broadcast,) = sandbox.broadcasts
    assert (broadcast.broadcast_id, broadcast.trigger_id, broadcast.audience) == ("12", trigger.id, "recipients")
    assert broadcast.recipients == found
    assert broadcast.data == {"sale": "20%"}
    assert broadcast.request.recipients == audience


@pytest.mark.usefixtures("people")
def test_broadcast_when_it_names_people_then_it_goes_to_them(sandbox: Sandbox, client: Client) -> None:
    client.trigger_broadcast(12, ids=["ada", "cy", "ada"])
    client.trigger_broadcast(12, emails=["Bob@Example.com"])
    client.trigger_broadcast(
        12, per_user_data=[BroadcastRecipient(id="ada"), BroadcastRecipient(email="bob@example.com", data={"n": 1})]
    )
    client.trigger_broadcast(12)

    assert [(each.audience, each.recipients) for each in sandbox.broadcasts] == [
        ("ids", ("ada", "cy")),
        ("emails", ("bob",)),
        ("per_user_data", ("ada", "bob")),
        ("default", ()),
    ]
    assert sandbox.counts["broadcasts"] == 4


@pytest.mark.usefixtures("people")
def test_broadcast_when_somebody_does_not_exist_then_it_is_refused_and_the_errors_can_be_read(
    sandbox: Sandbox, client: Client
) -> None:
    with pytest.raises(UnprocessableError, match="trigger 1") as caught:
        client.trigger_broadcast(12, ids=["ada", "dan", "eve"])

    assert caught.value.messages == ["/data/attributes/ids: has errors; they can be read from the errors of trigger 1"]
    assert list(client.get_broadcast_errors(12, 1)) == ["line 2: nobody has this id", "line 3: nobody has this id"]
    assert sandbox.broadcasts[0].recipients == ()


@pytest.mark.usefixtures("people")
def test_broadcast_when_those_who_do_not_exist_are_passed_over_then_it_goes_to_the_others(
    sandbox: Sandbox, client: Client
) -> None:
    client.trigger_broadcast(12, ids=["ada", "dan"], id_ignore_missing=True)
    client.trigger_broadcast(12, emails=["dan@example.com"], email_ignore_missing=True)

    assert [each.recipients for each in sandbox.broadcasts] == [("ada",), ()]


def test_broadcast_when_it_was_triggered_then_it_is_processed(client: Client) -> None:
    trigger = client.trigger_broadcast("12")

    status = client.wait_for_broadcast(12, trigger.id)

    assert (status.id, status.broadcast_id, status.is_processed) == (trigger.id, 12, True)
    assert status.created_at == status.processed_at
    assert list(client.get_broadcast_errors(12, trigger.id)) == []


def test_broadcast_errors_when_there_are_many_then_they_come_in_pages(client: Client) -> None:
    with pytest.raises(UnprocessableError):
        client.trigger_broadcast(12, ids=[*range(250)])

    first = client.get_broadcast_errors_page(12, 1)
    assert (len(first.errors or ()), first.next) == (100, "100")
    assert len(list(client.get_broadcast_errors(12, 1))) == 250


@pytest.mark.parametrize(("broadcast", "trigger"), [(12, 2), (13, 1), ("x", "y")])
def test_broadcast_when_it_was_not_triggered_then_there_is_no_status(
    client: Client, broadcast: str | int, trigger: str | int
) -> None:
    client.trigger_broadcast(12)

    with pytest.raises(NotFoundError):
        client.get_broadcast_status(broadcast, trigger)
    with pytest.raises(NotFoundError):
        client.get_broadcast_errors_page(broadcast, trigger)


def test_broadcast_when_it_is_sent_wrongly_then_it_is_refused_in_the_words_of_the_wire(sandbox: Sandbox) -> None:
    with app_api(sandbox) as http:
        answer = http.post("/v1/campaigns/12/triggers", json={"recipients": {}, "ids": ["a"]})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"] == {"pointer": "/recipients"}
    assert "and, or and not" in answer.json()["errors"][0]["detail"]


@pytest.mark.usefixtures("people")
def test_page_when_there_are_broadcasts_then_it_shows_them(sandbox: Sandbox, client: Client) -> None:
    client.trigger_broadcast(12, recipients=segment(4))

    document = httpx.get(sandbox.url).json()["broadcasts"][0]
    page = httpx.get(sandbox.url, headers={"Accept": "text/html"}).text

    assert document["recipients"] == ["ada", "bob"]
    assert document["request"] == {"recipients": {"segment": {"id": 4}}}
    assert "Broadcasts" in page


# --- Collections -----------------------------------------------------------------------------------------------------


def test_collection_when_its_rows_are_replaced_then_the_name_stays(sandbox: Sandbox, client: Client) -> None:
    made = client.update_collection("offers", [{"title": "A"}])

    changed = client.update_collection_contents(made.id, [{"title": "B"}, {"price": 5}])

    assert (changed.id, changed.name, changed.rows, changed.schema_) == (made.id, "offers", 2, ["title", "price"])
    assert client.get_collection(made.id) == changed
    assert client.get_collection_contents(made.id) == sandbox.collections["offers"].rows
    assert client.get_collection_contents(made.id) == [{"title": "B"}, {"price": 5}]


def test_collection_when_it_is_deleted_then_there_is_none(sandbox: Sandbox, client: Client) -> None:
    made = client.update_collection("offers", [])

    assert client.delete_collection(made.id).status_code == 204

    assert client.list_collections() == []
    for ask in (client.get_collection, client.delete_collection, client.get_collection_contents):
        with pytest.raises(NotFoundError):
            ask(made.id)
    with pytest.raises(NotFoundError):
        client.update_collection_contents(made.id, [])


def test_collection_when_a_row_is_too_large_then_it_is_refused(sandbox: Sandbox, client: Client) -> None:
    made = client.update_collection("offers", [])

    with app_api(sandbox) as http:
        answer = http.put(f"/v1/collections/{made.id}/content", json=[{"title": "x" * 10_000}])

    assert answer.status_code == 422
    assert "a row has at most 10,000" in answer.text

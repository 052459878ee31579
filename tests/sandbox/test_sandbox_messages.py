from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from sandbox_wire import app_api

from cio_sdk import (
    Client,
    EmailRequest,
    Identifiers,
    InAppRequest,
    InboxMessageRequest,
    NotFoundError,
    PushDevice,
    PushRequest,
    SMSRequest,
    UnprocessableError,
    WhatsAppRequest,
)
from cio_sdk.models import CollectionSource
from cio_sdk.sandbox import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with sandbox.client() as client:
        yield client


EMAIL: dict[str, Any] = {"to": "ada@example.com", "identifiers": {"id": "42"}, "transactional_message_id": 3}


def _email(**more: object) -> EmailRequest:
    return EmailRequest.model_validate({**EMAIL, **more})


# --- Emails ----------------------------------------------------------------------------------------------------------


def test_email_is_kept_with_the_answer_it_got(sandbox: Sandbox, client: Client) -> None:
    request = EmailRequest(
        to="ada@example.com",
        identifiers=Identifiers(email="ada@example.com"),
        from_="shop@example.com",
        subject="Your invoice",
        body="<p>Thank you</p>",
        message_data={"total": 3},
        headers={"X-Order": "7"},
        body_amp="<html amp4email>",
    )
    request.attach("invoice.pdf", b"%PDF\x00")
    answer = client.send_email(request)
    [delivery] = sandbox.deliveries
    assert (delivery.delivery_id, delivery.queued_at) == (answer.delivery_id, answer.queued_at)
    assert (delivery.channel, delivery.to, delivery.from_) == ("email", "ada@example.com", "shop@example.com")
    assert (delivery.subject, delivery.body) == (request.subject, request.body)
    assert delivery.request == request
    assert delivery.identifiers == {"email": "ada@example.com"}
    assert delivery.message_data == {"total": 3}
    assert delivery.attachments == {"invoice.pdf": b"%PDF\x00"}
    assert delivery.transactional_message_id is None
    assert sandbox.people == {}


def test_email_with_the_names_of_the_wire_is_accepted(sandbox: Sandbox) -> None:
    body = {"to": "a@b.c", "identifiers": {"id": 42}, "subject": "s", "body": "b", "from": "d@e.f", "amp_body": "amp"}
    with app_api(sandbox) as http:
        assert http.post("/v1/send/email", json=body).status_code == 200
    [delivery] = sandbox.deliveries
    assert (delivery.from_, delivery.identifiers) == ("d@e.f", {"id": "42"})
    assert delivery.request == EmailRequest.model_validate(body)


def test_emails_have_ids_of_their_own(sandbox: Sandbox, client: Client) -> None:
    assert client.send_email(_email()).delivery_id != client.send_email(_email()).delivery_id
    assert [delivery.transactional_message_id for delivery in sandbox.deliveries] == [3, 3]


def test_email_with_auto_create_adds_the_person(sandbox: Sandbox, client: Client) -> None:
    client.send_email(_email(auto_create=True))
    client.send_email(_email(auto_create=True, identifiers={"email": "ada@example.com"}))
    assert list(sandbox.people) == ["42", "ada@example.com"]


def test_email_with_auto_create_when_the_person_is_suppressed_then_they_stay_away(
    sandbox: Sandbox, client: Client
) -> None:
    client.suppress_customer("42")
    client.send_email(_email(auto_create=True))

    assert sandbox.people == {}
    assert sandbox.deliveries.one().state == "dropped"


def test_push_when_it_has_a_device_of_its_own_then_the_person_has_it_before_the_push_is_sent(
    sandbox: Sandbox, client: Client
) -> None:
    device = PushDevice(token="t0k3n", platform="ios", attributes={"app_version": "2"})
    push = PushRequest(transactional_message_id=3, identifiers=Identifiers(id=42), custom_device=device)
    client.update_customer("42")
    client.send_push(push)
    client.suppress_customer("43")
    client.send_push(push.model_copy(update={"identifiers": Identifiers(id=43)}))

    [added] = sandbox.devices
    assert (added.customer_id, added.id, added.attributes) == ("42", "t0k3n", {"app_version": "2"})
    assert [delivery.recipients for delivery in sandbox.deliveries] == [("t0k3n",), ()]


def test_email_with_auto_create_and_a_cio_id_needs_a_known_person(sandbox: Sandbox, client: Client) -> None:
    client.update_customer("42")
    cio_id = sandbox.people["42"].cio_id
    client.send_email(_email(auto_create=True, identifiers={"cio_id": cio_id}))
    client.send_email(_email(auto_create=True, identifiers={"cio_id": f"cio_{cio_id}"}))
    with pytest.raises(NotFoundError, match="no person"):
        client.send_email(_email(auto_create=True, identifiers={"cio_id": "ffff"}))
    assert len(sandbox.people) == 1
    assert len(sandbox.deliveries) == 2


def test_email_to_more_than_15_recipients_is_refused(sandbox: Sandbox, client: Client) -> None:
    seven = ", ".join(f'"Doe, J." <{number}@example.com>' for number in range(7))
    client.send_email(_email(to=seven, cc=seven, bcc="a@example.com"))
    body = {**EMAIL, "to": seven, "cc": seven, "bcc": "a@example.com,b@example.com"}
    with app_api(sandbox) as http:
        answer = http.post("/v1/send/email", json=body)
    assert answer.status_code == 400
    assert "has 16 recipients with cc and bcc; send to at most 15" in answer.json()["meta"]["error"]
    assert len(sandbox.deliveries) == 1


def test_email_more_than_90_days_ahead_is_refused(sandbox: Sandbox) -> None:
    with app_api(sandbox) as http:
        answer = http.post("/v1/send/email", json={**EMAIL, "send_at": int(time.time()) + 91 * 86_400})
    assert answer.status_code == 400
    assert answer.json() == {"meta": {"error": "send_at: is more than 90 days ahead; give a time before that"}}
    assert not sandbox.deliveries


# --- Other channels --------------------------------------------------------------------------------------------------


def test_message_of_each_channel_is_kept(sandbox: Sandbox, client: Client) -> None:
    template: dict[str, Any] = {"transactional_message_id": "code", "identifiers": Identifiers(id=42)}
    answers = [
        client.send_push(PushRequest(**template, title="Shipped", message="It is on its way")),
        client.send_sms(SMSRequest(**template, to="+14155552671", from_="Shop", message_data={"code": 7})),
        client.send_whatsapp(WhatsAppRequest(**template, to="+14155552671")),
        client.send_inbox_message(InboxMessageRequest(**template)),
        client.send_in_app(InAppRequest(**template)),
    ]
    deliveries = sandbox.deliveries
    assert [(each.delivery_id, each.queued_at) for each in deliveries] == [
        (each.delivery_id, each.queued_at) for each in answers
    ]
    assert [(each.channel, each.to) for each in deliveries] == [
        ("push", None),
        ("sms", "+14155552671"),
        ("whatsapp", "+14155552671"),
        ("inbox_message", None),
        ("in_app", None),
    ]
    push, sms, *_ = deliveries
    assert (push.title, push.message) == ("Shipped", "It is on its way")
    assert (sms.from_, sms.subject, sms.body, sms.message_data) == ("Shop", None, None, {"code": 7})
    assert {each.transactional_message_id for each in deliveries} == {"code"}
    assert all(each.identifiers == {"id": "42"} for each in deliveries)


@pytest.mark.parametrize("channel", ["push", "sms", "whatsapp", "inbox_message", "in_app"])
def test_message_without_a_template_is_refused(sandbox: Sandbox, channel: str) -> None:
    with app_api(sandbox) as http:
        answer = http.post(f"/v1/send/{channel}", json={"identifiers": {"id": "42"}, "to": "+14155552671"})
    assert answer.status_code == 400
    assert "transactional_message_id: is required" in answer.json()["meta"]["error"]


# --- Collections -----------------------------------------------------------------------------------------------------


def test_collection_from_rows_is_created_and_replaced(sandbox: Sandbox, client: Client) -> None:
    made = client.update_collection("offers", [{"title": "A", "price": 3}, {"title": "B", "left": 1}])
    assert (made.id, made.name, made.schema_, made.rows) == (1, "offers", ["title", "price", "left"], 2)
    assert made.bytes == len('[{"title":"A","price":3},{"title":"B","left":1}]')
    collection = sandbox.collections["offers"]
    assert collection.rows == [{"title": "A", "price": 3}, {"title": "B", "left": 1}]
    assert (collection.created_at, collection.updated_at) == (made.created_at, made.updated_at)
    replaced = client.update_collection("deals", [], collection_id=made.id)
    assert (replaced.id, replaced.created_at, replaced.rows, replaced.bytes) == (1, made.created_at, 0, 0)
    assert list(sandbox.collections) == ["deals"]


def test_collection_from_the_web_remembers_the_address(sandbox: Sandbox, client: Client) -> None:
    made = client.update_collection_via_url("offers", "https://example.com/offers.csv")
    assert (made.rows, made.schema_, made.bytes) == (0, [], 0)
    assert sandbox.collections["offers"].url == "https://example.com/offers.csv"
    client.update_collection("offers", [{"a": 1}], collection_id=made.id)
    replaced = sandbox.collections["offers"]
    assert replaced.url is None
    assert replaced.rows == [{"a": 1}]


def test_collection_with_the_name_of_another_is_refused(sandbox: Sandbox, client: Client) -> None:
    client.update_collection("offers", [])
    second = client.update_collection("deals", [])
    for collection_id in (None, second.id):
        with pytest.raises(UnprocessableError, match="/name: is the name of another collection"):
            client.update_collection("offers", [{"a": 1}], collection_id=collection_id)
    assert [collection.rows for collection in sandbox.collections.values()] == [[], []]


@pytest.mark.parametrize("collection_id", [1, "001", "one", "a/b"])
def test_collection_with_an_unknown_id_is_not_found(sandbox: Sandbox, client: Client, collection_id: str | int) -> None:
    with pytest.raises(NotFoundError, match="no collection with this id"):
        client.update_collection("offers", [], collection_id=collection_id)
    assert sandbox.collections == {}


def test_collection_with_a_row_over_10_kb_is_refused(sandbox: Sandbox) -> None:
    body = {"name": "offers", "data": [{}, {"text": "x" * 10_000}]}
    with app_api(sandbox) as http:
        answer = http.post("/v1/collections", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"detail": "has 10,011 bytes; a row has at most 10,000", "status": "422", "source": {"pointer": "/data/1"}}
    ]


def test_collection_over_10_mb_is_too_large(sandbox: Sandbox) -> None:
    rows = [{"text": "x" * 9_900}] * 1_015
    with app_api(sandbox) as http:
        answer = http.post("/v1/collections", json={"name": "offers", "data": rows})
    assert answer.status_code == 413
    assert "the rows have 10," in answer.text
    assert sandbox.collections == {}


def test_collection_with_rows_and_an_address_is_refused(sandbox: Sandbox) -> None:
    source = CollectionSource(name="offers", url="https://example.com/offers.csv")
    with app_api(sandbox) as http:
        answer = http.post("/v1/collections", json={**source.model_dump(), "data": []})
    assert answer.json()["errors"] == [
        {"detail": "is not a known field", "status": "422", "source": {"pointer": "/data"}}
    ]


def test_collections_when_listed_then_each_is_described_without_its_rows() -> None:
    with Sandbox() as sandbox, sandbox.client() as client:
        assert client.list_collections() == []
        made = client.update_collection("offers", [{"name": "Tea", "price": 4.5}])

        (listed,) = client.list_collections()

    assert (listed.id, listed.name, listed.schema_, listed.rows) == (made.id, "offers", ["name", "price"], 1)

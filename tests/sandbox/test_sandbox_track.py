"""Suppressing, merging, unsubscribing, segments, forms and metrics, as a client sees them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from cio_sdk import APIError, Client, Device, EmailRequest, Identifiers, Metric, PersonIdentifiers
from cio_sdk.sandbox import Sandbox

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with sandbox.client() as client:
        yield client


def test_person_when_suppressed_then_they_are_gone_and_what_is_sent_for_them_is_ignored(
    sandbox: Sandbox, client: Client
) -> None:
    client.update_customer("42", {"email": "ada@example.com"})
    client.suppress_customer("42")

    for customer_id in ("42", "ada@example.com"):
        client.update_customer(customer_id, {"plan": "pro"})
        client.new_event(customer_id, "purchase")
        client.update_device(customer_id, Device(id="t0k3n", platform="ios"))

    assert (sandbox.people, sandbox.events, sandbox.devices) == ({}, [], [])


def test_person_when_unsuppressed_then_they_can_come_back(sandbox: Sandbox, client: Client) -> None:
    client.suppress_customer("42")
    client.unsuppress_customer("42")

    client.update_customer("42", {"plan": "pro"})

    assert sandbox.people["42"].attributes == {"plan": "pro"}


def test_people_when_merged_then_the_primary_has_what_it_lacked_and_the_secondary_is_gone(
    sandbox: Sandbox, client: Client
) -> None:
    client.update_customer("42", {"plan": "pro"})
    client.update_customer("ada@example.com", {"plan": "free", "language": "en"})
    client.update_device("ada@example.com", Device(id="t0k3n", platform="ios"))
    client.new_event("ada@example.com", "purchase")
    client.add_to_segment(7, ["ada@example.com"], id_type="email")

    client.merge_customers(PersonIdentifiers(id=42), PersonIdentifiers(email="ada@example.com"))

    (person,) = sandbox.people.values()
    assert person.attributes == {"email": "ada@example.com", "plan": "pro", "language": "en"}
    assert [(device.customer_id, device.id) for device in sandbox.devices] == [("42", "t0k3n")]
    assert [event.customer_id for event in sandbox.events] == ["42"]
    assert sandbox.segments == {"7": ["42"]}


@pytest.mark.parametrize(
    ("primary", "secondary", "named"), [("1", "42", "primary"), ("42", "1", "secondary"), ("42", "42", "secondary")]
)
def test_people_when_one_of_them_is_not_somebody_else_then_the_merge_is_refused(
    client: Client, primary: str, secondary: str, named: str
) -> None:
    client.update_customer("42")

    with pytest.raises(APIError, match=named) as caught:
        client.merge_customers(PersonIdentifiers(id=primary), PersonIdentifiers(id=secondary))
    assert caught.value.status_code == 400


def test_recipient_when_unsubscribed_by_a_delivery_then_their_attribute_says_so(
    sandbox: Sandbox, client: Client
) -> None:
    client.update_customer("42", {"email": "ada@example.com"})
    sent = client.send_email(
        EmailRequest(to="ada@example.com", identifiers=Identifiers(id=42), transactional_message_id=1)
    )

    client.unsubscribe("another")
    assert "unsubscribed" not in sandbox.people["42"].attributes
    client.unsubscribe(sent.delivery_id)
    assert sandbox.people["42"].attributes["unsubscribed"] is True


@pytest.mark.parametrize("who", [{"id": "42"}, {"email": "ada@example.com"}])
def test_form_when_submitted_then_it_is_kept_and_its_fields_are_attributes(
    sandbox: Sandbox, client: Client, who: dict[str, str]
) -> None:
    client.submit_form("contact", {**who, "topic": "tea"})

    (customer_id,) = who.values()
    assert [(form.form_id, form.customer_id, form.data["topic"]) for form in sandbox.forms] == [
        ("contact", customer_id, "tea")
    ]
    assert sandbox.people[customer_id].attributes["topic"] == "tea"


def test_metrics_when_reported_then_they_are_kept_in_order(sandbox: Sandbox, client: Client) -> None:
    client.report_metric("d1", "clicked", href="https://example.com", timestamp=NOON)
    client.report_push_event("d2", "opened", "t0k3n")

    assert [(each.delivery_id, each.metric, each.recipient) for each in sandbox.metrics] == [
        ("d1", Metric.CLICKED, None),
        ("d2", Metric.OPENED, "t0k3n"),
    ]
    assert (sandbox.metrics[0].timestamp, sandbox.metrics[0].href) == (NOON, "https://example.com")


def test_segment_when_people_are_added_and_removed_then_it_has_those_who_exist(
    sandbox: Sandbox, client: Client
) -> None:
    client.update_customer("42", {"email": "ada@example.com"})
    client.update_customer("43", {"email": "bob@example.com"})

    client.add_to_segment(7, ["42", "43", "nobody", "42"])
    client.remove_from_segment(7, ["bob@example.com"], id_type="email")
    client.add_to_segment(8, ["42"], id_type="email")

    assert sandbox.segments == {"7": ["42"], "8": []}


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("segments/7/add_customers", {"ids": ["1"] * 1_001}, "at most 1,000"),
        ("segments/7/add_customers", {"ids": []}, "ids"),
        ("segments/7/add_customers?id_type=phone", {"ids": ["1"]}, "id_type"),
        ("forms/contact/submit", {"data": {"topic": "tea"}}, "needs exactly one of id and email"),
        ("merge_customers", {"primary": {"id": "1"}}, "secondary"),
        ("metrics", {"delivery_id": "d1", "metric": "seen"}, "metric"),
    ],
)
def test_request_when_it_breaks_a_rule_then_it_is_refused(
    sandbox: Sandbox, path: str, body: dict[str, Any], reason: str
) -> None:
    answer = httpx.post(
        f"{sandbox.url}/api/v1/{path}", json=body, auth=(sandbox.site_id, sandbox.tracking_api_key), trust_env=False
    )

    assert answer.status_code == 400
    assert reason in answer.text


def test_request_when_it_needs_no_keys_then_it_is_accepted_without(sandbox: Sandbox) -> None:
    with Client(app_api_key="none", track_url=sandbox.url) as stranger:
        stranger.unsubscribe("d1")
        stranger.report_metric("d1", "opened")
        stranger.report_push_event("d1", "opened", "t0k3n")

    assert len(sandbox.metrics) == 2

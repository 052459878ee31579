"""What a test can ask of the messages that were sent, and how they read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_sdk import Client, EmailRequest, Identifiers
from cio_sdk.sandbox import Deliveries, Delivery, Sandbox
from cio_sdk.sandbox._rendering import render


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with sandbox.client() as client:
        yield client


def _email(**more: object) -> EmailRequest:
    fields = {
        "to": "ada@example.com",
        "identifiers": {"id": "42"},
        "subject": "s",
        "body": "b",
        "from": "shop@example.com",
    }
    return EmailRequest.model_validate({**fields, **more})


def _sent(client: Client, sandbox: Sandbox, **more: object) -> Delivery:
    delivery_id = client.send_email(_email(**more)).delivery_id
    return next(each for each in sandbox.deliveries if each.delivery_id == delivery_id)


# --- Asking ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "recipient",
    [
        *("ada@example.com", "ADA@example.com", "Ada Lovelace <ada@Example.com>", "bob@example.com"),
        *("carl@example.com", "dora@example.com", "42", 42),
    ],
)
def test_to_when_somebody_is_among_the_recipients_then_the_email_is_found(
    sandbox: Sandbox, client: Client, recipient: str | int
) -> None:
    client.send_email(_email(to="eve@example.com", identifiers={"id": "7"}))
    to = '"Lovelace, Ada" <Ada@example.com>, bob@example.com'
    wanted = client.send_email(_email(to=to, cc="Carl <carl@example.com>", bcc="dora@example.com"))

    assert sandbox.deliveries.to(recipient).one().delivery_id == wanted.delivery_id


def test_to_when_the_email_is_about_somebody_and_goes_to_another_then_the_recipient_is_meant(
    sandbox: Sandbox, client: Client
) -> None:
    client.send_email(_email(to="boss@example.com", identifiers={"email": "ada@example.com"}))

    assert len(sandbox.deliveries.to("boss@example.com")) == 1
    assert len(sandbox.deliveries.to("ada@example.com")) == 0


def test_deliveries_when_chosen_by_several_things_then_all_of_them_hold(sandbox: Sandbox, client: Client) -> None:
    client.send_email(_email(transactional_message_id=3))
    client.send_email(_email(transactional_message_id="welcome"))
    client.send_email(_email(transactional_message_id=3, to="bob@example.com"))

    found = sandbox.deliveries.of("email").template(3).to("ada@example.com")

    assert found.one() == sandbox.deliveries[0]
    assert sandbox.deliveries.template("welcome").one() == sandbox.deliveries[1]
    assert sandbox.deliveries.of("push") == []


def test_deliveries_when_used_as_a_sequence_then_they_are_one(sandbox: Sandbox, client: Client) -> None:
    assert not sandbox.deliveries
    for subject in ("a", "b", "c"):
        client.send_email(_email(subject=subject))
    deliveries = sandbox.deliveries

    assert len(deliveries) == 3
    assert [each.subject for each in deliveries] == ["a", "b", "c"]
    assert (deliveries[0].subject, deliveries[-1].subject) == ("a", "c")
    assert [each.subject for each in deliveries[1:]] == ["b", "c"]
    assert deliveries == list(deliveries) == sandbox.deliveries
    assert deliveries[0] in deliveries
    assert deliveries != 3
    client.send_email(_email())
    assert len(deliveries) == 3


def test_one_when_nothing_was_sent_then_it_says_so() -> None:
    with pytest.raises(AssertionError) as caught:
        Deliveries([]).to("ada@example.com").one()

    assert str(caught.value) == "expected one delivery to ada@example.com, and nothing was sent"


def test_one_when_there_is_none_then_it_says_what_was_sent_instead(sandbox: Sandbox, client: Client) -> None:
    client.send_email(_email(to="bob@example.com", cc="eve@example.com", subject="Welcome"))
    client.send_email(
        EmailRequest(to="cy@example.com", identifiers=Identifiers(id=7), transactional_message_id="receipt")
    )

    with pytest.raises(AssertionError) as caught:
        sandbox.deliveries.of("email").to("ada@example.com").one()

    assert str(caught.value) == (
        "expected one delivery by email to ada@example.com, and there is none; what was sent: "
        "email 'Welcome' to bob@example.com and eve@example.com, email of template receipt to cy@example.com"
    )


def test_one_when_there_are_several_then_it_counts_them_and_shows_the_first(sandbox: Sandbox, client: Client) -> None:
    for number in range(7):
        client.send_email(_email(subject=f"{number}{'x' * 70}"))

    with pytest.raises(AssertionError) as caught:
        sandbox.deliveries.one()

    message = str(caught.value)
    assert message.startswith("expected one delivery, and there are 7: email '0xxx")
    assert message.endswith("to ada@example.com, and 2 more")
    assert "x" * 61 not in message


def test_deliveries_when_shown_then_what_was_not_plainly_sent_says_so(sandbox: Sandbox, client: Client) -> None:
    _sent(client, sandbox)
    _sent(client, sandbox, subject="{{ nobody")
    _sent(client, sandbox, queue_draft=True)
    client.report_metric(_sent(client, sandbox).delivery_id, "bounced", reason="mailbox full")
    shown = (
        "email 's' to ada@example.com, email '{{ nobody' to ada@example.com (failed: subject: {{ is never closed), "
        "email 's' to ada@example.com (drafted), email 's' to ada@example.com (bounced: mailbox full)"
    )

    with pytest.raises(AssertionError) as caught:
        sandbox.deliveries.one()

    assert str(caught.value) == f"expected one delivery, and there are 4: {shown}"
    assert repr(sandbox.deliveries) == f"<Deliveries: {shown}>"
    assert repr(sandbox.deliveries.of("push")) == "<Deliveries: none>"


# --- Rendering -------------------------------------------------------------------------------------------------------


def test_texts_when_they_hold_liquid_then_it_is_filled_in(sandbox: Sandbox, client: Client) -> None:
    client.update_customer("42", {"email": "ada@example.com", "first_name": "Ada", "plan": {"name": "pro"}})

    delivery = _sent(
        client,
        sandbox,
        to="{{ customer.email }}",
        subject="{{ customer.first_name }}, your order {{ trigger.order.number | plus: 1 }}",
        preheader="{{ customer.nickname | default: 'friend' }} on {{ customer.plan.name }}",
        body="{% for item in trigger.order.items %}<li>{{ item.name | upcase }}</li>{% endfor %}{{ customer.id }}",
        body_plain="{% if customer.first_name != blank %}Hello {{ customer.first_name }}!{% else %}Hello!{% endif %}",
        message_data={"order": {"number": 6, "items": [{"name": "tea"}, {"name": "<b>"}]}},
    )

    assert delivery.to == "ada@example.com"
    assert delivery.recipients == ("ada@example.com",)
    assert delivery.subject == "Ada, your order 7"
    assert delivery.preheader == "friend on pro"
    assert delivery.body == "<li>TEA</li><li><B></li>42"
    assert delivery.body_plain == "Hello Ada!"
    assert (delivery.from_, delivery.texts["from"]) == ("shop@example.com", "shop@example.com")
    assert isinstance(delivery.request, EmailRequest)
    assert delivery.request.subject == "{{ customer.first_name }}, your order {{ trigger.order.number | plus: 1 }}"
    assert (delivery.title, delivery.message) == (None, None)
    assert delivery.state == "delivered"


def test_texts_when_the_person_is_unknown_then_what_the_request_says_of_them_is_known(
    sandbox: Sandbox, client: Client
) -> None:
    delivery = _sent(client, sandbox, identifiers={"email": "ada@example.com"}, subject="To {{ customer.email }}")

    assert delivery.subject == "To ada@example.com"


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("Hi {{ customer.first_name }}", "subject: customer.first_name is undefined"),
        ("Hi {{ trigger.user.name }}", "subject: trigger.user is undefined"),
        ("Hi {{ nobody", "subject: {{ is never closed"),
        ("{% if trigger %}", "subject: "),
        ("{{ 'a' | shout }}", "subject: unknown filter 'shout'"),
    ],
)
def test_texts_when_the_liquid_is_broken_then_the_message_fails_and_keeps_the_text(
    sandbox: Sandbox, client: Client, subject: str, reason: str
) -> None:
    delivery = _sent(client, sandbox, subject=subject, body="Order {{ trigger.number }}", message_data={"number": 7})

    assert (delivery.subject, delivery.body) == (subject, "Order 7")
    assert (delivery.state, delivery.history) == ("failed", ("failed",))
    assert delivery.failure_message is not None
    assert delivery.failure_message.startswith(reason)


def test_texts_when_a_tag_is_customer_ios_own_then_it_stays(sandbox: Sandbox, client: Client) -> None:
    body = "{{ trigger.a }} {% unsubscribe_url %} {%- cio_link url:https://example.com track:true -%}"

    delivery = _sent(client, sandbox, body=body, message_data={"a": 1})

    assert delivery.body == "1 {% unsubscribe_url %} {%- cio_link url:https://example.com track:true -%}"
    assert delivery.state == "delivered"


@pytest.mark.parametrize("content", ["{% unsubscribe_url %}", "{% if a == blank %} {%- cio_link -%}"])
def test_texts_when_they_are_raw_then_they_stay(content: str) -> None:
    texts = {"body": f"{{% unsubscribe %}}{{%- raw -%}}{content}{{% endraw %}}{{% unsubscribe %}}"}

    assert render(texts, {}) == ({"body": f"{{% unsubscribe %}}{content}{{% unsubscribe %}}"}, None)


@pytest.mark.parametrize(
    ("first_name", "comparison", "expected"),
    [
        (None, "!=", "no"),
        (" ", "!=", "no"),
        ("Ada", "!=", "yes"),
        (None, "==", "yes"),
        ("", "==", "yes"),
        ("Ada", "==", "no"),
    ],
)
def test_blank_when_compared_with_then_it_is_also_what_does_not_exist(
    first_name: str | None, comparison: str, expected: str
) -> None:
    template = f"{{% if customer.first_name {comparison} blank %}}yes{{% else %}}no{{% endif %}}"
    customer = {} if first_name is None else {"first_name": first_name}

    assert render({"body": template}, {"customer": customer}) == ({"body": expected}, None)


BOMBS = {
    "openings": "{{" * 200_000,
    "openings after a closing": "{{ 1 }}" + "{{" * 200_000,
    "tags": "{%" * 200_000,
    "raws": "{% raw %}" * 50_000,
    "docs": "{% enddoc %}" + "{% doc %}" * 50_000,
    "raws after a closing": "{% raw %}" * 50_000 + "{% endraw",
    "own tags": "{% cio_" + "a" * 200_000 + "% %}",
    "nested loops": "{% for a in (1..1000) %}" * 20 + "x" + "{% endfor %}" * 20,
    "much output": "{% for a in (1..1000) %}{{ trigger.big }}{% endfor %}",
    "doubled text": "{% assign a = 'x' %}{% for i in (1..1000) %}{% assign a = a | append: a %}{% endfor %}",
    "multiplied text": "{{ 'aaaaaaaaaa'" + " | replace: 'a', 'aaaaaaaaaa'" * 20 + " }}",
    "multiplied list": "{{ trigger.big | split: '' | join: trigger.big }}",
    "squared number": "{{ 9" + " | times: 999999999999" * 5_000 + " }}",
    "deep path": "{{ a" + "[a" * 20_000 + "]" * 20_000 + " }}",
    "deep blocks": "{% if true %}" * 2_000 + "{% endif %}" * 2_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_texts_when_they_are_a_bomb_then_the_message_fails_and_the_sandbox_goes_on(bomb: str) -> None:
    texts, failure = render(
        {"body": BOMBS[bomb], "subject": "{{ trigger.a }}"}, {"trigger": {"big": "x" * 90_000, "a": 1}}
    )

    assert texts == {"body": BOMBS[bomb], "subject": "1"}
    assert failure is not None
    assert failure.startswith("body: ")
    assert len(failure) < 200


def test_texts_when_the_filters_take_too_long_then_the_message_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(range(0, 1_000, 3))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(moments)))

    texts, failure = render({"body": "{{ 'a' | upcase | downcase }}"}, {})

    assert (texts["body"], failure) == ("{{ 'a' | upcase | downcase }}", "body: it takes too long")


MARKUP = st.sampled_from(
    ["{{", "}}", "{%", "%}", "if", "for", "raw", "endraw", " in ", "trigger", ".", "|", "'", "x", " "]
)


@settings(max_examples=200)
@given(st.lists(MARKUP | st.text(max_size=3), max_size=25).map("".join))
def test_render_when_the_text_is_anything_then_it_returns(text: str) -> None:
    texts, failure = render({"body": text}, {"trigger": {"x": [1, {"y": "z"}]}})

    assert isinstance(texts["body"], str)
    assert failure is None or texts["body"] == text


# --- What becomes of a message ---------------------------------------------------------------------------------------


def test_state_when_the_message_is_to_be_a_draft_then_it_is_drafted(sandbox: Sandbox, client: Client) -> None:
    assert _sent(client, sandbox, queue_draft=True).history == ("drafted",)


def test_state_when_the_message_is_for_later_then_it_is_queued(sandbox: Sandbox, client: Client) -> None:
    delivery = _sent(client, sandbox, send_at=datetime.now(UTC) + timedelta(hours=1))

    assert (delivery.state, delivery.history) == ("queued", ())
    assert _sent(client, sandbox, send_at=datetime.now(UTC) - timedelta(hours=1)).state == "delivered"


def test_state_when_the_person_is_suppressed_then_it_is_dropped(sandbox: Sandbox, client: Client) -> None:
    client.suppress_customer("42")

    delivery = _sent(client, sandbox)

    assert (delivery.state, delivery.failure_message) == ("dropped", "the person is suppressed")


@pytest.mark.parametrize(
    ("send_to_unsubscribed", "state"), [(None, "delivered"), (True, "delivered"), (False, "undeliverable")]
)
def test_state_when_the_person_is_unsubscribed_then_the_request_decides(
    sandbox: Sandbox, client: Client, send_to_unsubscribed: bool | None, state: str
) -> None:
    client.update_customer("42", {"unsubscribed": True})

    assert _sent(client, sandbox, send_to_unsubscribed=send_to_unsubscribed).state == state


def test_state_when_something_is_reported_then_it_is_that(sandbox: Sandbox, client: Client) -> None:
    delivery_id = _sent(client, sandbox).delivery_id
    client.report_metric(delivery_id, "opened")
    client.report_metric(delivery_id, "bounced", reason="mailbox full")
    client.report_metric("another", "opened")

    delivery = sandbox.deliveries.one()

    assert (delivery.state, delivery.failure_message) == ("bounced", "mailbox full")
    assert delivery.history == ("sent", "delivered", "opened", "bounced")


def test_history_when_the_recipient_unsubscribes_then_it_says_so(sandbox: Sandbox, client: Client) -> None:
    client.update_customer("42")
    client.unsubscribe(_sent(client, sandbox).delivery_id)

    assert sandbox.deliveries.one().state == "unsubscribed"
    assert sandbox.people["42"].attributes == {"unsubscribed": True}

"""`parse` makes every event that Customer.io publishes the class of its kind, and loses none that it does not know."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from webhook_examples import KINDS, ORIGINS, body_of, event_of

from cio_sdk import ParamError, WebhookError, WebhookParseError, webhooks
from cio_sdk.models.webhooks import EVENTS
from cio_sdk.webhooks import (
    MAX_BYTES,
    CustomerSubscriptionPreferencesChanged,
    EmailClicked,
    EmailSent,
    EmailUnsubscribed,
    PushBounced,
    UnknownEvent,
    parse,
    verify,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


def refused(body: bytes) -> str:
    with pytest.raises(WebhookParseError) as caught:
        parse(body)
    assert "s3cr3t" not in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def encoded(event: Any) -> bytes:
    return json.dumps(event).encode()


# --- Every kind ------------------------------------------------------------------------------------------------------


def test_events_when_counted_then_every_published_kind_has_a_class() -> None:
    assert len(KINDS) == len(set(KINDS)) == 69
    assert set(KINDS) <= EVENTS.keys()
    # A person subscribes, also through a message of any channel.
    assert {metric for _, metric in EVENTS.keys() - set(KINDS)} <= {
        metric for kind, metric in KINDS if kind == "customer"
    }


@pytest.mark.parametrize(("channel", "metric"), KINDS, ids=[f"{channel}_{metric}" for channel, metric in KINDS])
def test_event_when_customer_io_publishes_it_then_it_is_the_class_of_its_kind_with_every_field(
    channel: str, metric: str
) -> None:
    given_ = event_of(channel, metric)

    event = parse(body_of(channel, metric))

    assert type(event) is EVENTS[channel, metric]
    assert (event.object_type, event.metric, event.event_id) == (channel, metric, given_["event_id"])
    assert event.timestamp == datetime(2026, 1, 1, tzinfo=UTC)
    fields = type(event.data).model_fields if not isinstance(event.data, dict) else {}
    assert given_["data"].keys() <= fields.keys(), "a published field that the class does not have"
    assert json.loads(event.model_dump_json(by_alias=True, exclude_unset=True)) == given_


@pytest.mark.parametrize("origin", ORIGINS)
def test_event_when_it_comes_from_anywhere_then_it_says_from_where(origin: str) -> None:
    event = parse(encoded(event_of("email", "sent", origin)))

    assert isinstance(event, EmailSent)
    for name, value in ORIGINS[origin].items():
        assert getattr(event.data, name) == value


def test_event_when_matched_then_its_data_is_typed() -> None:
    match parse(body_of("email", "clicked")):
        case EmailClicked() as clicked:
            assert (clicked.data.href, clicked.data.recipient) == ("https://example.com/offer", "ada@example.com")
        case other:
            raise AssertionError(other)


def test_push_when_it_has_several_recipients_then_each_is_a_device() -> None:
    event = parse(body_of("push", "bounced"))

    assert isinstance(event, PushBounced)
    assert event.data.recipients is not None
    assert [(each.device_id, each.failure_message) for each in event.data.recipients] == [("t0k3n", "gone")]


def test_preferences_when_they_change_then_the_event_has_a_name_of_its_own() -> None:
    event = parse(body_of("customer", "cio_subscription_preferences_changed"))

    assert isinstance(event, CustomerSubscriptionPreferencesChanged)


@pytest.mark.parametrize("channel", ["customer", "email", "push", "sms", "whatsapp", "in_app", "slack", "webhook"])
def test_subscription_when_a_message_set_it_off_then_it_is_the_same_event(channel: str) -> None:
    event = parse(encoded({**event_of("customer", "subscribed"), "object_type": channel}))

    assert isinstance(event, webhooks.CustomerSubscribed)
    assert event.object_type == channel


def test_unsubscription_when_an_email_set_it_off_then_the_address_is_typed_though_there_is_no_recipient() -> None:
    event = parse(encoded({**event_of("customer", "unsubscribed"), "object_type": "email"}))

    assert isinstance(event, EmailUnsubscribed)
    assert (event.data.email_address, event.data.recipient) == ("ada@example.com", None)


def test_preferences_when_nothing_says_what_the_event_is_about_then_it_is_the_person() -> None:
    given_ = event_of("customer", "cio_subscription_preferences_changed")
    del given_["object_type"]

    event = parse(encoded({**given_, "object_type_type": "email"}))

    assert isinstance(event, CustomerSubscriptionPreferencesChanged)
    assert event.object_type == "customer"


@pytest.mark.parametrize("metric", ["sent", "forwarded"])
@pytest.mark.parametrize(
    ("timestamp", "microsecond"),
    [(1767225600.0, 0), (1767225600.25, 250_000), ("1767225600", 0), ("1767225600.25", 250_000)],
)
def test_time_when_it_is_no_whole_number_then_the_event_is_not_lost(
    metric: str, timestamp: object, microsecond: int
) -> None:
    event = parse(encoded({**event_of("email", "sent"), "metric": metric, "timestamp": timestamp}))

    assert event.timestamp == datetime(2026, 1, 1, microsecond=microsecond, tzinfo=UTC)


# --- What is not known here ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("object_type", "metric"), [("fax", "sent"), ("email", "forwarded"), ("email", "Sent"), ("", ""), ("customer", "x")]
)
def test_event_when_its_kind_did_not_exist_then_it_is_unknown_and_nothing_is_lost(
    object_type: str, metric: str
) -> None:
    given_ = {**event_of("email", "sent"), "object_type": object_type, "metric": metric, "more": [1]}

    event = parse(encoded(given_))

    assert type(event) is UnknownEvent
    assert (event.object_type, event.metric, event.data) == (object_type, metric, given_["data"])
    assert json.loads(event.model_dump_json()) == {**given_, "timestamp": given_["timestamp"]}


def test_event_when_it_has_new_fields_then_they_are_kept() -> None:
    given_ = event_of("email", "sent")
    given_["data"]["colour"] = "red"

    event = parse(encoded({**given_, "workspace": 7}))

    assert isinstance(event, EmailSent)
    assert (event.model_extra, event.data.model_extra) == ({"workspace": 7}, {"colour": "red"})


@pytest.mark.parametrize(
    "data",
    [
        *({"recipient": [5]}, {"campaign_id": "none"}, {"headers": 5}),
        *({"campaign_id": True}, {"campaign_id": "7"}, {"transactional_message_id": True}, {"proxied": "yes"}),
    ],
)
def test_event_when_its_data_is_not_what_is_known_of_it_then_it_is_unknown_and_nothing_is_lost(data: Any) -> None:
    event = parse(encoded({**event_of("email", "sent"), "data": data}))

    assert type(event) is UnknownEvent
    assert json.dumps(event.data) == json.dumps(data)


def test_event_when_a_number_stands_where_a_text_is_known_then_it_is_still_of_its_kind() -> None:
    event = parse(encoded({**event_of("email", "sent"), "data": {"journey_id": 15}}))

    assert isinstance(event, EmailSent)
    assert event.data.journey_id == "15"


@pytest.mark.parametrize("missing", ["identifiers", "customer_id", "delivery_id", "recipient"])
def test_event_when_something_is_missing_from_its_data_then_it_is_still_of_its_kind(missing: str) -> None:
    given_ = event_of("email", "sent")
    del given_["data"][missing]

    assert isinstance(parse(encoded(given_)), EmailSent)


# --- What is no event ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"s3cr3t",
        b"{",
        b"\xff",
        b'{"a": NaN}',
        b'{"a": [-1e400]}',
        b"[" * 100_000,
        b'{"event_id": "\\ud800"}',
        b"\xef\xbb\xbf{}",
        b" ",
    ],
)
def test_body_when_it_is_not_json_then_it_is_refused(body: bytes) -> None:
    assert refused(body).startswith("body: is not JSON")


def test_body_when_it_is_empty_then_it_says_who_may_have_read_it() -> None:
    assert refused(b"") == (
        "body: is empty; something has read it already, so read the raw body before anything else does"
    )


@pytest.mark.parametrize("content", [[], "s3cr3t", 5, None, True])
def test_body_when_it_is_no_object_then_it_is_refused(content: object) -> None:
    assert "is no event, as it is not an object" in refused(encoded(content))


@pytest.mark.parametrize("name", ["event_id", "object_type", "metric", "timestamp"])
@pytest.mark.parametrize("value", [None, ["s3cr3t"], True])
def test_body_when_what_an_event_is_known_by_is_wrong_then_the_field_is_named(name: str, value: object) -> None:
    assert f"`{name}`" in refused(encoded({**event_of("fax", "sent"), name: value}))


def test_body_when_it_is_huge_then_it_is_refused_unread() -> None:
    assert refused(b"[" + b" " * 10_000_000) == f"body: has 10,000,001 bytes, and no event has more than {MAX_BYTES:,}"


@pytest.mark.parametrize("body", ["{}", {"event_id": "s3cr3t"}, None, bytearray(b"{}")])
def test_body_when_it_was_decoded_or_parsed_then_it_says_to_pass_the_raw_bytes(body: Any) -> None:
    for call in (lambda: parse(body), lambda: verify(body, {}, "key")):
        with pytest.raises(ParamError, match="pass the raw bytes of the request") as caught:
            call()
        assert "s3cr3t" not in str(caught.value)


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_parse_when_given_anything_then_it_is_an_event_or_a_documented_error(body: bytes) -> None:
    with suppress(WebhookError):
        parse(body)


@given(
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(["event_id", "object_type", "metric", "timestamp", "data"]), JSON),
    st.dictionaries(st.sampled_from(["identifiers", "recipient", "recipients", "campaign_id", "headers"]), JSON),
)
def test_parse_when_an_event_is_damaged_anywhere_then_it_is_an_event_or_a_documented_error(
    kind: tuple[str, str], around: dict[str, Any], within: dict[str, Any]
) -> None:
    event = event_of(*kind)
    event["data"] |= within
    try:
        parsed = parse(encoded({**event, **around}))
    except WebhookError:
        return
    assert parsed.model_dump_json()

"""What the messages of each channel may hold, and what is refused before it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import pytest
import respx
from clients import ARGUMENTS, EMAIL, MESSAGE
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError, model_validator

from cio_sdk import (
    Client,
    EmailRequest,
    Identifiers,
    InAppRequest,
    ParamError,
    PushPayload,
    PushRequest,
    SMSRequest,
    WhatsAppRequest,
    operations,
)
from cio_sdk._base import addresses_in
from cio_sdk.models import Aps, IOSPayload

SENDS = [name for name in operations.__all__ if name.startswith("send_")]
NUMBERED: list[type[BaseModel]] = [SMSRequest, WhatsAppRequest]
MARKER = "s3cr3t"


def refused(call: Callable[[], object]) -> ParamError:
    with pytest.raises(ParamError) as caught:
        call()
    assert MARKER not in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


# --- When ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SENDS)
@pytest.mark.parametrize("ahead", [timedelta(days=89.9), timedelta(hours=-23.9), timedelta()])
def test_send_at_when_within_90_days_and_not_past_by_a_day_then_it_goes_out(
    client: Client, wire: respx.MockRouter, name: str, ahead: timedelta
) -> None:
    wire.routes[0].respond(json={"delivery_id": "d1", "queued_at": 1})
    when = datetime.now(UTC) + ahead

    getattr(client, name)({**ARGUMENTS[name]["request"], "send_at": when})

    assert b'"send_at":%d' % when.timestamp() in wire.calls[0].request.content


@pytest.mark.parametrize("name", SENDS)
@pytest.mark.parametrize(
    ("when", "reason"),
    [
        (timedelta(days=90.1), "is more than 90 days ahead; give a time before that"),
        (timedelta(days=-1.1), "is past by more than a day; leave it out to send at once"),
        (datetime(2200, 1, 1, tzinfo=UTC), "is more than 90 days ahead; give a time before that"),
        (0, "is past by more than a day; leave it out to send at once"),
    ],
)
def test_send_at_when_it_is_too_far_away_then_it_is_refused(
    client: Client, wire: respx.MockRouter, name: str, when: object, reason: str
) -> None:
    when = datetime.now(UTC) + when if isinstance(when, timedelta) else when
    error = refused(lambda: getattr(client, name)({**ARGUMENTS[name]["request"], "send_at": when}))

    assert (error.param, error.reason) == ("request.send_at", reason)
    assert not wire.calls


def test_send_at_when_a_request_was_built_long_before_it_is_sent_then_it_is_refused_when_it_is_sent(
    client: Client, wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = EmailRequest(**EMAIL, send_at=datetime.now(UTC) - timedelta(hours=1))
    monkeypatch.setattr("time.time", lambda: datetime.now(UTC).timestamp() + 86_400)

    assert refused(lambda: client.send_email(request)).param == "request.send_at"


# --- To whom ---------------------------------------------------------------------------------------------------------


def addresses(count: int) -> str:
    return ", ".join(f'"{MARKER}, {number}" <{MARKER}{number}@example.com>' for number in range(count))


@pytest.mark.parametrize(
    "lines",
    [
        {"to": addresses(16)},
        {"to": addresses(15), "cc": "a@example.com"},
        {"to": addresses(5), "cc": addresses(5), "bcc": addresses(6)},
    ],
)
def test_email_when_it_has_more_than_15_recipients_then_it_is_refused(
    client: Client, wire: respx.MockRouter, lines: dict[str, str]
) -> None:
    error = refused(lambda: client.send_email(EmailRequest.model_construct(**{**EMAIL, **lines})))

    assert str(error) == "request.to: has 16 recipients with cc and bcc; send to at most 15"
    assert not wire.calls


def test_email_when_it_has_15_recipients_then_it_is_accepted() -> None:
    EmailRequest(**{**EMAIL, "to": addresses(5), "cc": addresses(5), "bcc": addresses(5)})


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("ada@example.com", ["ada@example.com"]),
        ("Ada <ada@example.com>, bob@example.com,", ["ada@example.com", "bob@example.com"]),
        ("ada@example.com; bob@example.com", ["ada@example.com", "bob@example.com"]),
        ('"Lovelace, Ada" <ada@example.com>', ["ada@example.com"]),
        ("Ada :) <ada@example.com>, x@y@z", ["ada@example.com", "x@y@z"]),
        ("ada@example.com (Ada, of London)", ["ada@example.com"]),
        ("(Ada ada@example.com, bob@example.com", ["(Ada ada@example.com", "bob@example.com"]),
        ('"Ada ada@example.com, bob@example.com', ['"Ada ada@example.com', "bob@example.com"]),
        ("{{ customer.email | default: 'a,b' }}", ["{{ customer.email | default: 'a,b' }}"]),
        (" , ;", []),
    ],
)
def test_addresses_when_in_a_line_then_each_counts_once_however_it_is_written(line: str, found: list[str]) -> None:
    assert addresses_in(line, None) == found


@pytest.mark.parametrize("name", ["to", "cc", "bcc", "from", "reply_to"])
@pytest.mark.parametrize("line", ["no address at all", "@", ",", "a@x.com\x00", "a@x.com\u2028b@y.com", "a@x.com\x85"])
def test_address_when_it_is_none_then_it_is_refused(name: str, line: str) -> None:
    with pytest.raises(ValidationError, match="must be an email address, without a line break"):
        EmailRequest.model_validate({**EMAIL, name: line})


@pytest.mark.parametrize("line", ["Ada <ada@example.com>", "{{customer.email}}", "Müller <müller@exämple.com>"])
def test_address_when_it_has_a_name_or_is_liquid_then_it_is_accepted(line: str) -> None:
    assert EmailRequest.model_validate({**EMAIL, "to": line}).to == line


# --- A request stays as it is where a change of it is refused --------------------------------------------------------


def test_request_when_a_change_is_refused_then_it_stays_as_it_was() -> None:
    request = EmailRequest(**EMAIL)
    before = request.model_copy(deep=True)

    with pytest.raises(ValidationError, match="has 21 recipients"):
        request.cc = addresses(20)

    assert request == before
    request.attach("a.txt", b"1")
    assert request.attachments == {"a.txt": "MQ=="}


def test_payload_when_a_name_of_ones_own_is_refused_then_it_stays_as_it_was() -> None:
    aps: Any = Aps(alert="Hi")

    with pytest.raises(ValidationError, match="own: is of the class object"):
        aps.own = object()

    assert aps == Aps(alert="Hi")


def test_attach_when_a_rule_of_ones_own_refuses_it_then_its_words_are_raised_and_the_file_is_not_there() -> None:
    class OneFile(EmailRequest):
        @model_validator(mode="after")
        def _have_one_file(self) -> Self:
            if len(self.attachments or {}) > 1:
                raise ValueError("one file is enough")
            return self

    request = OneFile(**EMAIL)
    request.attach("a.txt", b"1")

    with pytest.raises(ValidationError, match="one file is enough"):
        request.attach("b.txt", b"2")
    assert request.attachments == {"a.txt": "MQ=="}


@pytest.mark.parametrize("content", [bytearray(b"ace"), memoryview(b"ace"), memoryview(b"abcde")[::2]])
def test_attach_when_given_bytes_of_another_class_then_they_are_taken(content: bytearray | memoryview) -> None:
    request = EmailRequest(**EMAIL)

    request.attach("a.txt", content)

    assert request.attachments == {"a.txt": "YWNl"}


# --- Phones ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", NUMBERED)
@pytest.mark.parametrize("to", ["+14155552671", "+4930123456", "{{customer.phone}}", "+{{ customer.digits }}"])
def test_number_when_it_is_in_e164_form_or_liquid_then_it_is_accepted(model: type[BaseModel], to: str) -> None:
    assert model(**MESSAGE, to=to).model_dump()["to"] == to


@pytest.mark.parametrize("model", NUMBERED)
@pytest.mark.parametrize(
    "to",
    ["", "4155552671", "+0123", "+1 415 555 2671", "+1-415-555-2671", "+1415555267112345", "+1415a", "customer.phone"],
)
def test_number_when_it_is_not_in_e164_form_then_it_is_refused(model: type[BaseModel], to: str) -> None:
    with pytest.raises(ValidationError, match=r"must be a phone number in E\.164 form, such as \+14155552671"):
        model(**MESSAGE, to=to)


@pytest.mark.parametrize("name", [name for name in SENDS if name != "send_email"])
@pytest.mark.parametrize("field", ["identifiers", "transactional_message_id"])
def test_message_when_the_person_or_the_template_is_missing_then_it_is_refused(
    client: Client, wire: respx.MockRouter, name: str, field: str
) -> None:
    given = {key: value for key, value in ARGUMENTS[name]["request"].items() if key != field}

    assert str(refused(lambda: getattr(client, name)(given))) == f"request.{field}: is required"


@pytest.mark.parametrize("name", SENDS)
def test_message_when_it_has_a_field_of_another_channel_then_it_is_refused(
    client: Client, wire: respx.MockRouter, name: str
) -> None:
    error = refused(lambda: getattr(client, name)({**ARGUMENTS[name]["request"], "subjct": MARKER}))

    assert str(error) == "request.subjct: is not a known field; check the spelling"
    assert not wire.calls


def test_in_app_when_it_asks_for_people_who_unsubscribed_then_it_is_refused_as_it_has_no_such_choice() -> None:
    with pytest.raises(ValidationError, match="send_to_unsubscribed"):
        InAppRequest.model_validate({**MESSAGE, "send_to_unsubscribed": True})


# --- Pushes ----------------------------------------------------------------------------------------------------------


def push(**payload: Any) -> dict[str, Any]:
    return {**MESSAGE, "custom_payload": payload}


@pytest.mark.parametrize(
    ("request_", "param", "reason"),
    [
        (push(), "request.custom_payload", "needs ios, or android"),
        (push(ios={}), "request.custom_payload.ios", "needs aps, or CIO, or message"),
        (push(ios={"aps": {"badge": MARKER}}), "request.custom_payload.ios.aps.badge", "must be a whole number"),
        (push(ios={"aps": {"interruption-level": MARKER}}), "request.custom_payload.ios.aps['interruption-level']", ""),
        (push(ios={"aps": {"more": {MARKER}}}), "request.custom_payload.ios.aps.more", "make it a list"),
        (push(ios={"aps": {}, "own": [float("nan")]}), "request.custom_payload.ios.own[0]", "NaN"),
        (push(ios={"message": {}}), "request.custom_payload.ios.message.apns", "is required"),
        (push(ios={"message": {"apns": {}}}), "request.custom_payload.ios.message.apns.payload", "is required"),
        (push(android={}), "request.custom_payload.android.message", "is required"),
        (push(android={"message": {"data": {"a": 5}}}), "request.custom_payload.android.message.data.a", "string"),
        (push(windows={}), "request.custom_payload.windows", "is not a known field"),
        ({**MESSAGE, "sound": MARKER}, "request.sound", "must be"),
        ({**MESSAGE, "custom_data": {"a": 5}}, "request.custom_data.a", "must be a string"),
        ({**MESSAGE, "custom_device": {"token": "t"}}, "request.custom_device.platform", "is required"),
        ({**MESSAGE, "custom_device": {"id": "t", "platform": "ios"}}, "request.custom_device.token", "is required"),
    ],
)
def test_push_when_it_is_not_what_it_must_be_then_the_place_is_named(
    client: Client, wire: respx.MockRouter, request_: dict[str, Any], param: str, reason: str
) -> None:
    error = refused(lambda: client.send_push(PushRequest.model_construct(**request_)))

    assert error.param == param
    assert reason in error.reason
    assert not wire.calls


@pytest.mark.parametrize("alert", [5, {"titel": object()}, [MARKER]])
def test_alert_when_it_is_neither_a_text_nor_its_parts_then_it_is_refused(alert: object) -> None:
    with pytest.raises(ValidationError, match="alert") as caught:
        Aps.model_validate({"alert": alert})

    assert MARKER not in str(caught.value)


def test_payload_when_it_is_built_in_python_then_the_editor_knows_every_name() -> None:
    payload = PushPayload(ios=IOSPayload(aps=Aps(alert="Hi", thread_id="t", content_available=1, relevance_score=0.5)))

    assert payload.model_dump_json(by_alias=True, exclude_none=True) == (
        '{"ios":{"aps":{"alert":"Hi","thread-id":"t","content-available":1,"relevance-score":0.5}}}'
    )


def test_payload_when_a_value_of_ones_own_is_none_then_it_goes_out() -> None:
    payload = PushPayload(ios=IOSPayload.model_validate({"aps": {"alert": "Hi", "own": None}, "mine": {"k": None}}))

    assert payload.model_dump_json(by_alias=True, exclude_none=True) == (
        '{"ios":{"aps":{"alert":"Hi","own":null},"mine":{"k":null}}}'
    )


def test_payload_when_a_known_name_is_written_as_in_python_then_it_is_not_taken_for_ones_own() -> None:
    with pytest.raises(ValidationError, match="thread_id: must be written thread-id"):
        Aps.model_validate({"thread-id": "right", "thread_id": "other"})


@given(st.dictionaries(st.text(), st.recursive(st.none() | st.text() | st.floats() | st.binary(), st.lists)))
def test_payload_when_it_holds_anything_then_it_is_json_or_a_validation_error(own: dict[str, Any]) -> None:
    try:
        payload = Aps.model_validate(own)
    except ValidationError:
        return
    payload.model_dump_json(by_alias=True, exclude_none=True)


def test_identifiers_when_shared_between_channels_then_they_are_one_model() -> None:
    who = Identifiers(email="ada@example.com")

    assert SMSRequest(transactional_message_id=1, identifiers=who, to="+14155552671").identifiers == who

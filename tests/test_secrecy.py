"""The package emits no key and nothing of what a user sends: every field and every error holds marked values."""

from __future__ import annotations

import json
import logging
import pickle
import time
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import httpx
import pytest
import respx
from clients import APP_API_KEY, SITE_ID, TRACKING_API_KEY, ULID, Connect, Workshop
from pydantic import BaseModel, ValidationError

from cio_sdk import Client, CustomerIOError, models, operations
from cio_sdk.sandbox import Sandbox

MARK = "s3cr3t"
NUMBER = 918273645
SOON = int(time.time()) + 86_400
KEYS = (SITE_ID, TRACKING_API_KEY, APP_API_KEY, b64encode(f"{SITE_ID}:{TRACKING_API_KEY}".encode()).decode())
PRIVATE = (*KEYS, MARK, b64encode(MARK.encode() * 3).decode(), str(NUMBER), str(SOON))

DATA = {"name": f"Ada {MARK}", "age": NUMBER, "deep": [{"pin": f"{MARK}-1234"}, [f"{MARK} again"]]}
DEVICE = {"id": f"{MARK}-token", "platform": "ios", "last_used": NUMBER, "attributes": DATA}
EMAIL: dict[str, Any] = {
    "to": f"{MARK}@example.com",
    "identifiers": {"id": f"{MARK}-id"},
    "transactional_message_id": f"{MARK}_receipt",
    "from_": f"{MARK} <{MARK}.shop@example.com>",
    "subject": f"{MARK} subject",
    "body": f"<p>Dear {MARK}, this is a long letter, and nobody else should read it.</p>",
    "body_plain": f"Dear {MARK}, this is a long letter, and nobody else should read it.",
    "body_amp": f"<amp>{MARK}</amp>",
    "preheader": f"{MARK} preheader",
    "reply_to": f"reply.{MARK}@example.com",
    "cc": f"cc.{MARK}@example.com",
    "bcc": f"bcc.{MARK}@example.com",
    "language": f"x-{MARK}",
    "headers": {"X-Secret": f"{MARK} header"},
    "message_data": DATA,
    "attachments": {f"{MARK}.txt": b64encode(MARK.encode() * 9).decode()},
    "tracked": True,
    "queue_draft": False,
    "disable_message_retention": True,
    "send_to_unsubscribed": True,
    "disable_css_preprocessing": True,
    "fake_bcc": True,
    "auto_create": True,
    "send_at": SOON,
}
MESSAGE = {
    name: EMAIL[name]
    for name in (
        *("transactional_message_id", "identifiers", "message_data", "language", "send_at"),
        *("disable_message_retention", "queue_draft"),
    )
}
SMS = {**MESSAGE, "to": f"{{{{ customer.{MARK} }}}}", "from_": f"{MARK} shop", "send_to_unsubscribed": True}
WHATSAPP = {name: value for name, value in SMS.items() if name != "from_"}
PUSH = {
    **MESSAGE,
    "to": f"{MARK}-token",
    "title": f"{MARK} title",
    "message": f"Dear {MARK}, this is a long message.",
    "image_url": f"https://example.com/{MARK}.png",
    "link": f"app://{MARK}",
    "sound": "default",
    "custom_data": {f"{MARK} name": f"{MARK} value"},
    "custom_device": {"token": f"{MARK}-token", "platform": "ios", "last_used": NUMBER, "attributes": DATA},
    "custom_payload": {"ios": {"aps": {"alert": {"title": f"{MARK} title"}, MARK: DATA}, MARK: f"{MARK} more"}},
    "send_to_unsubscribed": True,
}
EVERY_FIELD: dict[str, dict[str, Any]] = {
    "test_auth": {},
    "find_region": {},
    "update_customer": {"customer_id": f"{MARK}/42 é", "attributes": DATA},
    "delete_customer": {"customer_id": f"{MARK}@example.com"},
    "update_device": {"customer_id": f"{MARK}-42", "device": DEVICE},
    "delete_device": {"customer_id": f"{MARK}-42", "device_id": f"{MARK}-token"},
    "new_event": {
        "customer_id": f"{MARK}-42",
        "name": f"{MARK} event",
        "data": DATA,
        "timestamp": NUMBER,
        "id": ULID,
        "type": "page",
    },
    "new_anonymous_event": {
        "name": f"{MARK} event",
        "data": DATA,
        "anonymous_id": f"{MARK}-cookie",
        "timestamp": NUMBER,
        "id": ULID,
        "type": "screen",
    },
    "suppress_customer": {"customer_id": f"{MARK}-42"},
    "unsuppress_customer": {"customer_id": f"{MARK}-42"},
    "merge_customers": {"primary": {"id": f"{MARK}-42"}, "secondary": {"email": f"{MARK}@example.com"}},
    "unsubscribe": {"delivery_id": f"{MARK}-delivery"},
    "submit_form": {"form_id": f"{MARK}-form", "data": {"email": f"{MARK}@example.com", "topic": f"{MARK} topic"}},
    "report_metric": {
        "delivery_id": f"{MARK}-delivery",
        "metric": "bounced",
        "timestamp": NUMBER,
        "recipient": f"{MARK}@example.com",
        "reason": f"{MARK} reason",
        "href": f"https://example.com/{MARK}",
    },
    "report_push_event": {
        "delivery_id": f"{MARK}-delivery",
        "event": "opened",
        "device_id": f"{MARK}-token",
        "timestamp": NUMBER,
    },
    "add_to_segment": {"segment_id": f"{MARK}7", "ids": [f"{MARK}-42", f"{MARK}@example.com"], "id_type": "email"},
    "remove_from_segment": {"segment_id": f"{MARK}7", "ids": [f"{MARK}-42"], "id_type": "cio_id"},
    "entity": {
        "operation": {
            "type": "person",
            "action": "event",
            "identifiers": {"email": f"{MARK}@example.com"},
            "name": f"{MARK} event",
            "attributes": DATA,
            "timestamp": NUMBER,
            "id": ULID,
        }
    },
    "send_email": {"request": EMAIL},
    "send_push": {"request": PUSH},
    "send_sms": {"request": SMS},
    "send_whatsapp": {"request": WHATSAPP},
    "send_inbox_message": {"request": MESSAGE},
    "send_in_app": {"request": MESSAGE},
    "trigger_broadcast": {
        "broadcast_id": f"{MARK}12",
        "data": DATA,
        "recipients": None,
        "emails": None,
        "ids": None,
        "per_user_data": [{"id": f"{MARK}-42", "data": DATA}, {"email": f"{MARK}@example.com"}],
        "data_file_url": None,
        "id_ignore_missing": True,
        "email_ignore_missing": True,
        "email_add_duplicates": True,
    },
    "get_broadcast_status": {"broadcast_id": f"{MARK}12", "trigger_id": f"{MARK}3"},
    "get_broadcast_errors_page": {"broadcast_id": f"{MARK}12", "trigger_id": f"{MARK}3", "start": f"{MARK}p"},
    "list_collections": {},
    "get_collection": {"collection_id": f"{MARK}5"},
    "delete_collection": {"collection_id": f"{MARK}5"},
    "get_collection_contents": {"collection_id": f"{MARK}5"},
    "update_collection_contents": {"collection_id": f"{MARK}5", "items": [DATA]},
    "update_collection": {"name": f"{MARK} offers", "items": [DATA], "collection_id": f"{MARK}5"},
    "update_collection_via_url": {
        "name": f"{MARK} offers",
        "url": f"https://example.com/{MARK}.csv",
        "collection_id": f"{MARK}5",
    },
}


@dataclass
class Emitted:
    """Everything that a call let out."""

    log: pytest.LogCaptureFixture

    def check(self, *said: object) -> None:
        """Fail where one of the private values is in it."""
        text = "\n".join([*map(_text_of, said), *(_text_of_record(record) for record in self.log.records)])
        found = [value for value in PRIVATE if value.lower() in text.lower()]
        assert not found, text


def _text_of(said: object) -> str:
    if not isinstance(said, BaseException):
        return f"{said}\n{said!r}"
    return "\n".join([str(said), repr(said), *traceback.format_exception(said)])


def _text_of_record(record: logging.LogRecord) -> str:
    return f"{record.getMessage()} {record.args!r} {record.exc_text}"


@pytest.fixture
def emitted(caplog: pytest.LogCaptureFixture) -> Emitted:
    """What the package lets out while the test runs."""
    caplog.set_level(logging.DEBUG)
    return Emitted(caplog)


def call(client: Client, name: str) -> CustomerIOError:
    with pytest.raises(CustomerIOError) as caught:
        getattr(client, name)(**EVERY_FIELD[name])
    return caught.value


def everything_about(request: httpx.Request) -> str:
    return f"{request.method} {request.url} {dict(request.headers)} {request.content.decode()}"


def test_marked_values_when_counted_then_no_field_is_without() -> None:
    def fields(model: type[BaseModel]) -> set[str]:
        return set(model.model_fields)

    assert EVERY_FIELD.keys() == set(operations.__all__)
    assert EMAIL.keys() == fields(models.EmailRequest)
    assert DEVICE.keys() == fields(models.Device)
    assert PUSH.keys() == fields(models.PushRequest)
    assert SMS.keys() == fields(models.SMSRequest)
    assert WHATSAPP.keys() == fields(models.WhatsAppRequest)
    assert MESSAGE.keys() == fields(models.InAppRequest) == fields(models.InboxMessageRequest)
    for name, arguments in EVERY_FIELD.items():
        code = getattr(operations, name).__code__
        assert set(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]) == arguments.keys()


HOLDS_ANYTHING = {"get_collection_contents", "get_broadcast_errors_page"}
"""The operations whose answer may be any object."""

SHAPES: list[Callable[[str], Any]] = [
    lambda said: {"meta": {"error": said}},
    lambda said: {"meta": {"errors": said.split(" ")}},
    lambda said: {"errors": [{"reason": "invalid", "field": said, "message": said}]},
    lambda said: {"errors": [{"detail": said, "status": "422", "source": {"pointer": said}}]},
    lambda said: {"error": {"message": said}},
    lambda said: said,
]


@pytest.mark.parametrize("status", [200, 302, 400, 401, 422, 429, 500])
@pytest.mark.parametrize("name", operations.__all__)
def test_answer_when_it_repeats_the_whole_request_then_the_error_does_not(
    makes: Workshop, wire: respx.MockRouter, waits: list[float], emitted: Emitted, name: str, status: int
) -> None:
    client = makes.connect()
    for shape in SHAPES:

        def echo(request: httpx.Request, shape: Callable[[str], Any] = shape) -> httpx.Response:
            said = shape(everything_about(request))
            body = said if isinstance(said, str) else json.dumps(said)
            return httpx.Response(status, text=body, headers={"Location": f"https://example.com/{MARK}"})

        wire.routes[0].mock(side_effect=echo)
        if status == 200 and has_no_answer(name) and not isinstance(shape(""), str):
            emitted.check(getattr(client, name)(**EVERY_FIELD[name]))
        elif status == 200 and name in HOLDS_ANYTHING:
            try:
                getattr(client, name)(**EVERY_FIELD[name])
            except CustomerIOError as error:
                emitted.check(error, client)
        else:
            emitted.check(call(client, name), client)


def has_no_answer(name: str) -> bool:
    made = getattr(operations, name)(**EVERY_FIELD[name])
    return (made[0] if isinstance(made, list) else made).route.decode is None


LOST = [
    kind
    for kind in vars(httpx).values()
    if isinstance(kind, type) and issubclass(kind, httpx.TransportError) and kind is not httpx.TransportError
]


@pytest.mark.parametrize("lost", LOST, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", operations.__all__)
def test_connection_when_it_fails_with_the_request_in_its_words_then_the_error_is_without(
    makes: Workshop, wire: respx.MockRouter, waits: list[float], emitted: Emitted, name: str, lost: type[Exception]
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        try:
            raise OSError(everything_about(request))
        except OSError as error:
            raise lost(everything_about(request)) from error

    wire.routes[0].mock(side_effect=fail)

    emitted.check(call(makes.connect(), name))


class Unknown:
    """Something that has no JSON and shows what it holds."""

    def __repr__(self) -> str:
        return f"Unknown({MARK})"


BAD_VALUES: list[Any] = [
    f"{MARK}\r\nX-Other: {MARK}",
    f"{MARK}\ud800",
    MARK * 30_000,
    [MARK],
    {"name": Unknown()},
    {"name": [MARK, float("nan")]},
    {"name": MARK.encode()},
    Unknown(),
    MARK.encode(),
    -NUMBER * 1.5,
    {MARK: MARK},
]


def bad_calls() -> Iterator[tuple[str, str, Any]]:
    for name, arguments in EVERY_FIELD.items():
        for argument in arguments:
            yield from ((name, argument, value) for value in BAD_VALUES)


def test_argument_when_it_is_wrong_then_the_error_does_not_show_it(
    makes: Workshop, wire: respx.MockRouter, emitted: Emitted
) -> None:
    client, refused = makes.connect(), 0
    for name, argument, value in bad_calls():
        try:
            getattr(client, name)(**{**EVERY_FIELD[name], argument: value})
        except CustomerIOError as error:
            if MARK not in getattr(error, "param", ""):  # the name of an attribute says which one is wrong
                emitted.check(error)
            refused += 1

    assert refused > 150


@pytest.mark.parametrize("field", EMAIL)
def test_email_when_it_is_wrong_then_the_error_does_not_show_it(emitted: Emitted, field: str) -> None:
    for value in BAD_VALUES:
        try:
            models.EmailRequest.model_validate({**EMAIL, field: value})
        except ValidationError as error:
            if value != {MARK: MARK}:
                emitted.check(error)


def test_everything_when_it_goes_well_then_the_log_is_without_it(makes: Workshop, emitted: Emitted) -> None:
    with Sandbox(site_id=SITE_ID, tracking_api_key=TRACKING_API_KEY, app_api_key=APP_API_KEY) as sandbox:
        client = makes.connect(track_url=sandbox.url, app_url=sandbox.url, request_tracing=True)
        for name, arguments in EVERY_FIELD.items():
            if name not in ABOUT_WHAT_EXISTS:
                emitted.check(getattr(client, name)(**{**arguments, **_accepted(name)}))

    assert [record for record in emitted.log.records if record.name == "cio_sdk"]


def _accepted(name: str) -> Mapping[str, Any]:
    accepted: dict[str, Mapping[str, Any]] = {
        "send_email": {"request": {**EMAIL, "send_at": None, "language": "en"}},
        "trigger_broadcast": {"broadcast_id": 12, "id_ignore_missing": True, "email_ignore_missing": True},
    }
    return accepted.get(name, {})


ABOUT_WHAT_EXISTS = {
    *("update_collection", "update_collection_via_url", "merge_customers", "get_broadcast_status"),
    *("get_broadcast_errors_page", "get_collection", "delete_collection", "get_collection_contents"),
    "update_collection_contents",
}
"""The operations that are refused where what they are about does not exist."""


def test_keys_when_a_client_or_an_error_is_pickled_then_they_stay(makes: Workshop, wire: respx.MockRouter) -> None:
    wire.routes[0].mock(return_value=httpx.Response(401, json={}))
    client = makes.connect()

    error = call(client, "test_auth")

    assert not [key for key in KEYS if key.encode() in pickle.dumps(error)]
    with pytest.raises(TypeError, match="a client holds keys"):
        pickle.dumps(getattr(client, "_client", client))


def test_keys_when_the_settings_of_a_client_are_shown_then_they_are_not_there(connect: Connect) -> None:
    client = connect(user_agent="app/1").with_options(headers={"X-Proxy-Key": MARK})

    Emitted(cast("pytest.LogCaptureFixture", _NoLog())).check(client, vars(client))


class _NoLog:
    records: tuple[()] = ()

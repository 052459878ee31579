"""What each operation puts on the wire, from both clients."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum, IntEnum
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import respx
import yaml
from clients import (
    ANSWERS,
    APP_API_KEY,
    ARGUMENTS,
    EMAIL,
    SITE_ID,
    TRACKING_API_KEY,
    ULID,
    Body,
    Connect,
    Workshop,
    operation,
)
from pydantic import BaseModel, Field

from cio_sdk import (
    AsyncClient,
    BroadcastRecipient,
    Client,
    CustomerIOError,
    Device,
    DevicePlatform,
    EmailRequest,
    EventType,
    Identifiers,
    InAppRequest,
    InboxMessageRequest,
    ParamError,
    PersonIdentifiers,
    PushDevice,
    PushEvent,
    PushPayload,
    PushRequest,
    Region,
    RetryPolicy,
    SMSRequest,
    TransportError,
    TransportTimeoutError,
    UnprocessableError,
    WhatsAppRequest,
    operations,
)
from cio_sdk._connections import Origin
from cio_sdk._timing import Timing
from cio_sdk.audience import all_of, any_of, attribute, has_attribute, not_, segment
from cio_sdk.models import PersonEvent

OPENAPI = Path(__file__).resolve().parent.parent / "openapi"
BASIC = "Basic " + base64.b64encode(f"{SITE_ID}:{TRACKING_API_KEY}".encode()).decode()
BEARER = f"Bearer {APP_API_KEY}"
BERLIN = timezone(timedelta(hours=2))
NOON = datetime(2025, 6, 1, 14, 0, 0, 999_999, BERLIN)
NOON_UNIX = 1748779200
SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)

Call = Callable[[Client], object]


def sent(wire: respx.MockRouter) -> httpx.Request:
    """The one request that was sent."""
    assert len(wire.calls) == 1
    request: httpx.Request = wire.calls[0].request
    return request


def body_of(wire: respx.MockRouter) -> Any:
    return json.loads(sent(wire).content)


def answer(wire: respx.MockRouter, name: str) -> None:
    wire.routes[0].mock(return_value=httpx.Response(200, json=ANSWERS.get(name, {})))


# --- Every operation, byte for byte ----------------------------------------------------------------------------------

TRACK = "https://track.customer.io"
APP = "https://api.customer.io"
DEVICE = Device(id="t0k3n", platform="ios", last_used=NOON, attributes={"app_version": "1.2"})
FROM_A_TEMPLATE = EmailRequest(to="ada@example.com", identifiers=Identifiers(id=42), transactional_message_id=3)
OF_ITS_OWN = EmailRequest(
    to="ada@example.com",
    identifiers=Identifiers(email="ada@example.com"),
    body="<p>Hi</p>",
    subject="Hi",
    from_="us@example.com",
    body_plain="Hi",
    body_amp="<amp>",
    send_at=SOON,
    headers={"X-Trace": "1"},
    tracked=False,
)

PUSH = PushRequest(
    transactional_message_id=3,
    identifiers=Identifiers(id=42),
    to="last_used",
    sound="none",
    custom_data={"order": "7"},
    custom_device=PushDevice(token="t0k3n", platform="android", last_used=NOON),
    custom_payload=PushPayload.model_validate(
        {
            "ios": {"aps": {"alert": {"title-loc-key": "T"}, "content_available": 1, "more": [1]}, "own": {"a": None}},
            "android": {"message": {"data": {"a": "b"}, "ttl": "3s"}},
        }
    ),
)
MESSAGE: dict[str, Any] = {"transactional_message_id": "code", "identifiers": Identifiers(email="a@example.com")}

CALLS: list[tuple[str, Call, str, str, str, bytes]] = [
    (
        "send_push",
        lambda c: c.send_push(PUSH),
        "POST",
        APP,
        "/v1/send/push",
        b'{"transactional_message_id":3,"identifiers":{"id":"42"},"to":"last_used","sound":"none","custom_data":'
        b'{"order":"7"},"custom_device":{"token":"t0k3n","platform":"android","last_used":1748779200},"custom_payload":'
        b'{"ios":{"aps":{"alert":{"title-loc-key":"T"},"content-available":1,"more":[1]},"own":{"a":null}},'
        b'"android":{"message":{"data":{"a":"b"},"ttl":"3s"}}}}',
    ),
    (
        "send_sms",
        lambda c: c.send_sms(SMSRequest(**MESSAGE, to="+14155552671", from_="Shop", send_at=SOON)),
        "POST",
        APP,
        "/v1/send/sms",
        b'{"transactional_message_id":"code","identifiers":{"email":"a@example.com"},"send_at":%d,"to":"+14155552671",'
        b'"from":"Shop"}' % SOON.timestamp(),
    ),
    (
        "send_whatsapp",
        lambda c: c.send_whatsapp(WhatsAppRequest(**MESSAGE, to="{{customer.phone}}", message_data={"a": 1})),
        "POST",
        APP,
        "/v1/send/whatsapp",
        b'{"transactional_message_id":"code","identifiers":{"email":"a@example.com"},"message_data":{"a":1},'
        b'"to":"{{customer.phone}}"}',
    ),
    (
        "send_inbox_message",
        lambda c: c.send_inbox_message(InboxMessageRequest(**MESSAGE, language="de")),
        "POST",
        APP,
        "/v1/send/inbox_message",
        b'{"transactional_message_id":"code","identifiers":{"email":"a@example.com"},"language":"de"}',
    ),
    (
        "send_in_app",
        lambda c: c.send_in_app(InAppRequest(**MESSAGE, queue_draft=True)),
        "POST",
        APP,
        "/v1/send/in_app",
        b'{"transactional_message_id":"code","identifiers":{"email":"a@example.com"},"queue_draft":true}',
    ),
    ("trigger_broadcast", lambda c: c.trigger_broadcast(12), "POST", APP, "/v1/campaigns/12/triggers", b"{}"),
    (
        "trigger_broadcast",
        lambda c: c.trigger_broadcast(
            "12", recipients=all_of(segment(4), any_of(attribute("plan", "pro"), not_(has_attribute("left"))))
        ),
        "POST",
        APP,
        "/v1/campaigns/12/triggers",
        b'{"recipients":{"and":[{"segment":{"id":4}},{"or":[{"attribute":{"operator":"eq","field":"plan","value":"pro"'
        b'}},{"not":{"attribute":{"operator":"exists","field":"left"}}}]}]}}',
    ),
    (
        "trigger_broadcast",
        lambda c: c.trigger_broadcast(
            12, emails=("a@example.com",), data={"at": NOON}, email_ignore_missing=True, email_add_duplicates=False
        ),
        "POST",
        APP,
        "/v1/campaigns/12/triggers",
        b'{"data":{"at":1748779200},"emails":["a@example.com"],"email_ignore_missing":true,'
        b'"email_add_duplicates":false}',
    ),
    (
        "trigger_broadcast",
        lambda c: c.trigger_broadcast(
            12, per_user_data=[BroadcastRecipient(id=42, data={"n": 1}), BroadcastRecipient(email="a@example.com")]
        ),
        "POST",
        APP,
        "/v1/campaigns/12/triggers",
        b'{"per_user_data":[{"id":"42","data":{"n":1}},{"email":"a@example.com"}]}',
    ),
    (
        "get_broadcast_status",
        lambda c: c.get_broadcast_status(12, 3),
        "GET",
        APP,
        "/v1/campaigns/12/triggers/3",
        b"",
    ),
    (
        "get_broadcast_errors_page",
        lambda c: c.get_broadcast_errors_page(12, 3, start="a b"),
        "GET",
        APP,
        "/v1/campaigns/12/triggers/3/errors?start=a%20b",
        b"",
    ),
    ("get_collection", lambda c: c.get_collection(5), "GET", APP, "/v1/collections/5", b""),
    ("delete_collection", lambda c: c.delete_collection("5"), "DELETE", APP, "/v1/collections/5", b""),
    ("get_collection_contents", lambda c: c.get_collection_contents(5), "GET", APP, "/v1/collections/5/content", b""),
    (
        "update_collection_contents",
        lambda c: c.update_collection_contents(5, [{"a": 1}, {"at": NOON}]),
        "PUT",
        APP,
        "/v1/collections/5/content",
        b'[{"a":1},{"at":1748779200}]',
    ),
    ("list_collections", lambda c: c.list_collections(), "GET", APP, "/v1/collections", b""),
    ("test_auth", lambda c: c.test_auth(), "GET", TRACK, "/api/v1/accounts/region", b""),
    ("find_region", lambda c: c.find_region(), "GET", TRACK, "/api/v1/accounts/region", b""),
    (
        "update_customer",
        lambda c: c.update_customer("42", {"email": "ada@example.com", "since": NOON}),
        "PUT",
        TRACK,
        "/api/v1/customers/42",
        b'{"email":"ada@example.com","since":1748779200}',
    ),
    ("update_customer", lambda c: c.update_customer(42), "PUT", TRACK, "/api/v1/customers/42", b"{}"),
    (
        "update_customer",
        lambda c: c.update_customer("a/b ü@x.io?#%2F+"),
        "PUT",
        TRACK,
        "/api/v1/customers/a%2Fb%20%C3%BC%40x.io%3F%23%252F%2B",
        b"{}",
    ),
    ("delete_customer", lambda c: c.delete_customer("cio_1"), "DELETE", TRACK, "/api/v1/customers/cio_1", b""),
    (
        "update_device",
        lambda c: c.update_device("42", DEVICE),
        "PUT",
        TRACK,
        "/api/v1/customers/42/devices",
        b'{"device":{"id":"t0k3n","platform":"ios","last_used":1748779200,"attributes":{"app_version":"1.2"}}}',
    ),
    (
        "delete_device",
        lambda c: c.delete_device("42", "t0/k3n"),
        "DELETE",
        TRACK,
        "/api/v1/customers/42/devices/t0%2Fk3n",
        b"",
    ),
    (
        "new_event",
        lambda c: c.new_event("42", "purchase", {"price": 9.5}, timestamp=NOON, id=ULID, type="page"),
        "POST",
        TRACK,
        "/api/v1/customers/42/events",
        b'{"name":"purchase","data":{"price":9.5},"timestamp":1748779200,"id":"' + ULID.encode() + b'","type":"page"}',
    ),
    (
        "new_event",
        lambda c: c.new_event("42", "purchase", id=ULID),
        "POST",
        TRACK,
        "/api/v1/customers/42/events",
        b'{"name":"purchase","id":"' + ULID.encode() + b'"}',
    ),
    (
        "new_anonymous_event",
        lambda c: c.new_anonymous_event("viewed", {"page": "/"}, anonymous_id="visitor", timestamp=NOON, id=ULID),
        "POST",
        TRACK,
        "/api/v1/events",
        b'{"name":"viewed","data":{"page":"/"},"timestamp":1748779200,"id":"'
        + ULID.encode()
        + b'","anonymous_id":"visitor"}',
    ),
    (
        "send_email",
        lambda c: c.send_email(FROM_A_TEMPLATE),
        "POST",
        APP,
        "/v1/send/email",
        b'{"to":"ada@example.com","identifiers":{"id":"42"},"transactional_message_id":3}',
    ),
    (
        "send_email",
        lambda c: c.send_email(OF_ITS_OWN),
        "POST",
        APP,
        "/v1/send/email",
        b'{"to":"ada@example.com","identifiers":{"email":"ada@example.com"},"from":"us@example.com","subject":"Hi",'
        b'"body":"<p>Hi</p>","body_plain":"Hi","body_amp":"<amp>","headers":{"X-Trace":"1"},"send_at":%d,'
        b'"tracked":false}' % SOON.timestamp(),
    ),
    (
        "update_collection",
        lambda c: c.update_collection("offers", [{"title": "A"}, {"title": None}]),
        "POST",
        APP,
        "/v1/collections",
        b'{"name":"offers","data":[{"title":"A"},{"title":null}]}',
    ),
    (
        "update_collection",
        lambda c: c.update_collection("offers", [], collection_id=5),
        "PUT",
        APP,
        "/v1/collections/5",
        b'{"name":"offers","data":[]}',
    ),
    (
        "update_collection_via_url",
        lambda c: c.update_collection_via_url("offers", "https://example.com/o.csv?a=1"),
        "POST",
        APP,
        "/v1/collections",
        b'{"name":"offers","url":"https://example.com/o.csv?a=1"}',
    ),
    (
        "update_collection_via_url",
        lambda c: c.update_collection_via_url("offers", "http://example.com/", collection_id="5"),
        "PUT",
        APP,
        "/v1/collections/5",
        b'{"name":"offers","url":"http://example.com/"}',
    ),
    ("suppress_customer", lambda c: c.suppress_customer(42), "POST", TRACK, "/api/v1/customers/42/suppress", b""),
    (
        "unsuppress_customer",
        lambda c: c.unsuppress_customer("a/b"),
        "POST",
        TRACK,
        "/api/v1/customers/a%2Fb/unsuppress",
        b"",
    ),
    (
        "merge_customers",
        lambda c: c.merge_customers(PersonIdentifiers(id=42), PersonIdentifiers(email="a@example.com")),
        "POST",
        TRACK,
        "/api/v1/merge_customers",
        b'{"primary":{"id":"42"},"secondary":{"email":"a@example.com"}}',
    ),
    (
        "submit_form",
        lambda c: c.submit_form("f 1", {"id": "42", "topic": "tea"}),
        "POST",
        TRACK,
        "/api/v1/forms/f%201/submit",
        b'{"data":{"id":"42","topic":"tea"}}',
    ),
    (
        "entity",
        lambda c: c.entity(PersonEvent(identifiers=PersonIdentifiers(id=42), name="purchase", id=ULID)),
        "POST",
        TRACK,
        "/api/v2/entity",
        b'{"type":"person","action":"event","identifiers":{"id":"42"},"name":"purchase","id":"%b"}' % ULID.encode(),
    ),
    (
        "add_to_segment",
        lambda c: c.add_to_segment(7, ["42", 43]),
        "POST",
        TRACK,
        "/api/v1/segments/7/add_customers",
        b'{"ids":["42","43"]}',
    ),
    (
        "remove_from_segment",
        lambda c: c.remove_from_segment(7, ("a@example.com",), id_type="email"),
        "POST",
        TRACK,
        "/api/v1/segments/7/remove_customers?id_type=email",
        b'{"ids":["a@example.com"]}',
    ),
]

KEYLESS_CALLS: list[tuple[str, Call, str, bytes]] = [
    ("unsubscribe", lambda c: c.unsubscribe("d/1"), "/unsubscribe/d%2F1", b'{"unsubscribe":true}'),
    (
        "report_metric",
        lambda c: c.report_metric("d1", "bounced", timestamp=NOON, recipient="a@example.com", reason="full", href="x"),
        "/api/v1/metrics",
        b'{"delivery_id":"d1","metric":"bounced","timestamp":1748779200,"recipient":"a@example.com",'
        b'"reason":"full","href":"x"}',
    ),
    (
        "report_push_event",
        lambda c: c.report_push_event("d1", PushEvent.OPENED, "t0k3n", timestamp=NOON),
        "/api/v1/push/events",
        b'{"delivery_id":"d1","event":"opened","device_id":"t0k3n","timestamp":1748779200}',
    ),
]


@pytest.mark.parametrize(("name", "call", "path", "body"), KEYLESS_CALLS, ids=[case[0] for case in KEYLESS_CALLS])
@pytest.mark.parametrize("keys", [True, False])
def test_operation_when_it_needs_no_keys_then_it_carries_none(
    connect: Connect, wire: respx.MockRouter, name: str, call: Call, path: str, body: bytes, keys: bool
) -> None:
    call(connect() if keys else connect(keys=False, app_api_key=APP_API_KEY))

    request = sent(wire)
    assert (request.method, str(request.url), request.content) == ("POST", TRACK + path, body)
    assert "authorization" not in request.headers


@pytest.mark.parametrize("count", [1, 1_000, 1_001, 2_500])
def test_add_to_segment_when_given_any_number_of_ids_then_a_thousand_go_into_a_request(
    client: Client, wire: respx.MockRouter, count: int
) -> None:
    answers = client.add_to_segment("7", [str(number) for number in range(count)])

    bodies = [json.loads(call.request.content)["ids"] for call in wire.calls]
    assert [each for ids in bodies for each in ids] == [str(number) for number in range(count)]
    assert max(map(len, bodies)) <= 1_000
    assert len(answers) == len(bodies) == -(-count // 1_000)


def test_add_to_segment_when_one_id_is_wrong_then_nothing_is_sent(client: Client, wire: respx.MockRouter) -> None:
    with pytest.raises(ParamError, match=r"ids\[1000\]: must not be empty"):
        client.add_to_segment(7, [*map(str, range(1_000)), ""])

    assert not wire.calls


@pytest.mark.parametrize(
    ("name", "call", "method", "origin", "path", "body"), CALLS, ids=[f"{i}-{case[0]}" for i, case in enumerate(CALLS)]
)
def test_operation_when_called_then_the_request_is_this_byte_for_byte(
    client: Client,
    wire: respx.MockRouter,
    name: str,
    call: Call,
    method: str,
    origin: str,
    path: str,
    body: bytes,
) -> None:
    answer(wire, name)

    call(client)

    request = sent(wire)
    assert (request.method, f"{request.url.scheme}://{request.url.host}") == (method, origin)
    assert request.url.raw_path == path.encode()
    assert request.content == body
    expected = {
        "host": origin.removeprefix("https://"),
        "authorization": BASIC if origin == TRACK else BEARER,
        "user-agent": client.user_agent,
        "accept": "application/json",
    }
    if body:
        expected |= {"content-type": "application/json", "content-length": str(len(body))}
    elif method == "POST":
        expected |= {"content-length": "0"}
    assert dict(request.headers.items()) == expected


def test_calls_when_listed_then_every_operation_is_among_them() -> None:
    assert {name for name, *_ in [*CALLS, *KEYLESS_CALLS]} == set(operations.__all__)


def described_operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation of the description: its verb, its path, and what it says."""
    found = []
    for file in sorted(OPENAPI.glob("*.yaml")):
        for path, item in yaml.safe_load(file.read_text()).get("paths", {}).items():
            found += [(verb, path, item[verb]) for verb in ("get", "put", "post", "delete") if verb in item]
    return found


@pytest.mark.parametrize(
    ("verb", "path", "described"), described_operations(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_operation_when_described_then_it_is_a_function_and_a_method_of_both_clients(
    verb: str, path: str, described: dict[str, Any]
) -> None:
    assert described["x-methods"]
    for name in described["x-methods"]:
        if described.get("x-packed"):
            assert callable(getattr(Client, name))
            continue
        chosen = {"collection_id": 5} if "{collection_id}" in path else {}
        route = operation(name, **{key: chosen[key] for key in chosen.keys() - ARGUMENTS[name].keys()}).route
        assert (route.method, route.path) == (verb.upper(), path)
        assert described["x-repeat"] in (route.repeat, "body")
        assert route.transactional == described.get("x-transactional", False)
        assert route.needs_keys is ("security" not in described)
        assert route.interval == described.get("x-interval", 0)
        assert callable(getattr(Client, name))
        assert callable(getattr(AsyncClient, name))


def test_send_when_given_an_operation_then_it_is_the_same_as_the_method(client: Client, wire: respx.MockRouter) -> None:
    client.send(operations.delete_customer("42"))

    assert sent(wire).url.raw_path == b"/api/v1/customers/42"


# --- Values ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    price: float
    note: str | None = None


@dataclass(slots=True)
class Purchase:
    items: list[Row]
    at: datetime


class PurchaseModel(BaseModel):
    items: list[Row]
    at: datetime
    class_: str | None = Field(default=None, serialization_alias="class")


@pytest.mark.parametrize(
    "data",
    [
        {"items": [{"price": 9.5, "note": None}], "at": NOON, "class": None},
        {"items": ({"price": 9.5, "note": None},), "at": NOON, "class": None},
        PurchaseModel(items=[Row(9.5)], at=NOON),
    ],
    ids=["dict", "tuple", "pydantic"],
)
def test_data_when_given_in_any_form_then_it_is_the_same_json(
    client: Client, wire: respx.MockRouter, data: Any
) -> None:
    client.new_event("42", "purchase", data)

    assert body_of(wire)["data"] == {"items": [{"price": 9.5, "note": None}], "at": NOON_UNIX, "class": None}


def test_data_when_a_dataclass_then_its_fields_are_the_json(client: Client, wire: respx.MockRouter) -> None:
    client.new_event("42", "purchase", Purchase([Row(9.5, "ok")], NOON))

    assert body_of(wire)["data"] == {"items": [{"price": 9.5, "note": "ok"}], "at": NOON_UNIX}


class Colour(Enum):
    RED = "red"


class Size(IntEnum):
    L = 3


class Shouting(str):
    __slots__ = ()

    def __str__(self) -> str:
        return self


@pytest.mark.parametrize(
    ("value", "json_value"),
    [
        (None, None),
        (True, True),
        (2**70, 2**70),
        (1e300, 1e300),
        ("ü\x00\n", "ü\x00\n"),
        (NOON, NOON_UNIX),
        (datetime(1969, 12, 31, 23, 59, 59, 500_000, UTC), -1),
        (Colour.RED, "red"),
        (Size.L, 3),
        (EventType.PAGE, "page"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Shouting("loud"), "loud"),
        ([(), {}], [[], {}]),
    ],
    ids=repr,
)
def test_attribute_when_it_has_a_json_form_then_that_is_sent(
    client: Client, wire: respx.MockRouter, value: object, json_value: object
) -> None:
    client.update_customer("42", {"value": value})

    assert body_of(wire) == {"value": json_value}


def test_none_when_it_is_an_argument_then_it_is_left_out(client: Client, wire: respx.MockRouter) -> None:
    client.new_anonymous_event("viewed", None, anonymous_id=None, timestamp=None, id=ULID, type=None)

    assert body_of(wire) == {"name": "viewed", "id": ULID}


def test_none_when_it_is_a_field_then_it_is_left_out_and_within_data_it_is_null(
    client: Client, wire: respx.MockRouter
) -> None:
    answer(wire, "send_email")
    request = EmailRequest(
        to="ada@example.com",
        identifiers=Identifiers(id="42", email=None),
        transactional_message_id=3,
        from_=None,
        message_data={"name": None, "rows": [None]},
    )

    client.send_email(request)

    assert body_of(wire) == {
        "to": "ada@example.com",
        "identifiers": {"id": "42"},
        "transactional_message_id": 3,
        "message_data": {"name": None, "rows": [None]},
    }


def test_none_when_it_is_an_attribute_then_it_is_null(client: Client, wire: respx.MockRouter) -> None:
    client.update_customer("42", {"plan": None})

    assert sent(wire).content == b'{"plan":null}'


@pytest.mark.parametrize(
    ("given", "wire_name"),
    [
        ("from_", "from"),
        ("from", "from"),
        ("amp_body", "body_amp"),
        ("body_amp", "body_amp"),
        ("plaintext_body", "body_plain"),
        ("body_plain", "body_plain"),
    ],
)
@pytest.mark.parametrize("as_model", [True, False], ids=["model", "dict"])
def test_email_when_a_field_has_two_names_then_it_goes_out_under_todays(
    client: Client, wire: respx.MockRouter, given: str, wire_name: str, as_model: bool
) -> None:
    answer(wire, "send_email")
    fields: Any = {**EMAIL, given: "x@example.com"}

    client.send_email(EmailRequest.model_validate(fields) if as_model else fields)

    assert body_of(wire)[wire_name] == "x@example.com"
    assert {"from_", "amp_body", "plaintext_body"}.isdisjoint(body_of(wire))


@pytest.mark.parametrize("platform", [DevicePlatform.ANDROID, "android"])
def test_device_when_the_platform_is_an_enum_or_its_string_then_the_string_is_sent(
    client: Client, wire: respx.MockRouter, platform: Any
) -> None:
    client.update_device("42", Device(id="t0k3n", platform=platform))

    assert body_of(wire) == {"device": {"id": "t0k3n", "platform": "android"}}


@pytest.mark.parametrize("kind", [EventType.SCREEN, "screen"])
def test_event_when_the_type_is_an_enum_or_its_string_then_the_string_is_sent(
    client: Client, wire: respx.MockRouter, kind: Any
) -> None:
    client.new_event("42", "opened", type=kind)

    assert body_of(wire)["type"] == "screen"


def test_event_when_it_has_no_id_then_it_is_given_a_new_one_each_time(client: Client, wire: respx.MockRouter) -> None:
    client.new_event("42", "opened")
    client.new_anonymous_event("opened")

    ids = [json.loads(call.request.content)["id"] for call in wire.calls]
    assert [len(each) for each in ids] == [26, 26]
    assert ids[0] != ids[1]


def test_timestamp_when_in_unix_seconds_then_it_is_taken_as_such(client: Client, wire: respx.MockRouter) -> None:
    timestamp: Any = NOON_UNIX
    client.new_event("42", "opened", timestamp=timestamp)

    assert body_of(wire)["timestamp"] == NOON_UNIX


def test_attach_when_files_are_attached_then_they_go_out_as_base64(
    client: Client, wire: respx.MockRouter, tmp_path: Path
) -> None:
    answer(wire, "send_email")
    request = EmailRequest.model_validate(EMAIL)
    (tmp_path / "b.bin").write_bytes(b"\x00\xff")

    request.attach("a.txt", b"hello")
    with (tmp_path / "b.bin").open("rb") as file:
        request.attach("b.bin", file)
    request.attach("c.bin", memoryview(b"c"))
    client.send_email(request)

    assert body_of(wire)["attachments"] == {"a.txt": "aGVsbG8=", "b.bin": "AP8=", "c.bin": "Yw=="}


# --- Hosts and settings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("region", [Region.EU, "eu"])
def test_region_when_eu_then_both_apis_are_the_european_ones(
    connect: Connect, wire: respx.MockRouter, region: Any
) -> None:
    answer(wire, "send_email")
    client = connect(region=region)

    client.delete_customer("42")
    client.send_email(FROM_A_TEMPLATE)

    hosts = [call.request.url.host for call in wire.calls]
    assert hosts == ["track-eu.customer.io", "api-eu.customer.io"]


@pytest.mark.parametrize("slash", ["", "/"])
def test_urls_when_given_then_they_are_used_with_their_port_and_path(
    connect: Connect, wire: respx.MockRouter, slash: str
) -> None:
    answer(wire, "send_email")
    client = connect(track_url=f"http://127.0.0.1:8000{slash}", app_url=f"https://proxy.example/cio{slash}")

    client.delete_customer("42")
    client.send_email(FROM_A_TEMPLATE)

    assert [str(call.request.url) for call in wire.calls] == [
        "http://127.0.0.1:8000/api/v1/customers/42",
        "https://proxy.example/cio/v1/send/email",
    ]


def test_user_agent_when_given_then_it_replaces_the_packages(connect: Connect, wire: respx.MockRouter) -> None:
    client = connect(user_agent="my-app/1.0")
    client.delete_customer("42")

    assert sent(wire).headers["user-agent"] == client.user_agent == "my-app/1.0"


def test_user_agent_when_not_given_then_it_names_the_package_and_python(client: Client) -> None:
    assert client.user_agent.startswith("cio-sdk/")
    assert " python/3." in client.user_agent


def test_from_env_when_variables_are_set_then_they_are_the_options(
    makes: Workshop, wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(wire, "send_email")
    monkeypatch.setenv("CIO_SITE_ID", SITE_ID)
    monkeypatch.setenv("CIO_TRACKING_API_KEY", TRACKING_API_KEY)
    monkeypatch.setenv("CIO_APP_API_KEY", APP_API_KEY)
    monkeypatch.setenv("CIO_REGION", " EU ")
    monkeypatch.setenv("CIO_APP_URL", "http://localhost:9000")
    monkeypatch.setenv("CIO_TRACK_URL", "")
    client = makes.connect_from_env()

    client.delete_customer("42")
    client.send_email(FROM_A_TEMPLATE)

    assert [(str(call.request.url), call.request.headers["authorization"]) for call in wire.calls] == [
        ("https://track-eu.customer.io/api/v1/customers/42", BASIC),
        ("http://localhost:9000/v1/send/email", BEARER),
    ]


def test_from_env_when_an_option_is_passed_then_it_wins(
    makes: Workshop, wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIO_SITE_ID", "other")
    monkeypatch.setenv("CIO_TRACKING_API_KEY", TRACKING_API_KEY)
    monkeypatch.setenv("CIO_TRACK_URL", "http://localhost:9000")
    monkeypatch.setenv("CIO_REGION", "us")
    client = makes.connect_from_env(site_id=SITE_ID, track_url=None, region="eu")

    client.delete_customer("42")

    assert sent(wire).url == "https://track-eu.customer.io/api/v1/customers/42"
    assert sent(wire).headers["authorization"] == BASIC


def test_from_env_when_the_region_is_passed_then_its_variable_does_not_matter(
    makes: Workshop, wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIO_REGION", "elsewhere")
    client = makes.connect_from_env(site_id=SITE_ID, tracking_api_key=TRACKING_API_KEY, region="eu")

    client.delete_customer("42")

    assert sent(wire).url.host == "track-eu.customer.io"


def test_repr_when_printed_then_it_holds_no_keys(client: Client) -> None:
    for secret in (SITE_ID, TRACKING_API_KEY, APP_API_KEY, BASIC.split()[1]):
        assert secret not in repr(client)


def test_operation_when_printed_then_it_holds_no_ids_and_no_body() -> None:
    assert "marker" not in repr(operations.update_customer("marker", {"marker": "marker"}))


# --- A user's own HTTP client ----------------------------------------------------------------------------------------


def test_http_client_when_given_then_it_is_used_whole_and_left_open(makes: Workshop, wire: respx.MockRouter) -> None:
    seen: list[str] = []
    http_client = makes.http_client(
        hooks={"request": lambda request: seen.append(request.method), "response": lambda _: seen.append("answer")},
        headers={"X-Mine": "1", "Authorization": "Bearer other", "User-Agent": "other", "Accept": "text/html"},
        cookies={"c": "2"},
        auth=("other", "credentials"),
        params={"q": "3"},
    )
    client = makes.connect(http_client=http_client)

    client.update_customer("42", {"a": 1})
    client.close()

    headers = sent(wire).headers
    assert seen == ["PUT", "answer"]
    assert (headers["x-mine"], headers["cookie"]) == ("1", "c=2")
    assert headers.get_list("authorization") == [BASIC]
    assert (headers["accept"], headers["user-agent"]) == ("application/json", client.user_agent)
    assert sent(wire).url.raw_path == b"/api/v1/customers/42?q=3"
    assert sent(wire).content == b'{"a":1}'
    assert not http_client.is_closed
    makes.close_http_client(http_client)


def test_http_client_when_it_has_a_timeout_of_its_own_then_the_clients_is_used(
    makes: Workshop, wire: respx.MockRouter
) -> None:
    http_client = makes.http_client(timeout=99.0)
    makes.connect(http_client=http_client, timeout=7.0).delete_customer("42")

    timeout = sent(wire).extensions["timeout"]
    assert 0 < timeout.get("read") <= 7.0
    makes.close_http_client(http_client)


@pytest.mark.parametrize("own", [True, False], ids=["own", "ours"])
def test_call_when_tracing_then_the_phases_are_recorded(makes: Workshop, wire: respx.MockRouter, own: bool) -> None:
    http_client = makes.http_client() if own else None
    response = makes.connect(http_client=http_client, request_tracing=True).delete_customer("42")

    assert response.tracing is not None
    assert response.tracing.attempts == response.attempts == 1
    assert response.tracing.total > 0
    assert "trace" in sent(wire).extensions
    if http_client is not None:
        makes.close_http_client(http_client)


def test_call_when_not_tracing_then_there_is_no_trace(client: Client, wire: respx.MockRouter) -> None:
    assert client.delete_customer("42").tracing is None
    assert "trace" not in sent(wire).extensions


def test_close_when_a_call_follows_then_it_says_that_the_client_is_closed(
    client: Client, wire: respx.MockRouter
) -> None:
    client.delete_customer("42")
    client.close()

    with pytest.raises(CustomerIOError, match="closed"):
        client.delete_customer("42")
    assert len(wire.calls) == 1


def test_http_client_when_it_is_closed_then_the_call_says_so(makes: Workshop, wire: respx.MockRouter) -> None:
    http_client = makes.http_client()
    makes.close_http_client(http_client)

    with pytest.raises(CustomerIOError, match="closed"):
        makes.connect(http_client=http_client).delete_customer("42")
    assert not wire.calls


def test_client_when_used_in_with_then_it_is_closed_after(wire: respx.MockRouter) -> None:
    with Client(SITE_ID, TRACKING_API_KEY) as client:
        client.delete_customer("42")

    with pytest.raises(CustomerIOError, match="closed"):
        client.delete_customer("42")
    assert len(wire.calls) == 1


def test_async_client_when_used_in_async_with_then_it_is_closed_after(wire: respx.MockRouter) -> None:
    async def use() -> None:
        async with AsyncClient(SITE_ID, TRACKING_API_KEY) as client:
            await client.delete_customer("42")
        with pytest.raises(CustomerIOError, match="closed"):
            await client.delete_customer("42")

    asyncio.run(use())
    assert len(wire.calls) == 1


# --- Attempts --------------------------------------------------------------------------------------------------------


def test_call_when_it_fails_at_first_then_it_is_repeated_with_the_same_body(
    client: Client, wire: respx.MockRouter, waits: list[float]
) -> None:
    wire.routes[0].mock(
        side_effect=[httpx.ConnectError("no"), httpx.Response(503), httpx.Response(200, json={})],
    )

    response = client.new_event("42", "opened")

    bodies = {call.request.content for call in wire.calls}
    assert (response.attempts, len(wire.calls), len(bodies)) == (3, 3, 1)
    assert len(waits) == 2


@pytest.mark.parametrize(
    ("error", "kind", "maybe_delivered"),
    [
        (httpx.ConnectError("marker"), TransportError, False),
        (httpx.ReadError("marker"), TransportError, True),
        (httpx.ReadTimeout("marker"), TransportTimeoutError, True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_call_when_no_answer_comes_then_the_error_says_what_may_have_happened(
    connect: Connect, wire: respx.MockRouter, error: Exception, kind: type[TransportError], maybe_delivered: bool
) -> None:
    wire.routes[0].mock(side_effect=error)

    with pytest.raises(kind) as caught:
        connect(max_retries=0).send_email(FROM_A_TEMPLATE)

    assert (caught.value.maybe_delivered, caught.value.attempts) == (maybe_delivered, 1)
    assert (caught.value.method, caught.value.path) == ("POST", "/v1/send/email")
    assert "marker" not in str(caught.value)


BREAKS_OFF = (b"{", httpx.ReadError("cut"))


def test_answer_when_a_successful_body_breaks_off_then_no_answer_came(connect: Connect, wire: respx.MockRouter) -> None:
    wire.routes[0].mock(return_value=httpx.Response(200, stream=Body(*BREAKS_OFF)))

    with pytest.raises(TransportError) as caught:
        connect(max_retries=0).send_email(FROM_A_TEMPLATE)

    assert caught.value.maybe_delivered


def test_answer_when_the_body_of_a_refusal_breaks_off_then_it_is_still_a_refusal(
    connect: Connect, wire: respx.MockRouter
) -> None:
    wire.routes[0].mock(return_value=httpx.Response(422, stream=Body(*BREAKS_OFF)))

    with pytest.raises(UnprocessableError) as caught:
        connect().delete_customer("42")

    assert (caught.value.body, caught.value.messages) == (b"", [])


def test_answer_when_it_drips_past_the_timeout_then_the_call_ends(makes: Workshop, wire: respx.MockRouter) -> None:
    now = [0.0]

    def tick() -> None:
        now[0] += 1.0

    makes.timing.clock = lambda: now[0]
    wire.routes[0].mock(return_value=httpx.Response(200, stream=Body(*[b" "] * 100, before_each=tick)))

    with pytest.raises(TransportTimeoutError) as caught:
        makes.connect(timeout=3.0, max_retries=0).delete_customer("42")

    assert now[0] == 3.0
    assert caught.value.maybe_delivered


@pytest.mark.parametrize("own", [True, False], ids=["own", "ours"])
def test_redirect_when_it_leads_to_europe_then_the_whole_request_goes_there(
    makes: Workshop, wire: respx.MockRouter, own: bool
) -> None:
    http_client = makes.http_client(auth=("other", "credentials")) if own else None
    target = "https://track-eu.customer.io/api/v1/customers/42"
    wire.routes[0].mock(
        side_effect=[httpx.Response(301, headers={"Location": target}), httpx.Response(200, json={})],
    )

    makes.connect(http_client=http_client).update_customer("42", {"a": 1})

    first, second = [call.request for call in wire.calls]
    assert (first.method, first.content, second.url) == (second.method, second.content, target)
    assert first.headers["authorization"] == second.headers["authorization"] == BASIC
    if http_client is not None:
        makes.close_http_client(http_client)


def test_redirect_when_it_carries_credentials_of_its_own_then_ours_are_sent(
    makes: Workshop, wire: respx.MockRouter
) -> None:
    http_client = makes.http_client()
    target = "https://other:secret@track-eu.customer.io/api/v1/customers/42"
    wire.routes[0].mock(side_effect=[httpx.Response(307, headers={"Location": target}), httpx.Response(200, json={})])

    makes.connect(http_client=http_client).delete_customer("42")

    assert wire.calls[-1].request.headers["authorization"] == BASIC
    makes.close_http_client(http_client)


@pytest.mark.parametrize("location", ["https://track-eu.customer.io", "https://track-eu.customer.io?a=1"])
def test_redirect_when_it_has_no_path_then_it_is_followed_all_the_same(
    client: Client, wire: respx.MockRouter, location: str
) -> None:
    wire.routes[0].mock(side_effect=[httpx.Response(302, headers={"Location": location}), httpx.Response(200)])

    client.delete_customer("42")

    assert wire.calls[-1].request.url.host == "track-eu.customer.io"


def test_retries_when_a_policy_is_given_then_it_is_followed(
    connect: Connect, wire: respx.MockRouter, waits: list[float]
) -> None:
    wire.routes[0].mock(return_value=httpx.Response(503))
    client = connect(retry_policy=RetryPolicy(max_retries=1, backoff=0.0))

    with pytest.raises(CustomerIOError):
        client.delete_customer("42")

    assert waits == [0.0]
    assert len(wire.calls) == 2


def test_retries_when_two_numbers_are_given_then_neither_is_guessed(connect: Connect) -> None:
    with pytest.raises(ParamError, match="max_retries: is part of retry_policy too"):
        connect(max_retries=5, retry_policy=RetryPolicy(max_retries=1))


# --- Options of one call ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", operations.__all__)
@pytest.mark.parametrize("own", [True, False], ids=["own", "ours"])
def test_with_options_when_used_for_any_operation_then_it_sends_the_headers(
    makes: Workshop, wire: respx.MockRouter, name: str, own: bool
) -> None:
    client = makes.connect(http_client=makes.http_client() if own else None)
    wire.routes[0].mock(return_value=httpx.Response(200, json=ANSWERS.get(name, {})))

    getattr(client.with_options(headers={"X-Request-Id": "7"}), name)(**ARGUMENTS[name])
    getattr(client, name)(**ARGUMENTS[name])

    first, second = (call.request.headers for call in wire.calls)
    assert (first["x-request-id"], "x-request-id" in second) == ("7", False)
    assert first.get("authorization") == second.get("authorization")


def test_with_options_when_chained_then_the_later_wins_and_the_others_stay(
    client: Client, wire: respx.MockRouter
) -> None:
    first = client.with_options(timeout=3.0, headers={"X-A": "1", "X-B": "1"})

    first.with_options(retry_policy=RetryPolicy(max_retries=0), headers={"x-b": "2"}).test_auth()

    headers = wire.calls[0].request.headers
    assert (headers["x-a"], headers.get_list("x-b")) == ("1", ["2"])
    assert wire.calls[0].request.extensions["timeout"]["read"] < 3.0


def test_with_options_when_given_a_retry_policy_then_only_these_calls_follow_it(
    client: Client, wire: respx.MockRouter, waits: list[float]
) -> None:
    wire.routes[0].mock(return_value=httpx.Response(503))

    for each, attempts in ((client.with_options(retry_policy=RetryPolicy(max_retries=0)), 1), (client, 3)):
        before = len(wire.calls)
        with pytest.raises(CustomerIOError):
            each.delete_customer("42")
        assert len(wire.calls) - before == attempts


def test_with_options_when_the_client_is_closed_then_so_is_this(connect: Connect) -> None:
    client = connect()
    other = client.with_options(timeout=3.0)
    client.close()

    with pytest.raises(CustomerIOError, match="this client is closed"):
        other.test_auth()


@pytest.mark.parametrize("wrong", ["other", "name"])
def test_http_client_when_of_another_kind_then_it_is_refused(connect: Connect, makes: Workshop, wrong: str) -> None:
    other = {"sync": httpx.AsyncClient(), "async": httpx.Client()}[makes.flavour] if wrong == "other" else "httpx"

    with pytest.raises(ParamError, match="http_client: must be an httpx"):
        connect(http_client=other)


# --- Proxies ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "proxy"),
    [
        ({}, None),
        ({"https_proxy": "http://proxy.example:3128"}, "http://proxy.example:3128"),
        ({"https_proxy": "proxy.example:3128"}, "http://proxy.example:3128"),
        ({"all_proxy": "http://proxy.example:3128"}, "http://proxy.example:3128"),
        ({"http_proxy": "http://proxy.example:3128"}, None),
        ({"https_proxy": "http://proxy.example:3128", "no_proxy": "customer.io"}, None),
        ({"https_proxy": "http://proxy.example:3128", "no_proxy": "example.com"}, "http://proxy.example:3128"),
    ],
    ids=str,
)
def test_proxy_when_the_environment_names_one_then_it_is_used(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], proxy: str | None
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert Origin("https://track.customer.io").proxy == proxy


def test_proxy_when_the_host_is_this_machine_then_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    assert Origin("http://127.0.0.1:8025").proxy is None


def test_sleep_when_in_an_event_loop_then_it_does_not_block_it() -> None:
    async def both() -> list[str]:
        order: list[str] = []

        async def other() -> None:
            order.append("other")

        task = asyncio.ensure_future(other())
        await Timing().asleep(0)
        order.append("slept")
        await task
        return order

    assert asyncio.run(both()) == ["other", "slept"]

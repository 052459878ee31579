"""What becomes of an answer: the model, or one of the exceptions."""

from __future__ import annotations

import copy
import gzip
import json
import logging
import pickle
import time
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx
from clients import (
    ANSWERS,
    APP_API_KEY,
    ARGUMENTS,
    EMAIL,
    NOT_REPEATED,
    SITE_ID,
    TRACKING_API_KEY,
    Body,
    Connect,
    operation,
)

from cio_sdk import (
    APIError,
    AttachmentExistsError,
    AuthenticationError,
    Client,
    Collection,
    CustomerIOError,
    EmailRequest,
    EmailResponse,
    NotFoundError,
    Operation,
    ParamError,
    PayloadTooLargeError,
    RateLimitError,
    RegionInfo,
    ResponseError,
    ServerError,
    StandardResponse,
    TraceInfo,
    TransactionalError,
    TransportError,
    TransportTimeoutError,
    UnprocessableError,
    errors,
    operations,
)
from cio_sdk._operation import Route

BODILESS = ["update_customer", "delete_customer", "update_device", "delete_device", "new_event", "new_anonymous_event"]


def answer(wire: respx.MockRouter, status: int = 200, **options: Any) -> None:
    """What Customer.io answers to everything."""
    wire.routes[0].mock(side_effect=lambda _: httpx.Response(status, **options))


def call(client: Client, method: str, /, **arguments: Any) -> Any:
    return getattr(client, method)(**{**ARGUMENTS[method], **arguments})


def refusal(client: Client, method: str = "update_customer", /, **arguments: Any) -> APIError:
    """The exception that a refused call raises."""
    with pytest.raises(APIError) as caught:
        call(client, method, **arguments)
    return caught.value


@pytest.fixture
def client(connect: Connect) -> Client:
    """A client that does not repeat."""
    return connect(max_retries=0)


# --- Successes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BODILESS)
@pytest.mark.parametrize("body", [b"", b"{}", b" \n", b'{"more": 1}'])
def test_answer_when_it_says_nothing_then_the_bare_response_is_returned(
    client: Client, wire: respx.MockRouter, name: str, body: bytes
) -> None:
    answer(wire, 200, content=body, headers={"X-Request-Id": "r1"})

    response = call(client, name)

    assert isinstance(response, StandardResponse)
    assert (response.status_code, response.body, response.attempts, response.tracing) == (200, body, 1, None)
    assert response.headers["x-request-id"] == response.headers["X-REQUEST-ID"] == "r1"
    assert "r1" not in repr(response)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 207, 299])
def test_answer_when_it_is_a_2xx_then_it_is_a_success(client: Client, wire: respx.MockRouter, status: int) -> None:
    answer(wire, status)

    assert client.delete_customer("42").status_code == status


def test_test_auth_when_the_keys_are_valid_then_the_bare_response_is_returned(
    client: Client, wire: respx.MockRouter
) -> None:
    answer(wire, json=ANSWERS["test_auth"])

    response = client.test_auth()

    assert isinstance(response, StandardResponse)
    assert json.loads(response.body) == ANSWERS["test_auth"]


@pytest.mark.parametrize("name", ["region", "data_center"])
def test_find_region_when_the_region_has_either_name_then_it_is_read(
    client: Client, wire: respx.MockRouter, name: str
) -> None:
    answer(wire, json={"url": "https://track-eu.customer.io", name: "eu", "environment_id": 7, "new": {"a": 1}})

    info = client.find_region()

    assert isinstance(info, RegionInfo)
    assert (info.url, info.data_center, info.environment_id) == ("https://track-eu.customer.io", "eu", 7)
    assert info.model_extra == {"new": {"a": 1}}
    assert info.response.status_code == 200


def test_send_email_when_accepted_then_the_delivery_is_returned(client: Client, wire: respx.MockRouter) -> None:
    answer(wire, json={"delivery_id": "dgOq6A", "queued_at": 1760000000, "new": True})

    response = call(client, "send_email")

    assert isinstance(response, EmailResponse)
    assert response.delivery_id == "dgOq6A"
    assert response.queued_at == datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)
    assert response.model_extra == {"new": True}
    assert json.loads(response.response.body)["new"] is True


@pytest.mark.parametrize("name", ["update_collection", "update_collection_via_url"])
def test_collection_when_accepted_then_the_collection_itself_is_returned(
    client: Client, wire: respx.MockRouter, name: str
) -> None:
    collection = {"id": 5, "name": "offers", "schema": ["title"], "rows": 2, "bytes": 30, "created_at": 1, "x": 2}
    answer(wire, json={"collection": collection})

    result = call(client, name)

    assert isinstance(result, Collection)
    assert (result.id, result.name, result.schema_, result.rows, result.bytes) == (5, "offers", ["title"], 2, 30)
    assert (result.created_at, result.updated_at) == (datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), None)
    assert result.model_extra == {"x": 2}
    assert result.response.status_code == 200


def test_response_when_a_model_was_not_read_from_an_answer_then_there_is_none() -> None:
    with pytest.raises(AttributeError, match="no response"):
        _ = RegionInfo(url="u", data_center="us", environment_id=1).response


def test_send_when_an_operation_decodes_to_something_else_then_that_is_returned(
    client: Client, wire: respx.MockRouter
) -> None:
    answer(wire, json={"a": [1]})
    route: Route[dict[str, Any]] = Route("anything", "GET", "track", "/api/v1/anything", "safe", decode=json.loads)

    assert client.send(Operation(route, "/api/v1/anything")) == {"a": [1]}


def test_answer_when_compressed_then_it_is_read(client: Client, wire: respx.MockRouter) -> None:
    body = gzip.compress(json.dumps(ANSWERS["send_email"]).encode())
    answer(wire, headers={"Content-Encoding": "gzip"}, stream=Body(body))

    assert call(client, "send_email").delivery_id == "dgOq6A"


# --- Successes that cannot be understood -----------------------------------------------------------------------------

HTML = b"<html>Sign in to the hotel's wifi</html>"


@pytest.mark.parametrize("name", operations.__all__)
@pytest.mark.parametrize(
    "body", [HTML, b'{"delivery_id": "a", ', b"[]", b'"text"', b"5", b"\xff\xfe", b"[" * 100_000, b"NaN"]
)
def test_answer_when_a_success_is_not_a_json_object_then_it_is_a_response_error(
    client: Client, wire: respx.MockRouter, name: str, body: bytes
) -> None:
    if name == "get_collection_contents" and body == b"[]":
        return  # a collection without rows
    answer(wire, 200, content=body)

    with pytest.raises(ResponseError) as caught:
        call(client, name)

    error = caught.value
    assert (error.status_code, error.body, error.response.body) == (200, body, body)
    assert error.path in str(error)
    assert error.method in str(error)
    assert "hotel" not in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("name", "body", "place"),
    [
        ("find_region", {"data_center": "us", "environment_id": 7}, "url"),
        ("find_region", {"url": "u", "environment_id": 7}, "data_center"),
        ("find_region", {"url": "u", "region": "us", "environment_id": "s3cr3t"}, "environment_id"),
        ("send_email", {}, "delivery_id"),
        ("send_email", {"delivery_id": "a"}, "queued_at"),
        ("send_email", {"delivery_id": "a", "queued_at": "s3cr3t"}, "queued_at"),
        ("send_email", {"delivery_id": "a", "queued_at": 10**30}, "queued_at"),
        ("send_email", {"delivery_id": {"s3cr3t": 1}, "queued_at": 1}, "delivery_id"),
        ("update_collection", {"id": 5, "name": "offers"}, "collection"),
        ("update_collection", {"collection": {"id": "s3cr3t", "name": "offers"}}, "collection.id"),
    ],
)
def test_answer_when_a_field_is_missing_or_of_the_wrong_type_then_the_error_names_it(
    client: Client, wire: respx.MockRouter, name: str, body: Any, place: str
) -> None:
    answer(wire, json=body)

    with pytest.raises(ResponseError) as caught:
        call(client, name)

    assert f": {place}: " in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize("name", [name for name in ANSWERS if name != "test_auth"])
def test_answer_when_it_is_empty_and_a_model_is_due_then_it_is_a_response_error(
    client: Client, wire: respx.MockRouter, name: str
) -> None:
    answer(wire, 204)

    with pytest.raises(ResponseError):
        call(client, name)


@pytest.mark.parametrize("name", operations.__all__)
def test_answer_when_a_success_cannot_be_decompressed_then_it_is_a_response_error(
    client: Client, wire: respx.MockRouter, name: str
) -> None:
    answer(wire, headers={"Content-Encoding": "gzip"}, stream=Body(b"garbage"))

    with pytest.raises(ResponseError, match="decompressed"):
        call(client, name)
    assert len(wire.calls) == 1


def test_answer_when_a_refusal_cannot_be_decompressed_then_it_is_still_a_refusal(
    client: Client, wire: respx.MockRouter
) -> None:
    answer(wire, 401, headers={"Content-Encoding": "gzip"}, stream=Body(b"garbage"))

    assert isinstance(refusal(client), AuthenticationError)


# --- Refusals --------------------------------------------------------------------------------------------------------

SENDS = [name for name in operations.__all__ if name.startswith("send_")]
STATUSES: list[tuple[int, type[APIError]]] = [
    (300, APIError),
    (304, APIError),
    (400, APIError),
    (401, AuthenticationError),
    (403, AuthenticationError),
    (404, NotFoundError),
    (409, APIError),
    (413, PayloadTooLargeError),
    (422, UnprocessableError),
    (429, RateLimitError),
    (500, ServerError),
    (503, ServerError),
]


@pytest.mark.parametrize(("status", "kind"), STATUSES)
@pytest.mark.parametrize("name", [name for name in operations.__all__ if name not in SENDS])
def test_refusal_when_it_has_a_status_then_it_is_of_that_kind(
    client: Client, wire: respx.MockRouter, status: int, kind: type[APIError], name: str
) -> None:
    answer(wire, status, json={"meta": {"error": "because"}})

    error = refusal(client, name)

    assert type(error) is kind
    assert (error.status_code, error.messages) == (status, ["because"])
    assert (error.method, error.response.status_code) == (wire.calls[0].request.method, status)
    assert str(error).startswith(f"{status} from {error.method} {error.path}: because. ")
    assert "\n" not in str(error)


@pytest.mark.parametrize(("status", "kind"), STATUSES)
@pytest.mark.parametrize("name", SENDS)
def test_refusal_when_it_is_of_a_send_then_it_is_also_a_transactional_error(
    client: Client, wire: respx.MockRouter, status: int, kind: type[APIError], name: str
) -> None:
    answer(wire, status, json={"meta": {"errors": ["one", "two"]}})

    error = refusal(client, name)

    assert isinstance(error, TransactionalError)
    assert isinstance(error, kind)
    assert error.err == "one; two"
    assert (error.path, error.method) == (operation(name).route.path, "POST")


@pytest.mark.parametrize(
    ("status", "name", "advice"),
    [
        (401, "update_customer", "site_id and tracking_api_key"),
        (403, "send_email", "app_api_key"),
        (404, "update_device", "track_url"),
        (404, "send_email", "app_url"),
        (413, "update_customer", "less"),
        (429, "update_customer", "slowly"),
        (500, "send_email", "look before you send it again"),
        (408, "update_collection", "look before you send it again"),
        (500, "new_event", "does no harm"),
        (408, "update_customer", "does no harm"),
        (302, "update_customer", "check region and track_url"),
        (400, "update_customer", "Mend the request"),
    ],
)
def test_refusal_when_read_then_it_says_what_to_do(
    client: Client, wire: respx.MockRouter, status: int, name: str, advice: str
) -> None:
    answer(wire, status)

    assert advice in str(refusal(client, name))


def test_refusal_when_it_came_after_retries_then_it_says_how_many(
    connect: Connect, wire: respx.MockRouter, waits: list[float]
) -> None:
    answer(wire, 503)

    error = refusal(connect(max_retries=2))

    assert "after 3 attempts" in str(error)
    assert error.response.attempts == 3
    assert len(waits) == 2


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ({"meta": {"error": "Unauthorized request"}}, ["Unauthorized request"]),
        ({"meta": {"errors": ["one", "two"]}}, ["one", "two"]),
        ({"meta": {"error": "one", "errors": ["two"]}}, ["one", "two"]),
        (
            {"errors": [{"reason": "invalid", "field": "timestamp", "message": "must be a number"}]},
            ["timestamp: must be a number"],
        ),
        ({"errors": [{"reason": "invalid"}, {"message": "bad"}, {}]}, ["invalid", "bad", "no reason given"]),
        ({"errors": [{"detail": "not found", "status": "404"}]}, ["not found"]),
        (
            {"errors": [{"detail": "is wrong", "status": "422", "source": {"pointer": "/data/name"}}]},
            ["/data/name: is wrong"],
        ),
        ({"errors": [{"detail": "is wrong", "source": "text"}]}, ["is wrong"]),
        ({"error": "plain"}, ["plain"]),
        ({"error": {"detail": "one"}}, ["one"]),
        ({"errors": [5, None]}, ["5", "None"]),
        ({"errors": None, "meta": "text"}, []),
        ([], []),
        ("text", []),
        (HTML, []),
        (b"", []),
        (b"\xff", []),
        (b"[" * 100_000, []),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_refusal_when_it_has_a_body_then_its_messages_are_read(
    client: Client, wire: respx.MockRouter, body: Any, messages: list[str]
) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer(wire, 400, content=raw)

    error = refusal(client)

    assert (error.messages, error.body) == (messages, raw)
    assert ("; ".join(messages) or "no reason given") in str(error)
    assert "hotel" not in str(error)


def test_refusal_when_its_words_end_with_a_full_stop_then_there_is_one(client: Client, wire: respx.MockRouter) -> None:
    answer(wire, 403, json={"meta": {"error": "SMS is not enabled."}})

    assert "SMS is not enabled. Check what app_api_key may do" in str(refusal(client, "send_sms"))


def test_refusal_when_it_asks_for_an_absurd_pause_then_it_is_a_finite_one(
    connect: Connect, wire: respx.MockRouter
) -> None:
    answer(wire, 429, headers={"Retry-After": "9" * 400})

    error = refusal(connect(max_retries=0))

    assert isinstance(error, RateLimitError)
    assert error.retry_after == 1e9


def test_refusal_when_much_was_sent_then_it_is_told_in_much_less_than_the_time_of_a_call(
    client: Client, wire: respx.MockRouter
) -> None:
    answer(wire, 400, json={"meta": {"error": "a name is missing"}})
    rows = [{"text": f"some words of row {number}", "mail": f"{number}@example.com"} for number in range(20_000)]

    started = time.process_time()
    refusal(client, "update_collection", items=rows)

    assert time.process_time() - started < 2


def test_refusal_when_its_words_are_many_then_they_are_cut_to_one_line(client: Client, wire: respx.MockRouter) -> None:
    answer(wire, 400, json={"meta": {"error": "no\nway " * 1000}})

    assert "\n" not in str(refusal(client))
    assert len(str(refusal(client))) < 700


# --- Nothing that was sent is repeated -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "arguments", "echoed"),
    [
        ("update_customer", {"customer_id": "ada/l@example.com"}, "ada/l@example.com"),
        ("update_customer", {"attributes": {"phone": "+49 30 1234"}}, "+49 30 1234"),
        ("update_customer", {"attributes": {"deep": [{"pin": 98765}]}}, "98765"),
        ("update_customer", {"attributes": {"rate": 0.12345}}, "0.12345"),
        ("new_event", {"name": "s3cr3t event"}, "s3cr3t event"),
        ("new_event", {"data": {"code": "a.b*c"}}, "a.b*c"),
        ("delete_device", {"device_id": "t0k3n-s3cr3t"}, "t0k3n-s3cr3t"),
        ("send_email", {"request": {**EMAIL, "to": "ada@example.com"}}, "ada@example.com"),
        ("send_email", {"request": {**EMAIL, "to": "Ada L <ada@example.com>, bob@example.com"}}, "ada@example.com"),
        ("send_email", {"request": {**EMAIL, "to": "Ada@Example.com"}}, "ada@example.com"),
        ("update_collection", {"items": [{"who": "ada@example.com"}]}, "ada@example.com"),
        ("update_collection_via_url", {"url": "https://example.com/s3cr3t"}, "https://example.com/s3cr3t"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refusal_when_it_repeats_what_was_sent_then_only_its_messages_do(
    client: Client, wire: respx.MockRouter, name: str, arguments: dict[str, Any], echoed: str
) -> None:
    said = f"the value {echoed} ('{echoed}') is not accepted"
    answer(wire, 400, json={"meta": {"error": said}})

    error = refusal(client, name, **arguments)

    assert echoed not in str(error)
    assert echoed not in repr(error)
    assert "is not accepted" in str(error)
    assert error.messages == [said]
    if isinstance(error, TransactionalError):
        assert error.err == said


def test_refusal_when_read_then_it_holds_no_key_and_no_id(client: Client, wire: respx.MockRouter) -> None:
    answer(wire, 400, json={})

    error = refusal(client, customer_id="s3cr3t-1d")

    for secret in (SITE_ID, TRACKING_API_KEY, APP_API_KEY, "s3cr3t-1d"):
        assert secret not in str(error) + repr(error)
    assert error.path == "/api/v1/customers/{customer_id}"


@pytest.mark.parametrize(
    "said",
    [
        f"key {TRACKING_API_KEY} of {SITE_ID} or {APP_API_KEY} is not accepted",
        f"Authorization: Bearer {APP_API_KEY} is not accepted",
        "Authorization 'Basic bm90aGluZzpub3RoaW5n' is not accepted",
        "customers/s3cr3t%2F1d%20%C3%A9 is not accepted",
        "customers/s3cr3t/1d é is not accepted",
        r"customer s3cr3t/1d \u00e9 is not accepted",
        "the text 'Dear Ada Lovelace, s3cr3t…' is not accepted",
        "the file s3cr3t-result.pdf is not accepted",
        "the phone +1 (415) 555-2671 or 14155552671 is not accepted",
        "the file s3cr3tbase64s3cr3t... is not accepted",
        "\x1b[31ms3cr3t-of-another@example.com\x1b[0m\r\n\u202e is not accepted",
    ],
)
def test_refusal_when_it_repeats_secrets_in_another_spelling_then_its_text_does_not(
    client: Client, wire: respx.MockRouter, said: str
) -> None:
    answer(wire, 400, json={"meta": {"error": said}})
    letter = "Dear Ada Lovelace, s3cr3t letters follow. " * 3
    attributes = {
        "letter": letter,
        "file": "s3cr3tbase64" * 9,
        "phone": "+14155552671",
        "files": {"s3cr3t-result.pdf": "x"},
    }

    error = refusal(client, customer_id="s3cr3t/1d é", attributes=attributes)

    for secret in (SITE_ID, TRACKING_API_KEY, APP_API_KEY, "s3cr3t", "Lovelace", "bm90aGluZzpub3RoaW5n", "2671"):
        assert secret not in str(error)
    assert str(error).isprintable()
    assert "is not accepted" in str(error)


def test_refusal_when_short_words_were_sent_then_it_can_still_be_read(client: Client, wire: respx.MockRouter) -> None:
    answer(wire, 400, json={"meta": {"error": "a plan is needed: 7 of 10 are set"}})

    error = refusal(client, customer_id="42", attributes={"a": "a", "b": "is", "c": 7, "d": "of", "e": "A plan for 10"})

    assert "a plan is needed: 7 of 10 are set" in str(error)


def test_refusal_when_much_was_sent_then_it_is_told_without_delay(client: Client, wire: respx.MockRouter) -> None:
    answer(wire, 413, json={"meta": {"error": "row41 is too large"}})
    rows = [{"name": f"row{number}"} for number in range(30_000)]
    request = EmailRequest.model_validate(EMAIL)
    request.attach("a.bin", bytes(2_000_000))

    started = time.process_time()
    first = refusal(client, "update_collection", items=rows)
    refusal(client, "send_email", request=request)

    assert time.process_time() - started < 2.0
    assert "row41" not in str(first)


# --- Exceptions as values --------------------------------------------------------------------------------------------

RESPONSE = StandardResponse(400, httpx.Headers({"X-A": "1"}), b"{}", 2, TraceInfo(1, 2, 3, 4, 10, True, 2))
REFUSED = {"status_code": 400, "method": "PUT", "path": "/p", "response": RESPONSE}
KINDS = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, CustomerIOError)]


def example(kind: type[CustomerIOError]) -> CustomerIOError:
    if kind is ParamError:
        return ParamError("data.a", "is wrong")
    if kind is AttachmentExistsError:
        return AttachmentExistsError("a.txt")
    if issubclass(kind, APIError):
        return kind("refused", messages=["one"], **REFUSED)
    if issubclass(kind, TransportError):
        return kind("lost", maybe_delivered=True, method="PUT", path="/p", attempts=3)
    return kind("failed", **(REFUSED if kind is not CustomerIOError else {}))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("carry", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_exception_when_pickled_or_copied_then_everything_arrives(kind: type[CustomerIOError], carry: Any) -> None:
    error = example(kind)
    error.add_note("seen")

    arrived = carry(error)

    assert type(arrived) is kind
    assert str(arrived) == str(error)
    assert repr(arrived) == repr(error)
    assert arrived.__dict__ == error.__dict__
    assert arrived.__notes__ == ["seen"]


def test_exceptions_when_listed_then_all_are_customer_io_errors_of_one_tree() -> None:
    assert issubclass(ParamError, ValueError)
    assert issubclass(TransportTimeoutError, TransportError)
    assert not issubclass(ResponseError, APIError)
    assert {kind.__name__ for kind in KINDS if issubclass(kind, TransactionalError)} == {
        "TransactionalError",
        "TransactionalAuthenticationError",
        "TransactionalNotFoundError",
        "TransactionalPayloadTooLargeError",
        "TransactionalUnprocessableError",
        "TransactionalRateLimitError",
        "TransactionalServerError",
    }


def test_exception_when_raised_by_a_call_then_it_can_be_pickled(client: Client, wire: respx.MockRouter) -> None:
    answer(wire, 422, json={"errors": ["no"]}, headers={"X-A": "1"})

    arrived = pickle.loads(pickle.dumps(refusal(client, "send_email")))

    assert (arrived.err, arrived.body, arrived.response.headers["x-a"]) == ("no", b'{"errors":["no"]}', "1")


# --- Logging ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "attempts"), [(200, 1), (422, 1), (503, 3)])
@pytest.mark.parametrize("name", operations.__all__)
def test_call_when_it_ends_then_one_line_is_logged_without_ids_keys_or_values(
    connect: Connect,
    wire: respx.MockRouter,
    waits: list[float],
    caplog: pytest.LogCaptureFixture,
    name: str,
    status: int,
    attempts: int,
) -> None:
    answer(wire, status, json=ANSWERS.get(name, {}))
    client = connect()
    expected = 1 if name in NOT_REPEATED else attempts

    with caplog.at_level(logging.DEBUG, logger="cio_sdk"):
        if status == 200:
            call(client, name)
        else:
            refusal(client, name)

    (record,) = [record for record in caplog.records if record.name.startswith("cio_sdk")]
    assert (record.name, record.levelno) == ("cio_sdk", logging.DEBUG)
    route = operation(name).route
    assert record.getMessage().startswith(f"{route.method} {route.path}: {status}, {expected} attempt(s), ")
    assert len(waits) == expected - 1
    for secret in (SITE_ID, TRACKING_API_KEY, APP_API_KEY, "t0k3n", "ada@example.com", "purchase", "offers.csv"):
        assert secret not in record.getMessage()


def test_call_when_no_answer_comes_then_the_kind_of_error_is_logged(
    client: Client, wire: respx.MockRouter, caplog: pytest.LogCaptureFixture
) -> None:
    wire.routes[0].mock(side_effect=httpx.ReadError("s3cr3t"))

    with caplog.at_level(logging.DEBUG, logger="cio_sdk"), pytest.raises(TransportError):
        client.delete_customer("42")

    assert "DELETE /api/v1/customers/{customer_id}: ReadError, 1 attempt(s)" in caplog.text
    assert "s3cr3t" not in caplog.text


def test_call_when_nobody_listens_then_nothing_is_logged(
    client: Client, wire: respx.MockRouter, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="cio_sdk"):
        client.delete_customer("42")

    assert not [record for record in caplog.records if record.name == "cio_sdk"]

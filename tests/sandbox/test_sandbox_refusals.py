from __future__ import annotations

import base64
import gzip
import json
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox_wire import app_api, stranger, track_api

from cio_sdk import AuthenticationError, EmailRequest, Identifiers, TransactionalError
from cio_sdk.sandbox import Sandbox

TRACK = [
    ("GET", "/api/v1/accounts/region"),
    ("PUT", "/api/v1/customers/42"),
    ("DELETE", "/api/v1/customers/42"),
    ("PUT", "/api/v1/customers/42/devices"),
    ("DELETE", "/api/v1/customers/42/devices/t0k3n"),
    ("POST", "/api/v1/customers/42/events"),
    ("POST", "/api/v1/events"),
    ("POST", "/api/v2/entity"),
    ("POST", "/api/v2/batch"),
]
APP = [("POST", "/v1/collections"), ("PUT", "/v1/collections/1")]
SEND = [("POST", "/v1/send/email")]
WITH_BODY = [(method, path) for method, path in TRACK + APP + SEND if method in ("PUT", "POST")]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def anybody(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with stranger(sandbox) as http:
        yield http


@pytest.fixture(scope="module")
def track(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with track_api(sandbox) as http:
        yield http


@pytest.fixture(scope="module")
def app(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with app_api(sandbox) as http:
        yield http


def _reason(path: str, answer: httpx.Response) -> str:
    """Return the one reason of a refusal, and check that it has the shape of the API that the path belongs to."""
    body = answer.json()
    if path.startswith("/v1/") and not path.startswith("/v1/send/"):
        [error] = body["errors"]
        assert body == {"errors": [error]}
        assert error["status"] == str(answer.status_code)
        return str(error["detail"])
    assert body.keys() == {"meta"}
    assert body["meta"].keys() == {"error"}
    return str(body["meta"]["error"])


# --- Credentials -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), TRACK)
@pytest.mark.parametrize(
    "authorization",
    [None, "", "Basic", "Basic ?", "Basic " + base64.b64encode(b"site:key").decode(), "Bearer sandbox-app-api-key"],
)
def test_track_request_without_the_track_keys_is_401(
    anybody: httpx.Client, method: str, path: str, authorization: str | None
) -> None:
    headers = {"Authorization": authorization} if authorization is not None else {}
    answer = anybody.request(method, path, headers=headers, content=b"{")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Basic"
    assert _reason(path, answer) == "unauthorized: send the site id and the tracking API key as Basic"


@pytest.mark.parametrize(("method", "path"), APP + SEND)
@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer other", "sandbox-app-api-key", "Bearer é"])
def test_app_request_without_the_app_key_is_401(
    anybody: httpx.Client, method: str, path: str, authorization: str | None
) -> None:
    headers = {b"Authorization": authorization.encode("latin-1")} if authorization is not None else {}
    answer = anybody.request(method, path, headers=headers, content=b"{")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert _reason(path, answer) == "unauthorized: send the app API key as Bearer"


def test_scheme_of_the_credentials_is_known_in_any_case(sandbox: Sandbox, anybody: httpx.Client) -> None:
    headers = {"Authorization": f"bearer {sandbox.app_api_key}"}
    answer = anybody.post("/v1/collections", headers=headers, content=b"{")
    assert answer.status_code == 400


def test_client_with_wrong_keys_raises_the_kind_of_its_operation(sandbox: Sandbox) -> None:
    with sandbox.client(site_id="other", app_api_key="other") as client:
        with pytest.raises(AuthenticationError):
            client.update_customer("42")
        with pytest.raises(AuthenticationError):
            client.update_collection("offers", [])
        with pytest.raises(TransactionalError) as caught:
            client.send_email(EmailRequest(to="a@b.c", identifiers=Identifiers(id="1"), transactional_message_id=1))
    assert isinstance(caught.value, AuthenticationError)


# --- Paths and methods -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/v1/customers",
        "/api/v1/customers/42/",
        "/api/v1/customers/42/unknown",
        "/api/v1%2Fevents",
        "/api/v2/entities",
        "/v1/collections/1/rows",
        "/v1/send/fax",
        "/%FF",
    ],
)
def test_unknown_path_is_404_in_the_shape_of_its_api(anybody: httpx.Client, path: str) -> None:
    answer = anybody.get(path)
    assert answer.status_code == 404
    assert _reason(path, answer) == "there is no such path"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/accounts/region", "GET"),
        ("/api/v1/customers/42", "PUT, DELETE"),
        ("/api/v1/events", "POST"),
        ("/api/v2/batch", "POST"),
        ("/v1/collections", "GET, POST"),
        ("/v1/collections/", "PUT, GET, DELETE"),
        ("/v1/send/email", "POST"),
    ],
)
def test_wrong_method_is_405_and_names_the_right_ones(anybody: httpx.Client, path: str, allowed: str) -> None:
    answer = anybody.patch(path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
    assert _reason(path, answer) == f"this path takes {allowed} only"


@pytest.mark.parametrize(
    ("segment", "reason"),
    [
        ("", "must not be empty or blank"),
        ("%20", "must not be empty or blank"),
        ("%2E%2E", "must not be '.' or '..', which would lead to another path"),
        ("%FF", "must be percent-encoded UTF-8"),
        ("%ED%A0%80", "must be percent-encoded UTF-8"),
        ("x" * 151, "has 151 bytes; send at most 150"),
        ("%C3%A9" * 76, "has 152 bytes; send at most 150"),
    ],
)
def test_id_that_cannot_be_is_400(sandbox: Sandbox, segment: str, reason: str) -> None:
    # A client would tidy such a path up, so it goes over a bare socket.
    keys = base64.b64encode(f"{sandbox.site_id}:{sandbox.tracking_api_key}".encode()).decode()
    headers = f"Host: sandbox\r\nAuthorization: Basic {keys}\r\nConnection: close\r\n\r\n"
    answer = _say(sandbox, f"DELETE /api/v1/customers/{segment} HTTP/1.1\r\n{headers}".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body) == {"meta": {"errors": [f"customer_id: {reason}"]}}


# --- Bodies ----------------------------------------------------------------------------------------------------------

GARBAGE = [
    b"{",
    b"nonsense",
    b'{"name": NaN}',
    b'{"name": 1e999999}',
    b'{"name": "\xff"}',
    b'{"name": "\\ud800"}',
    b"\xff\xfe{\x00}\x00",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"9" * 100_000,
    b"[]",
    b"null",
    b'"name"',
]


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
@pytest.mark.parametrize("body", [*GARBAGE, b""], ids=lambda body: str(body[:12]))
def test_garbage_is_400_or_422_and_changes_nothing(
    sandbox: Sandbox, track: httpx.Client, app: httpx.Client, method: str, path: str, body: bytes
) -> None:
    http = app if path.startswith("/v1/") else track
    answer = http.request(method, path, content=body)
    if (body, path) == (b"", "/api/v1/customers/42"):
        assert answer.status_code == 200
    else:
        assert answer.status_code in (400, 422)
        assert answer.json().keys() <= {"meta", "errors"}
    assert (sandbox.events, list(sandbox.deliveries)) == ([], [])


@pytest.mark.parametrize("path", ["/api/v1/events", "/v1/collections", "/v1/send/email"])
@pytest.mark.parametrize(
    ("body", "reason"), [(b"{", "the body is not JSON: "), (b"", "the body is not JSON: "), (b"[]", "a JSON object")]
)
def test_body_that_is_not_an_object_is_400(
    track: httpx.Client, app: httpx.Client, path: str, body: bytes, reason: str
) -> None:
    answer = (app if path.startswith("/v1/") else track).post(path, content=body)
    assert answer.status_code == 400
    assert reason in _reason(path, answer)


@pytest.mark.parametrize(
    ("path", "body", "reasons"),
    [
        ("customers/42/events", {}, ["name: is required"]),
        ("customers/42/events", {"name": ""}, ["name: must not be empty or blank"]),
        ("customers/42/events", {"name": "é" * 51}, ["name: has 102 bytes; send at most 100"]),
        ("customers/42/events", {"name": "a", "nmae": 1}, ["nmae: is not a known field"]),
        ("events", {"name": "a", "id": "1"}, ["id: must be a ULID, 26 characters of Crockford's base 32"]),
        ("events", {"name": "a", "timestamp": 1.5}, ["timestamp: must be a whole number of Unix seconds"]),
        ("events", {"name": "a", "timestamp": 10**30}, ["timestamp: is out of range for a time in Unix seconds"]),
        ("events", {"name": "a", "data": {"x": "y" * 100_000}}, ["data: has 100,008 bytes; send at most 100,000"]),
        (
            "events",
            {"name": 1, "type": ""},
            ["name: must be a string", "type: must be 'event', 'page' or 'screen'"],
        ),
    ],
)
def test_track_body_that_breaks_a_rule_is_400_and_names_the_field(
    track: httpx.Client, path: str, body: dict[str, Any], reasons: list[str]
) -> None:
    answer = track.post(f"/api/v1/{path}", json=body)
    assert (answer.status_code, answer.json()) == (400, {"meta": {"errors": reasons}})


def test_device_that_breaks_a_rule_is_400_and_names_the_field(track: httpx.Client) -> None:
    answer = track.put("/api/v1/customers/42/devices", json={"device": {"id": "a", "platform": "windows"}})
    assert answer.status_code == 400
    assert answer.json()["meta"]["errors"] == ["device.platform: must be 'ios' or 'android'"]


def test_attribute_that_breaks_a_rule_is_400_and_names_it(track: httpx.Client) -> None:
    answer = track.put("/api/v1/customers/42", json={"bio": "x" * 1_001})
    assert answer.json() == {"meta": {"errors": ["bio: has 1,001 bytes; send at most 1,000"]}}


def test_collection_that_breaks_a_rule_is_422_and_points_to_each_field(app: httpx.Client) -> None:
    answer = app.post("/v1/collections", json={"data": [{}, 7], "a/b~c": 1})
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert {error["source"]["pointer"] for error in errors} == {"/name", "/data/1", "/a~1b~0c"}
    assert {error["status"] for error in errors} == {"422"}


def test_email_that_breaks_a_rule_is_400_with_all_reasons_in_one_line(app: httpx.Client) -> None:
    answer = app.post("/v1/send/email", json={"identifiers": {"id": "1", "email": "a@b.c"}})
    assert answer.status_code == 400
    reason = _reason("/v1/send/email", answer)
    assert "to: is required" in reason
    assert "identifiers: needs exactly one of id, email and cio_id" in reason


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "needs transactional_message_id, or body, subject and from"),
        ({"from_": "a@b.c"}, "from_: is not a known field; send from"),
        ({"from": 1}, "from: must be a string"),
        ({"plaintext_body": 1}, "plaintext_body: must be a string"),
        ({"send_at": "2026-01-01T00:00:00Z"}, "send_at: must be a whole number of Unix seconds"),
        ({"send_at": 1.5}, "send_at: must be a whole number of Unix seconds"),
        ({"tracked": 7}, "tracked: must be true or false"),
        ({"tracked": "perhaps"}, "tracked: must be true or false"),
        ({"identifiers": 7}, "identifiers: must be an object"),
        ({"identifiers": {}}, "identifiers: needs exactly one of id, email and cio_id"),
        ({"identifiers": {"id": 1.5}}, "identifiers.id: must be a string or a whole number"),
        ({"message_data": 7}, "message_data: must be an object"),
        ({"headers": []}, "headers: must be an object"),
        ({"headers": {"a b": "c"}}, "headers.a b: its name must be ASCII without spaces, colons or line breaks"),
        ({"headers": {"[key]": "\n"}}, "headers.[key]: must be ASCII without line breaks"),
        ({"attachments": []}, "attachments: must be an object from file names to base64 text"),
        ({"attachments": {"a b.txt": "!"}}, "attachments: ['a b.txt']: must be base64 text"),
    ],
)
def test_email_when_it_breaks_a_rule_then_the_reason_is_in_words_of_the_wire(
    app: httpx.Client, more: dict[str, Any], reason: str
) -> None:
    email = {"to": "a@b.c", "identifiers": {"id": "1"}, **({"transactional_message_id": 1} if more else {})}
    answer = app.post("/v1/send/email", json={**email, **more})
    assert answer.status_code == 400
    assert _reason("/v1/send/email", answer) == reason


PUSH = {"identifiers": {"id": "1"}, "transactional_message_id": 1}
APS = {**PUSH, "custom_payload": {"ios": {"aps": {"thread_id": "a"}}}}
FILTER = {"recipients": {"and": [{"segment": {"id": 4}}, {"or_": [{"segment": {"id": 4}}]}]}}


@pytest.mark.parametrize(
    ("path", "body", "status", "reason"),
    [
        ("send/push", APS, 400, "custom_payload.ios.aps.thread_id: is not a known field; send thread-id"),
        ("campaigns/12/triggers", FILTER, 422, "/recipients/and/1/or_ is not a known field; send or"),
    ],
)
def test_body_when_it_has_a_name_of_python_within_then_it_is_not_a_known_field(
    app: httpx.Client, path: str, body: Any, status: int, reason: str
) -> None:
    answer = app.post(f"/v1/{path}", json=body)

    assert answer.status_code == status
    errors = answer.json().get("errors")
    said = f"{errors[0]['source']['pointer']} {errors[0]['detail']}" if errors else answer.json()["meta"]["error"]
    assert said == reason


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/v1/campaigns/12/triggers/1/errors?start={'9' * 5_000}"),
        ("GET", f"/v1/campaigns/{'9' * 4_400}/triggers/1"),
        ("POST", f"/v1/campaigns/{'9' * 4_400}/triggers"),
        ("GET", f"/v1/campaigns/12/triggers/{'9' * 4_400}"),
    ],
)
def test_request_when_a_number_in_its_url_is_huge_then_it_is_refused(app: httpx.Client, method: str, path: str) -> None:
    app.post("/v1/campaigns/12/triggers", json={})
    answer = app.request(method, path, json={} if method == "POST" else None)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["detail"] == "the URL has more than 4,000 characters"


@pytest.mark.parametrize(
    ("body", "pointer", "reason"),
    [
        ({"name": "a", "data": {}}, "/data", "must be an array"),
        ({"name": "a", "data": [[]]}, "/data/0", "must be an object"),
        ({"name": "a", "data": [{}, "from_"]}, "/data/1", "must be an object"),
    ],
)
def test_collection_when_it_breaks_a_rule_then_the_reason_is_in_words_of_the_wire(
    app: httpx.Client, body: dict[str, Any], pointer: str, reason: str
) -> None:
    [error] = app.post("/v1/collections", json=body).json()["errors"]
    assert (error["source"]["pointer"], error["detail"]) == (pointer, reason)


def test_attribute_when_it_identifies_and_breaks_a_rule_then_the_reason_is_in_words_of_the_wire(
    track: httpx.Client,
) -> None:
    answer = track.put("/api/v1/customers/42", json={"id": 1.5})
    assert answer.json() == {"meta": {"errors": ["id: must be a string or a whole number"]}}


def test_refusal_when_a_key_of_the_sender_looks_like_a_template_or_a_field_then_it_stays_as_it_is(
    track: httpx.Client,
) -> None:
    answer = track.put("/api/v1/customers/42", json={"from_": "x" * 1_001})
    assert answer.json() == {"meta": {"errors": ["from_: has 1,001 bytes; send at most 1,000"]}}
    answer = track.put("/api/v1/customers/42", json={"{0}": "x" * 1_001})
    assert answer.json() == {"meta": {"errors": ["['{0}']: has 1,001 bytes; send at most 1,000"]}}


def test_attachments_that_are_not_base64_are_400(app: httpx.Client) -> None:
    for attachments in ({"a.txt": "!"}, {"a.txt": 1}, ["a.txt"]):
        body = {"to": "a@b.c", "identifiers": {"id": "1"}, "transactional_message_id": 1, "attachments": attachments}
        answer = app.post("/v1/send/email", json=body)
        assert answer.status_code == 400
        assert _reason("/v1/send/email", answer).startswith("attachments: ")


def test_attachments_over_2_mb_are_413(app: httpx.Client) -> None:
    for extra, status in ((0, 200), (1, 413)):
        halves = {
            name: base64.b64encode(b"x" * size).decode()
            for name, size in (("a.bin", 999_999), ("b.bin", 1_000_001 + extra))
        }
        body = {"to": "a@b.c", "identifiers": {"id": "1"}, "transactional_message_id": 1, "attachments": halves}
        answer = app.post("/v1/send/email", json=body)
        assert answer.status_code == status
    assert _reason("/v1/send/email", answer) == "the attachments have 2,000,001 bytes; at most 2,000,000 fit"


@pytest.mark.parametrize("path", ["/api/v1/events", "/v1/collections", "/v1/send/email"])
def test_body_over_16_mb_is_413(track: httpx.Client, app: httpx.Client, path: str) -> None:
    answer = (app if path.startswith("/v1/") else track).post(path, content=b" " * 16_000_001)
    assert answer.status_code == 413
    assert _reason(path, answer) == "the body has more than 16,000,000 bytes"


@pytest.mark.parametrize(("encoding", "status"), [("gzip", 415), ("GZIP", 415), ("br, gzip", 415), ("identity", 200)])
def test_body_when_it_is_compressed_then_415_says_so(track: httpx.Client, encoding: str, status: int) -> None:
    content = b'{"plan": "pro"}' if status == 200 else gzip.compress(b"{}")
    answer = track.put("/api/v1/customers/gzip", content=content, headers={"Content-Encoding": encoding})
    assert answer.status_code == status
    if status == 415:
        reason = "the body is compressed; send it without a Content-Encoding"
        assert _reason("/api/v1/customers/gzip", answer) == reason


def test_body_when_it_is_chunked_or_of_another_content_type_then_it_is_read_all_the_same(
    sandbox: Sandbox, track: httpx.Client
) -> None:
    chunks = (chunk for chunk in (b'{"pl', b'an": "pro"}'))
    answer = track.put("/api/v1/customers/chunked", content=chunks, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 200
    assert sandbox.people["chunked"].attributes == {"plan": "pro"}


def test_body_when_it_names_a_field_twice_then_the_last_one_counts(sandbox: Sandbox, track: httpx.Client) -> None:
    assert track.put("/api/v1/customers/twice", content=b'{"plan": 1, "plan": 2}').status_code == 200
    assert sandbox.people["twice"].attributes == {"plan": 2}


def test_head_when_the_path_takes_get_then_it_is_answered_without_a_body(track: httpx.Client) -> None:
    answer = track.head("/api/v1/accounts/region")
    assert (answer.status_code, answer.content) == (200, b"")


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)
FIELDS = ["id", "email", "anonymous_id", "name", "data", "timestamp", "type", "platform", "url"]
BODIES = st.dictionaries(st.sampled_from(FIELDS) | st.text(), JSON, max_size=5)
EMAILS = st.fixed_dictionaries(
    {"to": st.text(min_size=1), "identifiers": st.just({"id": "1"}), "transactional_message_id": JSON},
    optional={"attachments": JSON, "headers": JSON, "send_at": JSON, "cc": JSON, "auto_create": JSON},
)


def test_any_json_is_answered_and_never_with_500(track: httpx.Client, app: httpx.Client) -> None:
    @settings(max_examples=50)
    @given(st.sampled_from(WITH_BODY), BODIES | EMAILS | BODIES.map(lambda body: {"device": body}))
    def check(target: tuple[str, str], body: dict[str, Any]) -> None:
        method, path = target
        http = app if path.startswith("/v1/") else track
        answer = http.request(method, path, content=json.dumps(body))
        assert answer.status_code in (200, 400, 404, 413, 422)
        answer.json()

    check()


@pytest.mark.parametrize("request_line", ["GET * HTTP/1.1", "GET http://x/api/v1/events HTTP/1.1", "GET //// HTTP/1.1"])
def test_odd_request_targets_are_404(sandbox: Sandbox, request_line: str) -> None:
    answer = _say(sandbox, f"{request_line}\r\nHost: [\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 404 ")


def test_what_is_not_http_is_refused_in_silence(sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    assert _say(sandbox, b"\x16\x03\x01 hello\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    assert capfd.readouterr() == ("", "")


def _say(sandbox: Sandbox, request: bytes) -> bytes:
    url = urlsplit(sandbox.url)
    with socket.create_connection((url.hostname, url.port)) as connection, connection.makefile("rb") as answer:
        connection.sendall(request)
        return answer.read()

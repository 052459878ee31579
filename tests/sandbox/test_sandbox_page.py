from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox_wire import stranger, track_api

from cio_sdk import Client, Device, EmailRequest, Identifiers
from cio_sdk.sandbox import Sandbox

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ULID = "01J2Z3Y4X5W6V7T8S9R0Q1P2N3"
EMPTY: dict[str, Any] = {
    "people": {},
    "devices": [],
    "objects": [],
    "events": [],
    "deliveries": [],
    "broadcasts": [],
    "collections": {},
    "forms": [],
    "metrics": [],
    "segments": {},
    "webhooks": [],
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with sandbox.client() as client:
        yield client


@pytest.fixture
def http(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with stranger(sandbox) as http:
        yield http


class _Page(HTMLParser):
    """The elements and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def _look(http: httpx.Client) -> Any:
    return http.get("/").json()


def _page(http: httpx.Client) -> _Page:
    return _Page(http.get("/", headers={"Accept": BROWSER}).text)


# --- JSON ------------------------------------------------------------------------------------------------------------


def test_document_when_nothing_arrived_then_it_is_empty(http: httpx.Client) -> None:
    assert _look(http) == EMPTY


def test_document_when_asked_with_curl_then_it_is_indented_json(http: httpx.Client) -> None:
    answer = http.get("/", headers={"Accept": "*/*"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.text == json.dumps(EMPTY, indent=2) + "\n"


def test_document_when_people_and_devices_arrived_then_they_have_the_shape_of_the_records(
    client: Client, http: httpx.Client
) -> None:
    client.update_customer("42", {"email": "ada@example.com", "tags": ["a", {"b": 1}]})
    client.update_device("42", Device(id="t0k3n", platform="ios", last_used=WHEN, attributes={"os": "17"}))
    device = {
        "customer_id": "42",
        "id": "t0k3n",
        "platform": "ios",
        "last_used": "2026-01-02T03:04:05Z",
        "attributes": {"os": "17"},
    }
    document = _look(http)
    assert document["devices"] == [device]
    assert document["people"] == {
        "42": {
            "customer_id": "42",
            "cio_id": "00000001",
            "id": "42",
            "email": "ada@example.com",
            "phone": None,
            "attributes": {"email": "ada@example.com", "tags": ["a", {"b": 1}]},
            "devices": [device],
            "relationships": [],
        }
    }


def test_document_when_events_arrived_then_they_have_the_shape_of_the_records(
    client: Client, http: httpx.Client
) -> None:
    client.new_anonymous_event("viewed", {"page": 1}, anonymous_id="visitor", timestamp=WHEN, id=ULID)
    assert _look(http)["events"] == [
        {
            "name": "viewed",
            "customer_id": None,
            "anonymous_id": "visitor",
            "data": {"page": 1},
            "timestamp": "2026-01-02T03:04:05Z",
            "id": ULID,
            "type": None,
        }
    ]


def test_document_when_an_email_arrived_then_it_has_wire_names_and_the_sizes_of_its_files(
    client: Client, http: httpx.Client
) -> None:
    request = EmailRequest(
        to="ada@example.com",
        identifiers=Identifiers(id="42"),
        from_="shop@example.com",
        subject="Hello",
        body="<p>",
        send_at=SOON,
    )
    request.attach("invoice.pdf", b"%PDF\x00")
    answer = client.send_email(request)
    assert _look(http)["deliveries"] == [
        {
            "delivery_id": answer.delivery_id,
            "channel": "email",
            "queued_at": answer.queued_at.isoformat().replace("+00:00", "Z"),
            "recipients": ["ada@example.com"],
            "history": [],
            "failure_message": None,
            "rendered": {},
            "request": {
                "to": "ada@example.com",
                "identifiers": {"id": "42"},
                "from": "shop@example.com",
                "subject": "Hello",
                "body": "<p>",
                "attachments": [{"name": "invoice.pdf", "size": 5}],
                "send_at": f"{SOON:%Y-%m-%dT%H:%M:%SZ}",
            },
        }
    ]


def test_document_when_collections_arrived_then_they_have_the_shape_of_the_records(
    sandbox: Sandbox, client: Client, http: httpx.Client
) -> None:
    client.update_collection("offers", [{"title": "A"}])
    client.update_collection_via_url("stores", "https://example.com/stores.csv")
    collections = _look(http)["collections"]
    assert list(collections) == ["offers", "stores"]
    made = sandbox.collections["offers"]
    assert collections["offers"] == {
        "id": 1,
        "name": "offers",
        "rows": [{"title": "A"}],
        "url": None,
        "created_at": made.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": made.updated_at.isoformat().replace("+00:00", "Z"),
    }
    assert collections["stores"]["url"] == "https://example.com/stores.csv"


def test_document_when_text_could_steer_a_terminal_then_it_is_escaped(client: Client, http: httpx.Client) -> None:
    text = "\x1b[31m\x7f\x9b31m\u202e日本"
    client.update_customer("42", {"note": text})
    answer = http.get("/")
    assert all(character.isprintable() or character == "\n" for character in answer.text)
    assert "日本" in answer.text
    assert answer.json()["people"]["42"]["attributes"]["note"] == text


def test_head_when_asked_then_it_is_the_document_without_its_body(http: httpx.Client) -> None:
    answer = http.head("/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(http.get("/").content))


def test_query_when_given_then_it_changes_nothing(http: httpx.Client) -> None:
    assert http.get("/?pretty").json() == EMPTY


# --- HTML ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (BROWSER, "text/html"),
        ("text/html", "text/html"),
        ("TEXT/*", "text/html"),
        ("*/*;q=0.1, text/html;q=0.2", "text/html"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("image/png", "application/json"),
        ("application/json, text/html", "application/json"),
        ("application/json, text/html;q=0.9", "application/json"),
        ("text/html;q=0", "application/json"),
        ("text/html;q=0, */*", "application/json"),
        (";q=,,;q=9;q=0.5.5,=", "application/json"),
    ],
)
def test_kind_when_the_client_accepts_some_then_it_is_what_it_prefers(
    http: httpx.Client, accept: str, kind: str
) -> None:
    answer = http.get("/", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    assert answer.headers["Vary"] == "Accept"


def test_page_when_nothing_arrived_then_it_says_so(http: httpx.Client) -> None:
    assert "Nothing yet." in _page(http).text


def test_page_when_something_of_each_kind_arrived_then_all_of_it_is_there(client: Client, http: httpx.Client) -> None:
    client.update_customer("42", {"email": "ada@example.com", "plan": "pro", "tags": ["a"], "paid": False})
    client.update_device("42", Device(id="t0k3n", platform="ios", last_used=WHEN))
    client.new_event("42", "purchase", {"total": 59.9}, timestamp=WHEN, id=ULID, type="screen")
    client.new_anonymous_event("viewed", anonymous_id="visitor")
    request = EmailRequest(
        to="a@b.c", identifiers=Identifiers(id="42"), from_="d@e.f", subject="Hello", body="line\n" * 90
    )
    request.attach("invoice.pdf", b"x" * 1_234)
    client.send_email(request)
    client.update_collection("offers", [{"title": "A"}, {"title": "B", "price": 3}])
    client.update_collection_via_url("stores", "https://example.com/stores.csv")
    text = _page(http).text
    for expected in (
        *("42", "ada@example.com", "pro", '["a"]', "false", "t0k3n", "ios", "2026-01-02 03:04:05 UTC"),
        *("purchase", "59.9", ULID, "screen", "viewed", "visitor"),
        *("a@b.c", "d@e.f", "Hello", "line\n" * 90, "invoice.pdf (1,234 bytes)"),
        *("offers", "title", "price", "https://example.com/stores.csv"),
    ):
        assert expected in text


def test_page_when_the_data_is_markup_then_it_is_text(client: Client, http: httpx.Client) -> None:
    markup = "</pre></table><script src='//evil.example'>alert(\"1\")</script><img onerror=x>{}"
    client.update_customer(markup, {markup: markup})
    client.update_customer(42, {"nested": {markup: [markup]}})
    client.new_event("42", markup, {markup: markup * 9})
    client.update_collection(markup, [{markup: markup}])
    page = _page(http)
    assert page.elements.isdisjoint({"script", "img", "a", "iframe"})
    assert [value for name, value in page.attributes if name in ("src", "href") or name.startswith("on")] == ["data:,"]
    assert page.text.count("<script src='//evil.example'>") >= 6


JSON: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8"), min_size=1),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=5,
)
OBJECTS = st.dictionaries(
    st.text(st.characters(codec="utf-8")).filter(lambda name: name not in ("id", "email", "cio_id")), JSON
)
TIMES = st.datetimes(timezones=st.just(UTC))


def test_document_and_page_when_any_json_arrived_then_both_are_shown(sandbox: Sandbox, http: httpx.Client) -> None:
    with track_api(sandbox) as track:

        @settings(max_examples=50)
        @given(OBJECTS, TIMES)
        def check(data: dict[str, Any], when: datetime) -> None:
            sandbox.reset()
            seconds = int(when.timestamp())
            answer = track.post("/api/v1/events", json={"name": "any", "data": data, "timestamp": seconds})
            assert answer.status_code == 200
            [event] = _look(http)["events"]
            assert event["data"] == data
            assert datetime.fromisoformat(event["timestamp"]) == datetime.fromtimestamp(seconds, UTC)
            assert "any" in _page(http).text

        check()


def test_document_and_page_when_data_is_as_deep_and_large_as_it_may_be_then_both_are_shown(
    sandbox: Sandbox, client: Client, http: httpx.Client
) -> None:
    deep: dict[str, Any] = {"number": 10**4_299}
    for _ in range(98):
        deep = {"deep": deep}
    client.new_event("42", "deep", deep)
    client.update_collection("rows", [{"deep": deep}])
    assert _look(http)["events"][0]["data"] == deep
    assert _look(http)["collections"]["rows"]["rows"] == [{"deep": deep}]
    assert "1" + "0" * 4_299 in _page(http).text


# --- Forgetting ------------------------------------------------------------------------------------------------------


def test_delete_when_something_arrived_then_it_is_forgotten(
    sandbox: Sandbox, client: Client, http: httpx.Client
) -> None:
    client.new_event("42", "purchase")
    answer = http.delete("/")
    assert (answer.status_code, answer.content) == (204, b"")
    assert _look(http) == EMPTY
    assert (sandbox.people, sandbox.events) == ({}, [])


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "OPTIONS"])
def test_other_method_when_used_then_405_names_the_right_ones(http: httpx.Client, method: str) -> None:
    answer = http.request(method, "/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, DELETE")


# --- Pages of others -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:80",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "192.0.2.1",
        "[",
        "@",
    ],
)
def test_host_when_it_is_not_the_sandboxs_then_403(
    sandbox: Sandbox, client: Client, http: httpx.Client, method: str, host: str
) -> None:
    client.update_customer("ada")
    answer = http.request(method, "/", headers={"Host": host})
    assert answer.status_code == 403
    assert "ada" not in answer.text
    assert list(sandbox.people) == ["ada"]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:1", "[::1]:1", socket.gethostname()]
)
def test_host_when_it_is_this_machine_then_what_arrived_is_shown(http: httpx.Client, host: str) -> None:
    assert http.get("/", headers={"Host": host}).status_code == 200


def test_host_when_it_is_the_address_that_was_reached_then_what_arrived_is_shown() -> None:
    with Sandbox(host="0.0.0.0") as sandbox, httpx.Client(trust_env=False, verify=False) as http:
        url = f"http://127.0.0.2:{urlsplit(sandbox.url).port}/"
        try:
            assert http.get(url).status_code == 200
        except httpx.ConnectError:
            pytest.skip("this machine has one loopback address")
        assert http.get(url, headers={"Host": "127.0.0.3"}).status_code == 403


def test_host_when_there_is_none_then_403(sandbox: Sandbox) -> None:
    url = urlsplit(sandbox.url)
    with socket.create_connection((url.hostname, url.port)) as connection, connection.makefile("rb") as answer:
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert answer.readline() == b"HTTP/1.1 403 Forbidden\r\n"


@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1", "http://127.0.0.1:1", "null", ""])
def test_delete_when_a_page_of_another_origin_asks_then_403(
    sandbox: Sandbox, client: Client, http: httpx.Client, origin: str
) -> None:
    client.update_customer("42")
    assert http.delete("/", headers={"Origin": origin}).status_code == 403
    assert list(sandbox.people) == ["42"]


def test_delete_when_the_origin_is_the_sandbox_then_it_forgets(sandbox: Sandbox, http: httpx.Client) -> None:
    assert http.delete("/", headers={"Origin": sandbox.url}).status_code == 204


@pytest.mark.parametrize("accept", ["*/*", BROWSER])
def test_headers_when_shown_then_no_other_page_may_read_or_frame_it(http: httpx.Client, accept: str) -> None:
    headers = http.get("/", headers={"Accept": accept, "Origin": "http://evil.example"}).headers
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]

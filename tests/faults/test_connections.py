"""Faults that one call of one operation is not enough to show: keys, kept connections, large bodies, many calls."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from clients import EMAIL
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_sdk import (
    APIError,
    AsyncClient,
    PayloadTooLargeError,
    ResponseError,
    TransportError,
    TransportTimeoutError,
)
from faults.calls import KINDS, ONE_OF_EACH, OPERATIONS
from faults.rig import ASYNC, FLAVOURS, OVER_HTTPX, SLACK, Flavour, Rigs
from faults.server import (
    ANSWERS_TWICE,
    CLOSES_EARLY,
    OK,
    READS_AND_CLOSES,
    READS_HALF_AND_CLOSES,
    RESETS_AT_ONCE,
    STAYS_SILENT,
    Request,
    Sends,
    Server,
    Step,
    answers,
    chunked,
    endless,
    moves,
    raw,
    whole,
)

ALL = (*FLAVOURS, *OVER_HTTPX)
TIMEOUT = 0.1
LARGE_EMAIL: dict[str, Any] = {**EMAIL, "attachments": {"large.bin": "QUJD" * 660_000}}


class ToLoopback(httpx.HTTPTransport):
    """Sends every request to a port of this machine, and keeps where it should have gone."""

    def __init__(self, port: int) -> None:
        super().__init__(verify=False)
        self.seen: list[httpx.URL] = []
        self._port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request.url)
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return super().handle_request(request)


class AsyncToLoopback(httpx.AsyncHTTPTransport):
    """Sends every request to a port of this machine, and keeps where it should have gone."""

    def __init__(self, port: int) -> None:
        super().__init__(verify=False)
        self.seen: list[httpx.URL] = []
        self._port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request.url)
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return await super().handle_async_request(request)


def paced(*parts: Sends) -> Sends:
    """One part after another, each in a packet of its own."""

    def send(server: Server, request: Request) -> Iterator[bytes]:
        for part in parts:
            yield b"".join(part(server, request))
            time.sleep(0.02)

    return send


def counted(sends: Sends, sent: list[int]) -> Sends:
    """What is sent, and how much of it has gone out."""

    def send(server: Server, request: Request) -> Iterator[bytes]:
        for piece in sends(server, request):
            yield piece
            sent.append(len(piece))

    return send


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "step",
    [ANSWERS_TWICE, Step("done", whole(200, b"{}" * 40, Content_Length="2"))],
    ids=["two answers", "a body after the body"],
)
def test_next_call_when_the_server_has_sent_too_much_then_it_gets_an_answer_of_its_own(
    rig: Rigs, flavour: Flavour, step: Step
) -> None:
    made = rig(flavour)
    made.call("update_customer", step)
    made.turn()

    call = made.call("update_customer")

    assert call.error is None
    assert call.result.headers["x-request"] == str(call.requests[-1].number)
    assert made.close() == 0


@pytest.mark.parametrize("flavour", ALL)
@pytest.mark.parametrize("operation", ONE_OF_EACH)
def test_call_when_the_length_is_too_short_then_it_is_no_success(rig: Rigs, flavour: Flavour, operation: str) -> None:
    made = rig(flavour, max_retries=0)

    call = made.call(operation, Step("done", whole(200, b'{"url": "https://track.customer.io"}', Content_Length="9")))

    assert isinstance(call.error, ResponseError) or (
        isinstance(call.error, TransportError) and call.error.maybe_delivered
    )
    assert len(call.requests) == 1
    assert made.close() == 0


@pytest.mark.parametrize("flavour", ALL)
@pytest.mark.parametrize("operation", ONE_OF_EACH)
def test_call_when_a_later_chunk_is_garbled_then_it_ends_in_time(rig: Rigs, flavour: Flavour, operation: str) -> None:
    garbled = paced(chunked(200, b"{", last=b""), raw(b"zz\r\n"))
    made = rig(flavour, timeout=0.2, max_retries=0)

    call = made.call(operation, Step("lost", garbled, ends="hangs"))

    assert isinstance(call.error, TransportError)
    assert call.error.maybe_delivered
    assert call.seconds < 0.2 + SLACK
    assert made.close() == 0


@pytest.mark.parametrize("flavour", ALL)
def test_call_when_the_answer_is_endless_then_it_is_given_up_at_32_mb(rig: Rigs, flavour: Flavour) -> None:
    sent: list[int] = []
    made = rig(flavour, timeout=60.0)

    call = made.call("update_customer", Step("done", counted(endless(), sent), ends="closes"))

    assert isinstance(call.error, ResponseError)
    assert made.close() == 0
    assert 32_000_000 < sum(sent) < 48_000_000


@pytest.mark.parametrize("flavour", ALL)
def test_call_when_its_body_is_large_then_it_goes_out_without_a_warning(rig: Rigs, flavour: Flavour) -> None:
    made = rig(flavour)

    made.run(made.client.send_email, request=LARGE_EMAIL)

    assert json.loads(made.server.requests[0].body)["attachments"] == LARGE_EMAIL["attachments"]


@pytest.mark.parametrize("flavour", ALL)
def test_call_when_the_answer_says_no_before_the_body_is_sent_then_that_is_what_the_caller_gets(
    rig: Rigs, flavour: Flavour
) -> None:
    made = rig(flavour)
    refusal = Step("final", whole(413, Connection="close"), reads="head", ends="half-closes")
    made.server.play(refusal)

    with pytest.raises(PayloadTooLargeError):
        made.run(made.client.send_email, request=LARGE_EMAIL)
    assert made.close() == 0


@pytest.mark.parametrize("flavour", ALL)
def test_call_when_the_server_stops_reading_then_it_ends_in_time(rig: Rigs, flavour: Flavour) -> None:
    made = rig(flavour, timeout=0.2)
    made.server.play(Step("late", reads="head", ends="stalls"))

    with pytest.raises(TransportTimeoutError) as caught:
        made.run(made.client.send_email, request=LARGE_EMAIL)
    assert caught.value.maybe_delivered
    assert made.close() == 0


@pytest.mark.parametrize("flavour", ALL)
@pytest.mark.parametrize("operation", ONE_OF_EACH)
def test_call_when_the_connection_is_reset_at_once_then_nothing_happens_twice(
    rig: Rigs, flavour: Flavour, operation: str
) -> None:
    for _ in range(10):
        made = rig(flavour)
        call = made.call(operation, RESETS_AT_ONCE)

        # Whether the client learns of it before it has written or after, nobody can tell.
        assert len(call.acted) == (call.error is None)
        assert call.error is None or KINDS[operation] == "once"
        assert made.close() == 0


@pytest.fixture
def deaf() -> Iterator[str]:
    """The URL of a server that lets nobody in: its queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        for each in waiting:
            each.close()


@pytest.fixture
def untrusted(tmp_path: Path) -> Iterator[str]:
    """The URL of a server with a certificate of its own making."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=127.0.0.1"]
    subprocess.run(["openssl", "req", *made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_shake_hands, args=(listener, context), daemon=True).start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def _shake_hands(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, suppress(OSError):
            context.wrap_socket(connection, server_side=True).close()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse where the queue is full")
@pytest.mark.parametrize("flavour", ALL)
@pytest.mark.parametrize("operation", ONE_OF_EACH)
def test_call_when_the_connection_does_not_open_in_time_then_nothing_was_delivered(
    rig: Rigs, flavour: Flavour, operation: str, deaf: str
) -> None:
    call = rig(flavour, timeout=TIMEOUT, track_url=deaf, app_url=deaf).call(operation)

    assert type(call.error) is TransportTimeoutError
    assert not call.error.maybe_delivered
    assert call.seconds < TIMEOUT + SLACK


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse where the queue is full")
@pytest.mark.parametrize("flavour", ASYNC)
def test_call_when_the_loop_is_busy_and_the_connection_does_not_open_then_nothing_was_delivered(
    rig: Rigs, flavour: Flavour, deaf: str
) -> None:
    made = rig(flavour, timeout=TIMEOUT, track_url=deaf)

    async def busy() -> None:
        asyncio.get_running_loop().call_later(TIMEOUT / 2, time.sleep, TIMEOUT)
        assert isinstance(made.client, AsyncClient)
        await made.client.find_region()

    with pytest.raises(TransportTimeoutError) as caught:
        made.run(busy)
    assert not caught.value.maybe_delivered


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is nothing to make a certificate with")
@pytest.mark.parametrize("flavour", [*FLAVOURS, "traced sync", "traced async"])
@pytest.mark.parametrize("operation", ["update_customer", "send_email"])
def test_call_when_the_certificate_is_not_trusted_then_nothing_was_delivered(
    rig: Rigs, flavour: Flavour, operation: str, untrusted: str
) -> None:
    made = rig(flavour, track_url=untrusted, app_url=untrusted)

    call = made.call(operation)

    assert type(call.error) is TransportError
    assert (call.error.maybe_delivered, call.attempts) == (False, 3)
    assert "self-signed certificate" in str(call.error)


@pytest.mark.parametrize("flavour", ALL)
@pytest.mark.parametrize("operation", ["update_customer", "send_email"])
@pytest.mark.parametrize(
    "step",
    [
        Step("lost", raw(b"HTTP/1.1 400 Bad Request\r\n\r\n"), reads="nothing", ends="closes"),
        Step("lost", reads="first byte", ends="closes"),
        Step("lost", reads="first byte", ends="half-closes"),
        Step("lost", reads="first byte", ends="resets"),
    ],
    ids=["speaks plainly", "closes", "half-closes", "resets"],
)
def test_call_when_there_is_no_tls_then_nothing_was_delivered(
    rig: Rigs, server: Server, flavour: Flavour, operation: str, step: Step
) -> None:
    url = server.url.replace("http:", "https:")
    made = rig(flavour, track_url=url, app_url=url)

    call = made.call(operation, *[step] * 10)

    assert type(call.error) is TransportError
    assert (call.error.maybe_delivered, call.attempts) == (False, 3)
    assert made.close() == 0


@pytest.mark.parametrize("flavour", ALL)
def test_call_when_it_is_redirected_to_another_origin_then_that_one_hears_nothing(rig: Rigs, flavour: Flavour) -> None:
    other = Server()

    call = rig(flavour).call("send_email", moves(307, lambda _, request: f"{other.url}{request.path}"))

    assert isinstance(call.error, APIError)
    assert other.connections == 0
    other.close()


@pytest.mark.parametrize("flavour", ["own sync", "own async"])
@pytest.mark.parametrize(
    ("location", "is_followed"),
    [
        ("https://track-eu.customer.io/moved", True),
        ("//api-eu.customer.io/moved", True),
        ("/moved", True),
        ("https://user:secret@track-eu.customer.io/moved", True),
        ("http://track.customer.io/moved", False),
        ("https://track.customer.io:8443/moved", False),
        ("https://customer.io/moved", False),
        ("https://evil-customer.io/moved", False),
        ("https://track.customer.io.evil.example/moved", False),
        ("https://track.customer.io@evil.example/moved", False),
        ("https://evil.example/?track.customer.io", False),
    ],
)
def test_redirect_when_it_stays_within_customer_io_then_the_keys_go_along_and_nowhere_else(
    rig: Rigs, server: Server, flavour: Flavour, location: str, is_followed: bool
) -> None:
    to_loopback = ToLoopback(server.port) if flavour == "own sync" else AsyncToLoopback(server.port)
    own = httpx.Client if flavour == "own sync" else httpx.AsyncClient
    http_client = own(transport=to_loopback, trust_env=False)  # type: ignore[arg-type]
    made = rig(flavour, http_client=http_client, track_url=None, app_url=None)

    call = made.call("update_customer", moves(307, lambda _server, _request: location))

    assert (call.error is None) is is_followed
    first, *followed = to_loopback.seen
    assert first.host == "track.customer.io"
    assert [url.path for url in followed] == ["/moved"] * is_followed
    assert all(url.host.endswith(".customer.io") and url.scheme == "https" and not url.userinfo for url in followed)
    assert len({request.headers["authorization"] for request in call.requests}) == 1


@pytest.mark.parametrize("flavour", ALL)
@pytest.mark.parametrize("location", ["/moved#part", "#part"])
def test_redirect_when_it_leads_to_a_part_of_a_page_then_the_part_is_not_sent(
    rig: Rigs, flavour: Flavour, location: str
) -> None:
    call = rig(flavour).call("update_customer", moves(307, lambda _server, _request: location))

    assert call.error is None
    assert "#" not in call.requests[1].path


@pytest.mark.parametrize("flavour", ALL)
def test_next_call_when_a_cookie_is_not_ascii_then_it_works_or_fails_as_documented(rig: Rigs, flavour: Flavour) -> None:
    made = rig(flavour)
    made.call("update_customer", Step("done", whole(200, Set_Cookie="a=\xff")))

    error = made.call("update_customer").error

    assert isinstance(error, TransportError) if flavour.startswith("own") else error is None


_LINES = st.sampled_from(
    [
        *(b"HTTP/1.1 %d x" % status for status in (100, 101, 200, 204, 301, 304, 401, 422, 429, 500, 999)),
        *(b"HTTP/1.0 200 OK", b"HTTP/1.1 200", b"HTTP/1.1 000 x", b"HTTP/1.1 500 \xff", b"HTTP/2 200"),
    ]
)
_NAMES = st.sampled_from(
    [
        *(b"Content-Length", b"Content-Encoding", b"Content-Type", b"Transfer-Encoding", b"Connection", b"Upgrade"),
        *(b"Location", b"Retry-After", b"X", b"X\xff", b" X", b""),
    ]
)
_VALUES = st.sampled_from(
    [
        *(b"0", b"2", b"-1", b"+2", b"2, 2", b"2, 3", b"9" * 5000, b"\xff", b""),
        *(b"chunked", b"gzip, chunked", b"identity", b"gzip", b"deflate", b"br", b"gzip, gzip", b"close", b"upgrade"),
        *(b"/x", b"http://[", b"//", b"0.1", b"1e5", b"text/html; charset=\xff", b"text/html; charset=utf-7"),
    ]
)
_BODIES = st.sampled_from(
    [
        *(b"", b"{}", b"[1]", b"2\r\n{}\r\n0\r\n\r\n", b"0\r\n\r\n", b"\x1f\x8b", b"\xef\xbb\xbf{}"),
        *(b'{"error":1e400}', b'{"error":"\\ud800"}', b'{"errors":[null,{"detail":[1]},5]}'),
        *(b'{"meta":{"errors":{"a":1}}}', b'{"meta":[]}'),
    ]
)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_call_when_anything_is_answered_then_it_has_a_result_or_a_documented_error(rig: Rigs, flavour: Flavour) -> None:
    made = rig(flavour, timeout=1.0, max_retries=0)

    @settings(max_examples=400, derandomize=True)
    @given(st.sampled_from(ONE_OF_EACH), _LINES, st.lists(st.tuples(_NAMES, _VALUES), max_size=4), _BODIES)
    def answer(operation: str, line: bytes, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        head = b"\r\n".join([line, *(b"%b: %b" % header for header in headers), b"", b""])
        call = made.call(operation, Step("done", raw(head + body), ends="closes"))
        made.server.hang_up()
        made.turn()

        assert call.seconds < 1.0
        assert not isinstance(call.error, TransportError) or call.error.maybe_delivered

    answer()
    assert made.close() == 0


@pytest.mark.parametrize("flavour", ALL)
def test_emails_when_many_are_sent_at_once_then_none_goes_out_twice(rig: Rigs, flavour: Flavour) -> None:
    faults = [READS_AND_CLOSES, answers(500), answers(429), CLOSES_EARLY, OK, READS_HALF_AND_CLOSES, answers(401), OK]
    made = rig(flavour)
    requests = [{"request": {**EMAIL, "message_data": {"n": number}}} for number in range(40)]

    outcomes = made.call_each("send_email", requests, *faults * 4)

    acted = Counter(json.loads(request.body)["message_data"]["n"] for request in made.server.requests if request.acted)
    for number, outcome in enumerate(outcomes):
        assert acted[number] <= 1
        if isinstance(outcome, TransportError):
            assert outcome.maybe_delivered
        elif not isinstance(outcome, APIError):
            assert acted[number] == 1
    assert made.close() == 0


@pytest.mark.parametrize("flavour", ASYNC)
@pytest.mark.parametrize("step", [STAYS_SILENT, Step("late", chunked(200, b"{", last=b""), ends="hangs")])
def test_call_when_it_is_cancelled_then_it_leaves_nothing_open_and_the_next_one_works(
    rig: Rigs, flavour: Flavour, step: Step
) -> None:
    made = rig(flavour)

    async def cancelled() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(made.client, AsyncClient)
        task = loop.create_task(made.client.update_customer(**OPERATIONS["update_customer"]))
        made.server.on_request = lambda: loop.call_soon_threadsafe(task.cancel)
        with pytest.raises(asyncio.CancelledError):
            await task

    made.server.play(step)
    made.run(cancelled)
    made.server.on_request = lambda: None

    assert made.call("update_customer").error is None
    assert made.close() == 0

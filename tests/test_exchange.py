"""One call without I/O: what is sent, when again, and where to. Outcomes are scripted and time is a number."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Generic, TypeVar

import httpx
import pytest
from clients import APP_API_KEY, ARGUMENTS, NOT_REPEATED, SITE_ID, TRACKING_API_KEY, operation

from cio_sdk import (
    APIError,
    AuthenticationError,
    Operation,
    RateLimitError,
    RetryPolicy,
    ServerError,
    StandardResponse,
    TraceInfo,
    TransportError,
    TransportTimeoutError,
    operations,
)
from cio_sdk._exchange import Answer, Outcome, Send, Trace, exchange, retry_delay
from cio_sdk._timing import Timing
from cio_sdk.options import Settings

T = TypeVar("T")


def settings(policy: RetryPolicy | None = None, **options: Any) -> Settings:
    """The settings of a client with all keys."""
    defaults: dict[str, Any] = {
        "site_id": SITE_ID,
        "tracking_api_key": TRACKING_API_KEY,
        "app_api_key": APP_API_KEY,
        "region": "us",
        "timeout": 1000.0,
        "max_retries": 2,
        "retry_policy": policy,
        "request_tracing": False,
        "user_agent": None,
        "track_url": None,
        "app_url": None,
        "insecure_hosts": (),
    }
    return Settings.of(**{**defaults, **options})


@dataclass
class Run(Generic[T]):
    """What one exchange did."""

    sends: list[Send] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    now: float = 100.0
    result: T | None = None
    error: Exception | None = None

    @property
    def api_error(self) -> APIError:
        """The refusal that it ended with."""
        assert isinstance(self.error, APIError)
        return self.error

    @property
    def transport_error(self) -> TransportError:
        """The failure that it ended with."""
        assert isinstance(self.error, TransportError)
        return self.error


def drive(
    operation: Operation[T],
    outcomes: Iterable[Outcome],
    given: Settings | None = None,
    *,
    seconds_each: float = 0.0,
    jitter: Callable[[], float] = lambda: 1.0,
    now: float | None = None,
) -> Run[T]:
    """Run an exchange over scripted outcomes; each attempt takes so many seconds, and waiting takes its time."""
    run: Run[T] = Run()
    script = iter(outcomes)
    timing = Timing(clock=lambda: run.now, now=time.time if now is None else lambda: now, jitter=jitter)
    steps = exchange(operation, given or settings(), timing)
    try:
        step = next(steps)
        while True:
            if isinstance(step, Send):
                run.sends.append(step)
                run.now += seconds_each
                step = steps.send(next(script))
            else:
                run.waits.append(step.seconds)
                run.now += step.seconds
                step = steps.send(None)
    except StopIteration as stop:
        run.result = stop.value
    except (APIError, TransportError) as error:
        run.error = error
    assert not list(script), "an outcome was not asked for"
    return run


def answer(status: int, body: bytes | None = b"{}", **headers: str) -> Answer:
    return Answer(status, httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()}), body)


OK = answer(200)
SAFE = operations.update_customer("42", {"plan": "basic"})
DEDUPLICATED = operations.new_event("42", "purchase")
ONCE = operations.send_email(ARGUMENTS["send_email"]["request"])
KINDS: dict[str, Operation[Any]] = {"safe": SAFE, "deduplicated": DEDUPLICATED, "once": ONCE}

NEVER_OPENED = [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError]
LOST = [
    httpx.ReadTimeout,
    httpx.WriteTimeout,
    httpx.WriteError,
    httpx.ReadError,
    httpx.CloseError,
    httpx.RemoteProtocolError,
]
MISUSE = [httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.DecodingError]


def errors_of(kinds: Iterable[type[httpx.HTTPError]]) -> Iterator[Outcome]:
    for kind in kinds:
        yield kind("s3cr3t")  # type: ignore[call-arg, unused-ignore]


NOTHING_HAPPENED: list[Outcome] = [*errors_of(NEVER_OPENED), answer(429)]
MAY_HAVE_HAPPENED: list[Outcome] = [*errors_of(LOST), *(answer(s) for s in (408, 500, 502, 503, 504, 522, 524))]
FINAL: list[Outcome] = [*errors_of(MISUSE), *(answer(s) for s in (400, 401, 403, 404, 409, 413, 422, 501, 505))]


def by_name(value: object) -> str:
    return str(value.status_code) if isinstance(value, Answer) else type(value).__name__


# --- The retry table -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("outcome", NOTHING_HAPPENED, ids=by_name)
def test_call_when_nothing_can_have_happened_then_it_is_repeated(kind: str, outcome: Outcome) -> None:
    run = drive(KINDS[kind], [outcome, outcome, answer(200, b'{"delivery_id":"a","queued_at":1}')])

    assert run.result is not None
    assert (len(run.sends), run.waits) == (3, [0.5, 1.0])


@pytest.mark.parametrize("kind", ["safe", "deduplicated"])
@pytest.mark.parametrize("outcome", MAY_HAVE_HAPPENED, ids=by_name)
def test_call_when_a_repetition_does_no_harm_then_it_is_repeated(kind: str, outcome: Outcome) -> None:
    run = drive(KINDS[kind], [outcome, OK])

    assert isinstance(run.result, StandardResponse)
    assert run.result.attempts == 2


@pytest.mark.parametrize("outcome", MAY_HAVE_HAPPENED, ids=by_name)
def test_send_email_when_it_may_have_gone_out_then_it_is_not_repeated(outcome: Outcome) -> None:
    run = drive(ONCE, [outcome])

    assert (len(run.sends), run.waits) == (1, [])
    if not isinstance(outcome, Answer):
        assert run.transport_error.maybe_delivered
        assert "look before you send it again" in str(run.error)


@pytest.mark.parametrize("outcome", [*MAY_HAVE_HAPPENED, *NOTHING_HAPPENED], ids=by_name)
def test_send_email_when_resend_is_chosen_then_it_is_repeated_after_any_transient_failure(outcome: Outcome) -> None:
    run = drive(ONCE, [outcome] * 3, settings(RetryPolicy(resend=True)))

    assert len(run.sends) == 3


@pytest.mark.parametrize("resend", [True, False])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("outcome", FINAL, ids=by_name)
def test_call_when_the_failure_is_not_transient_then_it_is_not_repeated(
    kind: str, outcome: Outcome, resend: bool
) -> None:
    run = drive(KINDS[kind], [outcome], settings(RetryPolicy(resend=resend)))

    assert (len(run.sends), run.waits) == (1, [])
    assert run.error is not None


@pytest.mark.parametrize("name", operations.__all__)
def test_operation_when_it_creates_or_sends_then_it_is_not_repeated_after_a_lost_answer(name: str) -> None:
    run = drive(operation(name), [httpx.ReadTimeout("")] * (1 if name in NOT_REPEATED else 3))

    assert run.transport_error.maybe_delivered


@pytest.mark.parametrize("name", ["update_collection", "update_collection_via_url"])
def test_collection_when_an_existing_one_is_replaced_then_it_is_repeated(name: str) -> None:
    assert len(drive(operation(name, collection_id=5), [httpx.ReadTimeout("")] * 3).sends) == 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("outcome", [httpx.ConnectError("s3cr3t"), answer(429), answer(503)], ids=by_name)
def test_call_when_max_retries_is_0_then_it_is_tried_once(kind: str, outcome: Outcome) -> None:
    run = drive(KINDS[kind], [outcome], settings(max_retries=0))

    assert (len(run.sends), run.waits) == (1, [])


def test_call_when_it_is_repeated_then_each_attempt_is_the_same_request() -> None:
    run = drive(DEDUPLICATED, [httpx.ReadTimeout(""), answer(500), OK])

    first, *others = run.sends
    for other in others:
        assert (other.method, other.url, other.headers) == (first.method, first.url, first.headers)
        assert other.body is first.body
    assert first.body is not None
    assert b'"id":"01' in first.body


def test_call_when_retries_run_out_then_the_last_failure_is_raised() -> None:
    run = drive(SAFE, [httpx.ConnectError(""), answer(500), answer(429)])

    assert isinstance(run.error, RateLimitError)
    assert run.error.response.attempts == 3
    assert "after 3 attempts" in str(run.error)


def test_call_when_refused_after_a_transient_failure_then_the_refusal_is_raised() -> None:
    assert isinstance(drive(SAFE, [answer(503), answer(401)]).error, AuthenticationError)


# --- What may have happened ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcomes", "maybe_delivered"),
    [
        ([httpx.ConnectError("")] * 3, False),
        ([httpx.PoolTimeout("")] * 3, False),
        ([answer(429), answer(429), httpx.ConnectError("")], False),
        ([httpx.ConnectError(""), httpx.ReadError(""), httpx.ConnectError("")], True),
        ([httpx.ReadTimeout(""), httpx.ConnectError(""), httpx.ConnectError("")], True),
        ([answer(503), httpx.ConnectError(""), httpx.ConnectError("")], True),
        ([httpx.ConnectError(""), httpx.ConnectError(""), httpx.WriteError("")], True),
    ],
)
def test_failure_when_any_attempt_may_have_arrived_then_it_says_so(
    outcomes: list[Outcome], maybe_delivered: bool
) -> None:
    error = drive(SAFE, outcomes).transport_error

    assert (error.maybe_delivered, error.attempts) == (maybe_delivered, 3)
    assert ("Nothing was delivered" in str(error)) is not maybe_delivered
    assert "3 attempts" in str(error)


@pytest.mark.parametrize(
    ("outcomes", "maybe_delivered"),
    [
        ([answer(400)], False),
        ([answer(429)] * 3, False),
        ([httpx.ConnectError(""), answer(429), answer(401)], False),
        ([answer(307, location="/elsewhere"), answer(401)], False),
        ([httpx.ReadError(""), answer(401)], True),
        ([answer(503), answer(401)], True),
        ([answer(503)] * 3, True),
        ([answer(408)] * 3, True),
        ([answer(501)], True),
    ],
)
def test_refusal_when_it_or_an_attempt_before_it_may_have_been_acted_on_then_it_says_so(
    outcomes: list[Outcome], maybe_delivered: bool
) -> None:
    error = drive(SAFE, outcomes).error

    assert isinstance(error, APIError)
    assert error.maybe_delivered is maybe_delivered


@pytest.mark.parametrize("outcome", [*errors_of(NEVER_OPENED), *errors_of(LOST), *errors_of(MISUSE)], ids=by_name)
def test_failure_when_raised_then_it_names_the_operation_and_the_kind_and_no_details(outcome: Outcome) -> None:
    error = drive(SAFE, [outcome], settings(max_retries=0)).transport_error

    assert isinstance(error, TransportTimeoutError) is isinstance(outcome, httpx.TimeoutException)
    assert (error.method, error.path, error.attempts) == ("PUT", "/api/v1/customers/{customer_id}", 1)
    for part in ("PUT", error.path, type(outcome).__name__, "1 attempt"):
        assert part in str(error)
    assert "s3cr3t" not in str(error)
    assert error.__cause__ is None


# --- Waiting ---------------------------------------------------------------------------------------------------------


def test_wait_when_no_retry_after_came_then_it_doubles_up_to_its_limit() -> None:
    run = drive(SAFE, [answer(503)] * 8, settings(RetryPolicy(max_retries=7, max_total_wait=1000)))

    assert run.waits == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


def test_wait_when_random_then_it_is_anything_from_nothing_to_the_limit() -> None:
    numbers = iter([0.0, 0.5])

    assert drive(SAFE, [answer(503)] * 3, jitter=lambda: next(numbers)).waits == [0.0, 0.5]


def test_wait_when_the_policy_says_otherwise_then_it_follows_the_policy() -> None:
    policy = RetryPolicy(max_retries=3, backoff=3.0, max_wait=7.0)

    assert drive(SAFE, [answer(503)] * 4, settings(policy)).waits == [3.0, 6.0, 7.0]


def test_wait_when_there_are_thousands_of_retries_then_it_stays_a_number() -> None:
    policy = RetryPolicy(max_retries=5000, backoff=0)

    assert retry_delay(SAFE.route, answer(503), 4000, 0.0, policy, Timing(jitter=lambda: 1.0)) == 0.0


def date_in(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("value", ["7", " 7 ", "7.0", "0007"])
@pytest.mark.parametrize("kind", ["safe", "once"])
def test_retry_after_when_in_seconds_then_so_long_is_waited(value: str, kind: str) -> None:
    run = drive(KINDS[kind], [answer(429, retry_after=value), answer(400)])

    assert run.waits == [7.0]


def test_retry_after_when_0_then_it_is_repeated_at_once() -> None:
    assert drive(SAFE, [answer(503, retry_after="0"), OK]).waits == [0.0]


def test_retry_after_when_longer_than_the_longest_wait_then_it_still_wins() -> None:
    assert drive(SAFE, [answer(503, retry_after="29"), OK]).waits == [29.0]


NOON = datetime(2025, 6, 1, 12, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("Sun, 01 Jun 2025 12:00:10 GMT", 10.0),
        ("Sun, 01 Jun 2025 14:00:10 +0200", 10.0),
        ("Sun, 01 Jun 2025 12:00:10 -0000", 10.0),
        ("Sun, 01 Jun 2025 11:00:00 GMT", 0.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
    ],
)
def test_retry_after_when_a_date_then_it_is_waited_for(value: str, seconds: float) -> None:
    assert drive(SAFE, [answer(503, retry_after=value), OK], now=NOON).waits == [seconds]


@pytest.mark.parametrize(
    "value",
    ["31", "86400", "9" * 500, date_in(3600), "Fri, 31 Dec 9999 23:59:59 GMT"],
    ids=["seconds", "a day", "absurd", "a date", "a far date"],
)
def test_retry_after_when_longer_than_the_call_may_wait_then_the_call_fails_at_once(value: str) -> None:
    run = drive(SAFE, [answer(503, retry_after=value)])

    assert isinstance(run.error, ServerError)
    assert run.waits == []


@pytest.mark.parametrize(
    "value",
    [
        "-5",
        "soon",
        "",
        "nan",
        "inf",
        "1e3",
        "7 seconds",
        "Mon, 99 Jan 2024",
        "Mon, 01 Jan 2024 00:00:00 +99999999999999",
        "Mon, 99 Jan 99999999999 00:00:00 GMT",
    ],
)
def test_retry_after_when_it_is_nonsense_then_it_is_ignored(value: str) -> None:
    assert drive(SAFE, [answer(503, retry_after=value), OK]).waits == [0.5]


def test_waits_when_together_they_would_be_too_long_then_the_call_fails() -> None:
    run = drive(SAFE, [answer(503, retry_after="12")] * 3, settings(RetryPolicy(max_retries=9)))

    assert run.waits == [12.0, 12.0]
    assert isinstance(run.error, ServerError)


def test_waits_when_together_they_are_just_short_enough_then_they_are_taken() -> None:
    run = drive(SAFE, [answer(503, retry_after="15")] * 2 + [OK], settings(RetryPolicy(max_retries=9)))

    assert run.waits == [15.0, 15.0]


# --- The deadline ----------------------------------------------------------------------------------------------------


def test_timeout_when_a_wait_would_pass_it_then_the_call_fails_before_the_wait() -> None:
    run = drive(SAFE, [answer(503, retry_after="5")], settings(timeout=5.0))

    assert (run.waits, run.now) == ([], 100.0)
    assert isinstance(run.error, ServerError)


def test_timeout_when_attempts_take_time_then_it_bounds_them_all_together() -> None:
    policy = RetryPolicy(max_retries=99)

    run = drive(SAFE, [httpx.ReadTimeout("")] * 3, settings(policy, timeout=10.0), seconds_each=4.0)

    assert isinstance(run.error, TransportTimeoutError)
    assert run.waits == [0.5, 1.0]
    assert run.error.maybe_delivered


def test_timeout_when_an_attempt_begins_then_it_is_what_is_left() -> None:
    left: list[float] = []
    now = [0.0]
    steps = exchange(SAFE, settings(timeout=10.0), Timing(clock=lambda: now[0], jitter=lambda: 1.0))
    for outcome in (None, answer(503), None):
        step = next(steps) if not left else steps.send(outcome)
        if isinstance(step, Send):
            left.append(step.deadline.get("read"))
            assert step.deadline["connect"] == step.deadline.get("write") == step.deadline.get("pool", None)
        now[0] += 3.0

    assert left == [10.0, 4.0]


def test_timeout_when_nothing_is_left_then_it_is_not_0_which_some_take_for_none() -> None:
    now = [0.0]
    step = next(exchange(SAFE, settings(timeout=1.0), Timing(clock=lambda: now[0])))
    assert isinstance(step, Send)

    now[0] = 5.0

    assert step.deadline.left() == 0.0
    assert 0 < step.deadline.get("read") < 0.1


# --- Redirects -------------------------------------------------------------------------------------------------------

EU = "https://track-eu.customer.io/api/v1/customers/42"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_when_within_customer_io_then_everything_is_sent_there(status: int) -> None:
    run = drive(SAFE, [answer(status, location=EU), OK])

    first, second = run.sends
    assert second.url == EU
    assert (second.method, second.headers, second.body) == (first.method, first.headers, first.body)
    assert second.headers["Authorization"].startswith("Basic ")
    assert (run.waits, run.result.attempts if run.result else None) == ([], 2)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/elsewhere?a=1", "https://track.customer.io/elsewhere?a=1"),
        ("43", "https://track.customer.io/api/v1/customers/43"),
        ("//track-eu.customer.io/x", "https://track-eu.customer.io/x"),
        ("https://track.customer.io:443/x", "https://track.customer.io/x"),
        ("HTTPS://TRACK-EU.CUSTOMER.IO/x", "https://track-eu.customer.io/x"),
    ],
)
def test_redirect_when_relative_or_written_otherwise_then_it_is_resolved(location: str, target: str) -> None:
    assert drive(SAFE, [answer(307, location=location), OK]).sends[1].url == target


@pytest.mark.parametrize(
    "location",
    [
        "",
        "https://evil.example/",
        "//evil.example/",
        "https://evilcustomer.io/",
        "https://customer.io.evil.example/",
        "https://track.customer.io@evil.example/",
        "https://track.customer.io:x@evil.example/",
        "https://evil.example#.customer.io/",
        "https://evil.example?.customer.io/",
        "https://evil.example/.customer.io/",
        "https://evil.example\\.customer.io/",
        "https://evil.example%2F.customer.io/",
        "https://.customer.io/",
        "https://customer.io/",
        "http://track.customer.io/",
        "http://track-eu.customer.io/",
        "ftp://track.customer.io/",
        "https://track.customer.io:8443/",
        "https://track.customer.io.:443/",
        "https://track.customer.io:port/",
        "https://[::1/",
        "https://" + "x" * 70_000 + ".customer.io/",
        "javascript:alert(1)",
        "\x00",
    ],
    ids=lambda value: repr(value)[:60],
)
@pytest.mark.parametrize("status", [301, 308])
def test_redirect_when_it_leads_elsewhere_then_the_credentials_stay_and_it_is_an_error(
    location: str, status: int
) -> None:
    run = drive(SAFE, [answer(status, location=location)])

    assert len(run.sends) == 1
    assert run.api_error.status_code == status
    assert "host" in str(run.error)
    assert "evil" not in str(run.error)


def test_redirect_when_it_has_no_location_then_it_is_an_error() -> None:
    assert drive(SAFE, [answer(301)]).api_error.status_code == 301


@pytest.mark.parametrize("status", [300, 303, 304, 305])
def test_redirect_when_it_would_change_the_method_then_it_is_not_followed(status: int) -> None:
    assert drive(SAFE, [answer(status, location=EU)]).api_error.status_code == status


def test_redirect_when_in_a_loop_then_it_ends_as_an_error() -> None:
    run = drive(SAFE, [answer(302, location=EU)] * 6)

    assert len(run.sends) == 6
    assert run.api_error.status_code == 302
    assert "loop" in str(run.error)


@pytest.mark.parametrize(
    ("location", "followed"),
    [
        ("/x", True),
        ("http://localhost:8000/x", True),
        ("http://localhost:8001/x", False),
        ("https://localhost:8000/x", False),
        ("http://127.0.0.1:8000/x", False),
        (EU, False),
    ],
)
def test_redirect_when_the_host_is_the_callers_own_then_it_stays_there(location: str, followed: bool) -> None:
    outcomes = [answer(308, location=location), *([OK] if followed else [])]

    run = drive(SAFE, outcomes, settings(track_url="http://localhost:8000"))

    assert len(run.sends) == len(outcomes)
    assert (run.error is None) is followed


def test_redirect_when_the_other_host_fails_then_it_is_repeated_there() -> None:
    run = drive(SAFE, [answer(301, location=EU), answer(503), answer(503), OK])

    assert [send.url for send in run.sends] == [SAFE_URL, EU, EU, EU]
    assert run.waits == [0.5, 1.0]


SAFE_URL = "https://track.customer.io/api/v1/customers/42"


def test_redirect_when_it_is_of_a_send_then_it_is_followed() -> None:
    target = "https://api-eu.customer.io/v1/send/email"
    run = drive(ONCE, [answer(301, location=target), answer(200, b'{"delivery_id":"a","queued_at":1}')])

    assert [send.url for send in run.sends] == ["https://api.customer.io/v1/send/email", target]
    assert run.sends[1].body == run.sends[0].body


# --- Tracing ---------------------------------------------------------------------------------------------------------


def test_trace_when_off_then_nothing_is_recorded() -> None:
    run = drive(SAFE, [OK])

    assert run.sends[0].trace is None
    assert run.result is not None
    assert run.result.tracing is None


EVENTS = [
    ("connection.connect_tcp.started", 0.0),
    ("connection.connect_tcp.complete", 1.0),
    ("connection.start_tls.started", 1.0),
    ("connection.start_tls.complete", 3.0),
    ("http11.send_request_headers.started", 3.0),
    ("http11.send_request_body.complete", 4.0),
    ("http11.receive_response_headers.complete", 8.0),
    ("http11.receive_response_body.started", 8.0),
    ("http11.receive_response_body.complete", 16.0),
]


def test_trace_when_a_connection_is_opened_then_each_phase_is_measured() -> None:
    now = [0.0]
    trace = Trace(lambda: now[0])
    for event, moment in EVENTS:
        now[0] = moment
        trace.record(event, {})

    assert trace.summary(20.0, 2) == TraceInfo(1.0, 2.0, 4.0, 8.0, 20.0, is_connection_reused=False, attempts=2)


def test_trace_when_a_connection_is_reused_then_it_says_so() -> None:
    now = [0.0]
    trace = Trace(lambda: now[0])
    for event, moment in EVENTS[4:]:
        now[0] = moment
        trace.record(event, {})

    assert trace.summary(13.0, 1) == TraceInfo(0.0, 0.0, 4.0, 8.0, 13.0, is_connection_reused=True, attempts=1)


def test_trace_when_in_an_event_loop_then_the_same_is_measured() -> None:
    now = [0.0]
    trace = Trace(lambda: now[0])

    async def record() -> None:
        for event, moment in EVENTS:
            now[0] = moment
            await trace.arecord(event, {})

    asyncio.run(record())

    assert trace.summary(20.0, 2) == TraceInfo(1.0, 2.0, 4.0, 8.0, 20.0, is_connection_reused=False, attempts=2)


def test_trace_when_nothing_was_sent_then_all_phases_are_0() -> None:
    assert Trace(lambda: 0.0).summary(1.0, 1) == TraceInfo(0.0, 0.0, 0.0, 0.0, 1.0, False, 1)


def test_trace_when_there_were_several_attempts_then_the_total_covers_all() -> None:
    run = drive(SAFE, [answer(503), OK], settings(request_tracing=True), seconds_each=2.0)

    assert run.result is not None
    assert run.result.tracing is not None
    assert (run.result.tracing.total, run.result.tracing.attempts) == (4.5, 2)
    assert run.sends[0].trace is not run.sends[1].trace


def test_trace_when_the_call_fails_then_the_answer_carries_it() -> None:
    run = drive(SAFE, [answer(400)], settings(request_tracing=True), seconds_each=2.0)

    assert run.api_error.response.tracing is not None
    assert run.api_error.response.tracing.total == 2.0


def test_send_when_printed_then_it_holds_no_keys_and_no_body() -> None:
    send = drive(SAFE, [OK]).sends[0]

    assert "Basic" not in repr(send)
    assert "basic" not in repr(send)

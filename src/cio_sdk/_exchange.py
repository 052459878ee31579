"""One call without I/O.

`exchange` is a generator. It yields what is to be done, a request to send or a time to wait, is given what
came of it, and returns the result or raises. A driver in `_transport` does the sending and the waiting.
"""

from __future__ import annotations

import errno
import html
import json
import logging
import os
import re
import socket
import ssl
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple, TypeAlias, TypeVar, cast
from urllib.parse import quote, quote_plus, unquote

import httpx
from pydantic import ValidationError

from cio_sdk import errors
from cio_sdk._base import ResponseModel
from cio_sdk._operation import Operation, Route
from cio_sdk._timing import Timing
from cio_sdk.options import RetryPolicy, Settings
from cio_sdk.response import StandardResponse, TraceInfo

T = TypeVar("T")

_log = logging.getLogger("cio_sdk")

_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 307, 308})
_TRANSIENT = frozenset({408, 429, 500, 502, 503, 504, 522, 524})
NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
_KEYS = {"track": ("site_id", "tracking_api_key"), "app": ("app_api_key",)}
_CUSTOMER_IO = re.compile(r"([a-z0-9-]+\.)+customer\.io")
_ADDRESS = re.compile(r"""[^\s<>,;:"'()]+@[^\s<>,;:"'()]+""")
_CREDENTIALS = re.compile(r"\b(basic|bearer)\s+[\w+/=.~-]{8,}", re.IGNORECASE)
_MARKS = ".,;:!?…\"'`()[]{}<>"
_LONG = 500
_QUOTE = 16  # so many characters in a row are hardly the same by chance
_PLAIN_RUN = re.compile(r"[0-9A-Za-z]+")
_PHONE = re.compile(r"\+\d{7,15}")
_LONGEST_PAUSE = 1e9
_MISUSE = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)


class Deadline(dict[str, float]):
    """The end of a call, as the timeouts that httpx takes: each is what is left of the time when it is read."""

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        super().__init__()
        self._clock = clock
        self._end = clock() + seconds

    def left(self) -> float:
        """The seconds that are left, or 0."""
        return max(0.0, self._end - self._clock())

    def get(self, _key: str, _default: Any = None) -> Any:
        """The timeout for a phase of the request: never 0, which some take for no timeout."""
        return max(0.001, self.left())

    __getitem__ = get


@dataclass(slots=True)
class Send:
    """A request to send once. The driver answers with an `Answer` or an httpx error."""

    method: str
    url: str
    headers: dict[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    deadline: Deadline
    trace: Trace | None

    @property
    def origin(self) -> str:
        """The scheme, host and port of the URL."""
        return self.url[: self.url.index("/", 8)]

    @property
    def target(self) -> str:
        """The path and query of the URL."""
        return self.url[self.url.index("/", 8) :]


class ClosedError(httpx.LocalProtocolError):
    """The client was closed during a call, before this request was sent."""

    def __init__(self) -> None:
        super().__init__("the client was closed")


@dataclass(slots=True)
class Wait:
    """A time to wait, in seconds. The driver answers with None."""

    seconds: float


class Answer(NamedTuple):
    """What came back. A body of None could not be read."""

    status_code: int
    headers: httpx.Headers
    body: bytes | None


class Trace:
    """When each phase of a request began and ended, from httpx's trace events."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._times: dict[str, float] = {}

    def record(self, event: str, _info: object) -> None:
        """Take one event."""
        self._times[event.partition(".")[2]] = self._clock()

    async def arecord(self, event: str, _info: object) -> None:
        """Take one event, in an event loop."""
        self.record(event, _info)

    def summary(self, total: float, attempts: int) -> TraceInfo:
        """Return the phases as durations."""
        return TraceInfo(
            connect=self._between("connect_tcp.started", "connect_tcp.complete"),
            tls=self._between("start_tls.started", "start_tls.complete"),
            server=self._between("send_request_body.complete", "receive_response_headers.complete"),
            read=self._between("receive_response_body.started", "receive_response_body.complete"),
            total=total,
            is_connection_reused="send_request_headers.started" in self._times
            and not self._times.keys() & {"connect_tcp.started", "connect_unix_socket.started"},
            attempts=attempts,
        )

    def _between(self, start: str, end: str) -> float:
        return self._times.get(end, 0.0) - self._times.get(start, 0.0) if end in self._times else 0.0


Outcome: TypeAlias = Answer | httpx.HTTPError
Exchange: TypeAlias = Generator[Send | Wait, Any, T]


def exchange(operation: Operation[T], settings: Settings, timing: Timing, *, wait: bool = False) -> Exchange[T]:
    """Send an operation: with credentials, within the timeout, again where that is safe.

    With `wait`, one that has a rate of its own waits where that is reached, as long as the timeout allows.
    """
    clock = timing.clock
    route = operation.route
    url = settings.urls[route.host] + operation.path
    headers = _headers(operation, settings)
    started = clock()
    deadline = Deadline(clock, settings.timeout)
    attempts, redirects, pauses, waited, maybe_delivered = 0, 0, 0, 0.0, False
    while True:
        trace = Trace(clock) if settings.request_tracing else None
        outcome: Outcome = yield Send(route.method, url, headers, operation.body, deadline, trace)
        attempts += 1
        if target := _redirect_target(url, outcome, redirects):
            url = target
            redirects += 1
            continue
        is_own_rate = route.interval > 0 and _is_rate_limit(outcome)
        if is_own_rate:
            delay = _pause(route, outcome, timing) if wait else None
        else:
            retries = attempts - redirects - pauses - 1
            delay = retry_delay(route, outcome, retries, waited, settings.retry_policy, timing)
        if delay is not None and delay < deadline.left():
            maybe_delivered = maybe_delivered or _may_have_arrived(outcome)
            if is_own_rate:
                pauses += 1
            else:
                waited += delay
            yield Wait(delay)
            continue
        total = clock() - started
        _log_call(route, outcome, attempts, total)
        if isinstance(outcome, httpx.HTTPError):
            maybe_delivered = maybe_delivered or _may_have_arrived(outcome)
            raise _transport_error(operation, url, outcome, attempts, maybe_delivered) from None
        response = StandardResponse(
            status_code=outcome.status_code,
            headers=outcome.headers,
            body=outcome.body or b"",
            attempts=attempts,
            tracing=trace.summary(total, attempts) if trace else None,
        )
        if 200 <= outcome.status_code < 300:
            return _decode(operation, response, readable=outcome.body is not None)
        maybe_delivered = maybe_delivered or outcome.status_code == 408 or outcome.status_code >= 500
        raise _api_error(operation, response, settings, _pause(route, outcome, timing), maybe_delivered)


# --- What may be repeated --------------------------------------------------------------------------------------------


def retry_delay(
    route: Route[Any],
    outcome: Outcome,
    retries: int,
    waited: float,
    policy: RetryPolicy,
    timing: Timing,
) -> float | None:
    """Return the seconds to wait before the request is sent again, or None where it must not be.

    Args:
        route: What is sent.
        outcome: What came of the last attempt.
        retries: How many retries there were already.
        waited: How many seconds the call has waited already.
        policy: The caller's limits.
        timing: Where time and chance come from.
    """
    if retries >= policy.max_retries or not _is_transient(outcome):
        return None
    if route.repeat == "once" and not policy.resend and _may_have_arrived(outcome):
        return None
    delay = _pause(route, outcome, timing)
    if delay is None:
        delay = timing.jitter() * min(policy.max_wait, policy.backoff * 2.0 ** min(retries, 60))
    return delay if waited + delay <= policy.max_total_wait else None


def _is_transient(outcome: Outcome) -> bool:
    if isinstance(outcome, Answer):
        return outcome.status_code in _TRANSIENT
    return isinstance(outcome, httpx.TransportError) and not isinstance(outcome, _MISUSE)


def _may_have_arrived(outcome: Outcome) -> bool:
    if isinstance(outcome, Answer):
        return outcome.status_code != 429
    return not isinstance(outcome, NEVER_SENT)


def _is_rate_limit(outcome: Outcome) -> bool:
    return isinstance(outcome, Answer) and outcome.status_code == 429


def _pause(route: Route[Any], outcome: Outcome, timing: Timing) -> float | None:
    """Return the seconds that Customer.io asks to wait, or that the rate of the operation makes necessary."""
    seconds = _retry_after(outcome, timing.now)
    return route.interval if seconds is None and route.interval and _is_rate_limit(outcome) else seconds


def _retry_after(outcome: Outcome, now: Callable[[], float]) -> float | None:
    value = outcome.headers.get("retry-after", "").strip() if isinstance(outcome, Answer) else ""
    if re.fullmatch(r"\d+(\.\d+)?", value):
        return min(float(value), _LONGEST_PAUSE)
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return max(0.0, when.replace(tzinfo=when.tzinfo or UTC).timestamp() - now())


# --- Where it may go -------------------------------------------------------------------------------------------------


def _headers(operation: Operation[Any], settings: Settings) -> dict[str, str]:
    host = operation.route.host
    authorization = settings.authorizations.get(host)
    if authorization is None and operation.route.needs_keys:
        keys = " and ".join(_KEYS[host])
        variables = " and ".join(f"CIO_{key.upper()}" for key in _KEYS[host])
        which = "them" if len(_KEYS[host]) > 1 else "it"
        reason = f"{operation.route.name} needs {keys}; pass {which} to the client, or set {variables} for from_env()"
        raise errors.ParamError(_KEYS[host][0], reason)
    headers = {"User-Agent": settings.user_agent, "Accept": "application/json"}
    if authorization is not None and operation.route.needs_keys:
        headers["Authorization"] = authorization
    headers.update(settings.headers)
    if operation.body is not None:
        headers["Content-Type"] = "application/json"
    return headers


def _redirect_target(url: str, outcome: Outcome, redirects: int) -> str | None:
    """Return where a redirect leads, if the credentials may go there: the same origin, or within Customer.io."""
    if not isinstance(outcome, Answer) or outcome.status_code not in _REDIRECTS or redirects >= _MAX_REDIRECTS:
        return None
    location = outcome.headers.get("location", "")
    try:
        source = httpx.URL(url)
        target = source.join(location)
    except httpx.InvalidURL:
        return None
    same_origin = (source.scheme, source.host, source.port) == (target.scheme, target.host, target.port)
    if location and (same_origin or (_is_customer_io(source) and _is_customer_io(target))):
        return str(target.copy_with(userinfo=b"", raw_path=target.raw_path, fragment=None))
    return None


def _is_customer_io(url: httpx.URL) -> bool:
    return url.scheme == "https" and url.port is None and bool(_CUSTOMER_IO.fullmatch(url.host))


# --- What the caller gets --------------------------------------------------------------------------------------------


def _decode(operation: Operation[T], response: StandardResponse, *, readable: bool) -> T:
    route = operation.route
    try:
        if not readable:
            raise ValueError("it could not be decompressed or read")
        if route.decode is None:
            if response.body not in (b"", b"{}") and response.body.strip() and not _is_object(response.body):
                raise ValueError("it is not a JSON object")
            return cast("T", response)
        result = route.decode(response.body)
    except (ValueError, RecursionError) as error:
        raise _response_error(route, response, error) from None
    for each in result if isinstance(result, list) else [result]:
        if isinstance(each, ResponseModel):
            each._response = response  # noqa: SLF001
    return result


def _is_object(body: bytes) -> bool:
    return isinstance(json.loads(body), dict)


def _response_error(route: Route[Any], response: StandardResponse, error: Exception) -> errors.ResponseError:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        why = f"{place}: {first['msg']}" if place else "it is not JSON of the expected kind"
    elif isinstance(error, json.JSONDecodeError | UnicodeDecodeError | RecursionError):
        why = "it is not JSON"
    else:
        why = str(error)
    return errors.ResponseError(
        f"{route.method} {route.path} was accepted with {response.status_code}, but the answer is not what it "
        f"should be: {why}. Do not repeat it blindly; look at .body, and check the URL of the {route.host} host",
        status_code=response.status_code,
        method=route.method,
        path=route.path,
        response=response,
    )


_STATUS_ERRORS: dict[int, tuple[type[errors.APIError], type[errors.APIError]]] = {
    401: (errors.AuthenticationError, errors.TransactionalAuthenticationError),
    403: (errors.AuthenticationError, errors.TransactionalAuthenticationError),
    404: (errors.NotFoundError, errors.TransactionalNotFoundError),
    413: (errors.PayloadTooLargeError, errors.TransactionalPayloadTooLargeError),
    422: (errors.UnprocessableError, errors.TransactionalUnprocessableError),
    429: (errors.RateLimitError, errors.TransactionalRateLimitError),
}


def _api_error(
    operation: Operation[Any],
    response: StandardResponse,
    settings: Settings,
    pause: float | None,
    maybe_delivered: bool,
) -> errors.APIError:
    route, status = operation.route, response.status_code
    fallback: tuple[type[errors.APIError], type[errors.APIError]] = (errors.APIError, errors.TransactionalError)
    if status >= 500:
        fallback = (errors.ServerError, errors.TransactionalServerError)
    kind = _STATUS_ERRORS.get(status, fallback)[route.transactional]
    messages = messages_in(response.body)
    words = _redact("; ".join(messages), operation, settings).rstrip(". ") or "no reason given"
    attempts = f" after {response.attempts} attempts" if response.attempts > 1 else ""
    facts = {"retry_after": pause} if status == 429 else {}
    return kind(
        f"{status} from {route.method} {route.path}{attempts}: {words}. {_advice(route, status, pause)}",
        status_code=status,
        method=route.method,
        path=route.path,
        messages=messages,
        response=response,
        maybe_delivered=maybe_delivered,
        **facts,
    )


def _advice(route: Route[Any], status: int, pause: float | None) -> str:
    if status == 403:
        return f"Check what {' and '.join(_KEYS[route.host])} may do, and what the workspace has switched on"
    if status == 401:
        return f"Check {' and '.join(_KEYS[route.host])}, the permissions, and the region"
    if status in _REDIRECTS:
        return f"It redirects to a host that the keys must not go to, or in a loop; check region and {route.host}_url"
    if status == 404:
        return f"Check the ids, and {route.host}_url where you set it"
    if status == 413:
        return "Send less at once"
    if status == 429:
        return "Send more slowly, or try again later" if pause is None else f"Try again in {pause:,.0f} seconds"
    if status >= 500 or status == 408:
        if route.repeat == "once":
            return "It may have been acted on all the same; look before you send it again"
        return "Try again later; a repetition does no harm"
    return "Mend the request; sending it again as it is will fail again"


def _transport_error(
    operation: Operation[Any], url: str, error: httpx.HTTPError, attempts: int, maybe_delivered: bool
) -> errors.TransportError:
    route = operation.route
    timed_out = isinstance(error, httpx.TimeoutException)
    kind = errors.TransportTimeoutError if timed_out else errors.TransportError
    if isinstance(error, ClosedError):
        what = "the client was closed during the call"
    elif isinstance(error, httpx.PoolTimeout):
        what = "all connections were busy until the timeout: make fewer calls at once, or allow more time"
    elif timed_out:
        what = "no answer in time"
    elif isinstance(error, NEVER_SENT):
        what = "no connection"
    else:
        what = "the connection was lost"
    if isinstance(error, ClosedError) and not maybe_delivered:
        advice = "Nothing was delivered"
    elif not maybe_delivered:
        advice = f"Nothing was delivered. Check the network, the region, and {route.host}_url where you set it"
    elif route.repeat == "once":
        advice = "It may have been acted on all the same; look before you send it again"
    else:
        advice = "It may have been delivered; a repetition does no harm"
    times = "1 attempt" if attempts == 1 else f"{attempts} attempts"
    host = url.partition("://")[2].partition("/")[0]
    return kind(
        f"{what} for {route.method} {route.path} at {host} ({_cause(error)}; {times}). {advice}",
        maybe_delivered=maybe_delivered,
        method=route.method,
        path=route.path,
        attempts=attempts,
    )


def _cause(error: httpx.HTTPError) -> str:
    """Return why a request failed, in words that hold nothing of it: those of the system, or the kind of error."""
    cause: BaseException | None = error
    for _ in range(10):  # the chain may be a ring
        if isinstance(cause, BaseExceptionGroup):
            cause = cause.exceptions[0]
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"TLS: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return f"TLS: {cause.reason or 'failed'}"
        if isinstance(cause, socket.gaierror):
            return "the name of the host is not known"
        if isinstance(cause, OSError) and cause.errno is not None and cause.errno in errno.errorcode:
            return os.strerror(cause.errno)
        cause = (cause.__cause__ or cause.__context__) if cause else None
    return type(error).__name__


def messages_in(body: bytes) -> list[str]:
    """Return what Customer.io says in the body of a refusal, or nothing where it is not Customer.io's."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return []
    if not isinstance(document, dict):
        return []
    meta = document.get("meta")
    found: list[Any] = []
    for part in (document, meta if isinstance(meta, dict) else {}):
        for said in (part.get("error"), part.get("errors")):
            found += said if isinstance(said, list) else [said] if said else []
    return [_words(entry) if isinstance(entry, dict) else str(entry) for entry in found]


def _words(entry: dict[str, Any]) -> str:
    source = entry.get("source")
    where = entry.get("field") or (source.get("pointer") if isinstance(source, dict) else None)
    said = entry.get("detail") or entry.get("message") or entry.get("reason") or "no reason given"
    return f"{where}: {said}" if where else str(said)


def _redact(words: str, operation: Operation[Any], settings: Settings) -> str:
    """Leave out of Customer.io's words what they repeat of the request, and keep them on one line."""
    words = _on_one_line(words[:2_000])
    path, _, query = operation.path.partition("?")
    segments = set(path.split("/")) - set(operation.route.path.split("/"))
    sent = set(_leaves(json.loads(operation.body))) if operation.body is not None else set[str]()
    parts = {
        word
        for leaf in (*sent, unquote(query.partition("=")[2]))
        for word in leaf.split()
        if len(word) > 3 and not word.isalpha()
    }
    private = {*settings.secrets, *segments, *map(unquote, segments), *parts, *(leaf for leaf in sent if len(leaf) > 2)}
    lowered = words.lower()
    repeated = [value for value in private if _plain_run(value) in lowered]
    found = {spelling for value in repeated for spelling in _spellings(value) if spelling.lower() in lowered}
    for spelling in sorted(found, key=len, reverse=True):
        words = re.sub(rf"(?<!\w){re.escape(spelling)}(?!\w)", "…", words, flags=re.IGNORECASE)
    for phone in filter(_PHONE.fullmatch, sent):
        words = re.sub(r"\+?" + r"[ ().-]*".join(phone[1:]), "…", words)
    words = _leave_out_quotes(words, "\n".join(map(_on_one_line, sent)).lower())
    words = _ADDRESS.sub("…", _CREDENTIALS.sub("…", words))
    return words if len(words) <= 500 else words[:500] + "…"


def _on_one_line(text: str) -> str:
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(text.split())


def _plain_run(value: str) -> str:
    """Return the longest part of a value that every way to write it has in common, in lower case."""
    return max(_PLAIN_RUN.findall(value[:_LONG]), key=len, default="").lower()


def _spellings(value: str) -> set[str]:
    """The ways in which an answer may write a value. One that is long is found as a quotation."""
    if value.isalnum() and value.isascii():
        return {value}
    value = _on_one_line(value[:_LONG])
    ways = (quote(value), quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1], html.escape(value))
    return {value, *ways} - {""}


def _leave_out_quotes(words: str, sent: str) -> str:
    """Leave out of the words what is a part of something longer that was sent."""
    tokens, kept, start = words.split(" "), list[str](), 0
    while start < len(tokens):
        end, quoted = start, ""
        while end < len(tokens) and (longer := " ".join(tokens[start : end + 1]).lower().strip(_MARKS)) in sent:
            end, quoted = end + 1, longer
        if len(quoted) >= _QUOTE:
            kept.append("…")
            start = end
        else:
            kept.append(tokens[start])
            start += 1
    return " ".join(kept)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (name for name in value if not name.isidentifier())  # the name of a file, for example
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield str(value)


def _log_call(route: Route[Any], outcome: Outcome, attempts: int, seconds: float) -> None:
    if _log.isEnabledFor(logging.DEBUG):
        result = outcome.status_code if isinstance(outcome, Answer) else type(outcome).__name__
        _log.debug("%s %s: %s, %d attempt(s), %.3f s", route.method, route.path, result, attempts, seconds)

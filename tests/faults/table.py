"""The table of faults: what goes out, what comes of it, and what the caller gets."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field, replace
from email.utils import formatdate

from cio_sdk import (
    APIError,
    AuthenticationError,
    CustomerIOError,
    NotFoundError,
    PayloadTooLargeError,
    RateLimitError,
    ResponseError,
    ServerError,
    TransportError,
    TransportTimeoutError,
    UnprocessableError,
)
from cio_sdk._operation import Repeat
from faults.rig import NOW
from faults.server import (
    ANSWERS_TWICE,
    CLOSES_AT_ONCE,
    CLOSES_EARLY,
    HALF_CLOSES_EARLY,
    PACE,
    READS_AND_CLOSES,
    READS_AND_RESETS,
    READS_HALF_AND_CLOSES,
    READS_HALF_AND_RESETS,
    REFUSES,
    RESETS_EARLY,
    STAYS_SILENT,
    Ends,
    Sends,
    Step,
    after,
    answers,
    chunked,
    cut,
    dribbled,
    endless,
    moves,
    raw,
    whole,
)

Script = tuple[Step, ...]
Scripts = dict[str, Script]

KINDS: tuple[Repeat, ...] = ("safe", "deduplicated", "once")
SHORT = 0.06
"""The timeout of a call that is to run into it, in seconds."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What comes of a call."""

    requests: int
    """How many requests reach the server."""
    effects: int
    """How many of them it acts on."""
    gets: type[CustomerIOError] | None = None
    """What the caller gets: an error, or None for the result."""
    maybe: bool | None = None
    """What the `maybe_delivered` of the error is."""
    attempts: int | None = None
    """How often the client tries, where that is not the number of requests."""
    typed: type[CustomerIOError] | None = None
    """What the caller gets in place of the result where that is a model."""

    def __str__(self) -> str:
        tries = f", {self.attempts} attempt{'s' * (self.attempts > 1)}" if self.attempts and self.gets else ""
        return f"{self.requests} / {self.effects} / {self._outcome()}{tries}"

    def _outcome(self) -> str:
        if self.gets is None:
            return "the result" if self.typed is None else f"the result; `{self.typed.__name__}` for a model"
        delivered = {None: "", True: ", maybe delivered", False: ", not delivered"}
        return f"`{self.gets.__name__}`{delivered[self.maybe]}"


PACED = Cell(1, 0, RateLimitError)
"""What comes of a call that meets the rate of its operation, and was not told to wait."""


@dataclass(frozen=True, slots=True)
class Row:
    """A fault, in all its forms."""

    fault: str
    scripts: Scripts = field(repr=False)
    harmless: Cell
    """What comes of a call that a repetition does no harm to."""
    once: Cell
    waits: tuple[float, ...] | None = None
    """How long the client waits between its attempts, where the fault decides it."""
    timeout: float = 5.0
    warm: bool = False
    """Whether it strikes a connection that is open already."""

    def cell_of(self, kind: Repeat, script: Script, *, paced: bool) -> Cell:
        """What comes of a call of this kind, which is paced where the operation has a rate of its own."""
        return PACED if paced and script and script[0].fate == "busy" else self.cell(kind)

    def cell(self, kind: Repeat) -> Cell:
        """What comes of a call of this kind."""
        if kind == "once":
            return self.once
        return (
            replace(self.harmless, effects=min(1, self.harmless.effects)) if kind == "deduplicated" else self.harmless
        )


def markdown_table() -> str:
    """The table as a page shows it: requests that arrive / effects / what the caller gets."""
    head = f"| what the server does | {' | '.join(KINDS)} |\n{'| --- ' * (len(KINDS) + 1)}|\n"
    return head + "".join(f"| {row.fault} | {' | '.join(str(row.cell(kind)) for kind in KINDS)} |\n" for row in TABLE)


def _always(scripts: Scripts) -> Scripts:
    return {name: script * 10 for name, script in scripts.items()}


def _times(number: int, scripts: Scripts) -> Scripts:
    return {name: script * number for name, script in scripts.items()}


def _each(*statuses: int) -> Scripts:
    return {str(status): (answers(status),) for status in statuses}


def _lost(sends: Sends, ends: Ends = "closes") -> Script:
    return (Step("lost", sends, ends=ends),)


def _done(sends: Sends, ends: Ends = "keeps") -> Script:
    return (Step("done", sends, ends=ends),)


def _late(sends: Sends) -> Script:
    return (Step("late", sends, ends="closes"),)


def _after_head(answer: bytes) -> int:
    return answer.index(b"\r\n\r\n") + 4


def _in_body(answer: bytes) -> int:
    return (_after_head(answer) + len(answer)) // 2


# --- The faults -------------------------------------------------------------------------------------------------------

_UNREAD: Scripts = {
    "closes at once": (CLOSES_AT_ONCE,),
    "closes at the first byte": (CLOSES_EARLY,),
    "half-closes at the first byte": (HALF_CLOSES_EARLY,),
    "resets at the first byte": (RESETS_EARLY,),
}
_HALF_READ: Scripts = {"closes": (READS_HALF_AND_CLOSES,), "resets": (READS_HALF_AND_RESETS,)}
_READ: Scripts = {"closes": (READS_AND_CLOSES,), "resets": (READS_AND_RESETS,)}
_CUT_HEAD: Scripts = {
    "in the status line": _lost(raw(b"HTTP/1.")),
    "in a header": _lost(raw(b"HTTP/1.1 200 OK\r\nContent-Le")),
    "before the last line": _lost(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n")),
    "by a reset": _lost(raw(b"HTTP/1.1 200 OK\r\nContent-Le"), "resets"),
    "after a 100": _lost(raw(b"HTTP/1.1 100 Continue\r\n\r\n")),
}
_CUT_BODY: Scripts = {
    "before it": _lost(cut(whole(200, b'{"a": 1}'), _after_head)),
    "within it": _lost(cut(whole(200, b'{"a": 1}'), _in_body)),
    "by a reset": _lost(cut(whole(200, b'{"a": 1}'), _in_body), "resets"),
    "between chunks": _lost(chunked(200, b"{", last=b"")),
    "in a chunk": _lost(chunked(200, b"{", last=b'5\r\n"a"')),
    "of a too long length": _lost(whole(200, b"{}", Content_Length="100")),
}
_NOT_HTTP: Scripts = {
    "text": _lost(raw(b"hello there\r\n\r\n")),
    "bytes": _lost(raw(bytes(range(256)) * 4)),
    "another protocol": _lost(raw(b"SSH-2.0-OpenSSH_9.6\r\n")),
    "a status that is no number": _lost(raw(b"HTTP/1.1 abc OK\r\n\r\n")),
    "a length that is no number": _lost(whole(200, b"{}", Content_Length="two")),
    "an endless header": _lost(raw(b"HTTP/1.1 200 OK\r\nX: ", *[b"x" * 10_000] * 30)),
}
_LATE: Scripts = {
    "no answer": (STAYS_SILENT,),
    "head byte by byte": _late(dribbled(whole())),
    "body byte by byte": _late(dribbled(whole(200, b'{"a": "%b"}' % (b"x" * 50)), _after_head)),
    "half a body": (Step("late", cut(whole(200, b'{"a": 1}'), _in_body), ends="hangs"),),
    "102 without a pause": _late(after([b"HTTP/1.1 102 Processing\r\n\r\n" * 400] * 150, whole())),
    "102 over and over": _late(after([b"HTTP/1.1 102 Processing\r\n\r\n"] * 80, whole(), PACE)),
}


def _at(location: str) -> Script:
    return (moves(307, lambda _server, _request: location),)


_MOVED: Scripts = {
    **{
        f"{status} with a path": (moves(status, lambda _, request: f"/moved{request.path}"),)
        for status in (301, 302, 307, 308)
    },
    **{
        f"{status} with a URL": (moves(status, lambda server, request: f"{server.url}/moved{request.path}"),)
        for status in (301, 302, 307, 308)
    },
    "307 with a query": (moves(307, lambda _, request: f"?moved={request.path}"),),
    "307 with a URL of no host": _at("http://"),
}
_LOOP: Scripts = {"to itself": (moves(307, lambda _, request: request.path),)}
_MOVED_AWAY: Scripts = {
    "another port": (moves(307, lambda _, request: f"http://127.0.0.1:1{request.path}"),),
    "another name": (moves(307, lambda server, request: f"http://localhost:{server.port}{request.path}"),),
    "another scheme": (moves(307, lambda server, request: f"https://127.0.0.1:{server.port}{request.path}"),),
    "a URL with a user": (moves(307, lambda server, request: f"http://127.0.0.1:{server.port}@evil.example/"),),
    "two slashes": _at("//evil.example/api"),
    "Customer.io": _at("https://track.customer.io/"),
}
_MOVED_NOWHERE: Scripts = {
    "no Location": (moves(307, None),),
    "an empty Location": _at(""),
    "half an address": _at("http://[::1"),
    "no port": _at("http://127.0.0.1:port/"),
    "a port that is none": _at("http://127.0.0.1:99999/"),
    "a file": _at("file:///etc/passwd"),
    "a script": _at("javascript:alert(1)"),
}
_NOT_JSON: Scripts = {
    "HTML": _done(whole(200, b"<!doctype html><title>Sign in</title>", Content_Type="text/html")),
    "cut JSON": _done(whole(200, b'{"url": "https://tr')),
    "cut JSON without a length": _done(raw(b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"url"'), "closes"),
    "a list": _done(whole(200, b"[]")),
    "a string": _done(whole(200, b'"ok"')),
    "a number": _done(whole(200, b"1e999")),
    "null": _done(whole(200, b"null")),
    "deep JSON": _done(whole(200, b"[" * 100_000)),
    "latin-1": _done(whole(200, '{"url": "\xfc"}'.encode("latin-1"), Content_Type="application/json; charset=latin-1")),
    "gzip that is none": _done(whole(200, b'{"url": "x"}', Content_Encoding="gzip")),
    "cut gzip": _done(whole(200, gzip.compress(b'{"url": "x"}')[:-12], Content_Encoding="gzip")),
    "gzip that is not announced": _done(whole(200, gzip.compress(b"{}"))),
    "an endless body": (Step("done", endless(), ends="closes"),),
    "an endless body out of a small one": _done(
        whole(200, gzip.compress(b" " * 40_000_000, 1), Content_Encoding="gzip"), "closes"
    ),
}
_EMPTY: Scripts = {
    "204": _done(raw(b"HTTP/1.1 204 No Content\r\n\r\n")),
    "200 and no body": _done(whole(200, b"")),
    "an object of nothing": _done(whole(200, b"{}")),
    "wrong types": _done(
        whole(200, b'{"url": 1, "region": [], "delivery_id": {}, "queued_at": "soon", "collection": 7}')
    ),
    "UTF-16": _done(whole(200, '{"url": "x"}'.encode("utf-16"))),
}
_UNUSUAL: Scripts = {
    "201": _done(whole(201)),
    "202": _done(whole(202)),
    "chunks": _done(chunked(200)),
    "100 before it": _done(after([b"HTTP/1.1 100 Continue\r\n\r\n"], whole())),
    "103 before it": _done(after([b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"], whole())),
    "100, 102 and 103 before it": _done(
        after([b"HTTP/1.1 %d Wait\r\n\r\n" % status for status in (100, 102, 103)], whole())
    ),
    "an encoding that nobody knows": _done(whole(200, None, Content_Encoding="x-none")),
    "a charset that nobody knows": _done(whole(200, None, Content_Type="application/json; charset=x-none")),
    "two answers at once": (ANSWERS_TWICE,),
    "a reset after it": _done(whole(200, None, Connection="close"), "resets"),
}


def _refused_for(time: str) -> Script:
    """A 429 that asks for more time than there is."""
    return (Step("final", whole(429, Retry_After=time)),)


_BUSY = answers(429)
_RETRY_AFTER: Scripts = {
    "seconds": (answers(429, Retry_After="2"),),
    "a fraction": (answers(429, Retry_After=" 2.0 "),),
    "a date": (answers(429, Retry_After=formatdate(NOW + 2, usegmt=True)),),
    "a date without a zone": (answers(429, Retry_After=formatdate(NOW + 2, usegmt=True)[:-4]),),
}
_RETRY_AFTER_PAST: Scripts = {
    "0": (answers(429, Retry_After="0"),),
    "a date in the past": (answers(429, Retry_After=formatdate(NOW - 1000, usegmt=True)),),
}
_RETRY_AFTER_LONG: Scripts = {
    "31 s": _refused_for("31"),
    "ten digits": _refused_for(str(10**9)),
    "400 digits": _refused_for("9" * 400),
    "a date in a year": _refused_for(formatdate(NOW + 3e7, usegmt=True)),
}
_RETRY_AFTER_BROKEN: Scripts = {
    "negative": (answers(429, Retry_After="-5"),),
    "empty": (answers(429, Retry_After=""),),
    "1e400": (answers(429, Retry_After="1e400"),),
    "inf": (answers(429, Retry_After="inf"),),
    "nan": (answers(429, Retry_After="nan"),),
    "words": (answers(429, Retry_After="in a moment"),),
    "half a date": (answers(429, Retry_After="Thu, 09 Oct"),),
    "a date of no day": (answers(429, Retry_After="Thu, 99 Foo 9999 99:99:99 GMT"),),
    "a zone of no hour": (answers(429, Retry_After="Thu, 09 Oct 2025 08:53:20 +999999999999999999"),),
}
_CUT_REFUSALS: Scripts = {"400": (Step("final", cut(whole(400), _in_body), ends="closes"),)}
_STALE: Scripts = {name: script for name, script in _UNREAD.items() if "at once" not in name}
_FAILURES = (500, 502, 503, 504, 522, 524)

# --- The table --------------------------------------------------------------------------------------------------------

RESULT = Cell(1, 1)
_NOT_SENT = Cell(0, 0, TransportError, maybe=False, attempts=3)
_LOST = Cell(0, 0, TransportError, maybe=True, attempts=1)
_LOST_HALF = Cell(1, 0, TransportError, maybe=True)
_LOST_WHOLE = Cell(1, 1, TransportError, maybe=True)
_TIMED_OUT = Cell(1, 1, TransportTimeoutError, maybe=True)


def _same(fault: str, scripts: Scripts, cell: Cell, **options: object) -> Row:
    return Row(fault, scripts, cell, cell, **options)  # type: ignore[arg-type]


TABLE: tuple[Row, ...] = (
    # The connection.
    _same("refuses the connection, once", {"": (REFUSES,)}, replace(RESULT, attempts=2)),
    _same("refuses the connection, twice", {"": (REFUSES, REFUSES)}, replace(RESULT, attempts=3)),
    _same("refuses the connection, always", {"": (REFUSES,) * 10}, _NOT_SENT),
    Row("closes or resets the connection unread, once", _UNREAD, replace(RESULT, attempts=2), _LOST),
    Row("closes or resets the connection unread, always", _always(_UNREAD), replace(_LOST, attempts=3), _LOST),
    Row("reads half of the request and is gone, once", _HALF_READ, Cell(2, 1), _LOST_HALF),
    Row(
        "reads half of the request and is gone, always",
        _always(_HALF_READ),
        Cell(3, 0, TransportError, maybe=True),
        _LOST_HALF,
    ),
    Row("reads the request and is gone, once", _READ, Cell(2, 2), _LOST_WHOLE),
    Row("reads the request and is gone, always", _always(_READ), Cell(3, 3, TransportError, maybe=True), _LOST_WHOLE),
    Row("is gone within the head of its answer, once", _CUT_HEAD, Cell(2, 2), _LOST_WHOLE),
    Row(
        "is gone within the head of its answer, always",
        _always(_CUT_HEAD),
        Cell(3, 3, TransportError, maybe=True),
        _LOST_WHOLE,
    ),
    Row("is gone within the body of its answer, once", _CUT_BODY, Cell(2, 2), _LOST_WHOLE),
    Row(
        "is gone within the body of its answer, always",
        _always(_CUT_BODY),
        Cell(3, 3, TransportError, maybe=True),
        _LOST_WHOLE,
    ),
    Row("answers what is not HTTP, once", _NOT_HTTP, Cell(2, 2), _LOST_WHOLE),
    Row("answers what is not HTTP, always", _always(_NOT_HTTP), Cell(3, 3, TransportError, maybe=True), _LOST_WHOLE),
    _same("answers too late, or too slowly", _LATE, _TIMED_OUT, timeout=SHORT),
    # A connection that was kept.
    _same("has closed a kept connection before the call", {"": ()}, RESULT, warm=True),
    Row(
        "closes or resets a kept connection as the request arrives",
        _STALE,
        replace(RESULT, attempts=2),
        _LOST,
        warm=True,
    ),
    Row("reads the request on a kept connection and is gone", _READ, Cell(2, 2), _LOST_WHOLE, warm=True),
    # Failures and refusals.
    Row("answers 500, 502, 503, 504, 522 or 524, once", _each(*_FAILURES), Cell(2, 2), Cell(1, 1, ServerError)),
    Row(
        "answers 500, 502, 503, 504, 522 or 524, twice",
        _times(2, _each(*_FAILURES)),
        Cell(3, 3),
        Cell(1, 1, ServerError),
    ),
    Row(
        "answers 500, 502, 503, 504, 522 or 524, always",
        _always(_each(*_FAILURES)),
        Cell(3, 3, ServerError),
        Cell(1, 1, ServerError),
    ),
    Row("answers 408, once", _each(408), Cell(2, 2), Cell(1, 1, APIError)),
    Row("answers 408, always", _always(_each(408)), Cell(3, 3, APIError), Cell(1, 1, APIError)),
    _same("answers 429, once", {"": (_BUSY,)}, Cell(2, 1), waits=(0.5,)),
    _same("answers 429, twice", {"": (_BUSY, _BUSY)}, Cell(3, 1), waits=(0.5, 1.0)),
    _same("answers 429, always", {"": (_BUSY,) * 10}, Cell(3, 0, RateLimitError), waits=(0.5, 1.0)),
    _same("answers 429 with a `Retry-After` of 2 s", _RETRY_AFTER, Cell(2, 1), waits=(2.0,)),
    _same("answers 429 with a `Retry-After` of 0 s or in the past", _RETRY_AFTER_PAST, Cell(2, 1), waits=(0.0,)),
    _same(
        "answers 429 with a `Retry-After` beyond `max_total_wait`",
        _RETRY_AFTER_LONG,
        Cell(1, 0, RateLimitError),
        waits=(),
        timeout=1000.0,
    ),
    _same(
        "answers 429 with a `Retry-After` beyond `timeout`",
        {"": _refused_for("6")},
        Cell(1, 0, RateLimitError),
        waits=(),
    ),
    _same("answers 429 with a `Retry-After` that is none", _RETRY_AFTER_BROKEN, Cell(2, 1), waits=(0.5,)),
    Row(
        "answers 503 with a `Retry-After` of 2 s",
        {"": (answers(503, Retry_After="2"),)},
        Cell(2, 2),
        Cell(1, 1, ServerError),
    ),
    _same("answers 501 or 505", _each(501, 505), Cell(1, 1, ServerError)),
    _same("answers 401 or 403", _each(401, 403), Cell(1, 0, AuthenticationError)),
    _same("answers 404", _each(404), Cell(1, 0, NotFoundError)),
    _same("answers 413", _each(413), Cell(1, 0, PayloadTooLargeError)),
    _same("answers 422", _each(422), Cell(1, 0, UnprocessableError)),
    _same(
        "answers 300, 303, 304, 400, 409 or 418",
        {**_each(300, 303, 400, 409, 418), "304": (Step("final", whole(304, b"")),)},
        Cell(1, 0, APIError),
    ),
    _same("is gone within the body of a refusal", _CUT_REFUSALS, Cell(1, 0, APIError)),
    _same(
        "is gone within the body of a 429, once",
        {"": (Step("busy", cut(whole(429), _in_body), ends="closes"),)},
        Cell(2, 1),
    ),
    Row(
        "is gone within the body of a 500, once",
        {"": (Step("failed", cut(whole(500), _in_body), ends="closes"),)},
        Cell(2, 2),
        Cell(1, 1, ServerError),
    ),
    # Redirects.
    _same("redirects within its origin", _MOVED, Cell(2, 1)),
    _same("redirects within its origin five times", _times(5, _LOOP), Cell(6, 1)),
    _same("redirects in a loop", _always(_LOOP), Cell(6, 0, APIError)),
    _same("redirects to another origin", _MOVED_AWAY, Cell(1, 0, APIError)),
    _same("redirects to nowhere", _MOVED_NOWHERE, Cell(1, 0, APIError)),
    # Successes.
    _same("answers 200 with what is not a JSON object", _NOT_JSON, Cell(1, 1, ResponseError)),
    _same("answers 2xx with nothing, or with wrong fields", _EMPTY, replace(RESULT, typed=ResponseError)),
    _same("answers in an unusual way", _UNUSUAL, RESULT),
    # One after the other.
    Row(
        "answers 500, and then refuses the connection",
        {"": (answers(500), *[REFUSES] * 9)},
        Cell(1, 1, TransportError, maybe=True, attempts=3),
        Cell(1, 1, ServerError),
    ),
    Row(
        "reads the request and is gone, and then refuses the connection",
        {"": (READS_AND_CLOSES, *[REFUSES] * 9)},
        Cell(1, 1, TransportError, maybe=True, attempts=3),
        _LOST_WHOLE,
    ),
    _same(
        "answers 429, and then refuses the connection",
        {"": (_BUSY, *[REFUSES] * 9)},
        Cell(1, 0, TransportError, maybe=False, attempts=3),
    ),
    Row(
        "refuses the connection, and then answers 500, always",
        {"": (REFUSES, *[answers(500)] * 9)},
        Cell(2, 2, ServerError, attempts=3),
        Cell(1, 1, ServerError, attempts=2),
    ),
    Row(
        "answers 429, and then reads the request and is gone",
        {"": (_BUSY, READS_AND_CLOSES)},
        Cell(3, 2),
        Cell(2, 1, TransportError, maybe=True),
    ),
    Row(
        "reads the request and is gone, and then answers 401",
        {"": (READS_AND_CLOSES, answers(401))},
        Cell(2, 1, AuthenticationError),
        _LOST_WHOLE,
    ),
    Row(
        "redirects, and then reads the request and is gone",
        {"": (*_MOVED["307 with a path"], READS_AND_CLOSES)},
        Cell(3, 2),
        Cell(2, 1, TransportError, maybe=True),
    ),
    _same(
        "redirects, and then refuses the connection",
        {"": (*_MOVED["307 with a path"], REFUSES)},
        Cell(2, 1, attempts=3),
    ),
)
"""Every fault; no two rows have the same name."""

CASES: dict[str, tuple[Row, Script]] = {
    f"{row.fault}: {form}" if form else row.fault: (row, script)
    for row in TABLE
    for form, script in row.scripts.items()
}
"""Every form of every fault."""
FIRST_CASES = {row.fault: case for case, (row, _) in reversed(CASES.items())}.values()
"""One form of every fault."""

assert len({row.fault for row in TABLE}) == len(TABLE)

"""The HTTP of a sandbox: who may ask, for which operation a request is, and what it is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import to_json
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from cio_sdk import models
from cio_sdk.sandbox import _page
from cio_sdk.sandbox._operations import MAX_BODY_BYTES, ROUTES, Answer, Call, Route
from cio_sdk.sandbox._refusals import (
    API,
    Problem,
    api_of,
    invalid,
    invalid_status,
    problems_of,
    reason_of,
    refusal,
    too_large,
)
from cio_sdk.sandbox._rules import MalformedError, RefusedError, TooLargeError, UnknownError
from cio_sdk.sandbox._store import Store

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

_ID_TYPES: dict[str, TypeAdapter[Any]] = {
    "customer_id": TypeAdapter(models.CustomerId),
    "device_id": TypeAdapter(models.DeviceId),
    "collection_id": TypeAdapter(models.CollectionId),
    "delivery_id": TypeAdapter(models.DeliveryId),
    "form_id": TypeAdapter(models.FormId),
    "segment_id": TypeAdapter(models.SegmentId),
    "broadcast_id": TypeAdapter(models.BroadcastId),
    "trigger_id": TypeAdapter(models.TriggerId),
}

_MAX_URL_LENGTH = 4_000

_PAGES = {"/": ("GET", "HEAD", "DELETE"), "/counts": ("GET", "HEAD")}
"""What the sandbox shows of itself, and how it may be asked. Counting is cheap, however much arrived."""


class _HTTPError(Exception):
    """The request is refused as such."""

    def __init__(self, status: int, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.headers = headers


class App:
    """The sandbox as an ASGI application."""

    def __init__(
        self,
        store: Store,
        url: str,
        names: frozenset[str],
        credentials: Mapping[str, str],
        on_request: Callable[[str, str, int], None] | None = None,
    ) -> None:
        """Make an application.

        Args:
            store: The state that requests change.
            url: The URL that the application is served at.
            names: The hosts that may be asked for what arrived, beside the address that was reached.
            credentials: What the `Authorization` header must carry, by its scheme.
            on_request: Called after every request with its method, its path and the status of the answer.
        """
        self._store = store
        self._url = url
        self._names = names
        self._credentials = credentials
        self._on_request = on_request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            body = await _read(request)
        except ClientDisconnect:
            return
        # The decoded path of ASGI cannot tell a slash within an id from one between two segments.
        path = scope["raw_path"].decode("latin-1")
        response = self._answer(request, path, body)
        await response(scope, receive, send)
        if self._on_request is not None:
            self._on_request(request.method, path, response.status_code)

    def _answer(self, request: Request, path: str, body: bytes | None) -> Response:
        api = api_of(path)
        try:
            if len(path) + len(request.scope["query_string"]) > _MAX_URL_LENGTH:
                raise _HTTPError(400, f"the URL has more than {_MAX_URL_LENGTH:,} characters")
            if path in _PAGES:
                return self._show(request, path)
            route, segments = _find_route(request.method, path)
            if route.needs_keys:
                self._check_credentials(api, request.headers.get("authorization", ""))
            ids = {name: _decode(name, segment) for name, segment in segments.items()}
            raw = _raw(route, body, request.headers.get("content-encoding", ""))
            result = route.operation(Call(self._store, self._url, ids, raw, request.query_params))
        except ValidationError as error:
            return _json(invalid_status(api), invalid(api, problems_of(error)))
        except RefusedError as error:
            return _json(invalid_status(api), invalid(api, [Problem(error.place, error.reason, error.kind)]))
        except UnknownError as error:
            return _json(404, refusal(api, 404, str(error)))
        except TooLargeError as error:
            return _json(*too_large(api, str(error)))
        except MalformedError as error:
            return _json(400, refusal(api, 400, str(error)))
        except _HTTPError as error:
            return _json(error.status, refusal(api, error.status, str(error)), error.headers)
        return _success(route, result)

    def _show(self, request: Request, path: str) -> Response:
        """Show what arrived, say how much, or forget it."""
        self._check_guest(request)
        if request.method not in _PAGES[path]:
            raise _not_allowed([*_PAGES[path]])
        if path == "/counts":
            return _json(200, self._store.counts(), _page.HEADERS)
        match request.method:
            case "GET" | "HEAD" if _page.prefers_html(",".join(request.headers.getlist("accept"))):
                return Response(_page.html_of(self._store), headers=_page.HEADERS, media_type="text/html")
            case "GET" | "HEAD":
                return Response(_page.json_of(self._store), headers=_page.HEADERS, media_type="application/json")
            case _:
                self._store.reset()
                return Response(status_code=204)

    def _check_guest(self, request: Request) -> None:
        """Refuse the pages of others, which a browser may lead here by a name of theirs or by a link."""
        host = request.headers.get("host", "")
        if _host_name(host) not in {*self._names, request.scope["server"][0]}:
            raise _HTTPError(403, f"the sandbox has another name; what arrived is shown at {self._url}/")
        if request.method == "DELETE" and request.headers.get("origin", f"http://{host}") != f"http://{host}":
            raise _HTTPError(403, "a page of another origin cannot forget what arrived")

    def _check_credentials(self, api: API, authorization: str) -> None:
        scheme = "Basic" if api in ("track", "entity") else "Bearer"
        given_scheme, _, credentials = authorization.partition(" ")
        if given_scheme.lower() != scheme.lower() or credentials.strip() != self._credentials[scheme]:
            keys = "the site id and the tracking API key" if scheme == "Basic" else "the app API key"
            raise _HTTPError(401, f"unauthorized: send {keys} as {scheme}", {"WWW-Authenticate": scheme})


async def _read(request: Request) -> bytes | None:
    """Return the body, or None where it is too large.

    It is read to its end even so: a client that is cut off while sending may never see the answer.
    """
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= MAX_BODY_BYTES:
            chunks.append(chunk)
    return b"".join(chunks) if size <= MAX_BODY_BYTES else None


def _find_route(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """Return the route that a request is for, and the parameters in its path, still percent-encoded."""
    matches = [(route, segments) for route in ROUTES if (segments := _match(route.path, path)) is not None]
    for route, segments in matches:
        if route.method == ("GET" if method == "HEAD" else method):
            return route, segments
    if matches:
        raise _not_allowed([route.method for route, _ in matches])
    raise _HTTPError(404, "there is no such path")


def _not_allowed(methods: list[str]) -> _HTTPError:
    allowed = ", ".join(methods)
    return _HTTPError(405, f"this path takes {allowed} only", {"Allow": allowed})


def _host_name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _match(pattern: str, path: str) -> dict[str, str] | None:
    expected, given = pattern.split("/"), path.split("/")
    if len(expected) != len(given):
        return None
    segments: dict[str, str] = {}
    for name, segment in zip(expected, given, strict=True):
        if name.startswith("{"):
            segments[name.strip("{}")] = segment
        elif name != segment:
            return None
    return segments


def _decode(name: str, segment: str) -> str:
    try:
        identifier: str = _ID_TYPES[name].validate_python(unquote(segment, errors="strict"))
    except UnicodeDecodeError:
        raise RefusedError((name,), "must be percent-encoded UTF-8") from None
    except ValidationError as error:
        raise RefusedError((name,), reason_of(error)) from None
    return identifier


def _raw(route: Route, body: bytes | None, encoding: str) -> bytes:
    """Return the body as far as the operation may look at it."""
    if body is None or len(body) > route.max_bytes:
        raise TooLargeError(f"the body has more than {route.max_bytes:,} bytes")
    if route.body == "none" or (route.body == "optional" and not body):
        return b"{}"
    if encoding.lower() not in ("", "identity"):
        raise _HTTPError(415, "the body is compressed; send it without a Content-Encoding")
    return body


def _success(route: Route, result: BaseModel | Answer | None) -> Response:
    if isinstance(result, Answer):
        return _json(result.status, result.content)
    if route.status == 204:
        return Response(status_code=204)
    return _json(route.status, result if result is not None else {})


def _json(status: int, content: object, headers: Mapping[str, str] | None = None) -> Response:
    body = to_json(content, by_alias=True, exclude_none=True)
    return Response(body, status, headers, media_type="application/json")

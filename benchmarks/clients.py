"""The clients that are measured. Each is made with its calls by a function that imports it."""

from __future__ import annotations

import base64
import json
import logging
import socket
import threading
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import urlsplit

Call: TypeAlias = Callable[[], Any]
Calls: TypeAlias = dict[str, Call]
"""The calls of a client, by what is sent."""

PERSON = "42"
EVENT = "purchase"
DATA = {"item": "The Analytical Engine", "price": 59.9, "count": 3}
ROWS = {"rows": [{"sku": f"A-{n:05}", "name": "The Analytical Engine", "price": 59.9} for n in range(1_650)]}
FILE = bytes(range(256)) * 293
EMAIL: dict[str, Any] = {"to": "ada@example.com", "transactional_message_id": "order_receipt"}
IDENTIFIERS = {"id": PERSON}
EVENT_BODY = {"name": EVENT, "data": DATA, "id": "01M84CB6PV4HYRK1JBB7M633YD"}
EMAIL_BODY = {**EMAIL, "identifiers": IDENTIFIERS, "message_data": ROWS}
FILE_BODY = {**EMAIL, "identifiers": IDENTIFIERS, "attachments": {"a.bin": base64.b64encode(FILE).decode()}}
REQUESTS: dict[str, tuple[str, str, Any]] = {
    "event": ("POST", f"/api/v1/customers/{PERSON}/events", EVENT_BODY),
    "email": ("POST", "/v1/send/email", EMAIL_BODY),
    "file": ("POST", "/v1/send/email", FILE_BODY),
    "region": ("GET", "/api/v1/accounts/region", None),
}
HEADERS = {"Authorization": "Basic c2l0ZTprZXk=", "Content-Type": "application/json", "User-Agent": "benchmark"}


def cio(url: str) -> Calls:
    """This SDK, blocking."""
    from cio_sdk import Client

    return _cio_calls(Client("site", "key", "app", track_url=url, app_url=url))


def cio_async(url: str) -> Calls:
    """This SDK, async."""
    from cio_sdk import AsyncClient

    return _cio_calls(AsyncClient("site", "key", "app", track_url=url, app_url=url))


def _cio_calls(client: Any) -> Calls:
    from cio_sdk import EmailRequest, Identifiers

    def email(**fields: Any) -> EmailRequest:
        return EmailRequest(**EMAIL, identifiers=Identifiers(id=PERSON), **fields)

    def file() -> Any:
        request = email()
        request.attach("a.bin", FILE)
        return client.send_email(request)

    return {
        "event": lambda: client.new_event(PERSON, EVENT, DATA),
        "email": lambda: client.send_email(email(message_data=ROWS)),
        "file": file,
        "region": client.find_region,
    }


def customerio(url: str) -> Calls:
    """The package `customerio`. It has no call for the region."""
    from customerio import APIClient, CustomerIO, SendEmailRequest

    logging.getLogger("urllib3").setLevel(logging.ERROR)  # it warns of each connection over ten
    track, app = CustomerIO("site", "key"), APIClient("app", url=url)
    track.base_url = f"{url}/api/v1"
    for client in (track, app):
        client.http.mount("http://", client.http.get_adapter("https://"))

    def file() -> Any:
        request = SendEmailRequest(**EMAIL, identifiers=IDENTIFIERS)
        request.attach("a.bin", FILE)
        return app.send_email(request)

    return {
        "event": lambda: track.track(PERSON, EVENT, DATA),
        "email": lambda: app.send_email(SendEmailRequest(**EMAIL, identifiers=IDENTIFIERS, message_data=ROWS)),
        "file": file,
    }


def async_customerio(url: str) -> Calls:
    """The package `async-customerio`."""
    from async_customerio import AsyncAPIClient, AsyncCustomerIO, SendEmailRequest

    class Track(AsyncCustomerIO):  # type: ignore[misc]
        @staticmethod
        def setup_base_url(host: str, port: int, prefix: str) -> str:  # noqa: ARG004
            return url + prefix

    track, app = Track("site", "key"), AsyncAPIClient("app", url=url)

    def file() -> Any:
        request = SendEmailRequest(**EMAIL, identifiers=IDENTIFIERS)
        request.attach("a.bin", FILE)
        return app.send_email(request)

    return {
        "event": lambda: track.track(PERSON, EVENT, **DATA),
        "email": lambda: app.send_email(SendEmailRequest(**EMAIL, identifiers=IDENTIFIERS, message_data=ROWS)),
        "file": file,
        "region": track.get_region,
    }


def httpx_client(url: str) -> Calls:
    """A client of httpx."""
    import httpx

    return _httpx_calls(httpx.Client(base_url=url, headers=HEADERS))


def httpx_async_client(url: str) -> Calls:
    """An async client of httpx."""
    import httpx

    return _httpx_calls(httpx.AsyncClient(base_url=url, headers=HEADERS))


def _httpx_calls(client: Any) -> Calls:
    def post(kind: str) -> Call:
        _, path, body = REQUESTS[kind]
        return lambda: client.post(path, json=body)

    _, region, _ = REQUESTS["region"]
    return {
        "event": post("event"),
        "email": post("email"),
        "file": post("file"),
        "region": lambda: client.get(region),
    }


def httpx_transport(url: str) -> Calls:
    """A transport of httpx, given requests that are made once."""
    import httpx

    transport = httpx.HTTPTransport()

    def call(kind: str) -> Call:
        method, path, body = REQUESTS[kind]
        request = httpx.Request(method, url + path, headers=HEADERS, content=_json(body))

        def handle() -> bytes:
            response = transport.handle_request(request)
            try:
                return response.read()
            finally:
                response.close()

        return handle

    return {kind: call(kind) for kind in REQUESTS}


def raw_socket(url: str) -> Calls:
    """A socket, given bytes that are made once: what the server and Python's sockets take by themselves."""
    host = urlsplit(url)
    local = threading.local()

    def call(kind: str) -> Call:
        request = _bytes(kind)

        def exchange() -> bytes:
            if not hasattr(local, "socket"):
                local.socket = socket.create_connection((host.hostname, host.port))
                local.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            local.socket.sendall(request)
            received: bytes = local.socket.recv(65536)
            return received

        return exchange

    return {kind: call(kind) for kind in REQUESTS}


def raw_stream(url: str) -> Calls:
    """Streams of asyncio, given bytes that are made once."""
    import asyncio

    host = urlsplit(url)
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    def call(kind: str) -> Call:
        request = _bytes(kind)

        async def exchange() -> bytes:
            reader, writer = idle.pop() if idle else await asyncio.open_connection(host.hostname, host.port)
            writer.write(request)
            received = await reader.read(65536)
            idle.append((reader, writer))
            return received

        return exchange

    return {kind: call(kind) for kind in REQUESTS}


def _bytes(kind: str) -> bytes:
    method, path, body = REQUESTS[kind]
    content = _json(body)
    headers = {"Host": "127.0.0.1", **HEADERS, "Content-Length": str(len(content))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + content


def _json(body: Any) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode() if body is not None else b""


BLOCKING: dict[str, Callable[[str], Calls]] = {
    "cio-sdk": cio,
    "httpx.HTTPTransport": httpx_transport,
    "customerio": customerio,
    "httpx.Client": httpx_client,
    "socket": raw_socket,
}
ASYNC: dict[str, Callable[[str], Calls]] = {
    "cio-sdk async": cio_async,
    "async-customerio": async_customerio,
    "httpx.AsyncClient": httpx_async_client,
    "asyncio streams": raw_stream,
}

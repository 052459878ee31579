"""Both clients behind the methods of one, so that each test is written once."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, Protocol, cast

import httpx

from cio_sdk import AsyncClient, Client, Operation, operations
from cio_sdk._timing import Timing

Flavour = Literal["sync", "async"]

SITE_ID = "5iteid"
TRACKING_API_KEY = "tr4ckingkey"
APP_API_KEY = "4ppkey"
ULID = "01J2Z3Y4X5W6V7T8S9R0Q1P2N3"


class Connect(Protocol):
    """Makes a client of either flavour; without `keys` it has those of both APIs."""

    def __call__(self, *, keys: bool = True, **options: Any) -> Client: ...


class Blocking:
    """An AsyncClient whose methods run to completion on an event loop of the test."""

    def __init__(self, client: AsyncClient, runner: asyncio.Runner) -> None:
        self._client = client
        self._runner = runner

    def with_options(self, **options: Any) -> Blocking:
        return Blocking(self._client.with_options(**options), self._runner)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._client, "aclose" if name == "close" else name)
        return self._run(value) if inspect.iscoroutinefunction(value) else value

    def __repr__(self) -> str:
        return repr(self._client)

    def _run(self, method: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        async def awaited(*args: Any, **options: Any) -> Any:
            return await method(*args, **options)

        return lambda *args, **options: self._runner.run(awaited(*args, **options))


class Workshop:
    """Makes clients of one flavour, and closes them."""

    def __init__(self, flavour: Flavour, runner: asyncio.Runner) -> None:
        self.flavour = flavour
        self.timing = Timing()
        self._runner = runner
        self._made: list[Client] = []

    def connect(self, *, keys: bool = True, **options: Any) -> Client:
        """Make a client."""
        return self._make(Client, AsyncClient, keys=keys, **options)

    def connect_from_env(self, **options: Any) -> Client:
        """Make a client with `from_env`."""
        return self._make(Client.from_env, AsyncClient.from_env, keys=False, **options)

    def http_client(self, hooks: dict[str, Callable[[Any], None]] | None = None, **options: Any) -> Any:
        """Make an httpx client as a user would, with hooks that are plain functions."""
        given: dict[str, list[Callable[..., Any]]] = {event: [hook] for event, hook in (hooks or {}).items()}
        if self.flavour == "sync":
            return httpx.Client(event_hooks=given, **options)
        return httpx.AsyncClient(event_hooks={event: [_as_async(*hook)] for event, hook in given.items()}, **options)

    def close_http_client(self, client: httpx.Client | httpx.AsyncClient) -> None:
        """Close a client that `http_client` made."""
        if isinstance(client, httpx.AsyncClient):
            self._runner.run(client.aclose())
        else:
            client.close()

    def close(self) -> None:
        """Close every client."""
        for client in self._made:
            client.close()

    def _make(
        self, make: Callable[..., Client], amake: Callable[..., AsyncClient], *, keys: bool, **options: Any
    ) -> Client:
        if keys:
            options = {
                "site_id": SITE_ID,
                "tracking_api_key": TRACKING_API_KEY,
                "app_api_key": APP_API_KEY,
                **options,
            }
        client = make(**options) if self.flavour == "sync" else cast("Client", Blocking(amake(**options), self._runner))
        client._sender.timing = self.timing
        self._made.append(client)
        return client


@contextmanager
def workshop(flavour: Flavour) -> Iterator[Workshop]:
    """A workshop with an event loop of its own."""
    with asyncio.Runner() as runner:
        made = Workshop(flavour, runner)
        yield made
        made.close()


def _as_async(hook: Callable[[Any], None]) -> Callable[[Any], Awaitable[None]]:
    async def awaited(value: Any) -> None:
        hook(value)

    return awaited


class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of an answer as it arrives, chunk by chunk; an error among the chunks is raised."""

    def __init__(self, *chunks: bytes | Exception, before_each: Callable[[], None] = lambda: None) -> None:
        self._chunks = chunks
        self._before_each = before_each

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._before_each()
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk


# --- One valid call of each operation --------------------------------------------------------------------------------

EMAIL: dict[str, Any] = {
    "to": "ada@example.com",
    "identifiers": {"id": "42"},
    "transactional_message_id": 3,
}

MESSAGE: dict[str, Any] = {"identifiers": {"id": "42"}, "transactional_message_id": 3}

ARGUMENTS: dict[str, dict[str, Any]] = {
    "test_auth": {},
    "find_region": {},
    "update_customer": {"customer_id": "42", "attributes": {"plan": "basic", "tags": ["blue", {"b": None}]}},
    "delete_customer": {"customer_id": "42"},
    "update_device": {"customer_id": "42", "device": {"id": "t0k3n", "platform": "ios", "attributes": {"os": "17"}}},
    "delete_device": {"customer_id": "42", "device_id": "t0k3n"},
    "new_event": {"customer_id": "42", "name": "purchase", "data": {"items": [{"price": 3}]}, "id": ULID},
    "new_anonymous_event": {"name": "viewed", "data": {"page": {"n": 1}}, "anonymous_id": "visitor", "id": ULID},
    "suppress_customer": {"customer_id": "42"},
    "unsuppress_customer": {"customer_id": "42"},
    "merge_customers": {"primary": {"id": "42"}, "secondary": {"email": "ada@example.com"}},
    "unsubscribe": {"delivery_id": "d3l1very"},
    "submit_form": {"form_id": "contact", "data": {"email": "ada@example.com", "topic": "tea"}},
    "report_metric": {"delivery_id": "d3l1very", "metric": "clicked", "href": "https://example.com"},
    "report_push_event": {"delivery_id": "d3l1very", "event": "opened", "device_id": "t0k3n"},
    "entity": {
        "operation": {
            "type": "person",
            "action": "event",
            "identifiers": {"id": "42"},
            "name": "purchase",
            "attributes": {"items": [{"price": 3}]},
            "id": ULID,
        }
    },
    "add_to_segment": {"segment_id": 7, "ids": ["42", "43"], "id_type": "id"},
    "remove_from_segment": {"segment_id": 7, "ids": ["42", "43"]},
    "send_email": {"request": {**EMAIL, "message_data": {"items": [1, {"a": 2}]}}},
    "send_push": {"request": {**MESSAGE, "title": "Shipped", "custom_payload": {"ios": {"aps": {"badge": 1}}}}},
    "send_sms": {"request": {**MESSAGE, "to": "+14155552671", "message_data": {"code": [1, {"a": 2}]}}},
    "send_whatsapp": {"request": {**MESSAGE, "to": "+14155552671"}},
    "send_inbox_message": {"request": {**MESSAGE, "message_data": {"items": [1, {"a": 2}]}}},
    "send_in_app": {"request": MESSAGE},
    "trigger_broadcast": {"broadcast_id": 12, "data": {"items": [1, {"a": 2}]}, "ids": ["42", "43"]},
    "get_broadcast_status": {"broadcast_id": 12, "trigger_id": 3},
    "get_broadcast_errors_page": {"broadcast_id": 12, "trigger_id": 3, "start": "p2"},
    "list_collections": {},
    "get_collection": {"collection_id": 5},
    "delete_collection": {"collection_id": 5},
    "get_collection_contents": {"collection_id": 5},
    "update_collection_contents": {"collection_id": 5, "items": [{"title": "A", "more": [1]}, {"title": "B"}]},
    "update_collection": {"name": "offers", "items": [{"title": "A", "more": [1]}, {"title": "B"}]},
    "update_collection_via_url": {"name": "offers", "url": "https://example.com/offers.csv"},
}
"""The arguments of one valid call of each operation."""

ANSWERS: dict[str, Any] = {
    "test_auth": {"url": "https://track.customer.io", "region": "us", "environment_id": 7},
    "find_region": {"url": "https://track.customer.io", "region": "us", "environment_id": 7},
    "send_email": {"delivery_id": "dgOq6A", "queued_at": 1760000000},
    **{
        name: {"delivery_id": "dgOq6A", "queued_at": 1760000000}
        for name in ("send_push", "send_sms", "send_whatsapp", "send_inbox_message", "send_in_app")
    },
    "trigger_broadcast": {"id": 3},
    "get_broadcast_status": {"id": 3, "broadcast_id": 12, "created_at": 1760000000, "processed_at": 1760000009},
    "get_broadcast_errors_page": {"errors": ["line 1: nobody has this id"], "next": ""},
    "list_collections": {"collections": [{"id": 5, "name": "offers", "rows": 2}]},
    "get_collection": {"collection": {"id": 5, "name": "offers", "rows": 2}},
    "get_collection_contents": [{"title": "A", "more": [1]}, {"title": "B"}],
    "update_collection_contents": {"collection": {"id": 5, "name": "offers", "rows": 2}},
    "update_collection": {"collection": {"id": 5, "name": "offers"}},
    "update_collection_via_url": {"collection": {"id": 5, "name": "offers"}},
}
"""What Customer.io answers to each; an empty object to those that are not here."""

assert ARGUMENTS.keys() == set(operations.__all__)

KEYLESS = {"unsubscribe", "report_metric", "report_push_event"}
"""The operations that need no keys."""
NOT_REPEATED = {
    *("send_email", "update_collection", "update_collection_via_url", "merge_customers", "submit_form"),
    *("report_metric", "report_push_event", "send_push", "send_sms", "send_whatsapp", "send_inbox_message"),
    *("send_in_app", "trigger_broadcast"),
}
"""The operations of which a repeated request can do something twice."""


def operation(name: str, **more: Any) -> Operation[Any]:
    """The request of one valid call, the first where there are several."""
    made = getattr(operations, name)(**ARGUMENTS[name], **more)
    first: Operation[Any] = made[0] if isinstance(made, list) else made
    return first

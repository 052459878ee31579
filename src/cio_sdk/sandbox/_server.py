"""Running a sandbox: the server in its thread, and the clients that speak to it."""

from __future__ import annotations

import asyncio
import base64
import errno
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Self, Unpack
from urllib.parse import urlsplit

import uvicorn

from cio_sdk.options import ClientOptions, is_loopback
from cio_sdk.sandbox import records
from cio_sdk.sandbox._app import App
from cio_sdk.sandbox._deliveries import Deliveries
from cio_sdk.sandbox._store import Store
from cio_sdk.sandbox._webhooks import SIGNING_KEY, Webhooks

if TYPE_CHECKING:
    from types import TracebackType

    from cio_sdk.async_client import AsyncClient
    from cio_sdk.client import Client


class Sandbox:
    """A local stand-in for Customer.io, which remembers what it was sent.

    Use it in `with` or `async with`, or call `start()` and `close()`. What it remembers is read from its
    properties, as copies, also after it was closed.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        site_id: str = "sandbox-site-id",
        tracking_api_key: str = "sandbox-tracking-api-key",
        app_api_key: str = "sandbox-app-api-key",
        webhook_url: str | None = None,
        webhook_signing_key: str = SIGNING_KEY,
        on_request: Callable[[str, str, int], None] | None = None,
    ) -> None:
        """Make a sandbox. It is not reachable before it is started.

        Args:
            port: The port to listen at; any free one by default.
            host: The address to listen at, one of this machine's.
            site_id: The site id to accept.
            tracking_api_key: The tracking API key to accept.
            app_api_key: The app API key to accept.
            webhook_url: Where to post what happens, as Customer.io's reporting webhooks do; nowhere by default.
            webhook_signing_key: The key to sign webhooks with.
            on_request: Called in the server's thread after every request, with its method, its path as it was
                sent, and the status of the answer.

        Raises:
            ValueError: The `webhook_url` is none that can be posted to, or the `webhook_signing_key` is none.
        """
        self.site_id = site_id
        self.tracking_api_key = tracking_api_key
        self.app_api_key = app_api_key
        self.webhook_signing_key = webhook_signing_key
        self._webhooks = Webhooks(webhook_url, webhook_signing_key)
        self._host = host
        self._port = port
        self._on_request = on_request
        self._store = Store(self._webhooks)
        self._url: str | None = None
        self._thread: _ServerThread | None = None

    # --- Running it --------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start to serve. When this returns, the sandbox can be reached.

        Raises:
            OSError: The port is taken, or the host is not an address of this machine.
            RuntimeError: It is already running.
        """
        if self._thread is not None:
            raise RuntimeError("the sandbox is already running")
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        listener = socket.create_server((self._host, self._port), family=family)
        # The connections inherit it. Without it, many an answer would wait 40 ms for an acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._url = _url(self._host, *listener.getsockname()[:2])
        basic = base64.b64encode(f"{self.site_id}:{self.tracking_api_key}".encode()).decode()
        names = frozenset({"localhost", "127.0.0.1", "::1", self._host.lower(), socket.gethostname().lower()})
        app = App(self._store, self._url, names, {"Basic": basic, "Bearer": self.app_api_key}, self._on_request)
        self._thread = _ServerThread(app, listener, self._webhooks)
        self._thread.start()

    def close(self) -> None:
        """Stop to serve, and close every connection. What arrived can still be looked at."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # --- Reaching it -------------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """The URL of both the Track API and the App API, as this machine reaches it; `GET` it to see what arrived.

        Raises:
            RuntimeError: The sandbox was never started.
        """
        if self._url is None:
            raise RuntimeError("the sandbox has no URL before it is started; call start(), or use it in `with`")
        return self._url

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that make `Client.from_env()` speak to this sandbox."""
        return {
            "CIO_SITE_ID": self.site_id,
            "CIO_TRACKING_API_KEY": self.tracking_api_key,
            "CIO_APP_API_KEY": self.app_api_key,
            "CIO_TRACK_URL": self.url,
            "CIO_APP_URL": self.url,
            **({} if is_loopback(self._hostname) else {"CIO_INSECURE_HOSTS": self._hostname}),
        }

    @property
    def _hostname(self) -> str:
        return str(urlsplit(self.url).hostname)

    def client(self, **options: Unpack[ClientOptions]) -> Client:
        """Make a client that speaks to this sandbox; you close it.

        Args:
            **options: Options of the client. They win over the sandbox's own.
        """
        from cio_sdk.client import Client

        return Client(**self._options(options))

    def async_client(self, **options: Unpack[ClientOptions]) -> AsyncClient:
        """Make an asynchronous client that speaks to this sandbox; you close it.

        Args:
            **options: Options of the client. They win over the sandbox's own.
        """
        from cio_sdk.async_client import AsyncClient

        return AsyncClient(**self._options(options))

    def _options(self, passed: ClientOptions) -> ClientOptions:
        options: ClientOptions = {
            "site_id": self.site_id,
            "tracking_api_key": self.tracking_api_key,
            "app_api_key": self.app_api_key,
            "track_url": self.url,
            "app_url": self.url,
            "insecure_hosts": [self._hostname],
        }
        options.update(passed)
        return options

    # --- What arrived ------------------------------------------------------------------------------------------------

    @property
    def people(self) -> Mapping[str, records.Person]:
        """Everybody by id; where there is none, by email address, phone number, or else `cio_` and the `cio_id`."""
        return {person.customer_id: person for person in self._store.people()}

    def person(self, identifier: str | int) -> records.Person | None:
        """Return the person with this id, email address, phone number or `cio_id`, or None where there is nobody."""
        return self._store.person(str(identifier))

    @property
    def devices(self) -> list[records.Device]:
        """Every device of everybody."""
        return self._store.devices()

    @property
    def objects(self) -> Mapping[tuple[str, str], records.Object]:
        """Every object by its `object_type_id` and `object_id`."""
        return {(each.object_type_id, each.object_id): each for each in self._store.objects()}

    @property
    def events(self) -> list[records.Event]:
        """Every event, in the order of arrival. An event whose `id` had already arrived is not among them."""
        return self._store.events()

    @property
    def deliveries(self) -> Deliveries:
        """Every message that was accepted for sending, in the order of arrival.

        A sequence that can be narrowed: `sandbox.deliveries.to("ada@example.com").one().subject`.
        """
        return Deliveries(self._store.deliveries())

    @property
    def broadcasts(self) -> list[records.Broadcast]:
        """The broadcasts, in the order in which they were triggered."""
        return self._store.broadcasts()

    @property
    def collections(self) -> Mapping[str, records.Collection]:
        """Every collection by name."""
        return {collection.name: collection for collection in self._store.collections()}

    @property
    def forms(self) -> list[records.FormSubmission]:
        """Every form that was submitted, in the order of arrival."""
        return self._store.forms()

    @property
    def metrics(self) -> list[records.Metric]:
        """Every metric that was reported of a delivery, in the order of arrival."""
        return self._store.metrics()

    @property
    def segments(self) -> Mapping[str, list[str]]:
        """The people of each manual segment that somebody was added to, as `people` names them."""
        return self._store.segments()

    @property
    def webhooks(self) -> list[records.Webhook]:
        """Every event that was, or is to be, posted to the URL for webhooks, in the order in which they happened."""
        return self._webhooks.snapshots()

    def webhooks_to(self, url: str, signing_key: str | None = None) -> None:
        """Post what happens from now on to a URL, as Customer.io's reporting webhooks do.

        An event is posted when those before it were accepted or given up, also those that go to another URL. It is
        tried again where the answer is not 2xx or takes longer than 4 seconds, with pauses that grow to a second, and
        given up after the seventh attempt.

        Args:
            url: Where to post.
            signing_key: The key to sign with; `webhook_signing_key` where it is left out.

        Raises:
            ValueError: The URL is none that can be posted to, or the key is none.
        """
        key = self.webhook_signing_key if signing_key is None else signing_key
        self._webhooks.direct(url, key)
        self.webhook_signing_key = key

    def wait_for_webhooks(self, timeout: float = 10.0) -> None:
        """Return when all that happened so far was posted and accepted. It blocks: an event loop calls it in a thread.

        Args:
            timeout: The seconds to wait at most.

        Raises:
            AssertionError: An event was given up, or the sandbox was closed before.
            TimeoutError: It takes longer.
            RuntimeError: There is no URL to post to.
        """
        self._webhooks.wait(timeout)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many there are of each: `people`, `events` and so on. It costs nothing; `GET /counts` says the same."""
        return self._store.counts()

    def reset(self) -> None:
        """Forget everything that arrived, and every webhook, also those that are still to be posted."""
        self._store.reset()


def _url(host: str, address: str, port: int) -> str:
    """Return the URL of a listener. An address that stands for all of them is none to send to."""
    if ip_address(address).is_unspecified:
        host = "::1" if ":" in address else "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _ServerThread:
    """A server in a thread of its own."""

    def __init__(self, app: App, listener: socket.socket, webhooks: Webhooks) -> None:
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            loop="asyncio",
            lifespan="off",
            timeout_keep_alive=60,
            log_config=None,
            log_level="error",
            access_log=False,
            server_header=False,
            date_header=False,
        )
        self._server = _Server(config, webhooks)
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="cio-sdk sandbox", daemon=True
        )

    def start(self) -> None:
        """Start to serve, and return when requests are answered."""
        self._thread.start()
        self._server.is_serving.wait()

    def stop(self) -> None:
        """Close the socket and every connection, and return when the thread has ended."""
        self._server.stop()
        self._thread.join()


class _Server(uvicorn.Server):
    """uvicorn's server, without the tenths of a second that it sleeps before it notices that it should stop."""

    def __init__(self, config: uvicorn.Config, webhooks: Webhooks) -> None:
        super().__init__(config)
        self._webhooks = webhooks
        self.is_serving = threading.Event()

    def stop(self) -> None:
        """Stop to serve. May be called in any thread."""
        self._loop.call_soon_threadsafe(self._stop.set)

    async def main_loop(self) -> None:
        """Wait until somebody says stop."""
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_report)
        self._stop = asyncio.Event()
        self._webhooks.start()
        self.is_serving.set()
        await self._stop.wait()
        self._webhooks.stop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything at once. Nobody waits for an answer any more."""
        # What asyncio meant to try again later finds everything closed.
        self._loop.set_exception_handler(lambda *_: None)
        # asyncio would leak a connection whose server is closed right after accepting it. Windows has no such gap.
        with suppress(NotImplementedError):
            for listener in sockets or []:
                self._loop.remove_reader(listener)
        while self.server_state.connections or len(asyncio.all_tasks()) > 1:
            for connection in list(self.server_state.connections):
                connection.transport.abort()
            await asyncio.sleep(0)
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()


def _report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Report an error, unless connections wait for others to be closed, which asyncio reports thousands of times."""
    error = context.get("exception")
    if not (isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE)):
        loop.default_exception_handler(context)

"""What every test may ask for."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from functools import cache

import httpx
import pytest
import respx
from clients import Connect, Flavour, Workshop, workshop
from hypothesis import settings

from cio_sdk import Client

# An example may take its time on a busy machine, where a deadline would fail it.
settings.register_profile("unhurried", settings(deadline=None))
settings.load_profile("unhurried")


@pytest.fixture(params=["sync", "async"])
def flavour(request: pytest.FixtureRequest) -> Flavour:
    """Which of the two clients the test runs against."""
    chosen: Flavour = request.param
    return chosen


@pytest.fixture
def makes(flavour: Flavour) -> Iterator[Workshop]:
    """What makes clients of this flavour."""
    with workshop(flavour) as made:
        yield made


@pytest.fixture
def connect(makes: Workshop) -> Connect:
    """Make a client with options of the test's own."""
    return makes.connect


@pytest.fixture
def client(connect: Connect) -> Client:
    """A client with all keys and the options that a user gets by default."""
    return connect()


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[respx.MockRouter]:
    """The network: it answers each request as the test says, and keeps what was sent in `calls`."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for module in (httpx, httpx._transports.default):
        monkeypatch.setattr(module, "create_ssl_context", lambda **_: _ssl_context())
    with respx.mock(assert_all_called=False) as router:
        router.route().mock(return_value=httpx.Response(200, json={}))
        yield router


@cache
def _ssl_context() -> ssl.SSLContext:
    """One for all tests, as it takes long to make."""
    return ssl.create_default_context()


@pytest.fixture
def waits(makes: Workshop) -> list[float]:
    """The seconds that a client waited between its attempts, without the waiting."""
    seconds: list[float] = []

    async def awaited(delay: float) -> None:
        seconds.append(delay)

    makes.timing.sleep, makes.timing.asleep = seconds.append, awaited
    return seconds


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests do not depend on the settings of the machine they run on."""
    for name in ("SITE_ID", "TRACKING_API_KEY", "APP_API_KEY", "REGION", "TRACK_URL", "APP_URL"):
        monkeypatch.delenv(f"CIO_{name}", raising=False)

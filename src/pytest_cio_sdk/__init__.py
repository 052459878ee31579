"""Fixtures for tests of apps that send to Customer.io; pytest finds them where cio-sdk is installed.

It is a package of its own because pytest imports it in every run: it imports nothing before a test wants a fixture.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from cio_sdk import AsyncClient, Client
    from cio_sdk.sandbox import Sandbox

__all__ = ["async_cio_client", "cio_client", "cio_sandbox"]


@pytest.fixture
def cio_sandbox() -> Iterator[Sandbox]:
    """A local stand-in for Customer.io, which is running, and empty at the start of each test."""
    try:
        from cio_sdk.sandbox import Sandbox
    except ImportError as error:
        raise pytest.fail.Exception(f"the fixtures of cio-sdk: {error}", pytrace=False) from None
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def cio_client(cio_sandbox: Sandbox) -> Iterator[Client]:
    """A client that speaks to `cio_sandbox`."""
    with cio_sandbox.client() as client:
        yield client


@pytest.fixture
def async_cio_client(cio_sandbox: Sandbox) -> AsyncClient:
    """An asynchronous client that speaks to `cio_sandbox`, in the event loop of the test, whoever runs that.

    It keeps no connection open between calls, so that nothing is left to close when the event loop has ended.
    """
    import httpx

    from cio_sdk import AsyncClient

    limits = httpx.Limits(max_keepalive_connections=0)
    return AsyncClient(
        cio_sandbox.site_id,
        cio_sandbox.tracking_api_key,
        cio_sandbox.app_api_key,
        track_url=cio_sandbox.url,
        app_url=cio_sandbox.url,
        # Plain http to this machine needs neither certificates nor a proxy.
        http_client=httpx.AsyncClient(limits=limits, verify=False, trust_env=False),  # noqa: S501
    )

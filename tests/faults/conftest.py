"""What the tests of faults may ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from faults.rig import Rigs, rigs
from faults.server import Server


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    """One event loop for all asynchronous clients."""
    with asyncio.Runner() as made:
        yield made


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of faults."""
    made = Server()
    yield made
    made.close()


@pytest.fixture
def rig(runner: asyncio.Runner, server: Server) -> Iterator[Rigs]:
    """Make a client of a flavour for that server."""
    with rigs(runner, server) as make:
        yield make

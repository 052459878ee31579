"""Where time and chance come from."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


async def _sleep_in_loop(seconds: float) -> None:
    import asyncio  # takes long, and a blocking client does not need it

    await asyncio.sleep(seconds)


@dataclass(slots=True)
class Timing:
    """The clocks, the sleep and the jitter of a client."""

    clock: Callable[[], float] = time.monotonic
    """The seconds since some moment."""
    now: Callable[[], float] = time.time
    """The seconds since 1970."""
    jitter: Callable[[], float] = random.random
    """A random number from 0 to 1."""
    sleep: Callable[[float], None] = time.sleep
    """Waits, blocking."""
    asleep: Callable[[float], Awaitable[None]] = _sleep_in_loop
    """Waits, in an event loop."""

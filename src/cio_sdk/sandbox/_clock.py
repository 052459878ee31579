"""The time, in whole seconds, as it goes over the wire."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now_seconds() -> int:
    """Return the time in Unix seconds."""
    return int(time.time())


def now() -> datetime:
    """Return the time."""
    return at(now_seconds())


def at(seconds: int) -> datetime:
    """Return the time that Unix seconds stand for."""
    return datetime.fromtimestamp(seconds, UTC)

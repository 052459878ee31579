"""What every call returns beside its result: the bare response, and where its time went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TraceInfo:
    """Where the time of a call went, in seconds.

    The phases are those of the last attempt; one that did not happen took 0.0 seconds.
    """

    connect: float
    """Opening the TCP connection, its name lookup included."""
    tls: float
    """The TLS handshake."""
    server: float
    """From the request's last byte sent to the answer's first byte received."""
    read: float
    """Reading the answer's body."""
    total: float
    """The whole call: every attempt and the waits between them."""
    is_connection_reused: bool
    """Whether the last attempt went over a connection that was already open."""
    attempts: int
    """How many requests were sent, the first one included."""


@dataclass(frozen=True, slots=True)
class StandardResponse:
    """An answer as it came from Customer.io."""

    status_code: int
    """The HTTP status."""
    headers: Mapping[str, str] = field(repr=False)
    """The HTTP headers; names are found in any case."""
    body: bytes = field(repr=False)
    """The body, decompressed."""
    attempts: int = 1
    """How many requests were sent, the first one included."""
    tracing: TraceInfo | None = None
    """Where the time went, where the client has `request_tracing=True`; otherwise None."""

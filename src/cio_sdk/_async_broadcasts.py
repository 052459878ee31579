"""What takes more than one request: waiting for a broadcast, and reading all that went wrong in one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from cio_sdk import operations
from cio_sdk.errors import TransportTimeoutError, WaitTimeoutError
from cio_sdk.options import check_seconds

if TYPE_CHECKING:
    from cio_sdk._timing import Timing
    from cio_sdk.async_client import AsyncClient
    from cio_sdk.models import BroadcastErrors, BroadcastId, BroadcastStatus, TriggerId

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0
_LAST_CALL = 1.0
"""The seconds that the call has that is made when the time is over."""


async def processed(
    client: AsyncClient,
    broadcast_id: BroadcastId,
    trigger_id: TriggerId,
    timeout: float,
    call_timeout: float,
    timing: Timing,
) -> BroadcastStatus:
    """Ask for the status until it is processed, with growing pauses, and once more when the time is over."""
    check_seconds("timeout", timeout)
    operation = operations.get_broadcast_status(broadcast_id, trigger_id)
    end, pause = timing.clock() + timeout, _FIRST_PAUSE
    while True:
        allowed = max(end - timing.clock(), _LAST_CALL)
        try:
            status = await client.with_options(timeout=min(call_timeout, allowed)).send(operation)
            if status.is_processed:
                return status
        except TransportTimeoutError:
            if call_timeout < allowed:
                raise
        if (left := end - timing.clock()) <= 0:
            raise WaitTimeoutError(
                f"the broadcast was not processed within {timeout:g} seconds. It goes on being sent; wait again, or "
                "look at get_broadcast_status later"
            )
        await timing.asleep(min(pause, left))
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def errors(client: AsyncClient, broadcast_id: BroadcastId, trigger_id: TriggerId) -> AsyncIterator[str]:
    """Check the arguments, and return what went wrong."""
    operations.get_broadcast_errors_page(broadcast_id, trigger_id)
    return _errors(client, broadcast_id, trigger_id)


async def _errors(client: AsyncClient, broadcast_id: BroadcastId, trigger_id: TriggerId) -> AsyncIterator[str]:
    start: str | None = None
    seen = {"", "0"}  # what says that there is no other page
    while True:
        page: BroadcastErrors = await client.get_broadcast_errors_page(broadcast_id, trigger_id, start=start)
        for error in page.errors or ():
            yield error
        start = (page.next or "").strip()
        if start in seen:
            return
        seen.add(start)

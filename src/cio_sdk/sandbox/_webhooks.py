"""Posting what happened to a URL of the user's, in order, until it is taken or given up."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from pydantic_core import to_json

from cio_sdk.options import is_loopback
from cio_sdk.sandbox import records
from cio_sdk.sandbox._reporting import Event

if TYPE_CHECKING:
    import httpx

PAUSES = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""The seconds between the attempts to post an event."""
_TIMEOUT = 4.0
"""The seconds that a receiver has to answer, as in Customer.io."""


@dataclass(eq=False, slots=True)
class _Post:
    """An event on its way."""

    event: Event
    state: Literal["pending", "delivered", "given up"] = "pending"
    attempts: int = 0
    problem: str | None = None

    def snapshot(self) -> records.Webhook:
        return records.Webhook(
            event=deepcopy(self.event), state=self.state, attempts=self.attempts, problem=self.problem
        )


class Webhooks:
    """The events of a sandbox, posted one at a time by a task in its event loop while there are any."""

    def __init__(self, url: str | None, signing_key: str, pauses: Sequence[float] = PAUSES) -> None:
        """Post nothing yet.

        Args:
            url: Where to post; None to post nothing at all.
            signing_key: The key to sign with.
            pauses: The seconds between the attempts to post an event, which is given up after the last.

        Raises:
            ValueError: The URL is none that can be posted to.
        """
        self._pauses = pauses
        self._changed = threading.Condition()
        self._posts: list[_Post] = []
        self._queue: deque[_Post] = deque()
        self._current: _Post | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_stopped = False
        self.direct(url, signing_key)

    @property
    def are_wanted(self) -> bool:
        """Whether there is a URL to post to."""
        return self._url is not None

    def direct(self, url: str | None, signing_key: str) -> None:
        """Post to another URL from now on.

        Raises:
            ValueError: The URL is none that can be posted to.
        """
        self._is_local = url is not None and is_loopback(_host_of(url))
        self._url, self._signing_key = url, signing_key

    def snapshots(self) -> list[records.Webhook]:
        """Return every event, in the order in which they happened."""
        with self._changed:
            return [post.snapshot() for post in self._posts]

    def __len__(self) -> int:
        return len(self._posts)

    def wait(self, timeout: float) -> None:
        """Return when every event was taken.

        Raises:
            AssertionError: One was given up.
            TimeoutError: It takes longer than so many seconds.
            RuntimeError: There is no URL to post to.
        """
        if self._url is None:
            raise RuntimeError("the sandbox posts no webhooks; give it a webhook_url, or call webhooks_to()")
        with self._changed:
            if not self._changed.wait_for(lambda: self._current is None and not self._queue, timeout):
                late = (self._current or self._queue[0]).snapshot()
                said = f"; so far, {late.problem}" if late.problem else ""
                raise TimeoutError(f"the webhook {late.name} was not accepted within {timeout:g} s{said}")
            lost = next((post.snapshot() for post in self._posts if post.state == "given up"), None)
        if lost is not None:
            attempts = "1 attempt" if lost.attempts == 1 else f"{lost.attempts} attempts"
            raise AssertionError(f"the webhook {lost.name} was given up after {attempts}: {lost.problem}")

    def reset(self) -> None:
        """Forget every event, also those that are still to be posted."""
        with self._changed:
            self._posts.clear()
            self._forget_pending()

    def _forget_pending(self) -> None:
        self._queue.clear()
        self._current = None
        self._changed.notify_all()

    # --- In the event loop of the sandbox ----------------------------------------------------------------------------

    def start(self) -> None:
        """Post from now on."""
        self._is_stopped = False

    def stop(self) -> None:
        """Stop to post at once, and give up what is still to be posted."""
        self._is_stopped = True
        if self._task is not None:
            self._task.cancel()
            self._task = None
        with self._changed:
            for post in self._posts:
                if post.state == "pending":
                    post.state, post.problem = "given up", "the sandbox was closed"
            self._forget_pending()

    def emit(self, event: Event) -> None:
        """Post an event when those before it were taken or given up."""
        if self._url is None or self._is_stopped:
            return
        with self._changed:
            post = _Post(event)
            self._posts.append(post)
            self._queue.append(post)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        import httpx  # takes long, and most sandboxes post nothing

        # What the machine says of proxies and certificates is not meant for itself.
        async with httpx.AsyncClient(trust_env=not self._is_local, verify=not self._is_local) as http:
            while (post := self._next()) is not None:
                await self._deliver(post, http)
            # What happens while the client is being closed is for a task of its own.
            self._task = None

    def _next(self) -> _Post | None:
        with self._changed:
            self._current = self._queue.popleft() if self._queue else None
            return self._current

    async def _deliver(self, post: _Post, http: httpx.AsyncClient) -> None:
        for pause in (*self._pauses, None):
            problem = await self._attempt(post, http)
            with self._changed:
                if post is not self._current:
                    return  # it was forgotten
                post.attempts += 1
                post.problem = problem
                if problem is None or pause is None:
                    post.state = "delivered" if problem is None else "given up"
                    self._current = None
                    self._changed.notify_all()
                    return
            await asyncio.sleep(pause)

    async def _attempt(self, post: _Post, http: httpx.AsyncClient) -> str | None:
        """Post an event, and return what went wrong."""
        import httpx

        from cio_sdk.webhooks import sign

        body = to_json(post.event)
        headers = {"Content-Type": "application/json", **sign(body, self._signing_key)}
        try:
            async with asyncio.timeout(_TIMEOUT):
                answer = await http.post(self._url or "", content=body, headers=headers)
        except TimeoutError:
            return f"no answer within {_TIMEOUT:g} s"
        except (httpx.HTTPError, OSError) as error:
            return type(error).__name__
        return None if answer.is_success else f"the answer was {answer.status_code}"


def _host_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = None, None
    if parts is None or parts.scheme not in ("http", "https") or not host:
        raise ValueError("the webhook URL must be one of http or https, such as http://127.0.0.1:8000/webhooks")
    return host

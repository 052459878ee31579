"""Posting what happened to a URL of the user's, in order, until it is taken or given up."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from pydantic_core import to_json

from cio_sdk.options import is_loopback
from cio_sdk.sandbox import records
from cio_sdk.sandbox._reporting import Event

SIGNING_KEY = "sandbox-webhook-signing-key"
PAUSES = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""The seconds between the attempts to post an event."""
_TIMEOUT = 4.0
"""The seconds that a receiver has to answer, as in Customer.io."""


@dataclass(frozen=True, slots=True)
class _Target:
    """Where events go."""

    url: str
    signing_key: str
    is_local: bool


@dataclass(eq=False, slots=True)
class _Post:
    """An event on its way."""

    event: Event
    target: _Target
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
            ValueError: The URL is none that can be posted to, or the key is none.
        """
        self._pauses = pauses
        self._changed = threading.Condition()
        self._posts: list[_Post] = []
        self._queue: deque[_Post] = deque()
        """What is still to be posted; the first is being posted."""
        self._task: asyncio.Task[None] | None = None
        self._is_stopped = False
        self.direct(url, signing_key)

    @property
    def are_wanted(self) -> bool:
        """Whether there is a URL to post to."""
        return self._target is not None

    def direct(self, url: str | None, signing_key: str) -> None:
        """Post what happens from now on to another URL.

        Raises:
            ValueError: The URL is none that can be posted to, or the key is none.
        """
        if url is not None or signing_key != SIGNING_KEY:
            from cio_sdk.webhooks import sign  # takes long, and most sandboxes post nothing

            sign(b"", signing_key)
        self._target = None if url is None else _Target(url, signing_key, is_loopback(_host_of(url)))

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
        if self._target is None:
            raise RuntimeError("the sandbox posts no webhooks; give it a webhook_url, or call webhooks_to()")
        with self._changed:
            if not self._changed.wait_for(lambda: not self._queue, min(timeout, threading.TIMEOUT_MAX)):
                late = self._queue[0].snapshot()
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
        """Take leave of the queue and of the task that works it off: what happens next has ones of its own."""
        self._queue = deque()
        if self._task is not None:
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)
            self._task = None
        self._changed.notify_all()

    # --- In the event loop of the sandbox ----------------------------------------------------------------------------

    def start(self) -> None:
        """Post from now on."""
        self._is_stopped = False

    def stop(self) -> None:
        """Stop to post at once, and give up what is still to be posted."""
        self._is_stopped = True
        with self._changed:
            for post in self._queue:
                post.state, post.problem = "given up", "the sandbox was closed"
            self._forget_pending()

    def emit(self, event: Event) -> None:
        """Post an event when those before it were taken or given up."""
        target = self._target
        if target is None or self._is_stopped:
            return
        with self._changed:
            post = _Post(event, target)
            self._posts.append(post)
            self._queue.append(post)
            if self._task is None:
                self._task = asyncio.get_running_loop().create_task(self._work(self._queue))

    async def _work(self, queue: deque[_Post]) -> None:
        """Post what is in a queue, unless it was forgotten."""
        try:
            while queue and queue is self._queue:
                problem = await _attempt(queue[0])
                await asyncio.sleep(self._note(queue, problem))
        finally:
            with self._changed:
                if queue is self._queue:
                    self._task = None

    def _note(self, queue: deque[_Post], problem: str | None) -> float:
        """Note what became of an attempt, and return how long to pause."""
        with self._changed:
            if queue is not self._queue:
                return 0
            post = queue[0]
            post.attempts += 1
            post.problem = problem
            if problem is not None and post.attempts <= len(self._pauses):
                return self._pauses[post.attempts - 1]
            post.state = "delivered" if problem is None else "given up"
            queue.popleft()
            self._changed.notify_all()
            return 0


async def _attempt(post: _Post) -> str | None:
    """Post an event, and return what went wrong."""
    import httpx

    from cio_sdk.webhooks import sign

    target = post.target
    try:
        body = to_json(post.event)
        headers = {"Content-Type": "application/json", **sign(body, target.signing_key)}
        # What the machine says of proxies and certificates is not meant for itself.
        async with (
            asyncio.timeout(_TIMEOUT),
            httpx.AsyncClient(trust_env=not target.is_local, verify=not target.is_local) as http,
        ):
            answer = await http.post(target.url, content=body, headers=headers)
    except TimeoutError:
        return f"no answer within {_TIMEOUT:g} s"
    # Proxies, redirects and name servers can make it raise anything, and none of it is the sandbox's own failure.
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"
    return None if answer.is_success else f"the answer was {answer.status_code}"


def _host_of(url: str) -> str:
    import httpx

    try:
        parsed, _ = httpx.URL(url), urlsplit(url).port
        host = parsed.host if parsed.scheme in ("http", "https") else ""
    except (httpx.InvalidURL, ValueError, TypeError, AttributeError):
        host = ""
    if not host:
        raise ValueError("the webhook URL must be one of http or https, such as http://127.0.0.1:8000/webhooks")
    return host

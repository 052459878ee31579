"""One client and many who use it: threads, tasks, processes, event loops, and those who leave in the middle."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from clients import APP_API_KEY, SITE_ID, TRACKING_API_KEY

from cio_sdk import AsyncClient, Client, CustomerIOError, StandardResponse, TransportError, TransportTimeoutError
from faults.server import Server, Step

KEYS = {"site_id": SITE_ID, "tracking_api_key": TRACKING_API_KEY, "app_api_key": APP_API_KEY}
EMAIL: Any = {"to": "ada@example.com", "identifiers": {"id": "42"}, "transactional_message_id": 3}
HANGS = Step("lost", ends="stalls")


@pytest.fixture
def few_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most two connections to a host."""
    for module in ("_connections", "_async_connections"):
        monkeypatch.setattr(f"cio_sdk.{module}.MAX_CONNECTIONS", 2)


def connect(server: Server, **options: Any) -> Client:
    return Client(**{**KEYS, "track_url": server.url, "app_url": server.url, **options})


def aconnect(server: Server, **options: Any) -> AsyncClient:
    return AsyncClient(**{**KEYS, "track_url": server.url, "app_url": server.url, **options})


def eventually(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 3
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()


async def has_read(server: Server, count: int) -> None:
    assert await asyncio.to_thread(eventually, lambda: len(server.requests) == count)


# --- Many at once ----------------------------------------------------------------------------------------------------


def test_client_when_32_threads_share_it_then_every_call_arrives_once(server: Server) -> None:
    with connect(server) as client, ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(lambda number: client.new_event(number, "page turned"), range(640)))

    assert {answer.attempts for answer in answers} == {1}
    assert len({request.path for request in server.requests}) == len(server.requests) == 640
    assert server.connections <= 32
    assert server.open == 0


def test_async_client_when_a_thousand_tasks_share_it_then_every_call_arrives_once(server: Server) -> None:
    async def run() -> list[StandardResponse]:
        async with aconnect(server) as client:
            return await asyncio.gather(*(client.new_event(number, "page turned") for number in range(1_000)))

    answers = asyncio.run(run())

    assert {answer.attempts for answer in answers} == {1}
    assert len({request.path for request in server.requests}) == len(server.requests) == 1_000
    assert server.connections <= 100
    assert server.open == 0


@pytest.mark.usefixtures("few_connections")
def test_client_when_all_connections_are_busy_until_the_timeout_then_nothing_was_sent(server: Server) -> None:
    server.play(HANGS, HANGS)
    with connect(server, timeout=0.4) as client, ThreadPoolExecutor(2) as threads:
        busy = [threads.submit(client.send_email, EMAIL) for _ in range(2)]
        assert eventually(lambda: len(server.requests) == 2)
        with pytest.raises(TransportTimeoutError, match="all connections were busy") as caught:
            client.with_options(timeout=0.05).send_email(EMAIL)
        assert [type(each.exception()) for each in busy] == [TransportTimeoutError] * 2

    assert not caught.value.maybe_delivered
    assert len(server.requests) == 2


@pytest.mark.usefixtures("few_connections")
def test_async_client_when_all_connections_are_busy_until_the_timeout_then_nothing_was_sent(server: Server) -> None:
    server.play(HANGS, HANGS)

    async def run() -> tuple[Any, ...]:
        async with aconnect(server, timeout=0.4) as client:
            busy = [asyncio.create_task(client.send_email(EMAIL)) for _ in range(2)]
            await has_read(server, 2)
            with pytest.raises(TransportTimeoutError) as caught:
                await client.with_options(timeout=0.05).send_email(EMAIL)
            return caught.value.maybe_delivered, *await asyncio.gather(*busy, return_exceptions=True)

    maybe_delivered, *busy = asyncio.run(run())

    assert not maybe_delivered
    assert [type(each) for each in busy] == [TransportTimeoutError] * 2
    assert len(server.requests) == 2


@pytest.mark.usefixtures("few_connections")
def test_client_when_more_calls_than_connections_are_made_then_they_take_turns(server: Server) -> None:
    with connect(server) as client, ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda number: client.new_event(number, "page turned"), range(200)))

    assert server.connections <= 2
    assert len(server.requests) == 200


# --- Leaving in the middle -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("few_connections")
def test_async_call_when_cancelled_at_any_point_then_the_client_still_works(server: Server) -> None:
    async def cancel_after(client: AsyncClient, turns: int) -> bool:
        task = asyncio.create_task(client.new_event("42", "page turned", {"turns": turns}))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            return True
        return False

    async def run() -> list[bool]:
        async with aconnect(server, timeout=2) as client:
            cancelled = []
            for turns in range(40):
                cancelled.append(await cancel_after(client, turns))
                assert (await client.test_auth()).status_code == 200
            return cancelled

    cancelled = asyncio.run(run())

    assert cancelled[0]
    assert server.open == 0


def test_async_call_when_cancelled_while_it_waits_for_a_retry_then_it_ends(server: Server) -> None:
    async def run() -> None:
        async with aconnect(server) as client:
            client._sender.timing.jitter = lambda: 1.0
            server.play(*[Step("failed", sends=_answer_503)] * 3)
            task = asyncio.create_task(client.delete_customer("42"))
            await has_read(server, 1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await client.with_options().test_auth()).attempts >= 1

    asyncio.run(run())
    assert server.open == 0


def _answer_503(_server: Server, _request: Any) -> list[bytes]:
    return [b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"]


def test_client_when_closed_then_it_says_so(server: Server) -> None:
    client = connect(server)
    client.test_auth()
    client.close()
    client.close()

    with pytest.raises(CustomerIOError, match="this client is closed"):
        client.test_auth()
    assert server.open == 0


@pytest.mark.usefixtures("few_connections")
def test_client_when_closed_during_calls_then_each_ends_with_one_clear_error(server: Server) -> None:
    server.play(HANGS, HANGS)
    client = connect(server, timeout=3)
    with ThreadPoolExecutor(4) as threads:
        sending = [threads.submit(client.send_email, EMAIL) for _ in range(2)]
        assert eventually(lambda: len(server.requests) == 2)
        waiting = [threads.submit(client.send_email, EMAIL) for _ in range(2)]
        time.sleep(0.02)
        started = time.monotonic()
        client.close()
        errors = [each.exception(3) for each in sending + waiting]

    assert time.monotonic() - started < 1
    assert [isinstance(error, TransportError) and error.maybe_delivered for error in errors] == [True] * 2 + [False] * 2
    assert server.open == 0


@pytest.mark.usefixtures("few_connections")
def test_async_client_when_closed_during_calls_then_each_ends_with_one_clear_error(server: Server) -> None:
    server.play(HANGS, HANGS)

    async def run() -> list[Any]:
        client = aconnect(server, timeout=3)
        tasks = [asyncio.create_task(client.send_email(EMAIL)) for _ in range(2)]
        await has_read(server, 2)
        tasks += [asyncio.create_task(client.send_email(EMAIL)) for _ in range(2)]
        await asyncio.sleep(0.02)
        await client.aclose()
        return await asyncio.gather(*tasks, return_exceptions=True)

    errors = asyncio.run(run())

    assert [isinstance(error, TransportError) and error.maybe_delivered for error in errors] == [True] * 2 + [False] * 2
    assert server.open == 0


# --- Other processes, other event loops ------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_client_when_forked_then_parent_and_child_each_use_their_own_connections(server: Server) -> None:
    with connect(server) as client:
        client.new_event("parent", "before")
        child = os.fork()
        if not child:
            try:
                client.new_event("child", "after")
                client.close()
                os._exit(0)
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        client.new_event("parent", "after")

    assert os.waitstatus_to_exitcode(status) == 0
    assert server.connections == 2
    assert [request.path.split("/")[4] for request in server.requests] == ["parent", "child", "parent"]
    assert server.open == 0


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_async_client_when_its_event_loop_is_closed_then_it_works_in_the_next(server: Server) -> None:
    client = aconnect(server)

    for _ in range(3):
        assert asyncio.run(client.test_auth()).attempts == 1

    asyncio.run(client.aclose())
    del client
    gc.collect()
    assert server.open == 0


def test_async_client_when_used_in_two_event_loops_at_once_then_it_says_so(server: Server) -> None:
    async def run() -> None:
        async with aconnect(server) as client:
            await client.test_auth()
            with pytest.raises(CustomerIOError, match="another event loop"):
                await asyncio.to_thread(lambda: asyncio.run(client.test_auth()))
            await client.test_auth()

    asyncio.run(run())
    assert server.open == 0


def test_async_client_when_there_is_no_event_loop_then_it_says_so(server: Server) -> None:
    with pytest.raises(CustomerIOError, match="needs a running event loop"):
        aconnect(server).test_auth().send(None)


# --- Never closed ----------------------------------------------------------------------------------------------------


def test_client_when_it_is_collected_unclosed_then_there_is_a_warning_and_nothing_stays_open(server: Server) -> None:
    clients = [connect(server)]
    clients[0].test_auth()

    with pytest.warns(ResourceWarning, match=r"unclosed cio_sdk.Client: call close.*, or use it in `with`"):
        clients.clear()
    assert server.open == 0


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_async_client_when_it_is_collected_unclosed_then_there_is_a_warning_and_nothing_stays_open(
    server: Server,
) -> None:
    async def run() -> None:
        clients = [aconnect(server)]
        await clients[0].test_auth()
        with pytest.warns(
            ResourceWarning, match=r"unclosed cio_sdk.AsyncClient: call await aclose.*, or use it in `async with`"
        ):
            clients.clear()
        await asyncio.sleep(0)

    asyncio.run(run())
    assert server.open == 0


def test_client_when_never_used_or_refused_then_there_is_no_warning(server: Server) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        connect(server)
        with pytest.raises(CustomerIOError):
            connect(server, http_client="none")
        gc.collect()


def test_async_client_when_closed_then_there_is_no_warning(server: Server) -> None:
    async def run() -> None:
        async with aconnect(server) as client:
            await client.test_auth()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        asyncio.run(run())
        gc.collect()
    assert server.open == 0


def test_first_call_when_many_threads_make_it_then_they_share_the_connections(server: Server) -> None:
    for _ in range(5):
        with connect(server) as client:
            barrier = threading.Barrier(16)

            def call(client: Client = client, barrier: threading.Barrier = barrier) -> None:
                barrier.wait()
                client.test_auth()

            with ThreadPoolExecutor(16) as threads:
                for done in [threads.submit(call) for _ in range(16)]:
                    done.result()
        assert server.open == 0

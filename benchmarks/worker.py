"""One client in a process of its own. It reads turns, a line of JSON each, and answers with what they took."""

from __future__ import annotations

import functools
import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, cast

from benchmarks.clients import ASYNC, BLOCKING, Call, Calls

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor


class Turn(TypedDict):
    """What to do: so many calls of a kind, so many of them at once, after some that do not count."""

    kind: str
    calls: int
    at_once: int
    warm_up: int
    traced: bool


class Taken(TypedDict):
    """What it took, in seconds and bytes."""

    seconds: float
    cpu: float
    rss: int
    peak: int
    traced: int


Run = Callable[[Call, int, int], tuple[float, float]]


def main() -> None:
    """Name the kinds of calls that the client has, and take turns until the input ends."""
    # httpx imports them where they are, as they are for `cio-sdk import`, and would be larger.
    sys.modules.update(dict.fromkeys(("click", "rich"), cast("Any", None)))
    name, url = sys.argv[1:]
    make = BLOCKING.get(name) or ASYNC[name]
    clients: dict[int, Calls] = {1: make(url)}
    run = _run_blocking if name in BLOCKING else _async_run()
    print(json.dumps(list(clients[1])), flush=True)
    for line in sys.stdin:
        turn: Turn = json.loads(line)
        at_once = turn["at_once"]
        if at_once not in clients:  # a client of its own, which holds no connections that more calls at once needed
            clients[at_once] = make(url)
        try:
            answer: Any = _take(run, clients[at_once][turn["kind"]], turn)
        except Exception as error:  # noqa: BLE001
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


def _take(run: Run, call: Call, turn: Turn) -> Taken:
    if turn["traced"] and not tracemalloc.is_tracing():
        tracemalloc.start()
    if turn["warm_up"]:
        run(call, turn["warm_up"], turn["at_once"])
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    seconds, cpu = run(call, turn["calls"], turn["at_once"])
    gc.collect()
    return {
        "seconds": seconds,
        "cpu": cpu,
        "rss": memory("VmRSS"),
        "peak": memory("VmHWM"),  # getrusage() would count the parent process
        "traced": tracemalloc.get_traced_memory()[0] - before,
    }


def memory(field: str) -> int:
    """Return a field of the memory of this process, in bytes."""
    return int(Path("/proc/self/status").read_text().partition(f"{field}:")[2].split()[0]) * 1024


def _run_blocking(call: Call, calls: int, at_once: int) -> tuple[float, float]:
    turns = iter(range(calls))

    def loop() -> None:
        for _ in turns:
            call()

    if at_once == 1:
        started, cpu = time.perf_counter(), time.process_time()
        loop()
        return time.perf_counter() - started, time.process_time() - cpu
    threads = _threads(at_once)
    started, cpu = time.perf_counter(), time.process_time()
    for future in [threads.submit(loop) for _ in range(at_once)]:
        future.result()
    return time.perf_counter() - started, time.process_time() - cpu


@functools.cache
def _threads(count: int) -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(count)


def _async_run() -> Run:
    import asyncio

    async def run(call: Call, calls: int, at_once: int) -> tuple[float, float]:
        turns = iter(range(calls))

        async def loop() -> None:
            for _ in turns:
                await call()

        started, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(loop() for _ in range(at_once)))
        return time.perf_counter() - started, time.process_time() - cpu

    runner = asyncio.Runner()
    return lambda call, calls, at_once: runner.run(run(call, calls, at_once))


if __name__ == "__main__":
    main()

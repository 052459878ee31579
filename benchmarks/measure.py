"""Drives the clients, in turns, so that whatever else the machine does falls on all of them alike."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self, cast

from benchmarks.batches import CHECKED, SENT, SENT_AFAR
from benchmarks.clients import ASYNC, BLOCKING
from benchmarks.worker import Taken, Turn

ROOT = Path(__file__).resolve().parent.parent


class Case(NamedTuple):
    """What is measured: a kind of call, so many at once."""

    kind: str
    at_once: int = 1


CASES = {
    "event": Case("event"),
    "event, 8 at once": Case("event", 8),
    "event, 32 at once": Case("event", 32),
    "event, 128 at once": Case("event", 128),
    "email of 100 KB": Case("email"),
    "file of 100 KB": Case("file"),
    "region": Case("region"),
}
STARTS = {
    "python": "pass",
    "cio-sdk": "import cio_sdk; cio_sdk.Client('site', 'key', 'app')",
    "customerio": "import customerio",
    "async-customerio": "import async_customerio",
    "httpx": "import httpx",
    "pydantic": "from pydantic import BaseModel",
}
OURS = ("cio-sdk", "cio-sdk async")
PACKAGES = ("httpx", "h11", "pydantic", "customerio", "requests", "async-customerio", "typer")


@dataclass(frozen=True)
class Effort:
    """How long to measure."""

    rounds: int
    seconds: float
    """What one turn takes."""
    starts: int
    calls: int
    """How many calls the memory must stay flat over."""
    events: int
    """How many events a turn sends in batches."""
    rows: int
    """How many rows are imported."""
    imports: int
    """How many times they are."""


FULL = Effort(rounds=9, seconds=0.15, starts=21, calls=100_000, events=100_000, rows=1_000_000, imports=2)
QUICK = Effort(rounds=1, seconds=0.03, starts=2, calls=2_000, events=20_000, rows=100_000, imports=1)
AFAR = 0.05
FEWER = {"customerio, track": 100, **dict.fromkeys(SENT_AFAR, 2)}
"""How many times fewer events those get that are slow."""


class CallError(Exception):
    """A call of a client failed."""


class Process:
    """A process that answers lines of JSON with lines of JSON."""

    def __init__(self, *arguments: str) -> None:
        self._process = _python(*arguments)
        self.greeting: Any = self._line()

    def ask(self, question: object) -> Any:
        """Return the answer to a question."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = self._line()
        if "error" in answer:
            raise CallError(answer["error"])
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def _line(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline() or sys.exit("a client has ended"))


class Worker(Process):
    """The process of a client."""

    def __init__(self, name: str, url: str) -> None:
        super().__init__("-m", "benchmarks.worker", name, url)
        self.kinds: list[str] = self.greeting

    def take(self, case: Case, calls: int, *, warm_up: int = 0, traced: bool = False) -> Taken:
        """Let the client take a turn."""
        turn = Turn(kind=case.kind, calls=calls, at_once=case.at_once, warm_up=warm_up, traced=traced)
        return cast("Taken", self.ask(turn))


def measure(effort: Effort) -> dict[str, Any]:
    """Measure everything."""
    starts = measure_starts(effort)
    with server() as url:
        memory = measure_peaks(url)
        cases, failures = measure_cases(effort, url)
        flat = measure_flatness(effort, url)
        batches, failed = measure_batches(effort, url)
    return {
        "machine": _machine(),
        "cases": cases,
        "batches": batches,
        "imports": measure_imports(effort),
        "failures": failures + failed,
        "starts": starts,
        "peak_mb_after_1000_calls": memory,
        "flatness": flat,
    }


@contextmanager
def server(core: int | None = None, delay: float = 0.0) -> Iterator[str]:
    """Run the server, on one core where that is said, and yield its URL."""
    process = _python("-m", "benchmarks.server", str(delay))
    if core is not None:
        os.sched_setaffinity(process.pid, {core})
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.communicate()


def measure_cases(effort: Effort, url: str) -> tuple[dict[str, dict[str, list[list[float]]]], list[str]]:
    """Return the microseconds a call, as time and as CPU time, of each round by case and client; and what failed."""
    with ExitStack() as stack:
        workers = {name: stack.enter_context(Worker(name, url)) for name in (*BLOCKING, *ASYNC)}
        cells: dict[tuple[str, str], int] = {}
        failures: list[str] = []
        for case_name, case in CASES.items():
            for name, worker in workers.items():
                if case.kind in worker.kinds:
                    try:
                        cells[case_name, name] = _calls_in(effort.seconds, worker, case)
                    except CallError as error:
                        failures.append(f"{name}, {case_name}: {error}")
        rounds: dict[str, dict[str, list[list[float]]]] = {name: {} for name in CASES}
        for number in range(effort.rounds):
            _say(f"round {number + 1} of {effort.rounds}")
            for (case_name, name), calls in list(cells.items())[:: -1 if number % 2 else 1]:
                case = CASES[case_name]
                taken = workers[name].take(case, calls, warm_up=max(5, case.at_once))
                times = [round(taken[of] / calls * 1e6, 1) for of in ("seconds", "cpu")]
                rounds[case_name].setdefault(name, []).append(times)
    return {case: {name: by[name] for name in workers if name in by} for case, by in rounds.items()}, failures


def _calls_in(seconds: float, worker: Worker, case: Case) -> int:
    calls = case.at_once + 8
    taken = worker.take(case, calls, warm_up=case.at_once)
    return max(5, case.at_once, int(seconds / taken["seconds"] * calls))


def measure_batches(effort: Effort, url: str) -> tuple[dict[str, list[list[float]]], list[str]]:
    """Return the microseconds an event, as time and as CPU time, of each round by what is done; and what failed."""
    names = (*SENT, *SENT_AFAR, *CHECKED)
    rounds: dict[str, list[list[float]]] = {}
    failures: list[str] = []
    with ExitStack() as stack:
        afar = stack.enter_context(server(delay=AFAR))
        doers = {
            name: stack.enter_context(Process("-m", "benchmarks.batches", name, afar if name in SENT_AFAR else url))
            for name in names
        }
        for number in range(-1, effort.rounds):  # the first warms up
            _say(f"batches, round {number + 1} of {effort.rounds}")
            for name in names[:: -1 if number % 2 else 1]:
                count = effort.events // FEWER.get(name, 1) // (10 if number < 0 else 1)
                try:
                    taken = doers[name].ask(count)["seconds"]
                except CallError as error:
                    failures.append(f"{name}: {error}")
                    continue
                if number >= 0:
                    rounds.setdefault(name, []).append([round(each / count * 1e6, 3) for each in taken])
    return {name: rounds[name] for name in names if name in rounds}, failures


def measure_imports(effort: Effort) -> dict[str, list[dict[str, float]]]:
    """Return the seconds and the peak memory of each import of a quarter of the rows, and of all, on one core."""
    cores = sorted(os.sched_getaffinity(0))
    sizes = (effort.rows // 4, effort.rows)
    imports: dict[str, list[dict[str, float]]] = {f"{size:,}": [] for size in sizes}
    with server(cores[0]) as url:
        for number in range(effort.imports):
            for size in sizes[:: -1 if number % 2 else 1]:
                _say(f"import of {size:,} rows, {number + 1} of {effort.imports}")
                imports[f"{size:,}"].append(_import(size, cores[-1], url))
    return imports


def _import(rows: int, core: int, url: str) -> dict[str, float]:
    variables = {"CIO_SITE_ID": "site", "CIO_TRACKING_API_KEY": "key", "CIO_TRACK_URL": url}
    arguments = ("import", "events", str(_file(rows)), "--restart")
    process = _python("-m", "benchmarks.importing", str(core), *arguments, errors=subprocess.PIPE, **variables)
    said, errors = process.communicate()
    taken = json.loads(said.splitlines()[-1])
    if taken["code"]:
        sys.exit(f"{said}\n{errors}")
    return {"rows": rows, "seconds": round(taken["seconds"], 3), "mb": round(taken["peak"] / 1e6, 2)}


def _file(rows: int) -> Path:
    """Return a file of so many events, which is written once."""
    path = ROOT / "build" / "bench" / f"events-{rows}.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        chance = random.Random(rows)  # noqa: S311
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write("customer_id,name,timestamp,item,price,quantity\n")
            for number in range(rows):
                price, quantity = chance.randrange(100, 10_000) / 100, chance.randrange(1, 6)
                timestamp = 1_767_139_200 + number
                file.write(f"user{number:07},purchase,{timestamp},The Analytical Engine,{price},{quantity}\n")
    return path


def measure_starts(effort: Effort) -> dict[str, dict[str, list[float]]]:
    """Return the milliseconds and the peak memory of each start, with nothing else in the process."""
    starts: dict[str, dict[str, list[float]]] = {name: {"ms": [], "mb": []} for name in STARTS}
    for number in range(effort.starts + 1):
        for name, code in STARTS.items():
            milliseconds, megabytes = _start(code)
            if number:  # the first start compiles
                starts[name]["ms"].append(milliseconds)
                starts[name]["mb"].append(megabytes)
    return starts


def _start(code: str) -> tuple[float, float]:
    script = f"""
import sys
from time import perf_counter
sys.modules.update(click=None, rich=None)
started = perf_counter()
{code}
seconds = perf_counter() - started
peak = open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]
print(seconds * 1e3, int(peak) * 1024 / 1e6)
"""
    process = _python("-I", "-c", script)
    milliseconds, megabytes = process.communicate()[0].split()
    return round(float(milliseconds), 2), round(float(megabytes), 2)


def measure_peaks(url: str) -> dict[str, float]:
    """Return the peak memory of each client after 1,000 calls, in megabytes."""

    def peak(name: str) -> float:
        with Worker(name, url) as worker:
            return round(worker.take(CASES["event"], 1_000)["peak"] / 1e6, 2)

    names = (*BLOCKING, *ASYNC)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return dict(zip(names, threads.map(peak, names), strict=True))


def measure_flatness(effort: Effort, url: str) -> dict[str, dict[str, Any]]:
    """Return the memory of this SDK's clients over many calls."""
    _say(f"memory over {effort.calls:,} calls")
    with ThreadPoolExecutor() as threads:
        return dict(zip(OURS, threads.map(lambda name: _flatness(name, effort.calls, url), OURS), strict=True))


def _flatness(name: str, calls: int, url: str) -> dict[str, Any]:
    case, step = Case("event", 8), calls // 50
    with Worker(name, url) as worker:
        worker.take(case, calls // 10)
        samples = [round(worker.take(case, step)["rss"] / 1e6, 3) for _ in range(50)]
        traced = max(step, 1_000)
        worker.take(case, traced, traced=True)
        leaked = worker.take(case, traced, traced=True)["traced"] / traced
    return {"calls": calls, "rss_mb": samples, "traced_bytes_per_call": round(leaked, 3)}


def _machine() -> dict[str, Any]:
    import platform
    from importlib.metadata import version

    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": os.cpu_count(),
        "versions": {name: version(name) for name in PACKAGES},
    }


def _python(*arguments: str, errors: int | None = None, **variables: str) -> subprocess.Popen[str]:
    environment = variables | {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        cwd=ROOT,
        env=environment,
    )


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text} ...", end="", file=sys.stderr, flush=True)

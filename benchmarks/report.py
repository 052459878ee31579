"""What the numbers come to: medians, ratios, and whether the required ones are reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.batches import CHECKED, SENT_AFAR
from benchmarks.clients import ASYNC, BLOCKING
from benchmarks.measure import CASES, OURS

Results = dict[str, Any]
Table = list[list[str]]

_NOISE = 0.05
_FLAT_MB = 1.0
_FLAT_BYTES = 8.0
_IMPORTED_EVENLY = 0.15
_JSON = 340
"""How many thousand events a second json.dumps packs on the machine that what is required was said for."""
_BATCH, _CHECK = "cio-sdk, batch", "cio-sdk, batch without sending"
_COMPARED = (
    ("cio-sdk", "customerio"),
    ("cio-sdk", "httpx.HTTPTransport"),
    ("cio-sdk", "httpx.Client"),
    ("cio-sdk async", "async-customerio"),
    ("cio-sdk async", "httpx.AsyncClient"),
)


@dataclass(frozen=True)
class Requirement:
    """A number and its limit."""

    name: str
    value: float | None
    limit: float
    at_least: bool = True

    @property
    def is_met(self) -> bool:
        """Whether the number is within its limit."""
        return self.value is not None and (self.value >= self.limit if self.at_least else self.value <= self.limit)

    @property
    def row(self) -> list[str]:
        """The requirement as a row of a table."""
        limit = f"{'at least' if self.at_least else 'at most'} {self.limit:g}"
        value = "-" if self.value is None else f"{self.value:.2f}"
        return [self.name, limit, value, "pass" if self.is_met else "FAIL"]


def requirements(results: Results) -> list[Requirement]:
    """The ratios that the SDK must reach."""
    one, many = "event", "event, 32 at once"
    starts = results["starts"]
    start = median(a / b for a, b in zip(starts["cio-sdk"]["ms"], starts["customerio"]["ms"], strict=True))
    more_at_once = [
        Requirement(f"{name}: 128 at once, calls/s to 32 at once", _wider(results, name), 1 - _NOISE)
        for name in OURS
        if name in ASYNC
    ]
    flat = [
        requirement
        for name, memory in results["flatness"].items()
        for requirement in (
            Requirement(f"{name}: MB grown over {memory['calls']:,} calls", growth(memory), _FLAT_MB, at_least=False),
            Requirement(f"{name}: bytes kept a call", memory["traced_bytes_per_call"], _FLAT_BYTES, at_least=False),
        )
    ]
    transport = speed(results, one, "httpx.HTTPTransport", "cio-sdk")
    return [
        Requirement("cio-sdk: calls/s, to customerio", speed(results, one, "cio-sdk", "customerio"), 2.5),
        Requirement("cio-sdk: time a call, to httpx.HTTPTransport", transport, 1.25, at_least=False),
        Requirement(
            "cio-sdk async: 32 at once, calls/s to async-customerio",
            speed(results, many, "cio-sdk async", "async-customerio"),
            10,
        ),
        *more_at_once,
        Requirement("cio-sdk: import and make a client, time to import customerio", start, 0.8, at_least=False),
        *flat,
        *_batch_requirements(results),
    ]


def _batch_requirements(results: Results) -> list[Requirement]:
    fewer, more = results["imports"].values()
    evenness = median(abs(_rows(a) / _rows(b) - 1) for a, b in zip(fewer, more, strict=True))
    peak = max(each["mb"] for each in more)
    checked, imported = _rate(results, _CHECK, cpu=True), median(map(_rows, more))
    return [
        Requirement(
            "batch, 50 ms away: events/s, to customerio.batch",
            batch_speed(results, f"{_BATCH}, 50 ms away", "customerio, batch, 50 ms away"),
            2,
        ),
        Requirement("batch: events/s, to customerio.batch", batch_speed(results, _BATCH, "customerio, batch"), 2),
        Requirement("batch: events/s, to customerio.track", batch_speed(results, _BATCH, "customerio, track"), 100),
        Requirement(
            "batch, without sending: events/s a core, to json.dumps", _to_json(results, checked), round(150 / _JSON, 2)
        ),
        Requirement("import: rows/s on one core, to json.dumps", _to_json(results, imported), round(40 / _JSON, 2)),
        Requirement("import: peak memory, MB", peak, 150, at_least=False),
        Requirement("import: difference of rows/s, a quarter to all", evenness, _IMPORTED_EVENLY, at_least=False),
    ]


def _to_json(results: Results, rate: float | None) -> float | None:
    json_rate = _rate(results, "json.dumps", cpu=True)
    return rate / json_rate if rate and json_rate else None


def batch_speed(results: Results, name: str, other: str) -> float | None:
    """How many times as many events a second one way of sending does as another: the median over the rounds."""
    batches = results["batches"]
    return _ratio(batches[other], batches[name]) if name in batches and other in batches else None


def _rate(results: Results, name: str, *, cpu: bool = False) -> float | None:
    times = results["batches"].get(name)
    return 1e6 / median(time[cpu] for time in times) if times else None


def _rows(taken: dict[str, float]) -> float:
    return taken["rows"] / taken["seconds"]


def speed(results: Results, case: str, client: str, other: str) -> float | None:
    """How many times as fast a client is as another: the median over the rounds."""
    by = results["cases"][case]
    return _ratio(by[other], by[client]) if client in by and other in by else None


def growth(memory: dict[str, Any]) -> float:
    """The megabytes by which the last tenth of the samples is above the first."""
    samples: list[float] = memory["rss_mb"]
    tenth = len(samples) // 10
    return median(samples[-tenth:]) - median(samples[:tenth])


def _wider(results: Results, client: str) -> float | None:
    few, many = (results["cases"][f"event, {at_once} at once"].get(client) for at_once in (32, 128))
    return _ratio(few, many) if few and many else None


def _ratio(times: Sequence[Sequence[float]], others: Sequence[Sequence[float]]) -> float:
    return median(a[0] / b[0] for a, b in zip(times, others, strict=True))


def tables(results: Results) -> dict[str, Table]:
    """The numbers as tables, each with its heading."""
    return {
        "Calls a second": _by_client(results, lambda times: f"{1e6 / median(time for time, _ in times):,.0f}"),
        "CPU time a call, µs": _by_client(results, lambda times: f"{median(cpu for _, cpu in times):,.0f}"),
        "Times as fast": [["", *CASES], *(_speeds(results, client, other) for client, other in _COMPARED)],
        "Start": _starts(results),
        "Memory": _memory(results),
        "Batches": _batches(results),
        "Import of a CSV file of events, on one core": _imports(results),
        "Required": [["", "limit", "is", ""], *(requirement.row for requirement in requirements(results))],
    }


def _by_client(results: Results, cell: Any) -> Table:
    rows = []
    for name in (*BLOCKING, *ASYNC):
        times = [results["cases"][case].get(name) for case in CASES]
        rows.append([name, *(cell(these) if these else "" for these in times)])
    return [["", *CASES], *rows]


def _speeds(results: Results, client: str, other: str) -> list[str]:
    ratios = [speed(results, case, client, other) for case in CASES]
    return [f"{client} / {other}", *("" if ratio is None else f"{ratio:.2f}" for ratio in ratios)]


def _starts(results: Results) -> Table:
    rows = [
        [name, f"{median(start['ms']):.0f}", f"{median(start['mb']):.1f}"] for name, start in results["starts"].items()
    ]
    return [["", "import, ms", "peak memory, MB"], *rows]


def _memory(results: Results) -> Table:
    rows = []
    for name, peak in results["peak_mb_after_1000_calls"].items():
        memory = results["flatness"].get(name)
        rows.append([name, f"{peak:.1f}", f"{growth(memory):+.2f}" if memory else ""])
    calls = max(memory["calls"] for memory in results["flatness"].values())
    return [["", "peak after 1,000 calls, MB", f"growth over {calls:,} calls, MB"], *rows]


def _batches(results: Results) -> Table:
    rows = []
    for name, times in results["batches"].items():
        base = _CHECK if name in CHECKED else f"{_BATCH}, 50 ms away" if name in SENT_AFAR else _BATCH
        ratio = batch_speed(results, base, name)
        cells = (_rate(results, name), median(cpu for _, cpu in times), ratio)
        rows.append(
            [name, f"{cells[0]:,.0f}", f"{cells[1]:,.1f}", "" if ratio is None or name == base else f"{ratio:.2f}"]
        )
    return [["", "events/s", "CPU time an event, µs", "cio-sdk, times as fast"], *rows]


def _imports(results: Results) -> Table:
    rows = [
        [f"{rows} rows", f"{median(map(_rows, taken)):,.0f}", f"{max(each['mb'] for each in taken):.1f}"]
        for rows, taken in results["imports"].items()
    ]
    return [["", "rows/s", "peak memory, MB"], *rows]


def as_text(results: Results) -> str:
    """All tables, in columns."""
    return "\n\n".join(f"{heading}\n{_columns(table)}" for heading, table in tables(results).items())


def as_markdown(results: Results) -> str:
    """All tables, as Markdown."""
    parts = [f"**{heading}**\n\n{_markdown(table)}" for heading, table in tables(results).items()]
    return "\n\n".join([*parts, _setting(results["machine"])]) + "\n"


def _setting(machine: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    return (
        f"Medians, and medians of the ratios of each round; on {machine['cpus']} CPUs ({machine['system']}), against a "
        f"server on the loopback interface. Python {machine['python']}, {versions}."
    )


def _columns(table: Table) -> str:
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    return "\n".join(_aligned(row, widths) for row in table)


def _aligned(row: Iterable[str], widths: Iterable[int]) -> str:
    first, *rest = zip(row, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]).rstrip()


def _markdown(table: Table) -> str:
    head, *rows = table
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)

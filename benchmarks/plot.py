"""The numbers as a picture."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import Any

import matplotlib as mpl

from benchmarks.batches import CHECKED, SENT, SENT_AFAR
from benchmarks.clients import ASYNC, BLOCKING
from benchmarks.measure import CASES, OURS
from benchmarks.report import Results

_EVENTS = [name for name, case in CASES.items() if case.kind == "event"]
_FLOORS = ("socket", "asyncio streams")
_COLORS = {
    "cio-sdk": "#1b6ec2",
    "cio-sdk async": "#1b6ec2",
    "customerio": "#e07b39",
    "async-customerio": "#e07b39",
    "httpx.HTTPTransport": "#5f6b7a",
    "httpx.Client": "#a9b4c0",
    "httpx.AsyncClient": "#a9b4c0",
}


def save(results: Results, path: Path) -> None:
    """Write the picture."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, ((blocking, loop), (sent, checked), (start, memory)) = plt.subplots(
        3, 2, figsize=(12, 11.5), layout="constrained"
    )
    _calls(blocking, results, list(BLOCKING), "Events a second, blocking (threads)")
    _calls(loop, results, list(ASYNC), "Events a second, async (tasks)")
    _batches(sent, results, [*SENT, *SENT_AFAR], "Events a second, many at once")
    _batches(checked, results, list(CHECKED), "Events a second, without sending")
    _start(start, results)
    _memory(memory, results)
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)


def _calls(axes: Any, results: Results, clients: list[str], title: str) -> None:
    shown = [name for name in clients if name not in _FLOORS]
    width = 0.8 / len(shown)
    for index, name in enumerate(shown):
        rates = [_rate(results, case, name) for case in _EVENTS]
        places = [group + (index - (len(shown) - 1) / 2) * width for group in range(len(_EVENTS))]
        bars = axes.bar(places, rates, width * 0.92, label=name, color=_COLORS[name])
        axes.bar_label(bars, [f"{rate / 1000:.1f}k" for rate in rates], fontsize=8, padding=2)
    axes.set_xticks(range(len(_EVENTS)), [f"{CASES[case].at_once} at once" for case in _EVENTS])
    _style(axes, title)
    axes.margins(y=0.22)
    axes.legend(fontsize=8, ncols=2, loc="upper center", frameon=False)


def _rate(results: Results, case: str, name: str) -> float:
    times = results["cases"][case].get(name)
    return 1e6 / median(time for time, _ in times) if times else 0.0


def _batches(axes: Any, results: Results, names: list[str], title: str) -> None:
    rates = {name: 1e6 / median(time for time, _ in results["batches"][name]) for name in names[::-1]}
    colors = [_COLORS.get(name.split(",")[0], "#a9b4c0") for name in rates]
    bars = axes.barh(list(rates), list(rates.values()), 0.6, color=colors)
    axes.bar_label(
        bars,
        [f"{rate / 1000:,.0f}k" if rate >= 1e4 else f"{rate:,.0f}" for rate in rates.values()],
        padding=3,
        fontsize=8,
    )
    _style(axes, title)
    axes.set_yticks(range(len(rates)), [name.replace(", ", "\n", 1) for name in rates], fontsize=8)
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.margins(x=0.12)


def _start(axes: Any, results: Results) -> None:
    starts = {name: median(start["ms"]) for name, start in results["starts"].items() if name != "python"}
    bars = axes.bar(list(starts), list(starts.values()), 0.6, color=[_COLORS.get(name, "#a9b4c0") for name in starts])
    axes.bar_label(bars, [f"{value:.0f} ms" for value in starts.values()], fontsize=8, padding=2)
    _style(axes, "Import, in milliseconds (cio-sdk: and make a client)")


def _memory(axes: Any, results: Results) -> None:
    for name, style in zip(OURS, ("-", "--"), strict=True):
        memory = results["flatness"][name]
        samples = memory["rss_mb"]
        calls = [memory["calls"] * (index + 1) / len(samples) for index in range(len(samples))]
        axes.plot(calls, samples, style, label=name, color=_COLORS[name])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("events sent")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    _style(axes, "Memory of the process, in MB")
    axes.legend(fontsize=8, loc="lower right", frameon=False)


def _style(axes: Any, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=11)
    axes.spines[["top", "right"]].set_visible(False)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.grid(axis="y", alpha=0.25)
    axes.set_axisbelow(True)

"""Measures this SDK beside other clients; `make bench` runs it."""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import re
import sys
from pathlib import Path

from benchmarks import report
from benchmarks.clients import cio
from benchmarks.measure import FULL, QUICK, ROOT, measure, server

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Do what the arguments ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--quick", action="store_true", help="a smoke run, saved in build/")
    mode.add_argument("--markdown", action="store_true", help="print the saved results as Markdown")
    mode.add_argument("--profile", action="store_true", help="show where the time of one event goes")
    arguments = parser.parse_args()
    if arguments.markdown:
        print(report.as_markdown(json.loads((HERE / "results.json").read_text())), end="")
        return 0
    if arguments.profile:
        profile()
        return 0
    return run(quick=arguments.quick)


def run(*, quick: bool) -> int:
    """Measure, print and save; return 1 where a requirement is not met or a call failed."""
    folder = ROOT / "build" / "bench" if quick else HERE
    folder.mkdir(parents=True, exist_ok=True)
    results = measure(QUICK if quick else FULL)
    from benchmarks import plot

    (folder / "results.json").write_text(_json(results))
    (folder / "results.md").write_text(report.as_markdown(results))
    plot.save(results, folder / "results.png")
    print(report.as_text(results))
    for failure in results["failures"]:
        print(f"failed: {failure}")
    is_met = not results["failures"] and all(requirement.is_met for requirement in report.requirements(results))
    return 0 if is_met or quick else 1


def profile(calls: int = 3_000) -> None:
    """Print the functions that one event after another spends its time in."""
    with server() as url:
        event = cio(url)["event"]
        event()
        with cProfile.Profile() as profiler:
            for _ in range(calls):
                event()
    pstats.Stats(profiler).strip_dirs().sort_stats("tottime").print_stats(40)


def _json(results: report.Results) -> str:
    """Write the lists of numbers on a line each."""
    return re.sub(r"\[[^][{}]*\]", lambda match: " ".join(match[0].split()), json.dumps(results, indent=1)) + "\n"


if __name__ == "__main__":
    sys.exit(main())

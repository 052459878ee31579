"""Runs `cio-sdk` on one core, and prints what it took behind what the command itself prints."""

from __future__ import annotations

import json
import os
import runpy
import sys
import time

from benchmarks.worker import memory


def main() -> None:
    """Run the command that the arguments behind the core are."""
    core, *arguments = sys.argv[1:]
    os.sched_setaffinity(0, {int(core)})
    sys.argv = ["cio-sdk", *arguments]
    started, code = time.perf_counter(), None
    try:
        runpy.run_module("cio_sdk.cli", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code
    print(json.dumps({"code": code, "seconds": time.perf_counter() - started, "peak": memory("VmHWM")}))


if __name__ == "__main__":
    main()

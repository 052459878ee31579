"""Load a million made-up events into a sandbox on this machine with `cio-sdk import`, and say what arrived."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import make_events

from cio_sdk.sandbox import Sandbox

BUILD = Path(__file__).resolve().parent.parent / "build"


def main(count: int) -> int:
    """Make the file, load it, and print the report."""
    path = BUILD / f"events-{count}.csv"
    if not path.exists():
        print(f"Making {path} with {count:,} events ...", flush=True)
        make_events.write(path, count)
    command = ["import", "events", str(path), "--restart"]
    with Sandbox() as sandbox:
        print(f"cio-sdk {' '.join(command)}", flush=True)
        environment = {**os.environ, **sandbox.environment}
        code = subprocess.run([sys.executable, "-m", "cio_sdk.cli", *command], env=environment, check=False).returncode
        print(f"The sandbox has {sandbox.counts['events']:,} events of {sandbox.counts['people']:,} people.")
    return code


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 1_000_000))

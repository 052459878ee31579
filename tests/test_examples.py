"""The files under examples/ run, against a sandbox over real HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cio_sdk import operations
from cio_sdk.sandbox import Sandbox

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def run(example: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", example],
        check=False,
        env={**os.environ, **environment, "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.mark.parametrize("name", operations.__all__)
def test_every_operation_has_an_example_that_runs_beside_the_others(name: str, shared: Sandbox) -> None:
    before = len(shared.deliveries)

    assert run(EXAMPLES / f"{name}.py", shared.environment).strip()
    assert [each.failure_message for each in shared.deliveries[before:] if each.state == "failed"] == []


def test_the_quickstart_shows_what_customer_io_would_now_hold() -> None:
    shown = run(EXAMPLES / "quickstart.py", {})

    for word in ("ada@example.com", "t0k3n", "purchase", "refund", "pricing viewed", "invoice.pdf", "offers"):
        assert word in shown

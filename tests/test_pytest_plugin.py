"""The fixtures that pytest finds in users' own tests, each in a pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

USED = """
import pytest
from cio_sdk import EmailRequest, Identifiers, TransportError

REQUEST = EmailRequest(
    to="person@example.com", identifiers=Identifiers(id=1), from_="us@example.com", subject="Hi", body="<p>"
)

@pytest.mark.parametrize("turn", [1, 2])
def test_sent(cio_sandbox, cio_client, turn):
    assert not cio_sandbox.deliveries
    cio_client.send_email(REQUEST)
    assert cio_sandbox.deliveries.to("person@example.com").one().subject == "Hi"

@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.asyncio
async def test_asyncio(cio_sandbox, async_cio_client, turn):
    await async_cio_client.send_email(REQUEST)
    assert len(cio_sandbox.deliveries) == 1

@pytest.mark.anyio
async def test_anyio(cio_sandbox, async_cio_client):
    await async_cio_client.send_email(REQUEST)
    assert len(cio_sandbox.deliveries) == 1

@pytest.fixture
def anyio_backend():
    return "asyncio"
"""
UNUSED = """
import sys

def test_unused():
    assert not {"cio_sdk", "httpx", "pydantic", "starlette", "uvicorn"} & sys.modules.keys()
"""
WITHOUT_THE_EXTRA = """
def test_sandbox(cio_sandbox): ...
"""
HIDE = """
import sys
sys.modules["{0}"] = None
"""


def run(folder: Path, *options: str, alone: bool = False, **files: str) -> tuple[int, str]:
    """Run pytest on some files, without other plugins where it is to be alone, and return its status and its words."""
    for name, source in files.items():
        (folder / f"{name}.py").write_text(source)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTEST_"))}
    settings = ["-p", "no:cacheprovider"]
    if alone:
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    else:
        settings += ["-o", "asyncio_default_fixture_loop_scope=function"]
    command = [sys.executable, "-m", "pytest", "-q", *settings, *options, "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    return done.returncode, done.stdout + done.stderr


def test_fixtures_when_a_test_asks_for_them_then_they_are_there_and_empty_each_time(tmp_path: Path) -> None:
    status, said = run(tmp_path, "-W", "error", test_used=USED)

    assert (status, "5 passed" in said) == (0, True), said
    assert "Warning" not in said


def test_fixtures_when_tests_run_side_by_side_then_each_process_has_its_own(tmp_path: Path) -> None:
    status, said = run(tmp_path, "-n", "2", test_used=USED)

    assert (status, "5 passed" in said) == (0, True), said


def test_fixtures_when_nobody_asks_for_them_then_nothing_is_imported(tmp_path: Path) -> None:
    # Other plugins, such as respx, import httpx.
    status, said = run(tmp_path, "-p", "pytest_cio_sdk", alone=True, test_unused=UNUSED)

    assert (status, "1 passed" in said) == (0, True), said


@pytest.mark.parametrize(("module", "name"), [("uvicorn", "uvicorn"), ("liquid", "python-liquid")])
def test_fixtures_when_the_extra_is_not_installed_then_they_say_so_once(tmp_path: Path, module: str, name: str) -> None:
    status, said = run(tmp_path, "-rN", conftest=HIDE.format(module), test_without=WITHOUT_THE_EXTRA)

    assert status == 1, said
    assert said.count(f"the sandbox needs {name}; run: pip install 'cio-sdk[sandbox]'") == 1
    assert "Traceback" not in said
    assert "ModuleNotFoundError" not in said

"""The code of the README and of docs/ runs, against a sandbox."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import doc_code
import pytest

from cio_sdk import Client
from cio_sdk.sandbox import Sandbox


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        yield sandbox


@pytest.mark.parametrize("page", doc_code.pages(), ids=lambda page: page.name)
def test_every_python_block_of_a_page_runs(page: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType(page.stem)
    monkeypatch.setitem(sys.modules, page.stem, module)
    namespace: dict[str, Any] = module.__dict__
    for line, block in doc_code.blocks(page):
        exec(compile("\n" * (line - 1) + block, str(page), "exec"), namespace)
        for name in re.findall(r"^def (test_\w+)", block, re.MULTILINE):
            namespace[name]()
    for value in list(namespace.values()):
        if isinstance(value, Client):
            value.close()
    assert [each.failure_message for each in sandbox.deliveries if each.state == "failed"] == []


def test_the_documentation_has_an_example_of_every_operation() -> None:
    from cio_sdk import operations

    code = "".join(block for page in doc_code.pages() for _, block in doc_code.blocks(page))

    assert [name for name in operations.__all__ if f"client.{name}(" not in code.replace("http_client", "client")] == []


def test_the_links_within_a_page_lead_somewhere() -> None:
    for page in doc_code.pages():
        text = page.read_text()
        anchors = {
            re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
            for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        }
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if target.startswith("#"):
                assert target[1:] in anchors, f"{page.name}: {target}"
            elif not target.startswith("http"):
                assert (page.parent / target.partition("#")[0]).exists(), f"{page.name}: {target}"

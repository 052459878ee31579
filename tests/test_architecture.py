"""Which module may import which: the tree is the architecture."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import cio_sdk

PACKAGE = Path(cio_sdk.__file__).parent
SENDING = (
    "_exchange",
    "_transport",
    "_channel",
    "_connections",
    "_async_connections",
    "_reading",
    "_httpx",
)


@dataclass(frozen=True)
class Import:
    """One import within the package, and where it stands."""

    source: str
    target: str
    only_for_types: bool
    within_a_function: bool


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def modules() -> list[str]:
    return sorted(module_name(path) for path in PACKAGE.rglob("*.py"))


def imports_of(source: str) -> Iterator[Import]:
    """Every import of a module: of the package's own modules by their short name, of others by their first."""
    yield from visit(ast.parse((PACKAGE / f"{source.replace('.', '/')}.py").read_text()), source, False, False)


def visit(node: ast.AST, source: str, only_for_types: bool, within: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        for target in targets(node):
            yield Import(source, target, only_for_types, within)
        return
    within = within or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    guarded = node.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" else []
    for child in ast.iter_child_nodes(node):
        yield from visit(child, source, only_for_types or child in guarded, within)


def targets(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        assert node.level == 0, "imports are absolute"
        in_package = node.module in {"cio_sdk", "cio_sdk.sandbox"}
        names = [f"{node.module}.{alias.name}" if in_package else str(node.module) for alias in node.names]
    for name in dict.fromkeys(names):
        yield name.removeprefix("cio_sdk.") if name.startswith("cio_sdk.") else name.partition(".")[0]


OWN = {name.partition(".")[0] for name in modules()} | {"models", "operations", "sandbox"}
IMPORTS = [each for name in modules() for each in imports_of(name)]


def own_imports(*prefixes: str) -> set[str]:
    """What the modules with these prefixes import of the package at run time, by the first part of its name."""
    return {
        each.target.partition(".")[0]
        for each in IMPORTS
        if each.source.startswith(prefixes) and not each.only_for_types and each.target.partition(".")[0] in OWN
    }


def importers_of(target: str) -> set[str]:
    return {each.source for each in IMPORTS if each.target.partition(".")[0] == target}


def test_imports_when_read_then_there_are_some_of_each_kind() -> None:
    assert Import("client", "httpx", only_for_types=True, within_a_function=False) in IMPORTS
    assert Import("_exchange", "_operation", only_for_types=False, within_a_function=False) in IMPORTS


@pytest.mark.parametrize(
    ("prefix", "allowed"),
    [
        ("models.", {"models", "_base", "_lazy"}),
        ("operations.", {"operations", "_operation", "_entries", "_base", "_json", "_lazy", "models", "response"}),
        ("audience", {"models"}),
        ("webhooks", {"_json", "errors", "models"}),
        ("_broadcasts", {"operations", "errors", "options"}),
        ("_async_broadcasts", {"operations", "errors", "options"}),
        ("_entries", {"_base", "_json", "_operation", "_patterns", "errors"}),
        ("_packing", {"_entries"}),
        ("_batching", {"_operation", "_packing", "batch", "errors", "models", "operations", "response"}),
        ("_batch_drivers", {"_batching", "_operation", "batch", "errors", "models"}),
        ("batch", {"errors"}),
        ("_operation", {"_json", "errors"}),
        ("_patterns", set[str]()),
        ("_base", {"_json", "_patterns", "errors", "response"}),
        ("_json", set[str]()),
        ("errors", set[str]()),
        ("response", set[str]()),
        ("_version", set[str]()),
        ("_lazy", set[str]()),
        ("_timing", set[str]()),
        ("options", {"_version", "errors"}),
        ("_exchange", {"errors", "_base", "_operation", "_timing", "options", "response"}),
        ("_transport", {"_channel", "_exchange", "_timing", "errors"}),
        ("_channel", {"_async_connections", "_connections", "_exchange", "_httpx", "errors"}),
        ("_async_connections", {"_connections", "_exchange"}),
        ("_httpx", {"_connections", "_exchange", "_reading"}),
        ("_reading", {"_exchange"}),
        ("_connections", {"_exchange", "_reading", "options"}),
        ("client", {"operations", "_broadcasts", "_batch_drivers", "_transport", "options"}),
        ("async_client", {"operations", "_async_broadcasts", "_batch_drivers", "_transport", "options"}),
    ],
)
def test_module_when_it_imports_then_only_what_is_below_it(prefix: str, allowed: set[str]) -> None:
    assert own_imports(prefix) <= allowed


def test_module_when_it_stands_in_the_package_then_the_table_above_has_it() -> None:
    top = {name.partition(".")[0] for name in modules()}

    assert top - {"__init__", "sandbox", "cli"} == {
        *("models", "operations", "_operation", "_base", "_json", "errors", "response", "_version", "options"),
        *("_exchange", "_transport", "_channel", "_connections", "client", "async_client"),
        *("_lazy", "_timing", "_reading", "_httpx", "_async_connections"),
        *("_entries", "_patterns", "_packing", "_batching", "_batch_drivers", "batch"),
        *("_async_broadcasts", "_broadcasts", "audience", "webhooks"),
    }


def test_sending_when_it_imports_then_they_know_of_no_operation() -> None:
    found = own_imports(*SENDING)

    assert found.isdisjoint({"models", "operations", "client", "async_client"})


def test_httpx_when_imported_then_only_where_requests_are_sent() -> None:
    at_run_time = {each.source for each in IMPORTS if each.target == "httpx" and not each.only_for_types}

    assert at_run_time == {*SENDING, "sandbox._webhooks"}
    assert importers_of("httpx") - at_run_time == {"client", "async_client"}


def test_models_when_they_import_then_nothing_of_http() -> None:
    outside = {each.target for each in IMPORTS if each.source.startswith("models.")}

    assert {target for target in outside if target.partition(".")[0] not in OWN} <= {
        *("__future__", "collections", "datetime", "enum", "typing", "pydantic"),
    }


def test_package_when_imported_then_it_needs_only_its_two_dependencies() -> None:
    outside = {
        each.target
        for each in IMPORTS
        if not each.source.startswith(("sandbox", "cli")) and not each.only_for_types and each.target != "cio_sdk"
    }
    foreign = {name for name in outside if name.partition(".")[0] not in OWN | sys.stdlib_module_names}

    assert foreign == {"httpx", "httpcore", "h11", "pydantic", "pydantic_core"}


def test_client_when_it_imports_then_the_sandbox_is_not_needed() -> None:
    assert not {each.source for each in IMPORTS if each.target.startswith("sandbox")} - {
        name for name in modules() if name.startswith("sandbox")
    }


def test_sandbox_when_it_imports_then_never_the_code_that_sends() -> None:
    sandbox = [each for each in IMPORTS if each.source.startswith("sandbox")]

    assert not {each for each in sandbox if each.target in {"_exchange", "_transport", "_operation", "operations"}}


def test_sandbox_when_it_makes_a_client_then_the_import_is_within_a_function() -> None:
    clients = {"client", "async_client", "Client", "AsyncClient"}
    found = [each for each in IMPORTS if each.source.startswith("sandbox") and each.target in clients]

    assert [each for each in found if not each.within_a_function and not each.only_for_types] == []

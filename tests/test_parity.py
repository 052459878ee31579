"""The two clients are one, and each of their methods is one line over the function of its operation."""

from __future__ import annotations

import ast
import inspect
import re
import typing
from collections.abc import AsyncGenerator, AsyncIterator
from functools import reduce
from pathlib import Path
from typing import Any

import httpx
import pytest

from cio_sdk import (
    AsyncClient,
    BatchReport,
    BatchResult,
    Client,
    Operation,
    StandardResponse,
    _batch_drivers,
    async_client,
    client,
    models,
    operations,
)

FACADES: list[type[Any]] = [Client, AsyncClient]
TWINS = {
    "close": "aclose",
    "__enter__": "__aenter__",
    "__exit__": "__aexit__",
}
SYNC_WORDS = [
    ("a synchronous program", "an asynchronous program"),
    ("between threads", "within one event loop"),
    ("`close()`", "`aclose()`"),
    ("in `with`", "in `async with`"),
    ("`action` among them).", "`action` among them), or an asynchronous one."),
]

NAMES: dict[str, Any] = {
    **vars(client),
    **{name: getattr(models, name) for name in models.__all__},
    "httpx": httpx,
    "TracebackType": object,
    "Operation": Operation,
    "StandardResponse": StandardResponse,
    "AsyncIterator": AsyncIterator,
    "AsyncGenerator": AsyncGenerator,
    "Operations": _batch_drivers.Operations,
    "AsyncOperations": _batch_drivers.Operations,
    "Batching": object,
    "AsyncBatching": object,
    "BatchReport": BatchReport,
    "BatchResult": BatchResult,
}
"""What the annotations of the clients name; they are only imported for type checkers, as that takes long."""


ONLY_SENDING = {"trigger_broadcast": [("wait", inspect.Parameter.KEYWORD_ONLY, False)]}
"""Parameters that are not about the request, but about sending it."""


def public(facade: type[Any]) -> dict[str, Any]:
    """The public members of a client, and the methods of its context manager."""
    return {
        name: member
        for name, member in vars(facade).items()
        if not name.startswith("_") or re.fullmatch(r"__a?(enter|exit)__|__init__|__repr__", name)
    }


def twin(name: str) -> str:
    return TWINS.get(name, name)


def function_of(member: Any) -> Any:
    if isinstance(member, property):
        return member.fget
    return inspect.unwrap(getattr(member, "__func__", member))


def in_async_words(text: str) -> str:
    for sync, asynchronous in SYNC_WORDS:
        text = text.replace(sync, asynchronous)
    return text


def types_of(function: Any) -> dict[str, Any]:
    """The types of a function's parameters and of what it returns, in the words of the async client."""
    hints = typing.get_type_hints(function, NAMES)
    words = {
        "httpx.Client": "httpx.AsyncClient",
        "abc.Iterator": "abc.AsyncIterator",
        "abc.Generator": "abc.AsyncGenerator",
        ", None, None]": ", None]",
    }
    return {
        name: reduce(lambda text, word: text.replace(*word), words.items(), repr(kind)) for name, kind in hints.items()
    }


def test_clients_when_compared_then_they_have_the_same_members() -> None:
    assert [twin(name) for name in public(Client)] == list(public(AsyncClient))


@pytest.mark.parametrize("name", public(Client))
def test_clients_when_compared_then_a_member_has_the_same_parameters_types_and_words(name: str) -> None:
    member, other = public(Client)[name], public(AsyncClient)[twin(name)]
    function, counterpart = function_of(member), function_of(other)

    assert type(member) is type(other)
    assert shape(function) == shape(counterpart)
    assert types_of(function) == types_of(counterpart)
    assert in_async_words(inspect.getdoc(function) or "") == (inspect.getdoc(counterpart) or "")


def shape(function: Any) -> list[tuple[str, Any, Any]]:
    """The parameters of a function: name, kind and default."""
    return [(each.name, each.kind, each.default) for each in inspect.signature(function).parameters.values()]


def test_clients_when_compared_then_the_classes_have_the_same_words() -> None:
    assert in_async_words(inspect.getdoc(Client) or "") == inspect.getdoc(AsyncClient)


@pytest.mark.parametrize("name", ["send", "close", *operations.__all__])
def test_async_client_when_a_method_is_io_then_it_is_awaited(name: str) -> None:
    assert inspect.iscoroutinefunction(getattr(AsyncClient, twin(name)))
    assert not inspect.iscoroutinefunction(getattr(Client, name))


def test_clients_when_compared_to_the_operations_then_each_has_a_method() -> None:
    others = {"send", "close", "from_env", "with_options", "user_agent", *(n for n in public(Client) if n[:2] == "__")}
    others |= {"batch", "iter_batch", "wait_for_broadcast", "get_broadcast_errors"}  # these send any number of requests

    assert public(Client).keys() - others == set(operations.__all__)


@pytest.mark.parametrize("facade", FACADES)
@pytest.mark.parametrize("name", operations.__all__)
def test_method_when_compared_to_its_operation_then_the_parameters_are_the_same(facade: type[Any], name: str) -> None:
    method, operation = getattr(facade, name), getattr(operations, name)
    ours, theirs = shape(method)[1:], shape(operation)
    positional = [each for each in theirs if each[1] is not inspect.Parameter.KEYWORD_ONLY]

    assert ours[: len(positional)] == positional
    assert sorted(ours[len(positional) :]) == sorted([*theirs[len(positional) :], *ONLY_SENDING.get(name, ())])


@pytest.mark.parametrize("facade", FACADES)
@pytest.mark.parametrize("name", operations.__all__)
def test_method_when_compared_to_its_operation_then_the_types_are_the_same(facade: type[Any], name: str) -> None:
    method = typing.get_type_hints(getattr(facade, name), NAMES)
    operation = typing.get_type_hints(getattr(operations, name))
    made = operation.pop("return")
    (result,) = typing.get_args(made)
    if typing.get_origin(made) is list:
        (each,) = typing.get_args(result)
        result = list[each]  # type: ignore[valid-type]

    assert method.pop("return") == result
    assert {key: method[key] for key in method.keys() - {each[0] for each in ONLY_SENDING.get(name, ())}} == operation


@pytest.mark.parametrize("module", [client, async_client], ids=lambda module: module.__name__)
@pytest.mark.parametrize("name", operations.__all__)
def test_method_when_read_then_it_is_a_docstring_and_one_line_that_passes_everything_on(module: Any, name: str) -> None:
    tree = ast.parse(Path(module.__file__).read_text())
    (method,) = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name
    ]

    docstring, *body = method.body

    assert isinstance(docstring, ast.Expr)
    assert len(body) == 1
    (statement,) = body
    assert isinstance(statement, ast.Return)
    assert statement.value is not None
    sending = ast.unparse(statement.value).replace("await ", "")
    arguments = [each.arg for each in method.args.args[1:]]
    named = [f"{each.arg}={each.arg}" for each in method.args.kwonlyargs]
    only_sending = [f"{each[0]}={each[0]}" for each in ONLY_SENDING.get(name, ())]
    made = f"operations.{name}({', '.join([*arguments, *(each for each in named if each not in only_sending)])})"
    assert sending in (
        f"self.send({', '.join([made, *only_sending])})",
        f"[self.send(each) for each in {made}]",
    )


@pytest.mark.parametrize("facade", FACADES)
@pytest.mark.parametrize("name", operations.__all__)
def test_method_when_documented_then_every_parameter_and_the_path_are_explained(facade: type[Any], name: str) -> None:
    documentation = inspect.getdoc(getattr(facade, name)) or ""
    path = "`[A-Z]+ /(api/v[12]/|v1/|unsubscribe)"

    assert "Returns:" in documentation
    assert "Raises:" in documentation
    assert re.search(path, documentation)
    for parameter, *_ in shape(getattr(facade, name))[1:]:
        assert re.search(rf"^    {parameter}: ", documentation, re.MULTILINE), parameter

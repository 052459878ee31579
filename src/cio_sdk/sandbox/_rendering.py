"""The Liquid of a message, filled in."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from liquid import Environment

_MAX_SECONDS = 5.0
_MAX_LENGTH = 1_000_000
_MAX_BITS = 4_096
_MAX_ITERATIONS = 10_000
_MAX_OUTPUT_BYTES = 20_000_000
_MAX_REASON = 150

# A comparison with `blank` is true of what does not exist, as it is in Customer.io.
_BLANK = re.compile(r"(\{%-?\s*(?:if|elsif|unless)\s+)([\w.\[\]'\"-]+)\s*(==|!=)\s*(blank\s*-?%\})")
_OWN_TAG = re.compile(r"\{%-?\s*(?:cio_|unsubscribe|view_in_browser|manage_subscription)[^%]*%\}")
"""A tag that only Customer.io knows, which stays as it is."""
_RAW = re.compile(r"(\{%-?\s*raw\s*-?%\}.*?(?:\{%-?\s*endraw\s*-?%\}|\Z))", re.DOTALL)
"""What stays as it is already."""
_BRACKETS = [
    ("{{", re.compile(r"\{\{"), "}}"),
    ("{%", re.compile(r"\{%"), "%}"),
    ("{% raw %}", re.compile(r"\{%-?\s*raw\b"), "endraw"),
    ("{% doc %}", re.compile(r"\{%-?\s*doc\b"), "enddoc"),
]


class _RefusedError(Exception):
    """The template is not rendered: it would take too long, or become too large."""


def render(texts: Mapping[str, str], values: Mapping[str, Any]) -> tuple[dict[str, str], str | None]:
    """Fill in the Liquid of some texts.

    Args:
        texts: The texts by name.
        values: What they may refer to.

    Returns:
        The texts, those that cannot be rendered as they are, and what is wrong with the first of these.
    """
    rendered = dict(texts)
    failure = None
    for name, text in texts.items():
        if "{{" in text or "{%" in text:
            try:
                rendered[name] = _render(text, values)
            # A template can make the engine raise anything, and none of it is the sandbox's own failure.
            except Exception as error:  # noqa: BLE001
                failure = failure or f"{name}: {_reason(error)}"
    return rendered, failure


def _render(text: str, values: Mapping[str, Any]) -> str:
    _check_closed(text)
    parts = _RAW.split(text)
    parts[::2] = [_OWN_TAG.sub(r"{% raw %}\g<0>{% endraw %}", _BLANK.sub(_compare, part)) for part in parts[::2]]
    deadline = time.monotonic() + _MAX_SECONDS
    environment = _environment()
    environment.filters = {name: _bounded(function, deadline) for name, function in environment.filters.items()}
    return environment.from_string("".join(parts)).render(**values)


def _compare(comparison: re.Match[str]) -> str:
    start, value, operator, end = comparison.groups()
    return f"{start}{value} {'and' if operator == '!=' else '== nil or'} {value} {operator} {end}"


def _check_closed(text: str) -> None:
    """Refuse what is opened and never closed: the engine would look for its end again and again."""
    for name, opening, closing in _BRACKETS:
        if opening.search(text, text.rfind(closing) + 1):
            raise _RefusedError(f"{name} is never closed")


def _reason(error: Exception) -> str:
    return str(error).partition("\n")[0][:_MAX_REASON] or type(error).__name__


# --- The engine ------------------------------------------------------------------------------------------------------


def _environment() -> Environment:
    """Return the engine, which most sandboxes never need and which takes long to import."""
    from liquid.undefined import FalsyStrictUndefined

    return _engine()(undefined=FalsyStrictUndefined)


@cache
def _engine() -> type[Environment]:
    from liquid import Environment

    class Engine(Environment):
        loop_iteration_limit = _MAX_ITERATIONS
        local_namespace_limit = _MAX_LENGTH
        output_stream_limit = _MAX_OUTPUT_BYTES

    return Engine


def _bounded(function: Callable[..., Any], deadline: float) -> Callable[..., Any]:
    """Return a filter that refuses to make what is too large, and to begin too late."""

    @wraps(function)
    def bounded(value: Any, *arguments: Any, **options: Any) -> Any:
        if time.monotonic() > deadline:
            raise _RefusedError("it takes too long")
        # Only these two multiply the sizes of what they are given.
        if function.__name__ in ("replace", "join") and arguments:
            size = len(value) if isinstance(value, str | list) else 1
            if size * len(str(arguments[-1])) > _MAX_OUTPUT_BYTES:
                raise _RefusedError("it becomes too large")
        result = function(value, *arguments, **options)
        is_large = isinstance(result, str | list) and len(result) > _MAX_LENGTH
        if is_large or (isinstance(result, int) and result.bit_length() > _MAX_BITS):
            raise _RefusedError("it becomes too large")
        return result

    return bounded

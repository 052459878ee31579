"""Patterns of the JSON of what a schema allows: to match one takes a look at each byte, and no Python.

The JSON is what `to_json` writes, so that a pattern says nothing of JSON's own grammar. What is rare need not match,
though it is valid.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from typing import Any

_SAFE = r"[ !#-\[\]-~]"
"""A character of ASCII that JSON does not escape."""
_UNESCAPED = r'[^"\\\x00-\x1f]'
_STRING = r'"(?:[^"\\]|\\.)*"'
_DEPTH = 4
"""How many levels of objects and arrays there are within an object."""


def text_pattern(*, first: str = "", max_bytes: int | None = None) -> str:
    """Return the pattern of a string of so many bytes, the first of which is of a class, if that is given."""
    most, most_of_any = ("", "") if max_bytes is None else (max_bytes - 1, max_bytes // 4 - 1)
    return f'"{first}(?:{_SAFE}{{0,{most}}}|{_UNESCAPED}{{0,{most_of_any}}})"'


def text_pattern_of(pattern: str, *, max_bytes: int | None = None) -> str:
    """Return the pattern of a string that follows a pattern, and has no character that JSON escapes.

    Where the bytes are limited, each `+` of the pattern repeats its class within an equal share of them.
    """
    inner = re.sub(r"\[[^]]*\]", rf"[\g<0>&&{_SAFE}]", pattern)
    if max_bytes is not None:
        inner = inner.replace("]+", f"]{{1,{max_bytes // (pattern.count(']+') + 1)}}}")
    return f'"(?:{inner})"'


def object_pattern() -> str:
    """Return the pattern of any object of finite numbers, nested a few levels."""
    plain = rf'[^"{{}}\[\]IN]|{_STRING}'  # Infinity and NaN
    inner = f"(?:{plain})*"
    for _ in range(_DEPTH):
        inner = rf"(?:{plain}|[\[{{]{inner}[\]}}])*"
    return rf"\{{{inner}\}}"


def pattern_of(schema: Any, order: Collection[str] | None = None) -> str | None:
    """Return the pattern of what a schema of pydantic-core allows, or None if there is none.

    Args:
        schema: The schema. That of a scalar has its pattern in its metadata.
        order: The order of the fields in the outermost object. Those that are not required may be lacking.
    """
    match schema["type"]:
        case "typed-dict":
            return _fields_pattern(schema["fields"], schema["fields"] if order is None else order)
        case "tagged-union":
            return _first_of(pattern_of(each, order) for each in schema["choices"].values())
        case "union" if schema["choices"][0]["type"] == "typed-dict":
            return _first_of(pattern_of(each) for each in schema["choices"])
        case "literal":
            return _first_of(re.escape(json.dumps(each)) for each in schema["expected"])
    pattern: str | None = schema.get("metadata", {}).get("json_pattern")
    return pattern


def _fields_pattern(fields: dict[str, Any], order: Collection[str]) -> str | None:
    required = {name for name, field in fields.items() if field["required"]}
    if not required <= {*order} <= fields.keys():
        return None
    pattern = ""
    has_some = False
    for name in order:
        value = pattern_of(fields[name]["schema"])
        if value is None:
            return None
        member = f'"{name}":{value}'
        if name in required:
            pattern += f",{member}" if has_some else member
            has_some = True
        else:
            pattern += f"(?:,{member})?" if has_some else f"(?:{member},)?"
    return rf"\{{{pattern}\}}"


def _first_of(patterns: Iterable[str | None]) -> str | None:
    known = [pattern for pattern in patterns if pattern is not None]
    return f"(?:{'|'.join(known)})" if known else None

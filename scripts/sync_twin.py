"""Make the sync twins of async modules: the same code without `async` and `await`, under other names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

TWINS = {"async_client.py": "client.py", "_async_broadcasts.py": "_broadcasts.py"}

SUBSTITUTIONS = [
    (r"AsyncClient\b", "Client"),
    (r"AsyncSender\b", "Sender"),
    (r"AsyncBatching\b", "Batching"),
    (r"AsyncOperations\b", "Operations"),
    (r"AsyncIterator\b", "Iterator"),
    (r"AsyncGenerator\[(\w+), None\]", r"Generator[\1, None, None]"),
    (r"AsyncGenerator\b", "Generator"),
    (r"\basync_client\b", "client"),
    (r"\b_async_broadcasts\b", "_broadcasts"),
    (r"\basync def\b", "def"),
    (r"\basync with\b", "with"),
    (r"\bawait ", ""),
    (r"\basleep\b", "sleep"),
    (r"\b__aenter__\b", "__enter__"),
    (r"\b__aexit__\b", "__exit__"),
    (r"\baclose\b", "close"),
    (r"within one event loop", "between threads"),
    (r", or an asynchronous one", ""),
    (r"an asynchronous program\b", "a synchronous program"),
]


def convert(folder: Path, twins: Mapping[str, str] = TWINS) -> dict[str, str]:
    """The sources of the twins. Raises ValueError where a substitution no longer matches anything."""
    sources = {twin: (folder / name).read_text() for name, twin in twins.items()}
    for pattern, replacement in SUBSTITUTIONS:
        found = 0
        for twin, source in sources.items():
            sources[twin], count = re.subn(pattern, replacement, source)
            found += count
        if not found:
            raise ValueError(f"{folder}: nothing matches {pattern!r} any more; remove it from {__file__}")
    return sources

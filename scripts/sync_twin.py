"""Make the sync twin of an async module: the same code without `async` and `await`, under other names."""

from __future__ import annotations

import re
from pathlib import Path

SUBSTITUTIONS = [
    (r"AsyncClient\b", "Client"),
    (r"AsyncSender\b", "Sender"),
    (r"AsyncBatching\b", "Batching"),
    (r"AsyncOperations\b", "Operations"),
    (r"AsyncIterator\b", "Iterator"),
    (r"\basync def\b", "def"),
    (r"\basync with\b", "with"),
    (r"\bawait ", ""),
    (r"\b__aenter__\b", "__enter__"),
    (r"\b__aexit__\b", "__exit__"),
    (r"\baclose\b", "close"),
    (r"within one event loop", "between threads"),
    (r", or an asynchronous one", ""),
    (r"an asynchronous program\b", "a synchronous program"),
]


def convert(path: Path) -> str:
    """The source of the twin. Raises ValueError where a substitution no longer matches anything."""
    source = path.read_text()
    for pattern, replacement in SUBSTITUTIONS:
        source, count = re.subn(pattern, replacement, source)
        if not count:
            raise ValueError(f"{path}: nothing matches {pattern!r} any more; remove it from {__file__}")
    return source

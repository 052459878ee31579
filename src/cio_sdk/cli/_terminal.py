"""What the command is given by the shell: its streams, and Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

INTERRUPTED = 130
"""The exit code after Ctrl-C."""


def prepare() -> None:
    """See to it that no stream and no Ctrl-C can end the command with a traceback."""
    signal.signal(signal.SIGINT, lambda *_: end_at_once())
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        stream = getattr(sys, name)
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def end_at_once(advice: str = "") -> NoReturn:
    """End without waiting for anything."""
    with suppress(OSError):
        os.write(2, f"cio-sdk: stopped by Ctrl-C at once. {advice}".rstrip().encode() + b"\n")
    os._exit(INTERRUPTED)


def silence(descriptor: int) -> None:
    """Let all that is still to be written into a stream vanish, as it cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)

"""Runs a sandbox by itself, until Ctrl-C: `python -m cio_sdk.sandbox --port 8025`."""

from __future__ import annotations

import argparse
import errno
import io
import os
import signal
import sys
import time
from collections.abc import Sequence
from shlex import quote
from urllib.parse import unquote, urlsplit

from cio_sdk.sandbox import Sandbox
from cio_sdk.sandbox._webhooks import SIGNING_KEY

_LONGEST_PATH = 400


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C, and print how to reach the sandbox and what arrives."""
    parser = argparse.ArgumentParser(prog="python -m cio_sdk.sandbox", description="A local stand-in for Customer.io.")
    parser.add_argument(
        "--port", type=_port, default=8025, help="the port to listen at (default: 8025; 0: any free one)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: 127.0.0.1)")
    parser.add_argument("--webhook-url", metavar="URL", help="where to post what happens (default: nowhere)")
    parser.add_argument("--webhook-signing-key", metavar="KEY", default=SIGNING_KEY, help="the key to sign it with")
    options = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    # An exception would, raised by a second Ctrl-C, interrupt the closing.
    received: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: received.append(number))
    try:
        made = Sandbox(
            host=options.host,
            port=options.port,
            webhook_url=options.webhook_url,
            webhook_signing_key=options.webhook_signing_key,
            on_request=_print_request,
        )
    except ValueError as error:
        parser.error(str(error))
    try:
        with made as sandbox:
            _print_welcome(sandbox, options.host)
            if options.webhook_url is not None:
                _print(f"Webhooks go to {options.webhook_url}, signed with {sandbox.webhook_signing_key}\n")
            # Not one long wait: a signal that another thread gets does not end it.
            while not received:
                time.sleep(0.1)
    except (OSError, UnicodeError) as error:
        print(f"cannot listen at port {options.port} of {options.host}: {_reason(error)}", file=sys.stderr)
        return 1
    return 0


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; choose one from 0 to 65535")
    return int(text)


def _reason(error: OSError | UnicodeError) -> str:
    if isinstance(error, UnicodeError):
        return "it is not the name of a machine"
    if error.errno == errno.EADDRINUSE:
        return "it is taken; choose another with --port"
    return str(error.strerror).partition(" (while")[0]


def _print_welcome(sandbox: Sandbox, host: str) -> None:
    _print(f"Customer.io sandbox at {sandbox.url}, until Ctrl-C. To send to it:\n")
    for name, value in sandbox.environment.items():
        _print(f"export {name}={quote(value)}")
    _print(f"\nTo see what arrived: curl {quote(f'{sandbox.url}/')} (or open it in a browser)")
    reached = urlsplit(sandbox.url).hostname
    if reached != host.lower():
        _print(f"From another machine: the same with the name of this one in place of {reached}")
    _print("")


def _print_request(method: str, path: str, status: int) -> None:
    _print(f"{method:<6} {_readable(path)} {status}")


def _readable(path: str) -> str:
    """Return a path decoded, but for what would end a segment or do something to a terminal."""
    segments = [unquote(segment, errors="backslashreplace").replace("/", "%2F") for segment in path.split("/")]
    text = "".join(_escape(character) for character in "/".join(segments))
    return text if len(text) <= _LONGEST_PATH else f"{text[:_LONGEST_PATH]}…"


def _escape(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()


def _print(line: str) -> None:
    try:
        print(line, flush=True)
    except OSError:
        # Nobody reads it any more; the sandbox serves on.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())

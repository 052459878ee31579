"""Runs a sandbox by itself, until Ctrl-C: `python -m cio_sdk.sandbox --port 8025`."""

from __future__ import annotations

import argparse
import errno
import signal
import sys
import threading
from collections.abc import Sequence

from cio_sdk.sandbox import Sandbox


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C, and print how to reach the sandbox and what arrives."""
    parser = argparse.ArgumentParser(prog="python -m cio_sdk.sandbox", description="A local stand-in for Customer.io.")
    parser.add_argument(
        "--port", type=_port, default=8025, help="the port to listen at (default: 8025; 0: any free one)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: 127.0.0.1)")
    options = parser.parse_args(arguments)
    sandbox = Sandbox(host=options.host, port=options.port, on_request=_print_request)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with sandbox:
            _print_environment(sandbox)
            threading.Event().wait()
    except OSError as error:
        reason = "it is taken; choose another with --port" if error.errno == errno.EADDRINUSE else error.strerror
        print(f"cannot listen at port {options.port} of {options.host}: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; choose one from 0 to 65535")
    return int(text)


def _print_environment(sandbox: Sandbox) -> None:
    print(f"Customer.io sandbox at {sandbox.url}, until Ctrl-C. To send to it:\n", flush=True)
    for name, value in sandbox.environment.items():
        print(f"export {name}={value}")
    print(flush=True)


def _print_request(method: str, path: str, status: int) -> None:
    print(f"{method:<6} {path} {status}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""The command `cio-sdk`; `python -m cio_sdk.cli` is the same."""

from __future__ import annotations

import gc
import sys

from cio_sdk.cli._terminal import prepare, silence


def main() -> None:
    """Run the command, or say how to install what it needs."""
    prepare()
    try:
        from cio_sdk.cli._command import CANNOT_BEGIN, app
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("cio_sdk"):
            raise
        sys.exit(f"cio-sdk needs {error.name}; run: pip install 'cio-sdk[cli]'")
    # An import makes millions of objects, none of them in cycles, and would else spend a fifth of its time on looking.
    gc.freeze()
    gc.set_threshold(200_000, 10, 10)
    try:
        app(prog_name="cio-sdk")
    except OSError:  # help, or what is wrong with an option, cannot be written
        silence(1)
        silence(2)
        sys.exit(CANNOT_BEGIN)


if __name__ == "__main__":
    main()

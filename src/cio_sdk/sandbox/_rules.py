"""How the state of a sandbox says no."""

from __future__ import annotations


class RefusedError(Exception):
    """The request breaks a rule: `place` leads to the field at fault, `reason` says what is wrong with it."""

    def __init__(self, place: tuple[str | int, ...], reason: str) -> None:
        super().__init__(reason)
        self.place = place
        self.reason = reason


class UnknownError(Exception):
    """The request is about something that does not exist."""


class TooLargeError(Exception):
    """The request holds more than Customer.io takes at once."""

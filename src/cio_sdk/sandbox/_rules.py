"""How the state of a sandbox says no."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

Place: TypeAlias = tuple[str | int, ...]
"""The way to a field."""


class RefusedError(Exception):
    """The request breaks a rule: `place` leads to the field at fault, `reason` says what is wrong with it."""

    kind: ClassVar[Literal["invalid", "required"]] = "invalid"

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(reason)
        self.place = place
        self.reason = reason


class RequiredError(RefusedError):
    """The request lacks something."""

    kind = "required"


class UnknownError(Exception):
    """The request is about something that does not exist."""


class TooLargeError(Exception):
    """The request holds more than Customer.io takes at once."""


class MalformedError(Exception):
    """The request cannot be read."""

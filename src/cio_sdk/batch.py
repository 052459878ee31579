"""What becomes of the operations of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from cio_sdk.errors import BatchError, CustomerIOError

if TYPE_CHECKING:
    from cio_sdk.models import EntityOperation

Status: TypeAlias = Literal["accepted", "refused", "not_sent"]


@dataclass(slots=True)
class BatchResult:
    """What became of one operation."""

    index: int
    """Its place among the operations that were given, from 0 on."""
    operation: EntityOperation | Mapping[str, Any]
    """The operation as it was sent: an event has its `id`, so that sending it again does not count it twice. One that
    the SDK refused is as it was given."""
    status: Status
    """`accepted`; `refused`, by the SDK or by Customer.io; or `not_sent`, because sending stopped before."""
    reason: str = ""
    """Why it was refused, in a word: `invalid` where the SDK refused it, else Customer.io's own."""
    field: str = ""
    """The field at fault, where one is."""
    message: str = ""
    """What is wrong with it. Customer.io's own words may repeat what was sent, so keep them out of logs."""
    maybe_delivered: bool = False
    """Of one that was not sent: whether it may have got through all the same."""

    def __repr__(self) -> str:
        more = f", reason={self.reason!r}, field={self.field!r}" if self.status == "refused" else ""
        return f"BatchResult(index={self.index}, status={self.status!r}{more})"


@dataclass(slots=True)
class BatchReport:
    """What became of all operations of a batch."""

    accepted: int = 0
    """How many were accepted."""
    refused: list[BatchResult] = field(default_factory=list)
    """Those that were refused. Sending them again as they are fails again."""
    not_sent: list[BatchResult] = field(default_factory=list)
    """Those that were read, and could not be sent because of `error`. Send their operations again: no event counts
    twice, even where the first request had got through."""
    error: CustomerIOError | None = None
    """What ended the sending early, such as wrong keys or a lost network. Nothing was read after it."""

    @property
    def total(self) -> int:
        """How many operations were read."""
        return self.accepted + len(self.refused) + len(self.not_sent)

    def raise_for_errors(self) -> None:
        """Return where everything was accepted.

        Raises:
            BatchError: Something was refused or not sent; its `report` is this one.
        """
        if self.error is None and not self.refused:
            return
        found = [f"{len(self.refused):,} refused"] if self.refused else []
        found += [f"{len(self.not_sent):,} not sent"] if self.not_sent else []
        message = f"of {self.total:,} operations, {self.accepted:,} were accepted, {' and '.join(found) or 'all read'}"
        if self.refused:
            first = self.refused[0]
            message += f"; the first refused is number {first.index}" + (f", for {first.field}" if first.field else "")
        if self.error is not None:
            message += f"; it ended early: {self.error}"
        raise BatchError(f"{message}. Look at .report", report=self) from self.error

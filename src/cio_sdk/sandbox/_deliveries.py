"""The messages that a sandbox accepted, as a test asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import overload

from cio_sdk._base import addresses_in
from cio_sdk.sandbox.records import Delivery

_MOST_LISTED = 5


class Deliveries(Sequence[Delivery]):
    """Messages in the order of arrival, as they were at the moment of asking.

    It is a sequence, equal to a list of the same deliveries. Each method that chooses returns another one:
    `sandbox.deliveries.of("email").to("ada@example.com").one()`.
    """

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, chosen: Iterable[Delivery], wanted: str = "", others: Iterable[Delivery] | None = None) -> None:
        """Hold some deliveries.

        Args:
            chosen: The deliveries.
            wanted: How they were chosen, for the message of `one()`.
            others: Those that they were chosen from; the same where nothing was chosen yet.
        """
        self._chosen = tuple(chosen)
        self._wanted = wanted
        self._all = self._chosen if others is None else tuple(others)

    def of(self, channel: str) -> Deliveries:
        """Return those of a channel, such as `email`."""
        return self._choose(f"by {channel}", lambda delivery: delivery.channel == channel)

    def to(self, recipient: str | int) -> Deliveries:
        """Return those that go to somebody.

        Args:
            recipient: An email address, among `to`, `cc` and `bcc`, upper and lower case being the same; or the phone
                number, the device, or the `id` or `cio_id` of the person.
        """
        wanted = plain_address(str(recipient))
        return self._choose(f"to {recipient}", lambda delivery: wanted in _names(delivery))

    def template(self, transactional_message_id: str | int) -> Deliveries:
        """Return those of a template, by its number or its trigger name."""
        wanted = str(transactional_message_id)
        return self._choose(f"of template {wanted}", lambda delivery: str(delivery.transactional_message_id) == wanted)

    def one(self) -> Delivery:
        """Return the only one.

        Raises:
            AssertionError: There is none, or there are several; the message says what there is instead.
        """
        if len(self._chosen) == 1:
            return self._chosen[0]
        wanted = f"expected one delivery{self._wanted}"
        if self._chosen:
            raise AssertionError(f"{wanted}, and there are {len(self._chosen)}: {_listed(self._chosen)}")
        if self._all:
            raise AssertionError(f"{wanted}, and there is none; what was sent: {_listed(self._all)}")
        raise AssertionError(f"{wanted}, and nothing was sent")

    def _choose(self, how: str, is_wanted: Callable[[Delivery], bool]) -> Deliveries:
        return Deliveries(filter(is_wanted, self._chosen), f"{self._wanted} {how}", self._all)

    # --- A sequence --------------------------------------------------------------------------------------------------

    @overload
    def __getitem__(self, index: int) -> Delivery: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Delivery]: ...

    def __getitem__(self, index: int | slice) -> Delivery | Sequence[Delivery]:
        return self._chosen[index]

    def __len__(self) -> int:
        return len(self._chosen)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Deliveries | list | tuple):
            return self._chosen == tuple(other)
        return NotImplemented

    def __repr__(self) -> str:
        return f"<Deliveries: {_listed(self._chosen) or 'none'}>"


def plain_address(recipient: str) -> str:
    """Return a recipient as it is compared: an email address without its name, in lower case."""
    if "@" not in recipient:
        return recipient
    return next(iter(addresses_in(recipient)), recipient).lower()


def _names(delivery: Delivery) -> set[str]:
    """Return whom a delivery goes to. An email that names its recipients goes to them, whoever it is about."""
    person = {value for kind, value in delivery.identifiers.items() if kind != "email" or not delivery.recipients}
    return {plain_address(each) for each in {*delivery.recipients, *person}}


def _listed(deliveries: Sequence[Delivery]) -> str:
    more = len(deliveries) - _MOST_LISTED
    lines = [_described(delivery) for delivery in deliveries[:_MOST_LISTED]]
    return ", ".join([*lines, f"and {more} more"] if more > 0 else lines)


def _described(delivery: Delivery) -> str:
    recipients = " and ".join(delivery.recipients or map(str, delivery.identifiers.values()))
    about = delivery.subject or delivery.title or delivery.message or delivery.body
    text = (
        repr(about if len(about) <= 60 else f"{about[:60]}…")
        if about
        else (f"of template {delivery.transactional_message_id}")
    )
    said = f": {delivery.failure_message}" if delivery.failure_message else ""
    state = "" if delivery.state in ("sent", "delivered") else f" ({delivery.state}{said})"
    return f"{delivery.channel} {text} to {recipients}{state}"

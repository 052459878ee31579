"""The broadcasts of a sandbox: whom each was sent to, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from cio_sdk import models
from cio_sdk.sandbox import records
from cio_sdk.sandbox._clock import now
from cio_sdk.sandbox._people import People, Person, compared
from cio_sdk.sandbox._rules import RefusedError, UnknownError

_PAGE = 100
_AUDIENCES = ("recipients", "emails", "ids", "per_user_data", "data_file_url")


class Broadcasts:
    """Every time that a broadcast was triggered."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._all: dict[tuple[str, str], records.Broadcast] = {}

    def __len__(self) -> int:
        return len(self._all)

    def snapshots(self) -> list[records.Broadcast]:
        """Return every one, in the order in which they were triggered."""
        return [*self._all.values()]

    def trigger(
        self,
        broadcast_id: str,
        request: models.BroadcastRequest,
        people: People,
        segments: Mapping[str, Sequence[Person]],
    ) -> records.Broadcast:
        """Send a broadcast, and keep it also where it cannot be sent.

        Raises:
            RefusedError: Some of the audience is nobody who is known.
        """
        audience = next((name for name in _AUDIENCES if getattr(request, name) is not None), "default")
        found, errors = _find(request, audience, people, segments)
        broadcast = records.Broadcast(
            broadcast_id=broadcast_id,
            trigger_id=next(self._numbers),
            audience=audience,
            recipients=() if errors else tuple(dict.fromkeys(person.customer_id for person in found)),
            data=dict(request.data or {}),  # type: ignore[arg-type]
            errors=tuple(errors),
            created_at=now(),
            request=request,
        )
        self._all[broadcast_id, str(broadcast.trigger_id)] = broadcast
        if errors:
            reason = f"has errors; they can be read from the errors of trigger {broadcast.trigger_id}"
            raise RefusedError(("data", "attributes", audience), reason)
        return broadcast

    def find(self, broadcast_id: str, trigger_id: str) -> records.Broadcast:
        """Return one sending of a broadcast.

        Raises:
            UnknownError: There is none.
        """
        try:
            return self._all[broadcast_id, trigger_id]
        except KeyError:
            raise UnknownError("this broadcast was not triggered with this number") from None


def page_of(errors: Sequence[str], start: str) -> models.BroadcastErrors:
    """Return the page of errors that starts where the page before it said."""
    first = int(start) if start.isdecimal() else 0
    following = first + _PAGE
    return models.BroadcastErrors(
        errors=[*errors[first:following]], next=str(following) if following < len(errors) else ""
    )


def _find(
    request: models.BroadcastRequest, audience: str, people: People, segments: Mapping[str, Sequence[Person]]
) -> tuple[list[Person], list[str]]:
    """Return whom a broadcast is for, and what is wrong with that."""
    if request.recipients is not None:
        everybody = reversed([*people.newest_first()])
        return [person for person in everybody if _matches(request.recipients, person, segments)], []
    found, errors = list[Person](), list[str]()
    for line, (kind, value) in enumerate(_named(request, audience), 1):
        person = people.known((kind, str(value)))
        if person is not None:
            found.append(person)
        elif not (request.id_ignore_missing if kind == "id" else request.email_ignore_missing):
            errors.append(f"line {line}: nobody has this {kind}")
    return found, errors


def _named(request: models.BroadcastRequest, audience: str) -> Iterator[tuple[Any, object]]:
    """Yield each person that a broadcast names, by `id` or `email`."""
    given: Iterable[Any] = getattr(request, audience, None) or ()
    match audience:
        case "ids":
            yield from (("id", each) for each in given)
        case "emails":
            yield from (("email", each) for each in given)
        case "per_user_data":
            yield from (("id", each.id) if each.id is not None else ("email", each.email) for each in given)


def _matches(audience: models.Audience, person: Person, segments: Mapping[str, Sequence[Person]]) -> bool:
    if audience.segment is not None:
        return person in segments.get(str(audience.segment.id), ())
    if audience.attribute is not None:
        field = audience.attribute.field
        value = {"id": person.id, "email": person.email, "phone": person.phone, **person.attributes}.get(field)
        if value is None or isinstance(audience.attribute, models.AttributeExists):
            return value is not None
        return compared(field, _text(value)) == compared(field, _text(audience.attribute.value))
    if audience.not_ is not None:
        return not _matches(audience.not_, person, segments)
    if audience.and_ is not None:
        return all(_matches(each, person, segments) for each in audience.and_)
    return any(_matches(each, person, segments) for each in audience.or_ or ())


def _text(value: object) -> str:
    """Customer.io keeps every attribute as text."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).lower() if isinstance(value, bool) else str(value)

"""What a sandbox remembers, and how it changes with each request. Nothing here knows of HTTP."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import getaddresses
from itertools import count
from threading import Lock
from typing import Any, cast

from pydantic_core import to_json

from cio_sdk import models
from cio_sdk.sandbox import records
from cio_sdk.sandbox._people import People, Person
from cio_sdk.sandbox._rules import RefusedError, TooLargeError, UnknownError

_MAX_RECIPIENTS = 15
_MAX_AHEAD = timedelta(days=90)
_MAX_ROW_BYTES = 10_000
_MAX_COLLECTION_BYTES = 10_000_000


@dataclass(slots=True)
class _Arrival:
    """An event, and who it is of as far as is known by now."""

    event: records.Event
    person: Person | None

    def snapshot(self) -> records.Event:
        return replace(deepcopy(self.event), customer_id=self.person.customer_id if self.person else None)


class Store:
    """The state of a sandbox, safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        with self._lock:
            self._people = People()
            self._anonymous: dict[str, Person] = {}
            self._arrivals: list[_Arrival] = []
            self._event_ids: set[str] = set()
            self._deliveries: list[records.Delivery] = []
            self._collections: dict[int, records.Collection] = {}
            self._collection_numbers = count(1)
            self._forms: list[records.FormSubmission] = []
            self._metrics: list[records.Metric] = []
            self._segments: dict[str, list[Person]] = {}

    # --- What arrived ------------------------------------------------------------------------------------------------

    def people(self) -> list[records.Person]:
        """Return everybody, in the order in which they were added."""
        with self._lock:
            return [person.snapshot() for person in self._people]

    def person(self, identifier: str) -> records.Person | None:
        """Return one person, by any identifier."""
        with self._lock:
            person = self._people.get(identifier)
            return person.snapshot() if person else None

    def devices(self) -> list[records.Device]:
        """Return every device, by person."""
        with self._lock:
            return [device for person in self._people for device in person.device_snapshots()]

    def events(self) -> list[records.Event]:
        """Return every event, in the order of arrival."""
        with self._lock:
            return [arrival.snapshot() for arrival in self._arrivals]

    def deliveries(self) -> list[records.Delivery]:
        """Return every message, in the order of arrival."""
        with self._lock:
            return deepcopy(self._deliveries)

    def collections(self) -> list[records.Collection]:
        """Return every collection, in the order in which they were created."""
        with self._lock:
            return deepcopy(list(self._collections.values()))

    def forms(self) -> list[records.FormSubmission]:
        """Return every form that was submitted, in the order of arrival."""
        with self._lock:
            return deepcopy(self._forms)

    def metrics(self) -> list[records.Metric]:
        """Return every metric that was reported, in the order of arrival."""
        with self._lock:
            return deepcopy(self._metrics)

    def segments(self) -> dict[str, list[str]]:
        """Return the people of every manual segment that somebody was added to."""
        with self._lock:
            return {number: [person.customer_id for person in people] for number, people in self._segments.items()}

    # --- People and devices ------------------------------------------------------------------------------------------

    def identify(self, customer_id: str, attributes: dict[str, Any]) -> None:
        """Add a person or update their attributes; an `anonymous_id` claims the events that came with it."""
        with self._lock:
            if self._people.is_suppressed(customer_id):
                return
            person = self._people.identify(customer_id, attributes)
            anonymous_id = person.attributes.get("anonymous_id")
            if not isinstance(anonymous_id, str) or self._anonymous.get(anonymous_id) is person:
                return
            self._anonymous[anonymous_id] = person
            for arrival in self._arrivals:
                if arrival.person is None and arrival.event.anonymous_id == anonymous_id:
                    arrival.person = person

    def delete(self, customer_id: str) -> None:
        """Remove a person and their devices. What they did stays in the list of events."""
        with self._lock:
            self._forget(self._people.remove(customer_id))

    def suppress(self, customer_id: str) -> None:
        """Remove a person, and ignore whatever is sent for them from now on."""
        with self._lock:
            self._forget(self._people.suppress(customer_id))

    def unsuppress(self, customer_id: str) -> None:
        """Accept what is sent for a person again."""
        with self._lock:
            self._people.unsuppress(customer_id)

    def merge(self, primary: models.PersonIdentifiers, secondary: models.PersonIdentifiers) -> None:
        """Merge a person, what they did included, into another."""
        with self._lock:
            kept, merged = self._people.merge(
                *(_customer_id(each.model_dump(exclude_none=True)) for each in (primary, secondary))
            )
            for arrival in self._arrivals:
                if arrival.person is merged:
                    arrival.person = kept
            self._anonymous = {key: kept if holder is merged else holder for key, holder in self._anonymous.items()}
            for people in self._segments.values():
                if merged in people:
                    people[people.index(merged)] = kept
                    people[:] = dict.fromkeys(people)

    def _forget(self, person: Person | None) -> None:
        self._anonymous = {key: holder for key, holder in self._anonymous.items() if holder is not person}
        for people in self._segments.values():
            people[:] = [each for each in people if each is not person]

    def add_device(self, customer_id: str, device: models.Device) -> None:
        """Add a device to a person, or update it."""
        with self._lock:
            added = records.Device(
                customer_id=customer_id,
                id=device.id,
                platform=models.DevicePlatform(device.platform),
                last_used=device.last_used or _now(),
                attributes=_plain(device.attributes),
            )
            if not self._people.is_suppressed(customer_id):
                self._people.add_device(customer_id, added)

    def delete_device(self, customer_id: str, device_id: str) -> None:
        """Remove a device from a person, if they have it."""
        with self._lock:
            self._people.remove_device(customer_id, device_id)

    # --- Events ------------------------------------------------------------------------------------------------------

    def track(self, customer_id: str, event: models.EventRequest) -> None:
        """Record an event of a person, who is added where they are new."""
        with self._lock:
            if not self._is_repeated(event) and not self._people.is_suppressed(customer_id):
                self._record(event, self._people.find_or_add(customer_id))

    def track_anonymous(self, event: models.AnonymousEventRequest) -> None:
        """Record an event of whoever has its `anonymous_id`, now or later."""
        with self._lock:
            if not self._is_repeated(event):
                self._record(event, self._anonymous.get(event.anonymous_id or ""), event.anonymous_id)

    def _is_repeated(self, event: models.EventRequest) -> bool:
        return event.id is not None and event.id.upper() in self._event_ids

    def _record(self, event: models.EventRequest, person: Person | None, anonymous_id: str | None = None) -> None:
        if event.id is not None:
            self._event_ids.add(event.id.upper())
        recorded = records.Event(
            name=event.name,
            customer_id=None,
            anonymous_id=anonymous_id,
            data=_plain(event.data),
            timestamp=event.timestamp or _now(),
            id=event.id,
            type=models.EventType(event.type) if event.type else None,
        )
        self._arrivals.append(_Arrival(recorded, person))

    # --- Segments and forms ------------------------------------------------------------------------------------------

    def add_to_segment(self, segment_id: str, ids: list[str], kind: models.IdType) -> None:
        """Add those people to a segment who exist."""
        with self._lock:
            people = self._segments.setdefault(segment_id, [])
            people += [person for person in self._named(ids, kind) if person not in people]

    def remove_from_segment(self, segment_id: str, ids: list[str], kind: models.IdType) -> None:
        """Remove people from a segment."""
        with self._lock:
            removed = self._named(ids, kind)
            people = self._segments.get(segment_id, [])
            people[:] = [person for person in people if person not in removed]

    def _named(self, ids: list[str], kind: models.IdType) -> list[Person]:
        found = (self._people.get(each) for each in dict.fromkeys(ids))
        return [
            person
            for person, each in zip(found, dict.fromkeys(ids), strict=True)
            if person and getattr(person, kind) == each
        ]

    def submit_form(self, form_id: str, data: dict[str, str]) -> None:
        """Record a form, whose fields become attributes of the person."""
        customer_id = data.get("id") or data["email"]
        self.identify(customer_id, {name: value for name, value in data.items() if name != "id"})
        with self._lock:
            self._forms.append(records.FormSubmission(form_id=form_id, customer_id=customer_id, data=data))

    # --- Messages ----------------------------------------------------------------------------------------------------

    def send_email(self, request: models.EmailRequest) -> models.EmailResponse:
        """Accept an email for sending, which is as far as it goes."""
        _check_email(request)
        with self._lock:
            if request.auto_create:
                self._people.find_or_add(_customer_id(request.identifiers.model_dump(exclude_none=True)))
            delivery = records.Delivery(
                delivery_id=f"sandbox-delivery-{len(self._deliveries) + 1}",
                channel="email",
                queued_at=_now(),
                request=request,
            )
            self._deliveries.append(delivery)
        return models.EmailResponse(delivery_id=delivery.delivery_id, queued_at=delivery.queued_at)

    def unsubscribe(self, delivery_id: str) -> None:
        """Set `unsubscribed` for the recipient of a delivery; one that is not known is ignored."""
        with self._lock:
            for delivery in self._deliveries:
                person = self._people.get(_customer_id(dict(delivery.identifiers)))
                if delivery.delivery_id == delivery_id and person is not None:
                    person.attributes["unsubscribed"] = True

    def report(self, metric: models.MetricRequest) -> None:
        """Record what became of a delivery."""
        with self._lock:
            self._metrics.append(
                records.Metric(
                    delivery_id=metric.delivery_id,
                    metric=models.Metric(metric.metric),
                    timestamp=metric.timestamp or _now(),
                    recipient=metric.recipient,
                    reason=metric.reason,
                    href=metric.href,
                )
            )

    # --- Collections -------------------------------------------------------------------------------------------------

    def save_collection(
        self, body: models.CollectionItems | models.CollectionSource, collection_id: str | None = None
    ) -> models.Collection:
        """Create a collection, or replace the name and the contents of the one with this id."""
        rows = [_plain(row) for row in body.data] if isinstance(body, models.CollectionItems) else []
        _check_rows(rows)
        with self._lock:
            known = self._find_collection(collection_id) if collection_id is not None else None
            namesake = next((other for other in self._collections.values() if other.name == body.name), known)
            if namesake is not known:
                raise RefusedError(("name",), "is the name of another collection")
            saved = records.Collection(
                id=known.id if known else next(self._collection_numbers),
                name=body.name,
                rows=rows,
                url=body.url if isinstance(body, models.CollectionSource) else None,
                created_at=known.created_at if known else _now(),
                updated_at=_now(),
            )
            self._collections[saved.id] = saved
        return models.Collection(
            id=saved.id,
            name=saved.name,
            schema_=list(dict.fromkeys(column for row in rows for column in row)),
            rows=len(rows),
            bytes=len(to_json(rows)) if rows else 0,
            created_at=saved.created_at,
            updated_at=saved.updated_at,
        )

    def _find_collection(self, collection_id: str) -> records.Collection:
        for collection in self._collections.values():
            if str(collection.id) == collection_id:
                return collection
        raise UnknownError("there is no collection with this id")


def _check_email(request: models.EmailRequest) -> None:
    lines = [line for line in (request.to, request.cc, request.bcc) if line is not None]
    recipients = len(getaddresses(lines))
    if recipients > _MAX_RECIPIENTS:
        raise RefusedError(("to",), f"has {recipients} recipients with cc and bcc; at most {_MAX_RECIPIENTS} may be")
    if request.send_at is not None and request.send_at > _now() + _MAX_AHEAD:
        raise RefusedError(("send_at",), "is more than 90 days ahead")


def _check_rows(rows: list[dict[str, Any]]) -> None:
    total = 0
    for index, row in enumerate(rows):
        size = len(to_json(row))
        if size > _MAX_ROW_BYTES:
            raise RefusedError(("data", index), f"has {size:,} bytes; a row has at most {_MAX_ROW_BYTES:,}")
        total += size
    if total > _MAX_COLLECTION_BYTES:
        raise TooLargeError(f"the rows have {total:,} bytes; a collection has at most {_MAX_COLLECTION_BYTES:,}")


def _customer_id(identifiers: dict[str, str]) -> str:
    cio_id = identifiers.get("cio_id")
    return f"cio_{cio_id.removeprefix('cio_')}" if cio_id else next(iter(identifiers.values()))


def _plain(value: models.JSONObject | None) -> dict[str, Any]:
    """Return the object of a validated model: a dict, though its type says all that a caller may pass."""
    return cast("dict[str, Any]", value or {})


def _now() -> datetime:
    """Return the time in whole seconds, as it goes over the wire."""
    return datetime.now(UTC).replace(microsecond=0)

"""What a sandbox remembers, and how it changes with each request. Nothing here knows of HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from itertools import islice
from threading import RLock
from typing import Any, TypeAlias, cast

from cio_sdk import models
from cio_sdk.sandbox import records
from cio_sdk.sandbox._broadcasts import Broadcasts, page_of
from cio_sdk.sandbox._clock import now, now_seconds
from cio_sdk.sandbox._collections import Collections
from cio_sdk.sandbox._events import Events
from cio_sdk.sandbox._objects import Objects, merged
from cio_sdk.sandbox._outbox import Outbox, fate, is_unsubscribed
from cio_sdk.sandbox._people import Key, People, Person, key_in, key_of
from cio_sdk.sandbox._relationships import Relationship, attributes_of, relationships_in
from cio_sdk.sandbox._reporting import of_customer, of_delivery, of_preferences
from cio_sdk.sandbox._rules import Place, RefusedError
from cio_sdk.sandbox._visitors import Party, Visitors
from cio_sdk.sandbox._webhooks import Webhooks

Identifiers: TypeAlias = Mapping[str, str]
"""What identifies an object, by the names of the wire."""


class Store:
    """The state of a sandbox, safe to share between threads."""

    def __init__(self, webhooks: Webhooks) -> None:
        self.lock = RLock()
        """Whoever holds it can do several things at once."""
        self.webhooks = webhooks
        """What posts what happens to a URL of the user's."""
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        with self.lock:
            self._people = People()
            self._visitors = Visitors()
            self._objects = Objects()
            self._events = Events()
            self._collections = Collections()
            self._outbox = Outbox()
            self._broadcasts = Broadcasts()
            self._forms: list[records.FormSubmission] = []
            self._metrics: list[records.Metric] = []
            self._segments: dict[str, list[Person]] = {}
            self.webhooks.reset()

    # --- What arrived ------------------------------------------------------------------------------------------------

    def counts(self) -> dict[str, int]:
        """Return how many there are of each."""
        with self.lock:
            return {
                "people": len(self._people),
                "devices": self._people.device_count,
                "objects": len(self._objects),
                "events": len(self._events),
                "deliveries": len(self._outbox),
                "broadcasts": len(self._broadcasts),
                "collections": len(self._collections),
                "forms": len(self._forms),
                "metrics": len(self._metrics),
                "segments": len(self._segments),
                "webhooks": len(self.webhooks),
            }

    def people(self, newest: int | None = None) -> list[records.Person]:
        """Return everybody, or so many of the newest, in the order in which they were added."""
        with self.lock:
            chosen = [*islice(self._people.newest_first(), newest)]
            return [self._snapshot(person) for person in reversed(chosen)]

    def person(self, identifier: str) -> records.Person | None:
        """Return one person, by any identifier."""
        with self.lock:
            person = self._people.get(identifier)
            return self._snapshot(person) if person else None

    def _snapshot(self, person: Person) -> records.Person:
        return person.snapshot(self._objects.relationships_of(person))

    def devices(self, newest: int | None = None) -> list[records.Device]:
        """Return every device by person, or so many of those of the newest."""
        with self.lock:
            owners = (person for person in self._people.newest_first() if person.devices)
            of_newest = (device for person in owners for device in reversed(person.device_snapshots()))
            return [*islice(of_newest, newest)][::-1]

    def objects(self, newest: int | None = None) -> list[records.Object]:
        """Return every object, or so many of the newest, in the order in which they were added."""
        with self.lock:
            return self._objects.snapshots(newest)

    def events(self, newest: int | None = None) -> list[records.Event]:
        """Return every event, or so many of the newest, in the order of arrival."""
        with self.lock:
            return self._events.snapshots(newest)

    def deliveries(self) -> list[records.Delivery]:
        """Return every message, in the order of arrival."""
        with self.lock:
            return self._outbox.snapshots()

    def broadcasts(self) -> list[records.Broadcast]:
        """Return every broadcast, in the order in which they were triggered."""
        with self.lock:
            return self._broadcasts.snapshots()

    def collections(self) -> list[records.Collection]:
        """Return every collection, in the order in which they were created."""
        with self.lock:
            return self._collections.snapshots()

    def forms(self) -> list[records.FormSubmission]:
        """Return every form that was submitted, in the order of arrival."""
        with self.lock:
            return deepcopy(self._forms)

    def metrics(self) -> list[records.Metric]:
        """Return every metric that was reported, in the order of arrival."""
        with self.lock:
            return [*self._metrics]

    def segments(self) -> dict[str, list[str]]:
        """Return the people of every manual segment that somebody was added to."""
        with self.lock:
            return {number: [person.customer_id for person in people] for number, people in self._segments.items()}

    # --- People and devices ------------------------------------------------------------------------------------------

    def identify(
        self,
        key: Key,
        attributes: Mapping[str, Any],
        relationships: Sequence[Relationship] = (),
        timestamp: int | None = None,
    ) -> None:
        """Add a person or update what is known of them.

        Args:
            key: The person.
            attributes: The attributes. `_update` adds nobody, `anonymous_id` claims what a visitor did and is
                related to, and `cio_relationships` adds or removes relationships.
            relationships: The objects to relate the person to, which `check_objects` was asked about.
            timestamp: When the attributes had these values, in Unix seconds; now where it is left out.
        """
        changed = {name: value for name, value in attributes.items() if name not in ("_update", "cio_relationships")}
        added, removed = relationships_in(attributes.get("cio_relationships"))
        with self.lock:
            is_unwanted = attributes.get("_update") is True and self._people.known(key) is None
            if is_unwanted or self._people.is_suppressed(key):
                return
            self.check_objects(added, ("cio_relationships", "relationships"))
            known = self._people.known(key)
            before = known.attributes if known else {}
            person = self._people.identify(key, changed, now_seconds() if timestamp is None else timestamp)
            self._tell_of_changes(person, before)
            if "anonymous_id" in changed:
                self._claim(person)
            self._relate_person(person, [*added, *relationships])
            self._part_person(person, removed)

    def _claim(self, person: Person) -> None:
        anonymous_id = person.attributes.get("anonymous_id")
        if isinstance(anonymous_id, str):
            visitor = self._visitors.claim(anonymous_id, person)
            if visitor is not None:
                self._objects.move(visitor, person)

    def delete(self, key: Key) -> None:
        """Remove a person, their devices and relationships. What they did stays in the list of events."""
        with self.lock:
            self._forget(self._people.remove(key))

    def suppress(self, key: Key) -> None:
        """Remove a person, and ignore whatever is sent for them from now on."""
        with self.lock:
            self._forget(self._people.suppress(key))

    def unsuppress(self, key: Key) -> None:
        """Accept what is sent for a person again."""
        with self.lock:
            self._people.unsuppress(key)

    def merge(self, primary: Key, secondary: Key) -> None:
        """Merge a person, what they did and are related to included, into another."""
        with self.lock:
            kept, merged_person = self._people.merge(primary, secondary)
            self._objects.move(merged_person, kept)
            for people in self._segments.values():
                if merged_person in people:
                    people[people.index(merged_person)] = kept
                    people[:] = dict.fromkeys(people)

    def _forget(self, person: Person | None) -> None:
        if person is not None:
            self._objects.drop(person)
            for people in self._segments.values():
                people[:] = [each for each in people if each is not person]

    def add_device(
        self, key: Key, token: str, platform: str, last_used: datetime | None, attributes: Mapping[str, Any]
    ) -> None:
        """Add a device to a person, or update it."""
        with self.lock:
            added = records.Device(
                customer_id="",
                id=token,
                platform=models.DevicePlatform(platform),
                last_used=last_used or now(),
                attributes=attributes,
            )
            if not self._people.is_suppressed(key):
                self._people.add_device(key, added)

    def delete_device(self, key: Key, token: str) -> None:
        """Remove a device from a person, if they have it."""
        with self.lock:
            self._people.remove_device(key, token)

    # --- Objects -----------------------------------------------------------------------------------------------------

    def identify_object(
        self, identifiers: Identifiers, attributes: Mapping[str, Any], relationships: Sequence[Relationship]
    ) -> None:
        """Add an object, or update what is known of it, and relate it to people and visitors."""
        with self.lock:
            self._objects.check(identifiers)
            parties = self._parties(relationships)
            identified = self._objects.find_or_add(identifiers)
            identified.attributes = merged(identified.attributes, attributes)
            for party, related in parties:
                self._objects.relate(identified, party, related)

    def delete_object(self, identifiers: Identifiers) -> None:
        """Remove an object and its relationships, if it exists."""
        with self.lock:
            found = self._objects.known(identifiers)
            if found is not None:
                self._objects.remove(found)

    def check_objects(self, relationships: Iterable[Relationship], place: Place = ("cio_relationships",)) -> None:
        """Refuse relationships with an object that nobody can be related to."""
        with self.lock:
            for index, relationship in enumerate(relationships):
                self._objects.check(relationship["identifiers"], (*place, index, "identifiers"))

    def relate(self, key: Key, relationships: Sequence[Relationship]) -> None:
        """Relate a person to objects. Whoever and whatever is new is added."""
        with self.lock:
            self.check_objects(relationships)
            if not self._people.is_suppressed(key):
                self._relate_person(self._people.find_or_add(key), relationships)

    def part(self, key: Key, relationships: Sequence[Relationship]) -> None:
        """Remove the relationships of a person with objects."""
        with self.lock:
            person = self._people.known(key)
            if person is not None:
                self._part_person(person, relationships)

    def part_object(self, identifiers: Identifiers, relationships: Iterable[Relationship]) -> None:
        """Remove the relationships of an object with people."""
        with self.lock:
            found = self._objects.known(identifiers)
            for relationship in relationships:
                person = self._people.known(key_in(relationship["identifiers"]))
                if found is not None and person is not None:
                    self._objects.part(found, person)

    def _relate_person(self, person: Person, relationships: Iterable[Relationship]) -> None:
        for relationship in relationships:
            related = self._objects.find_or_add(relationship["identifiers"])
            self._objects.relate(related, person, attributes_of(relationship))

    def _part_person(self, person: Person, relationships: Iterable[Relationship]) -> None:
        for relationship in relationships:
            related = self._objects.known(relationship["identifiers"])
            if related is not None:
                self._objects.part(related, person)

    def _parties(self, relationships: Iterable[Relationship]) -> list[tuple[Party, Mapping[str, Any]]]:
        """Return those whom an object is to be related to, added where they are new, or refuse all of them."""
        wanted: list[tuple[Key | str, Mapping[str, Any]]] = []
        for index, relationship in enumerate(relationships):
            identifiers = relationship["identifiers"]
            name = identifiers.get("anonymous_id") or key_in(identifiers)
            if not isinstance(name, str) and name[0] == "cio_id" and self._people.known(name) is None:
                raise RefusedError(("cio_relationships", index, "identifiers", "cio_id"), "is nobody who is known")
            if isinstance(name, str) or not self._people.is_suppressed(name):
                wanted.append((name, attributes_of(relationship)))
        return [
            (self._visitors.find_or_add(name) if isinstance(name, str) else self._people.find_or_add(name), attributes)
            for name, attributes in wanted
        ]

    # --- Events ------------------------------------------------------------------------------------------------------

    def track(
        self,
        who: Key | str | None,
        name: str,
        data: Mapping[str, Any] | None,
        timestamp: int | None,
        event_id: str | None,
        kind: str | None,
    ) -> None:
        """Record an event, unless one with its id was recorded.

        Args:
            who: The person, who is added where they are new; or an `anonymous_id`, of whoever has it now or later.
            name: The name.
            data: What messages may refer to.
            timestamp: When it happened, in Unix seconds; now where it is left out.
            event_id: The id that keeps it from being recorded twice.
            kind: What it stands for.
        """
        owner: Party | None = None
        seconds = now_seconds() if timestamp is None else timestamp
        with self.lock:
            if self._events.is_repeated(event_id):
                return
            if isinstance(who, tuple):
                if self._people.is_suppressed(who):
                    return
                owner = self._people.find_or_add(who)
            elif who is not None:
                owner = self._visitors.find_or_add(who)
            anonymous_id = who if isinstance(who, str) else None
            self._events.record(owner, name, data, seconds, event_id, kind, anonymous_id)

    # --- Segments and forms ------------------------------------------------------------------------------------------

    def add_to_segment(self, segment_id: str, ids: list[str], kind: models.IdType) -> None:
        """Add those people to a segment who exist."""
        with self.lock:
            people = self._segments.setdefault(segment_id, [])
            people[:] = dict.fromkeys([*people, *self._named(ids, kind)])

    def remove_from_segment(self, segment_id: str, ids: list[str], kind: models.IdType) -> None:
        """Remove people from a segment."""
        with self.lock:
            removed = {*self._named(ids, kind)}
            people = self._segments.get(segment_id, [])
            people[:] = [person for person in people if person not in removed]

    def _named(self, ids: list[str], kind: models.IdType) -> list[Person]:
        found = (self._people.known(key_in({kind.value: each})) for each in ids)
        return [person for person in found if person is not None]

    def submit_form(self, form_id: str, data: dict[str, str]) -> None:
        """Record a form, whose fields become attributes of the person."""
        customer_id = data.get("id") or data["email"]
        with self.lock:
            self.identify(key_of(customer_id), {name: value for name, value in data.items() if name != "id"})
            self._forms.append(records.FormSubmission(form_id=form_id, customer_id=customer_id, data=data))

    # --- Messages ----------------------------------------------------------------------------------------------------

    def send(self, channel: str, request: records.SendRequest) -> records.Delivery:
        """Accept a message for sending, which is as far as it goes, and return it.

        Args:
            channel: How it would be sent.
            request: What it says, and to whom.

        Raises:
            UnknownError: It is to add a person or their device, and nobody has their `cio_id`.
        """
        key = key_in(request.identifiers.model_dump(exclude_none=True))
        device: models.PushDevice | None = getattr(request, "custom_device", None)
        with self.lock:
            is_suppressed = self._people.is_suppressed(key)
            if getattr(request, "auto_create", False) and not is_suppressed:
                self._people.find_or_add(key)
            if device is not None:
                attributes = cast("Mapping[str, Any]", device.attributes or {})
                self.add_device(key, device.token, device.platform, device.last_used, attributes)
            person = self._people.known(key)
            delivery = self._outbox.accept(channel, request, person)
            for metric, reason in fate(delivery, person, is_suppressed):
                self._note(delivery.delivery_id, metric, reason=reason)
        return delivery

    def unsubscribe(self, delivery_id: str) -> None:
        """Set `unsubscribed` for the recipient of a delivery; one that is not known is ignored."""
        with self.lock:
            delivery = self._outbox.find(delivery_id)
            if delivery is None:
                return
            self._note(delivery_id, "unsubscribed")
            person = self._people.known(key_in(delivery.identifiers))
            if person is not None:
                before = person.attributes
                person.attributes = {**before, "unsubscribed": True}
                self._tell_of_changes(person, before)

    def report(self, metric: records.Metric) -> None:
        """Record what became of a delivery."""
        with self.lock:
            self._metrics.append(metric)
            self._note(
                metric.delivery_id,
                metric.metric.value,
                timestamp=int(metric.timestamp.timestamp()),
                recipient=metric.recipient,
                reason=metric.reason,
                href=metric.href,
            )

    # --- Webhooks ----------------------------------------------------------------------------------------------------

    def _note(self, delivery_id: str, metric: str, reason: str | None = None, **details: Any) -> None:
        """Note what became of a delivery, if it is known, and tell of it."""
        delivery = self._outbox.note(delivery_id, metric, reason)
        if delivery is not None and self.webhooks.are_wanted:
            person = self._people.known(key_in(delivery.identifiers))
            event = of_delivery(delivery, person, metric, reason=reason, **details)
            if event is not None:
                self.webhooks.emit(event)

    def _tell_of_changes(self, person: Person, before: Mapping[str, Any]) -> None:
        """Tell of what a person wants, and did not want before."""
        if not self.webhooks.are_wanted:
            return
        was, now_is = is_unsubscribed(before), is_unsubscribed(person.attributes)
        if was != now_is:
            self.webhooks.emit(of_customer(person, "unsubscribed" if now_is else "subscribed"))
        changed = of_preferences(person, before)
        if changed is not None:
            self.webhooks.emit(changed)

    # --- Broadcasts --------------------------------------------------------------------------------------------------

    def trigger_broadcast(self, broadcast_id: str, request: models.BroadcastRequest) -> models.BroadcastTrigger:
        """Send a broadcast to whom it is for."""
        with self.lock:
            sent = self._broadcasts.trigger(broadcast_id, request, self._people, self._segments)
        return models.BroadcastTrigger(id=sent.trigger_id)

    def broadcast_status(self, broadcast_id: str, trigger_id: str) -> models.BroadcastStatus:
        """Return how far a broadcast is."""
        with self.lock:
            sent = self._broadcasts.find(broadcast_id, trigger_id)
        number = int(broadcast_id) if broadcast_id.isdecimal() else None
        times = {"created_at": sent.created_at, "processed_at": sent.created_at}
        return models.BroadcastStatus(id=sent.trigger_id, broadcast_id=number, **times)

    def broadcast_errors(self, broadcast_id: str, trigger_id: str, start: str) -> models.BroadcastErrors:
        """Return a page of what was wrong with the audience of a broadcast."""
        with self.lock:
            return page_of(self._broadcasts.find(broadcast_id, trigger_id).errors, start)

    # --- Collections -------------------------------------------------------------------------------------------------

    def save_collection(
        self, body: models.CollectionItems | models.CollectionSource, collection_id: str | None = None
    ) -> models.Collection:
        """Create a collection, or replace the name and the contents of the one with this id."""
        rows = [cast("dict[str, Any]", row) for row in body.data] if isinstance(body, models.CollectionItems) else []
        url = body.url if isinstance(body, models.CollectionSource) else None
        with self.lock:
            return self._collections.save(body.name, rows, url, collection_id)

    def list_collections(self) -> list[models.Collection]:
        """Return every collection without its rows."""
        with self.lock:
            return self._collections.described()

    def collection(self, collection_id: str) -> models.Collection:
        """Return a collection without its rows."""
        with self.lock:
            return self._collections.describe(collection_id)

    def collection_rows(self, collection_id: str) -> list[dict[str, Any]]:
        """Return the rows of a collection."""
        with self.lock:
            return self._collections.find(collection_id).rows

    def fill_collection(self, collection_id: str, rows: list[dict[str, Any]]) -> models.Collection:
        """Replace the rows of a collection."""
        with self.lock:
            name = self._collections.find(collection_id).name
            return self._collections.save(name, rows, None, collection_id)

    def delete_collection(self, collection_id: str) -> None:
        """Delete a collection."""
        with self.lock:
            self._collections.delete(collection_id)

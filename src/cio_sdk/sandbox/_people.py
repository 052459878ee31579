"""The people of a sandbox: what identifies them, their attributes and their devices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from itertools import count
from typing import Any, Literal, TypeAlias, cast, get_args

from pydantic import TypeAdapter, ValidationError

from cio_sdk import models
from cio_sdk.sandbox import records
from cio_sdk.sandbox._refusals import reason_of
from cio_sdk.sandbox._rules import RefusedError, UnknownError

_MAX_ATTRIBUTES = 300

_Kind: TypeAlias = Literal["id", "email", "phone", "cio_id"]
_KINDS: tuple[_Kind, ...] = get_args(_Kind)
_TYPES: dict[_Kind, TypeAdapter[Any]] = {
    "id": TypeAdapter(models.CustomerId),
    "email": TypeAdapter(models.Address),
    "phone": TypeAdapter(models.PersonPhone),
    "cio_id": TypeAdapter(models.CioId),
}
_GIVEN: tuple[Literal["id", "email", "phone"], ...] = ("id", "email", "phone")
_NOTHING: Mapping[str, Any] = {}

Key: TypeAlias = tuple[_Kind, str]
"""What identifies a person."""


def key_of(customer_id: str) -> Key:
    """Return whom a path names."""
    if customer_id.startswith("cio_"):
        return "cio_id", customer_id.removeprefix("cio_")
    return ("email" if "@" in customer_id else "id"), customer_id


def key_in(identifiers: Mapping[str, str]) -> Key:
    """Return whom an object with one identifier names."""
    ((kind, value),) = identifiers.items()
    return cast("_Kind", kind), value.removeprefix("cio_") if kind == "cio_id" else value


def compared(kind: str, value: str) -> str:
    """Return an identifier as it is compared with others: the case of an email address does not matter."""
    return value.lower() if kind == "email" and value else value


def _compared_key(key: Key) -> Key:
    return key[0], compared(*key)


class Person:
    """A person as the sandbox keeps them. The attributes here are without those that identify.

    The mappings are shared while they are empty: they are replaced, and never changed.
    """

    __slots__ = (
        "attributes",
        "cio_id",
        "devices",
        "email",
        "id",
        "is_deleted",
        "merged_into",
        "phone",
        "times",
    )

    def __init__(self, cio_id: str) -> None:
        self.cio_id = cio_id
        self.id: str | None = None
        self.email: str | None = None
        self.phone: str | None = None
        self.attributes = _NOTHING
        self.times: Mapping[str, int] = _NOTHING
        """When each attribute had the value that was set last."""
        self.devices: Mapping[str, records.Device] = _NOTHING
        self.merged_into: Person | None = None
        self.is_deleted = False

    @property
    def customer_id(self) -> str:
        """The id; or else the email address, the phone number, or `cio_` and the `cio_id`."""
        return self.id or self.email or self.phone or f"cio_{self.cio_id}"

    @property
    def survivor(self) -> Person:
        """Whom this person was merged into, or themselves."""
        person = self
        while person.merged_into is not None:
            person = person.merged_into
        return person

    def snapshot(self, relationships: tuple[records.Relationship, ...]) -> records.Person:
        """Return the person as they are now."""
        identifying = {"email": self.email, "phone": self.phone}
        return records.Person(
            customer_id=self.customer_id,
            cio_id=self.cio_id,
            id=self.id,
            email=self.email,
            phone=self.phone,
            attributes={name: value for name, value in identifying.items() if value} | deepcopy({**self.attributes}),
            devices=tuple(self.device_snapshots()),
            relationships=relationships,
        )

    def device_snapshots(self) -> list[records.Device]:
        """Return the devices as they are now."""
        return [replace(deepcopy(device), customer_id=self.customer_id) for device in self.devices.values()]


class People:
    """Everybody whom a sandbox knows."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._index: dict[_Kind, dict[str, Person]] = {kind: {} for kind in _KINDS}
        self._device_owners: dict[str, Person] = {}
        self._suppressed: set[Key] = set()

    def newest_first(self) -> Iterator[Person]:
        """Return everybody, the newest first."""
        return reversed(self._index["cio_id"].values())

    def __len__(self) -> int:
        return len(self._index["cio_id"])

    @property
    def device_count(self) -> int:
        """How many devices they have together."""
        return len(self._device_owners)

    def get(self, identifier: str) -> Person | None:
        """Return the person with this identifier of any kind, `cio_…` included."""
        keys: Iterable[Key] = [key_of(identifier), *((kind, identifier) for kind in _KINDS)]
        return next((found for key in keys if (found := self.known(key))), None)

    def known(self, key: Key) -> Person | None:
        """Return a person, if they exist."""
        kind, value = key
        return self._index[kind].get(compared(kind, value))

    def find(self, key: Key) -> Person | None:
        """Return a person, or None where that is somebody new.

        Raises:
            UnknownError: They are named by a `cio_id` that nobody has.
        """
        person = self.known(key)
        if person is None and key[0] == "cio_id":
            raise UnknownError("there is no person with this cio_id")
        return person

    def find_or_add(self, key: Key) -> Person:
        """Return a person, added where they are new."""
        return self.find(key) or self._add(key)

    def identify(self, key: Key, attributes: Mapping[str, Any], seconds: int) -> Person:
        """Add a person, or merge attributes into theirs; one that is null or empty is cleared.

        Args:
            key: The person.
            attributes: The attributes. One that has been set to a value of a later time stays as it is.
            seconds: When they had these values.
        """
        person = self.find(key)
        times = person.times if person else _NOTHING
        current = {name: value for name, value in attributes.items() if times.get(name, seconds) <= seconds}
        identifiers: dict[_Kind, str | None] = {
            kind: _identifier(kind, current[kind]) for kind in _KINDS if kind in current
        }
        self._check_identifiers(person, identifiers)
        identifying = {"id", "email", "cio_id", *(["phone"] if identifiers.get("phone") else [])}
        values = {**(person.attributes if person else {}), **current}
        kept = {name: value for name, value in values.items() if name not in identifying and value not in (None, "")}
        if len(kept) > _MAX_ATTRIBUTES:
            raise RefusedError((), f"the person would have {len(kept)} attributes; at most {_MAX_ATTRIBUTES} fit")
        person = person or self._add(key)
        person.attributes = kept
        person.times = {**times, **dict.fromkeys(current, seconds)}
        for kind in _GIVEN:
            if kind in identifiers:
                self._set(person, kind, identifiers[kind])
        return person

    def is_suppressed(self, key: Key) -> bool:
        """Whether whatever is sent for this person is ignored."""
        return _compared_key(key) in self._suppressed

    def suppress(self, key: Key) -> Person | None:
        """Remove a person, and keep their identifiers from being added again."""
        person = self.remove(key)
        self._suppressed.add(_compared_key(key))
        if person is not None:
            self._suppressed |= {(kind, compared(kind, value)) for kind in _GIVEN if (value := getattr(person, kind))}
        return person

    def unsuppress(self, key: Key) -> None:
        """Let an identifier be added again."""
        self._suppressed.discard(_compared_key(key))

    def merge(self, primary: Key, secondary: Key) -> tuple[Person, Person]:
        """Move the attributes and devices that the primary does not have, and remove the secondary."""
        kept, merged = self.known(primary), self.known(secondary)
        if kept is None or merged is None:
            raise RefusedError(("primary" if kept is None else "secondary",), "is nobody who is known")
        if kept is merged:
            raise RefusedError(("secondary",), "is the same person")
        self.remove(secondary)
        merged.merged_into = kept
        for kind in ("email", "phone"):
            if getattr(kept, kind) is None and kind not in kept.attributes:
                self._set(kept, kind, getattr(merged, kind))
        phone = {"phone"} if kept.phone else set[str]()
        moved = {name: value for name, value in merged.attributes.items() if name not in phone}
        kept.attributes = {**moved, **kept.attributes}
        kept.times = {**merged.times, **kept.times}
        for token in merged.devices:
            self._device_owners[token] = kept
        kept.devices = {**kept.devices, **merged.devices}
        return kept, merged

    def remove(self, key: Key) -> Person | None:
        """Remove a person and their devices, and return them, if they exist."""
        person = self.known(key)
        if person is None:
            return None
        for kind in _KINDS:
            self._index[kind].pop(compared(kind, getattr(person, kind)), None)
        for token in person.devices:
            del self._device_owners[token]
        person.is_deleted = True
        return person

    def add_device(self, key: Key, device: records.Device) -> None:
        """Add a device to a person, who is added where they are new. It leaves whoever had it before."""
        person = self.find_or_add(key)
        owner = self._device_owners.setdefault(device.id, person)
        if owner is not person:
            self._drop_device(owner, device.id)
            self._device_owners[device.id] = person
        person.devices = {**person.devices, device.id: device}

    def remove_device(self, key: Key, token: str) -> None:
        """Remove a device from a person, if they have it."""
        person = self.known(key)
        if person is not None and token in person.devices:
            self._drop_device(person, token)
            del self._device_owners[token]

    def _drop_device(self, person: Person, token: str) -> None:
        person.devices = {each: device for each, device in person.devices.items() if each != token}

    def _add(self, key: Key) -> Person:
        kind, value = key
        person = Person(cio_id=f"{next(self._numbers):08x}")
        setattr(person, kind, value)
        self._index[kind][compared(*key)] = person
        self._index["cio_id"][person.cio_id] = person
        return person

    def _check_identifiers(self, person: Person | None, identifiers: Mapping[_Kind, str | None]) -> None:
        for kind, value in identifiers.items():
            if value is None:
                continue
            if kind == "cio_id" and (person is None or person.cio_id != value):
                raise RefusedError((kind,), "is not the cio_id of this person, which never changes")
            if self._index[kind].get(compared(kind, value), person) is not person:
                raise RefusedError((kind,), "belongs to another person")

    def _set(self, person: Person, kind: _Kind, value: str | None) -> None:
        self._index[kind].pop(compared(kind, getattr(person, kind)), None)
        setattr(person, kind, value)
        if value is not None:
            self._index[kind][compared(kind, value)] = person


def _identifier(kind: _Kind, value: object) -> str | None:
    if value is None or value == "":
        return None
    try:
        identifier: str = _TYPES[kind].validate_python(value)
    except ValidationError as error:
        # Most workspaces identify nobody by phone, and may keep any text as the number.
        if kind == "phone":
            return None
        raise RefusedError((kind,), reason_of(error)) from None
    return identifier

"""The people of a sandbox: what identifies them, their attributes and their devices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Literal, TypeAlias, get_args

from pydantic import TypeAdapter, ValidationError

from cio_sdk import models
from cio_sdk.sandbox import records
from cio_sdk.sandbox._refusals import reason_of
from cio_sdk.sandbox._rules import RefusedError, UnknownError

_MAX_ATTRIBUTES = 300

_Kind: TypeAlias = Literal["id", "email", "cio_id"]
_KINDS: tuple[_Kind, ...] = get_args(_Kind)
_TYPES: dict[_Kind, TypeAdapter[Any]] = {
    "id": TypeAdapter(models.CustomerId),
    "email": TypeAdapter(models.Address),
    "cio_id": TypeAdapter(models.CioId),
}


@dataclass(eq=False, slots=True)
class Person:
    """A person as the sandbox keeps them. The attributes here are without those that identify."""

    cio_id: str
    id: str | None = None
    email: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    devices: dict[str, records.Device] = field(default_factory=dict)

    @property
    def customer_id(self) -> str:
        """The id; the email address where there is none; or else `cio_` and the `cio_id`."""
        return self.id or self.email or f"cio_{self.cio_id}"

    def snapshot(self) -> records.Person:
        """Return the person as they are now."""
        email = {"email": self.email} if self.email else {}
        return records.Person(
            customer_id=self.customer_id,
            cio_id=self.cio_id,
            id=self.id,
            email=self.email,
            attributes=email | deepcopy(self.attributes),
            devices=tuple(self.device_snapshots()),
        )

    def device_snapshots(self) -> list[records.Device]:
        """Return the devices as they are now."""
        return [replace(deepcopy(device), customer_id=self.customer_id) for device in self.devices.values()]


class People:
    """Everybody whom a sandbox knows."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._index: dict[tuple[_Kind, str], Person] = {}
        self._device_owners: dict[str, Person] = {}
        self._suppressed: set[tuple[_Kind, str]] = set()

    def __iter__(self) -> Iterator[Person]:
        return (person for (kind, _), person in self._index.items() if kind == "cio_id")

    def get(self, identifier: str) -> Person | None:
        """Return the person with this identifier of any kind, `cio_…` included."""
        keys = [_key(identifier), *((kind, identifier) for kind in _KINDS)]
        return next((self._index[key] for key in keys if key in self._index), None)

    def find(self, customer_id: str) -> Person | None:
        """Return the person whom a path names, or None where that is somebody new."""
        kind, value = _key(customer_id)
        person = self._index.get((kind, value))
        if person is None and kind == "cio_id":
            raise UnknownError("there is no person with this cio_id")
        return person

    def find_or_add(self, customer_id: str) -> Person:
        """Return the person whom a path names, added where they are new."""
        return self.find(customer_id) or self._add(customer_id)

    def identify(self, customer_id: str, attributes: Mapping[str, Any]) -> Person:
        """Add a person, or merge attributes into theirs; one that is null or empty is cleared."""
        person = self.find(customer_id)
        identifiers: dict[_Kind, str | None] = {
            kind: _identifier(kind, attributes[kind]) for kind in _KINDS if kind in attributes
        }
        self._check_identifiers(person, identifiers)
        merged = {**(person.attributes if person else {}), **attributes}
        kept = {name: value for name, value in merged.items() if name not in _KINDS and value not in (None, "")}
        if len(kept) > _MAX_ATTRIBUTES:
            raise RefusedError((), f"the person would have {len(kept)} attributes; at most {_MAX_ATTRIBUTES} fit")
        person = person or self._add(customer_id)
        person.attributes = kept
        if "id" in identifiers:
            self._reindex(person, "id", person.id, identifiers["id"])
            person.id = identifiers["id"]
        if "email" in identifiers:
            self._reindex(person, "email", person.email, identifiers["email"])
            person.email = identifiers["email"]
        return person

    def is_suppressed(self, customer_id: str) -> bool:
        """Whether whatever is sent for this person is ignored."""
        return _key(customer_id) in self._suppressed

    def suppress(self, customer_id: str) -> Person | None:
        """Remove a person, and keep their identifiers from being added again."""
        person = self.remove(customer_id)
        self._suppressed.add(_key(customer_id))
        if person is not None:
            self._suppressed |= {_key(each) for each in (person.id, person.email) if each}
        return person

    def unsuppress(self, customer_id: str) -> None:
        """Let an identifier be added again."""
        self._suppressed.discard(_key(customer_id))

    def merge(self, primary: str, secondary: str) -> tuple[Person, Person]:
        """Move the attributes and devices that the primary does not have, and remove the secondary."""
        kept, merged = self._index.get(_key(primary)), self._index.get(_key(secondary))
        if kept is None or merged is None:
            raise RefusedError(("primary" if kept is None else "secondary",), "is nobody who is known")
        if kept is merged:
            raise RefusedError(("secondary",), "is the same person")
        self.remove(secondary)
        kept.attributes = {**merged.attributes, **kept.attributes}
        if kept.email is None and merged.email is not None:
            self._reindex(kept, "email", None, merged.email)
            kept.email = merged.email
        for token, device in merged.devices.items():
            kept.devices.setdefault(token, device)
            self._device_owners[token] = kept
        return kept, merged

    def remove(self, customer_id: str) -> Person | None:
        """Remove a person and their devices, and return them, if they exist."""
        person = self._index.get(_key(customer_id))
        if person is None:
            return None
        self._index = {key: holder for key, holder in self._index.items() if holder is not person}
        for token in person.devices:
            del self._device_owners[token]
        return person

    def add_device(self, customer_id: str, device: records.Device) -> None:
        """Add a device to a person, who is added where they are new. It leaves whoever had it before."""
        person = self.find_or_add(customer_id)
        owner = self._device_owners.setdefault(device.id, person)
        if owner is not person:
            del owner.devices[device.id]
            self._device_owners[device.id] = person
        person.devices[device.id] = device

    def remove_device(self, customer_id: str, token: str) -> None:
        """Remove a device from a person, if they have it."""
        person = self._index.get(_key(customer_id))
        if person is not None and token in person.devices:
            del person.devices[token]
            del self._device_owners[token]

    def _add(self, customer_id: str) -> Person:
        kind, value = _key(customer_id)
        person = Person(cio_id=f"{next(self._numbers):08x}")
        setattr(person, kind, value)
        self._index[kind, value] = person
        self._index["cio_id", person.cio_id] = person
        return person

    def _check_identifiers(self, person: Person | None, identifiers: Mapping[_Kind, str | None]) -> None:
        for kind, value in identifiers.items():
            if value is None:
                continue
            if kind == "cio_id" and (person is None or person.cio_id != value):
                raise RefusedError((kind,), "is not the cio_id of this person, which never changes")
            if self._index.get((kind, value), person) is not person:
                raise RefusedError((kind,), "belongs to another person")

    def _reindex(self, person: Person, kind: _Kind, before: str | None, after: str | None) -> None:
        if before is not None:
            del self._index[kind, before]
        if after is not None:
            self._index[kind, after] = person


def _key(customer_id: str) -> tuple[_Kind, str]:
    if customer_id.startswith("cio_"):
        return "cio_id", customer_id.removeprefix("cio_")
    return ("email" if "@" in customer_id else "id"), customer_id


def _identifier(kind: _Kind, value: object) -> str | None:
    if value is None or value == "":
        return None
    try:
        identifier: str = _TYPES[kind].validate_python(value)
    except ValidationError as error:
        raise RefusedError((kind,), reason_of(error)) from None
    return identifier

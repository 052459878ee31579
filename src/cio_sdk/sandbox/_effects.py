"""What each operation on a person, object or delivery does to the state of a sandbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import ValidationError

from cio_sdk import models
from cio_sdk.sandbox import _entities, records
from cio_sdk.sandbox._clock import at, now
from cio_sdk.sandbox._entities import Entity
from cio_sdk.sandbox._people import key_in
from cio_sdk.sandbox._refusals import Problem, problems_of
from cio_sdk.sandbox._rules import RefusedError, TooLargeError, UnknownError
from cio_sdk.sandbox._store import Store


def perform(store: Store, operation: Entity) -> None:
    """Do what an operation says, or nothing at all.

    Raises:
        RefusedError: It cannot be done as things are.
    """
    with store.lock:
        _perform(store, operation)


def perform_all(
    store: Store, operations: Sequence[Entity | None], given: Sequence[object]
) -> list[tuple[int, Problem]]:
    """Do what each operation says, in order, and return the place of each that was refused, and the first reason.

    Args:
        store: The state.
        operations: The operations that are plainly valid, and None in place of each other.
        given: All of them as they were sent, if there are others.
    """
    refused: list[tuple[int, Problem]] = []
    with store.lock:
        for index, operation in enumerate(operations):
            try:
                _perform(store, operation or _entities.read(given[index]))
            except ValidationError as error:
                refused.append((index, next(problems_of(error))))
            except RefusedError as error:
                refused.append((index, Problem(error.place, error.reason, error.kind)))
            except TooLargeError as error:
                refused.append((index, Problem((), str(error), "too_large")))
    return refused


def _perform(store: Store, operation: Entity) -> None:
    try:
        _EFFECTS[operation["type"], operation["action"]](store, operation)
    except UnknownError:
        raise RefusedError(("identifiers", "cio_id"), "is nobody who is known") from None


# --- People ----------------------------------------------------------------------------------------------------------


def _identify(store: Store, operation: Entity) -> None:
    relationships = operation.get("cio_relationships", ())
    store.check_objects(relationships)
    try:
        store.identify(
            key_in(operation["identifiers"]),
            operation.get("attributes", {}),
            relationships,
            operation.get("timestamp"),
        )
    except RefusedError as error:
        raise RefusedError(("attributes", *error.place), error.reason) from None


def _track(store: Store, operation: Entity) -> None:
    store.track(
        key_in(operation["identifiers"]),
        operation["name"],
        operation.get("attributes"),
        operation.get("timestamp"),
        operation.get("id"),
        operation["action"],
    )


def _delete(store: Store, operation: Entity) -> None:
    store.delete(key_in(operation["identifiers"]))


def _suppress(store: Store, operation: Entity) -> None:
    store.suppress(key_in(operation["identifiers"]))


def _unsuppress(store: Store, operation: Entity) -> None:
    store.unsuppress(key_in(operation["identifiers"]))


def _merge(store: Store, operation: Entity) -> None:
    store.merge(key_in(operation["primary"]), key_in(operation["secondary"]))


def _add_device(store: Store, operation: Entity) -> None:
    device: dict[str, Any] = operation["device"]
    last_used = at(device["last_used"]) if "last_used" in device else None
    key = key_in(operation["identifiers"])
    store.add_device(key, device["token"], device["platform"], last_used, device.get("attributes", {}))


def _delete_device(store: Store, operation: Entity) -> None:
    store.delete_device(key_in(operation["identifiers"]), operation["device"]["token"])


def _relate(store: Store, operation: Entity) -> None:
    store.relate(key_in(operation["identifiers"]), operation["cio_relationships"])


def _part(store: Store, operation: Entity) -> None:
    store.part(key_in(operation["identifiers"]), operation["cio_relationships"])


# --- Objects ---------------------------------------------------------------------------------------------------------


def _identify_object(store: Store, operation: Entity) -> None:
    relationships = operation.get("cio_relationships", ())
    store.identify_object(operation["identifiers"], operation.get("attributes", {}), relationships)


def _delete_object(store: Store, operation: Entity) -> None:
    store.delete_object(operation["identifiers"])


def _part_object(store: Store, operation: Entity) -> None:
    store.part_object(operation["identifiers"], operation["cio_relationships"])


# --- Deliveries ------------------------------------------------------------------------------------------------------


def _report(store: Store, operation: Entity) -> None:
    store.report(
        records.Metric(
            delivery_id=operation["identifiers"]["id"],
            metric=models.Metric(operation["name"]),
            timestamp=now(),
            recipient=operation["attributes"]["device_token"],
        )
    )


_EFFECTS: dict[tuple[str, str], Callable[[Store, Entity], None]] = {
    ("person", "identify"): _identify,
    ("person", "delete"): _delete,
    ("person", "event"): _track,
    ("person", "page"): _track,
    ("person", "screen"): _track,
    ("person", "add_device"): _add_device,
    ("person", "delete_device"): _delete_device,
    ("person", "add_relationships"): _relate,
    ("person", "delete_relationships"): _part,
    ("person", "merge"): _merge,
    ("person", "suppress"): _suppress,
    ("person", "unsuppress"): _unsuppress,
    ("object", "identify"): _identify_object,
    ("object", "identify_anonymous"): _identify_object,
    ("object", "delete"): _delete_object,
    ("object", "add_relationships"): _identify_object,
    ("object", "delete_relationships"): _part_object,
    ("delivery", "event"): _report,
}

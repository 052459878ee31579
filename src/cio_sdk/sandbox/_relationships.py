"""What a request says of relationships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

from cio_sdk import models
from cio_sdk.sandbox._refusals import problems_of
from cio_sdk.sandbox._rules import RefusedError

Relationship: TypeAlias = Mapping[str, Any]
"""One relationship as it goes over the wire: `identifiers` and perhaps `relationship_attributes`."""


class _Change(BaseModel):
    """The attribute `cio_relationships` of a person."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["add_relationships", "delete_relationships"]
    relationships: list[models.ObjectRelationship]


def attributes_of(relationship: Relationship) -> Mapping[str, Any]:
    """Return what a request says of a relationship itself."""
    return relationship.get("relationship_attributes") or {}


def relationships_in(said: object) -> tuple[Sequence[Relationship], Sequence[Relationship]]:
    """Return the relationships that the attribute `cio_relationships` adds, and those that it removes.

    Raises:
        RefusedError: It does not say so in the right form.
    """
    if said in (None, ""):
        return [], []
    try:
        change = _Change.model_validate(said)
    except ValidationError as error:
        problem = next(problems_of(error))
        raise RefusedError(("cio_relationships", *problem.place), problem.reason) from None
    relationships = [each.model_dump(exclude_none=True) for each in change.relationships]
    return (relationships, []) if change.action == "add_relationships" else ([], relationships)

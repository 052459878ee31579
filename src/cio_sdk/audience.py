"""Words to say whom a broadcast is for: `all_of(segment(4), not_(attribute("plan", "free")))`."""

from __future__ import annotations

from cio_sdk.models import AttributeEquals, AttributeExists, Audience, SegmentFilter

__all__ = ["all_of", "any_of", "attribute", "has_attribute", "not_", "segment"]


def segment(id: int) -> Audience:
    """Return a filter that finds the people in a segment, by its number."""
    return Audience(segment=SegmentFilter(id=id))


def attribute(name: str, value: str | float | bool) -> Audience:
    """Return a filter that finds the people whose attribute has this value."""
    return Audience(attribute=AttributeEquals(field=name, value=value))


def has_attribute(name: str) -> Audience:
    """Return a filter that finds the people who have the attribute, whatever its value."""
    return Audience(attribute=AttributeExists(field=name))


def all_of(*filters: Audience) -> Audience:
    """Return a filter that finds the people whom all of these find."""
    return Audience(and_=list(filters))


def any_of(*filters: Audience) -> Audience:
    """Return a filter that finds the people whom at least one of these finds."""
    return Audience(or_=list(filters))


def not_(filter: Audience) -> Audience:
    """Return a filter that finds everybody whom this one does not find."""
    return Audience(not_=filter)

"""The events of a description's webhooks: a report has one for each constant that its `metric` may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Event:
    """A report of one metric."""

    name: str
    report: str
    object_types: list[str]
    metric: str
    description: str


def find(schemas: dict[str, Json]) -> Iterator[Event]:
    """The events that the schemas describe, in their order."""
    for name, schema in schemas.items():
        properties = schema.get("properties", {})
        for each in properties.get("metric", {}).get("oneOf", ()):
            metric = each["const"]
            title = each.get("title") or "".join(word.capitalize() for word in metric.split("_"))
            about = properties["object_type"]
            object_types = about.get("enum") or [about["const"]]
            yield Event(name.removesuffix("Report") + title, name, object_types, metric, each["description"])


def expand(schemas: dict[str, Json]) -> dict[str, Json]:
    """The schemas with one more for each event, to which its report is the base."""
    expanded = dict(schemas)
    for event in find(schemas):
        report = schemas[event.report]
        shared = {name: part for name, part in report["properties"].items() if name != "metric"}
        expanded[event.report] = {**report, "properties": shared}
        expanded[event.name] = {
            "description": event.description,
            "allOf": [{"$ref": f"#/components/schemas/{event.report}"}],
            "properties": {"metric": {"description": "What happened.", "const": event.metric, "default": event.metric}},
        }
    return expanded

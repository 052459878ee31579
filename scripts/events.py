"""The events of a description's webhooks: a report has one for each constant that its `metric` may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

_STRICT = {"integer": "pydantic.StrictInt", "boolean": "pydantic.StrictBool"}


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
    """The schemas with one more for each event, to which its report is the base, and with strict types."""
    found = [*find(schemas)]
    expanded = _strict(schemas) if found else dict(schemas)
    for event in found:
        report = expanded[event.report]
        shared = {name: part for name, part in report["properties"].items() if name != "metric"}
        expanded[event.report] = {**report, "properties": shared}
        expanded[event.name] = {
            "description": event.description,
            "allOf": [{"$ref": f"#/components/schemas/{event.report}"}],
            "properties": {"metric": {"description": "What happened.", "const": event.metric, "default": event.metric}},
        }
    return expanded


def _strict(node: Any) -> Any:
    """The node with numbers and booleans that nothing else is taken for."""
    if isinstance(node, list):
        return [_strict(each) for each in node]
    if not isinstance(node, dict):
        return node
    custom = {"customTypePath": path} if (path := _STRICT.get(str(node.get("type")))) else {}
    return {key: _strict(value) for key, value in node.items()} | custom

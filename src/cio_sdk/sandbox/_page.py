"""What arrived, for whoever looks at a sandbox over HTTP: a JSON document, or a page for a browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any, TypeVar

from pydantic_core import to_json

from cio_sdk.sandbox import records
from cio_sdk.sandbox._store import Store

_Record = TypeVar("_Record")

_LONG = 160
_MOST_ROWS = 1_000
_UNSAFE = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
}
"""What keeps a page of somebody else from showing or reading this one."""


def prefers_html(accept: str) -> bool:
    """Whether an `Accept` header asks for a page rather than for JSON."""
    return _quality(accept, "text/html") > _quality(accept, "application/json")


def json_of(store: Store) -> str:
    """Return what arrived as a JSON document, indented, with the names and shapes of the records."""
    document = {
        "people": {person.customer_id: person for person in store.people()},
        "devices": store.devices(),
        "objects": store.objects(),
        "events": store.events(),
        "deliveries": [_delivery(delivery) for delivery in store.deliveries()],
        "broadcasts": [_broadcast(broadcast) for broadcast in store.broadcasts()],
        "collections": {collection.name: collection for collection in store.collections()},
        "forms": store.forms(),
        "metrics": store.metrics(),
        "segments": store.segments(),
        "webhooks": store.webhooks.snapshots(),
    }
    text = to_json(document, indent=2).decode() + "\n"
    # JSON leaves these as they are, but a terminal may act on them.
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def html_of(store: Store) -> str:
    """Return what arrived as a page, which shows the newest where there is much."""
    counts = store.counts()
    tables = [
        _table(
            "People",
            counts["people"],
            store.people(_MOST_ROWS),
            {
                "person": lambda person: person.customer_id,
                "cio_id": lambda person: person.cio_id,
                "attributes": lambda person: person.attributes,
                "objects": lambda person: [_relationship(each, "object") for each in person.relationships] or None,
            },
        ),
        _table(
            "Devices",
            counts["devices"],
            store.devices(_MOST_ROWS),
            {
                "person": lambda device: device.customer_id,
                "device": lambda device: device.id,
                "platform": lambda device: device.platform.value,
                "last used": lambda device: device.last_used,
                "attributes": lambda device: device.attributes,
            },
        ),
        _table(
            "Objects",
            counts["objects"],
            store.objects(_MOST_ROWS),
            {
                "type": lambda each: each.object_type_id,
                "object": lambda each: each.object_id,
                "cio_object_id": lambda each: each.cio_object_id,
                "attributes": lambda each: each.attributes,
                "people": lambda each: [_relationship(party, "person") for party in each.relationships] or None,
            },
        ),
        _table(
            "Events",
            counts["events"],
            store.events(_MOST_ROWS),
            {
                "time": lambda event: event.timestamp,
                "person": lambda event: event.customer_id,
                "visitor": lambda event: event.anonymous_id,
                "event": lambda event: event.name,
                "data": lambda event: event.data,
                "type": lambda event: event.type and event.type.value,
                "id": lambda event: event.id,
            },
        ),
        _table(
            "Deliveries",
            counts["deliveries"],
            store.deliveries(),
            {
                "queued": lambda delivery: delivery.queued_at,
                "delivery": lambda delivery: delivery.delivery_id,
                "channel": lambda delivery: delivery.channel,
                "state": lambda delivery: delivery.state,
                "message": _message,
            },
        ),
        _table(
            "Broadcasts",
            counts["broadcasts"],
            store.broadcasts(),
            {
                "triggered": lambda broadcast: broadcast.created_at,
                "broadcast": lambda broadcast: broadcast.broadcast_id,
                "trigger": lambda broadcast: broadcast.trigger_id,
                "audience": lambda broadcast: broadcast.audience,
                "recipients": lambda broadcast: [*broadcast.recipients] or None,
                "data": lambda broadcast: broadcast.data,
                "errors": lambda broadcast: [*broadcast.errors] or None,
            },
        ),
        _table(
            "Collections",
            counts["collections"],
            store.collections(),
            {
                "id": lambda collection: collection.id,
                "collection": lambda collection: collection.name,
                "rows": lambda collection: collection.url or collection.rows,
                "updated": lambda collection: collection.updated_at,
            },
        ),
        _table(
            "Forms",
            counts["forms"],
            store.forms(),
            {
                "form": lambda form: form.form_id,
                "person": lambda form: form.customer_id,
                "data": lambda form: form.data,
            },
        ),
        _table(
            "Metrics",
            counts["metrics"],
            store.metrics(),
            {
                "time": lambda metric: metric.timestamp,
                "delivery": lambda metric: metric.delivery_id,
                "metric": lambda metric: metric.metric.value,
                "recipient": lambda metric: metric.recipient,
            },
        ),
        _table(
            "Segments",
            counts["segments"],
            list(store.segments().items()),
            {"segment": lambda segment: segment[0], "people": lambda segment: segment[1]},
        ),
        _table(
            "Webhooks",
            counts["webhooks"],
            store.webhooks.snapshots(),
            {
                "event": lambda webhook: webhook.name,
                "state": lambda webhook: webhook.state,
                "attempts": lambda webhook: webhook.attempts,
                "problem": lambda webhook: webhook.problem,
                "body": lambda webhook: webhook.event,
            },
        ),
    ]
    return _PAGE.replace("{}", "".join(tables) or "<p>Nothing yet. Send something, then reload.</p>")


def _quality(accept: str, media_type: str) -> float:
    ranges: dict[str, float] = {}
    for part in accept.lower().split(","):
        given = re.search(r";\s*q=([01](?:\.\d*)?)", part)
        ranges[part.partition(";")[0].strip()] = float(given[1]) if given else 1.0
    kind = media_type.partition("/")[0]
    return next((ranges[name] for name in (media_type, f"{kind}/*", "*/*") if name in ranges), 0.0)


class _HTML(str):
    """The HTML of a message, to be shown as a mail program would."""

    __slots__ = ()


def _delivery(delivery: records.Delivery) -> dict[str, Any]:
    request = _request(delivery)
    return {
        "delivery_id": delivery.delivery_id,
        "channel": delivery.channel,
        "queued_at": delivery.queued_at,
        "recipients": delivery.recipients,
        "history": delivery.history,
        "failure_message": delivery.failure_message,
        "request": request,
        "rendered": {name: text for name, text in delivery.texts.items() if text != request[name]},
    }


def _broadcast(broadcast: records.Broadcast) -> dict[str, Any]:
    shown = {name: getattr(broadcast, name) for name in records.Broadcast.__dataclass_fields__}
    return {**shown, "request": broadcast.request.model_dump(by_alias=True, exclude_none=True)}


def _request(delivery: records.Delivery) -> dict[str, Any]:
    """Return a request by the names of the wire, with the sizes of the files in place of the files."""
    request = delivery.request.model_dump(by_alias=True, exclude_none=True)
    if "attachments" in request:
        request["attachments"] = [
            {"name": name, "size": len(content)} for name, content in delivery.attachments.items()
        ]
    return request


def _message(delivery: records.Delivery) -> dict[str, Any]:
    """Return what a message says, Liquid filled in."""
    message: dict[str, Any] = {**_request(delivery), **delivery.texts}
    if delivery.channel == "email" and "<" in message.get("body", ""):
        message["body"] = _HTML(message["body"])
    if "attachments" in message:
        message["attachments"] = ", ".join(
            f"{file['name']} ({file['size']:,} bytes)" for file in message["attachments"]
        )
    if delivery.failure_message is not None:
        message["failure_message"] = delivery.failure_message
    return message


def _relationship(relationship: records.Relationship, other: str) -> dict[str, Any]:
    """Return a relationship with the names of the object, or of the person or visitor, at its other end."""
    names: dict[str, Any] = {"type": relationship.object_type_id, "object": relationship.object_id}
    if other == "person":
        visitor = {} if relationship.anonymous_id is None else {"visitor": relationship.anonymous_id}
        names = visitor or {"person": relationship.customer_id}
    return {**names, "attributes": relationship.attributes} if relationship.attributes else names


# --- HTML ------------------------------------------------------------------------------------------------------------


def _table(title: str, total: int, rows: Sequence[_Record], columns: Mapping[str, Callable[[_Record], object]]) -> str:
    if not rows:
        return ""
    shown = rows[-_MOST_ROWS:]
    cells = [[_cell(value(row)) for value in columns.values()] for row in shown]
    said = f"{total:,}" if total <= len(shown) else f"{total:,}, of which these are the newest {len(shown):,}"
    return f"<h2>{title} <small>{said}</small></h2>{_rows(columns, cells)}"


def _rows(names: Sequence[str] | Mapping[str, object], cells: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in cells)
    return f"<div><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _cell(value: Any) -> str:
    """Return the HTML of a value: an object as a list of its entries, an array of objects as a table."""
    match value:
        case Mapping():
            entries = "".join(f"<dt>{escape(name)}</dt><dd>{_inline(item)}</dd>" for name, item in value.items())
            return f"<dl>{entries}</dl>" if entries else ""
        case [dict(), *_]:
            names = list(dict.fromkeys(name for row in value for name in row))
            return _rows(names, [[_inline(row.get(name)) for name in names] for row in value])
        case _:
            return _inline(value)


def _inline(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return f"<time>{value:%Y-%m-%d %H:%M:%S} UTC</time>"
        case _HTML():
            return _frame(value)
        case str():
            return _text(value)
        case _:
            return _text(to_json(value).decode())


def _text(text: str) -> str:
    if len(text) <= _LONG and "\n" not in text:
        return escape(text)
    return f"<details>{_summary(text)}<pre>{escape(text)}</pre></details>"


def _frame(html: str) -> str:
    """Return a frame that shows HTML as a page of its own, in which no script runs and no link leads anywhere."""
    frame = f'<iframe sandbox loading="lazy" title="The message" srcdoc="{escape(html)}"></iframe>'
    return f"<details>{_summary(html)}{frame}<pre>{escape(html)}</pre></details>"


def _summary(text: str) -> str:
    start = " ".join(text[:_LONG].split())[: _LONG // 2]
    return f"<summary>{escape(start)} …</summary>"


_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>Customer.io sandbox</title>
<style>
:root { color-scheme: light dark; --line: light-dark(#e3e5ea, #33363d); --faint: light-dark(#697079, #9aa1ab) }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1.5rem;
       color: light-dark(#1c1f24, #e6e8eb); background: light-dark(#fff, #17191d) }
h1 { font-size: 1.5rem; margin: 0 }
h1 + p { color: var(--faint); margin: .25rem 0 2rem }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
small { color: var(--faint); font-weight: normal }
div { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .45rem .8rem; overflow-wrap: anywhere }
td { min-width: 4.5rem; max-width: 40rem }
th { color: var(--faint); font-size: .8rem; font-weight: 500; white-space: nowrap }
tbody tr { border-top: 1px solid var(--line) }
tbody tr:nth-child(even) { background: light-dark(#fafbfc, #1c1f24) }
time { white-space: nowrap; font-variant-numeric: tabular-nums }
dl { display: grid; grid-template-columns: fit-content(14rem) 1fr; gap: 0 1rem; margin: 0 }
dt { color: var(--faint); min-width: 6rem }
dd { margin: 0; min-width: 7rem }
pre { white-space: pre-wrap; font-size: .85rem; margin: .5rem 0 }
iframe { display: block; width: 100%; height: 24rem; margin: .5rem 0; border: 1px solid var(--line);
         border-radius: .5rem; background: #fff; color-scheme: light }
summary { cursor: pointer; word-break: break-all }
</style>
<h1>Customer.io sandbox</h1>
<p>What arrived so far. <code>curl</code> shows it as JSON; <code>curl -X DELETE</code> makes the sandbox forget it.</p>
{}
</html>
"""

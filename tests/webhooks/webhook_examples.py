"""An example of every event that Customer.io publishes, with every field that it publishes for it."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]

METRICS = {
    "customer": "subscribed unsubscribed cio_subscription_preferences_changed",
    "email": "drafted attempted sent delivered opened clicked converted unsubscribed bounced dropped spammed failed "
    "undeliverable",
    "push": "drafted attempted sent delivered opened clicked converted bounced dropped failed undeliverable",
    "sms": "drafted attempted sent delivered clicked converted bounced failed undeliverable replied",
    "whatsapp": "drafted attempted sent delivered opened clicked converted bounced dropped failed undeliverable "
    "replied",
    "in_app": "drafted attempted sent opened clicked converted failed undeliverable",
    "slack": "drafted attempted sent clicked failed undeliverable",
    "webhook": "drafted attempted sent clicked failed undeliverable",
}
KINDS = [(channel, metric) for channel, metrics in METRICS.items() for metric in metrics.split()]

PERSON = {"identifiers": {"id": "42", "email": "ada@example.com", "cio_id": "d9c106000042"}, "customer_id": "42"}
ORIGINS: dict[str, Json] = {
    "campaign": {
        "campaign_id": 7,
        "action_id": 71,
        "parent_action_id": 70,
        "journey_id": "01HV0A7Q3ZJ5W8N2K4M6P8R0TA",
        "trigger_event_id": "01HV0A7Q3ZJ5W8N2K4M6P8R0TB",
    },
    "broadcast": {"broadcast_id": 9, "trigger_id": 3, "action_id": 91, "journey_id": "01HV0A7Q3ZJ5W8N2K4M6P8R0TC"},
    "newsletter": {"newsletter_id": 11, "content_id": 2},
    "transactional": {"transactional_message_id": 5},
}
RECIPIENTS: dict[str, Json] = {
    "email": {"recipient": "ada@example.com", "subject": "Your order"},
    "push": {"recipients": [{"device_id": "t0k3n", "device_platform": "ios", "failure_message": "gone"}]},
    "sms": {"recipient": "+441632960042"},
    "whatsapp": {"recipient": "+441632960042"},
    "in_app": {"recipient": "42"},
    "slack": {"recipient": "#orders"},
    "webhook": {"recipient": "https://example.com/orders"},
}
FAILURE = {"failure_message": "mailbox full"}
OF_METRIC: dict[str, Json] = {
    "sent": {"content": "Thank you."},
    "clicked": {"href": "https://example.com/offer", "link_id": 1},
    "replied": {"to": "+441632960001", "inbound_event_id": "01HV0A7Q3ZJ5W8N2K4M6P8R0TD"},
    **dict.fromkeys(("attempted", "bounced", "dropped", "failed", "undeliverable"), FAILURE),
}
OF_KIND: dict[tuple[str, str], Json] = {
    ("customer", "cio_subscription_preferences_changed"): {"content": '{"topics":{"topic_1":true}}'},
    ("email", "unsubscribed"): {"email_address": "ada@example.com"},
    ("email", "sent"): {"headers": {"X-Order": ["A-1"]}},
    ("email", "opened"): {"proxied": True, "prefetched": False, "synthetic": False},
    ("email", "clicked"): {"machine": False},
    ("in_app", "clicked"): {"tracked_response": "offer taken"},
}


def event_of(channel: str, metric: str, origin: str = "campaign") -> Json:
    """An event as Customer.io posts it."""
    about = {"email_address": "ada@example.com"} if channel == "customer" else {"delivery_id": "RPILAgUBcRhIBqSfeiIw"}
    data = {
        **PERSON,
        **about,
        **(ORIGINS[origin] if channel != "customer" else {}),
        **RECIPIENTS.get(channel, {}),
        **OF_METRIC.get(metric, {}),
        **OF_KIND.get((channel, metric), {}),
    }
    event_id = "01HV0A7Q3ZJ5W8N2K4M6P8R0TV"
    return {"event_id": event_id, "object_type": channel, "metric": metric, "timestamp": 1_767_225_600, "data": data}


def body_of(channel: str, metric: str) -> bytes:
    """The body that Customer.io posts."""
    return json.dumps(event_of(channel, metric)).encode()

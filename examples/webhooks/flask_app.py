"""Receive the webhooks of Customer.io in Flask: `flask --app flask_app run`.

CIO_WEBHOOK_SIGNING_KEYS has the signing key of the webhook; two, with a comma between them, while one is replaced.
"""

import logging
import os
import sys

from flask import Flask, request

from cio_sdk import WebhookError, WebhookParseError, webhooks

KEYS = os.environ.get("CIO_WEBHOOK_SIGNING_KEYS", "").replace(",", " ").split()
if not KEYS:
    sys.exit("CIO_WEBHOOK_SIGNING_KEYS has no key; set it to the signing key of the webhook")

app = Flask(__name__)
log = logging.getLogger(__name__)
seen: set[str] = set()  # in an app of yours, a table whose column `event_id` is unique


@app.post("/customerio")
def receive() -> tuple[str, int]:
    """Take in one event."""
    body = request.get_data()
    try:
        webhooks.verify(body, request.headers, KEYS)
    except WebhookError as error:
        return str(error), 401
    try:
        event = webhooks.parse(body)
    except WebhookParseError:
        log.exception("Customer.io has posted what is no event")
        return "", 204  # an error would make Customer.io hold back what comes after it
    if event.event_id not in seen:  # Customer.io posts an event again where it was not answered in four seconds
        handle(event)
        seen.add(event.event_id)
    return "", 204


def handle(event: webhooks.WebhookEvent) -> None:
    """Do what the event is to bring about; what takes long belongs into a queue."""
    match event:
        case webhooks.EmailBounced() | webhooks.EmailSpammed():
            print(f"Write no more to {event.data.recipient}: {event.metric}.")
        case webhooks.CustomerUnsubscribed() | webhooks.EmailUnsubscribed():
            print(f"{event.data.email_address or event.data.customer_id} has unsubscribed.")
        case _:
            print(f"Nothing to do for {event.object_type} {event.metric}.")

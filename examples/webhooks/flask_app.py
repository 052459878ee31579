"""Receive the webhooks of Customer.io in Flask: `flask --app flask_app run`.

CIO_WEBHOOK_SIGNING_KEYS has the signing key of the webhook; two, with a comma between them, while one is replaced.
"""

import os

from flask import Flask, request

from cio_sdk import WebhookParseError, WebhookSignatureError
from cio_sdk.webhooks import CustomerUnsubscribed, EmailBounced, EmailSpammed, WebhookEvent, parse, verify

KEYS = os.environ["CIO_WEBHOOK_SIGNING_KEYS"].split(",")

app = Flask(__name__)
seen: set[str] = set()  # in an app of yours, a table whose column `event_id` is unique


@app.post("/customerio")
def receive() -> tuple[str, int]:
    """Take in one event."""
    body = request.get_data()
    try:
        verify(body, request.headers, KEYS)
        event = parse(body)
    except WebhookSignatureError as error:
        return str(error), 401
    except WebhookParseError as error:
        return str(error), 400
    if event.event_id not in seen:  # Customer.io posts an event again where it was not answered in four seconds
        handle(event)
        seen.add(event.event_id)
    return "", 204


def handle(event: WebhookEvent) -> None:
    """Do what the event is to bring about; what takes long belongs into a queue."""
    match event:
        case EmailBounced() | EmailSpammed():
            print(f"Write no more to {event.data.recipient}: {event.metric}.")
        case CustomerUnsubscribed():
            print(f"{event.data.email_address} has unsubscribed.")
        case _:
            print(f"Nothing to do for {event.object_type} {event.metric}.")

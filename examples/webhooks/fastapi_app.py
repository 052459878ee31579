"""Receive the webhooks of Customer.io in FastAPI: `uvicorn fastapi_app:app`.

CIO_WEBHOOK_SIGNING_KEYS has the signing key of the webhook; two, with a comma between them, while one is replaced.
"""

import logging
import os
import sys

from fastapi import FastAPI, HTTPException, Request

from cio_sdk import WebhookError, WebhookParseError, webhooks

KEYS = os.environ.get("CIO_WEBHOOK_SIGNING_KEYS", "").replace(",", " ").split()
if not KEYS:
    sys.exit("CIO_WEBHOOK_SIGNING_KEYS has no key; set it to the signing key of the webhook")

app = FastAPI()
log = logging.getLogger(__name__)
seen: set[str] = set()  # in an app of yours, a table whose column `event_id` is unique


@app.post("/customerio")
async def receive(request: Request) -> None:
    """Take in one event."""
    body = await request.body()
    try:
        webhooks.verify(body, request.headers, KEYS)
    except WebhookError as error:
        raise HTTPException(401, str(error)) from error
    try:
        event = webhooks.parse(body)
    except WebhookParseError:
        log.exception("Customer.io has posted what is no event")
        return  # an error would make Customer.io hold back what comes after it
    if event.event_id not in seen:  # Customer.io posts an event again where it was not answered in four seconds
        handle(event)
        seen.add(event.event_id)


def handle(event: webhooks.WebhookEvent) -> None:
    """Do what the event is to bring about; what takes long belongs into a queue."""
    match event:
        case webhooks.EmailBounced() | webhooks.EmailSpammed():
            print(f"Write no more to {event.data.recipient}: {event.metric}.")
        case webhooks.CustomerUnsubscribed() | webhooks.EmailUnsubscribed():
            print(f"{event.data.email_address or event.data.customer_id} has unsubscribed.")
        case _:
            print(f"Nothing to do for {event.object_type} {event.metric}.")

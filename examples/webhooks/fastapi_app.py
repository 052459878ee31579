"""Receive the webhooks of Customer.io in FastAPI: `uvicorn fastapi_app:app`.

CIO_WEBHOOK_SIGNING_KEYS has the signing key of the webhook; two, with a comma between them, while one is replaced.
"""

import os

from fastapi import FastAPI, HTTPException, Request

from cio_sdk import WebhookParseError, WebhookSignatureError
from cio_sdk.webhooks import CustomerUnsubscribed, EmailBounced, EmailSpammed, WebhookEvent, parse, verify

KEYS = os.environ["CIO_WEBHOOK_SIGNING_KEYS"].split(",")

app = FastAPI()
seen: set[str] = set()  # in an app of yours, a table whose column `event_id` is unique


@app.post("/customerio")
async def receive(request: Request) -> None:
    """Take in one event."""
    body = await request.body()
    try:
        verify(body, request.headers, KEYS)
        event = parse(body)
    except WebhookSignatureError as error:
        raise HTTPException(401, str(error)) from error
    except WebhookParseError as error:
        raise HTTPException(400, str(error)) from error
    if event.event_id not in seen:  # Customer.io posts an event again where it was not answered in four seconds
        handle(event)
        seen.add(event.event_id)


def handle(event: WebhookEvent) -> None:
    """Do what the event is to bring about; what takes long belongs into a queue."""
    match event:
        case EmailBounced() | EmailSpammed():
            print(f"Write no more to {event.data.recipient}: {event.metric}.")
        case CustomerUnsubscribed():
            print(f"{event.data.email_address} has unsubscribed.")
        case _:
            print(f"Nothing to do for {event.object_type} {event.metric}.")

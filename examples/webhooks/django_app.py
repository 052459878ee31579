"""Receive the webhooks of Customer.io in Django: `python django_app.py runserver`.

CIO_WEBHOOK_SIGNING_KEYS has the signing key of the webhook; two, with a comma between them, while one is replaced.
"""

import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cio_sdk import WebhookParseError, WebhookSignatureError
from cio_sdk.webhooks import CustomerUnsubscribed, EmailBounced, EmailSpammed, WebhookEvent, parse, verify

KEYS = os.environ["CIO_WEBHOOK_SIGNING_KEYS"].split(",")

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__)  # your project has its own
seen: set[str] = set()  # in an app of yours, a table whose column `event_id` is unique


def receive(request: HttpRequest) -> HttpResponse:
    """Take in one event."""
    body = request.body
    try:
        verify(body, request.META, KEYS)
        event = parse(body)
    except WebhookSignatureError as error:
        return HttpResponse(str(error), status=401)
    except WebhookParseError as error:
        return HttpResponse(str(error), status=400)
    if event.event_id not in seen:  # Customer.io posts an event again where it was not answered in four seconds
        handle(event)
        seen.add(event.event_id)
    return HttpResponse(status=204)


def handle(event: WebhookEvent) -> None:
    """Do what the event is to bring about; what takes long belongs into a queue."""
    match event:
        case EmailBounced() | EmailSpammed():
            print(f"Write no more to {event.data.recipient}: {event.metric}.")
        case CustomerUnsubscribed():
            print(f"{event.data.email_address} has unsubscribed.")
        case _:
            print(f"Nothing to do for {event.object_type} {event.metric}.")


# The signature takes the place of Django's token.
urlpatterns = [path("customerio", csrf_exempt(require_POST(receive)))]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)

"""Receive the webhooks of Customer.io in Django: `python django_app.py runserver`.

CIO_WEBHOOK_SIGNING_KEYS has the signing key of the webhook; two, with a comma between them, while one is replaced.
"""

import logging
import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cio_sdk import WebhookError, WebhookParseError, webhooks

KEYS = os.environ.get("CIO_WEBHOOK_SIGNING_KEYS", "").replace(",", " ").split()
if not KEYS:
    sys.exit("CIO_WEBHOOK_SIGNING_KEYS has no key; set it to the signing key of the webhook")

settings.configure(  # your project has its own
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATA_UPLOAD_MAX_MEMORY_SIZE=webhooks.MAX_BYTES,  # Django would refuse what is over 2.5 MB
)
log = logging.getLogger(__name__)
seen: set[str] = set()  # in an app of yours, a table whose column `event_id` is unique


def receive(request: HttpRequest) -> HttpResponse:
    """Take in one event."""
    body = request.body
    try:
        webhooks.verify(body, request.META, KEYS)
    except WebhookError as error:
        return HttpResponse(str(error), status=401)
    try:
        event = webhooks.parse(body)
    except WebhookParseError:
        log.exception("Customer.io has posted what is no event")
        return HttpResponse(status=204)  # an error would make Customer.io hold back what comes after it
    if event.event_id not in seen:  # Customer.io posts an event again where it was not answered in four seconds
        handle(event)
        seen.add(event.event_id)
    return HttpResponse(status=204)


def handle(event: webhooks.WebhookEvent) -> None:
    """Do what the event is to bring about; what takes long belongs into a queue."""
    match event:
        case webhooks.EmailBounced() | webhooks.EmailSpammed():
            print(f"Write no more to {event.data.recipient}: {event.metric}.")
        case webhooks.CustomerUnsubscribed() | webhooks.EmailUnsubscribed():
            print(f"{event.data.email_address or event.data.customer_id} has unsubscribed.")
        case _:
            print(f"Nothing to do for {event.object_type} {event.metric}.")


# The signature takes the place of Django's token.
urlpatterns = [path("customerio", csrf_exempt(require_POST(receive)))]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)

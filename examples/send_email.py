"""Send an email with a file attached.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from pathlib import Path

from cio_sdk import Client, EmailRequest, Identifiers, TransactionalError, TransportError

request = EmailRequest(
    to="ada@example.com",
    identifiers=Identifiers(id="42"),
    from_="Shop <shop@example.com>",
    subject="Your order A-1",
    body="<p>Thank you, {{ trigger.name }}. The invoice is attached.</p>",
    message_data={"name": "Ada"},
)
request.attach("invoice.pdf", Path(__file__).with_name("invoice.pdf").read_bytes())

with Client.from_env() as client:
    try:
        delivery = client.send_email(request)
        print(f"Queued at {delivery.queued_at:%H:%M:%S} as {delivery.delivery_id}")
    except TransactionalError as error:
        print(f"Refused: {error}")
    except TransportError as error:
        print("It may have gone out." if error.maybe_delivered else "It did not go out.", error)

"""Send a text message (SMS).

Reads the key from the environment; `python -m cio_sdk.sandbox` prints one to try it with.
"""

from cio_sdk import Client, Identifiers, SMSRequest, TransactionalError, TransportError

request = SMSRequest(
    transactional_message_id="order_shipped",
    identifiers=Identifiers(id="42"),
    to="+14155552671",
    message_data={"order": "A-1"},
)

with Client.from_env() as client:
    try:
        delivery = client.send_sms(request)
        print(f"Queued at {delivery.queued_at:%H:%M:%S} as {delivery.delivery_id}")
    except TransactionalError as error:
        print(f"Refused: {error}")
    except TransportError as error:
        print("It may have gone out." if error.maybe_delivered else "It did not go out.", error)

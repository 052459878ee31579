"""Send a broadcast to whom a filter finds, and wait until it is worked off.

Reads the key from the environment; `python -m cio_sdk.sandbox` prints one to try it with.
"""

from cio_sdk import Client, RateLimitError
from cio_sdk.audience import all_of, attribute, not_, segment

with Client.from_env() as client:
    try:
        audience = all_of(segment(4), not_(attribute("plan", "free")))
        trigger = client.trigger_broadcast(12, recipients=audience, data={"headline": "We are open on Sunday"})
        status = client.wait_for_broadcast(12, trigger.id)
        print(f"Sending {trigger.id} of broadcast 12 was processed at {status.processed_at:%H:%M:%S}")
    except RateLimitError as error:
        print(f"Too soon; come back in {error.retry_after} seconds")

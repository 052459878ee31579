"""Find out whether a broadcast has been processed.

Reads the key from the environment; `python -m cio_sdk.sandbox` prints one to try it with.
"""

from cio_sdk import Client

with Client.from_env() as client:
    trigger = client.trigger_broadcast(12)
    status = client.get_broadcast_status(12, trigger.id)
    print("It is processed." if status.is_processed else "It is still being worked on.")

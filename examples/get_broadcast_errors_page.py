"""Read what went wrong in a broadcast to people of whom one does not exist.

Reads the key from the environment; `python -m cio_sdk.sandbox` prints one to try it with.
"""

from cio_sdk import Client, UnprocessableError

with Client.from_env() as client:
    try:
        client.trigger_broadcast(12, ids=["nobody"])
    except UnprocessableError as error:
        print(error)
        for line in client.get_broadcast_errors_page(12, 1).errors or ():
            print(line)

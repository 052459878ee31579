"""Report that a push notification was opened.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from cio_sdk import Client

with Client.from_env() as client:
    client.report_push_event("RPILAgUBcRhIBqSfeiIwdIYJKxTY", "opened", "t0k3n")
    print("The opening is reported.")

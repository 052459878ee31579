"""Report that a link in a message was clicked.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from cio_sdk import Client

with Client.from_env() as client:
    client.report_metric("RPILAgUBcRhIBqSfeiIwdIYJKxTY", "clicked", href="https://example.com/offer")
    print("The click is reported.")

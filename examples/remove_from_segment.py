"""Remove people from a manual segment.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from cio_sdk import Client

with Client.from_env() as client:
    client.remove_from_segment(7, ["ada@example.com"], id_type="email")
    print("Ada is not in segment 7 any more.")

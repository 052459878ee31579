"""Add people to a manual segment.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from cio_sdk import Client

with Client.from_env() as client:
    responses = client.add_to_segment(7, [str(number) for number in range(2_500)])
    print(f"2,500 people were added with {len(responses)} requests.")

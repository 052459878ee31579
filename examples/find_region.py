"""Find out where the workspace lives.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from cio_sdk import Client

with Client.from_env() as client:
    region = client.find_region()
    print(f"Workspace {region.environment_id} lives in {region.data_center}: {region.url}")

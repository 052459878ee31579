"""Register the device that push notifications go to.

Reads the keys from the environment; `python -m cio_sdk.sandbox` prints some to try it with.
"""

from datetime import UTC, datetime

from cio_sdk import Client, Device, DevicePlatform

device = Device(
    id="t0k3n-from-the-push-service",
    platform=DevicePlatform.IOS,
    last_used=datetime.now(UTC),
    attributes={"app_version": "4.1.0", "device_locale": "en-GB"},
)

with Client.from_env() as client:
    client.update_device("42", device)
    print(f"Person 42 has the device {device.id}.")

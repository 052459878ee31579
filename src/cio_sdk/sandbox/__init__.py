"""A local stand-in for Customer.io: an HTTP server on this machine that remembers what it was sent.

    with Sandbox() as sandbox, sandbox.client() as client:
        client.update_customer("42", {"plan": "pro"})
        assert sandbox.people["42"].attributes == {"plan": "pro"}

`python -m cio_sdk.sandbox` runs one by itself.
"""

try:
    from cio_sdk.sandbox._server import Sandbox
except ModuleNotFoundError as error:
    raise ImportError(f"the sandbox needs {error.name}; run: pip install 'cio-sdk[sandbox]'") from error

from cio_sdk.sandbox.records import Collection, Delivery, Device, Event, Person

__all__ = ["Collection", "Delivery", "Device", "Event", "Person", "Sandbox"]

"""A local stand-in for Customer.io: an HTTP server on this machine that remembers what it was sent.

    with Sandbox() as sandbox, sandbox.client() as client:
        client.update_customer("42", {"plan": "pro"})
        assert sandbox.people["42"].attributes == {"plan": "pro"}

`python -m cio_sdk.sandbox` runs one by itself. `GET /` of its URL shows what arrived, `GET /counts` says how much that
is, at once even where it is a million events, and `DELETE /` forgets it.
"""

import sys
from importlib.util import find_spec

try:
    if find_spec("liquid") is None:  # which is imported only where a message has Liquid
        raise ModuleNotFoundError(name="python-liquid")
    from cio_sdk.sandbox._server import Sandbox
except ModuleNotFoundError as error:
    hint = f"the sandbox needs {error.name}; run: pip install 'cio-sdk[sandbox]'"
    # `python -m cio_sdk.sandbox` comes by here before it runs anything that could print the hint by itself.
    if sys.argv[:1] == ["-m"] and any(argument.endswith("cio_sdk.sandbox") for argument in sys.orig_argv):
        sys.exit(hint)
    raise ImportError(hint) from None

from cio_sdk.sandbox._deliveries import Deliveries
from cio_sdk.sandbox.records import (
    Broadcast,
    Collection,
    Delivery,
    Device,
    Event,
    Object,
    Person,
    Relationship,
    Webhook,
)

__all__ = [
    "Broadcast",
    "Collection",
    "Deliveries",
    "Delivery",
    "Device",
    "Event",
    "Object",
    "Person",
    "Relationship",
    "Sandbox",
    "Webhook",
]

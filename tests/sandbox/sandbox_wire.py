"""HTTP clients that say to a sandbox exactly what a test wants said."""

from __future__ import annotations

from typing import Any

import httpx

from cio_sdk.sandbox import Sandbox


def stranger(sandbox: Sandbox) -> httpx.Client:
    """A client without any keys."""
    return _client(sandbox)


def track_api(sandbox: Sandbox) -> httpx.Client:
    """A client with the Track keys."""
    return _client(sandbox, auth=(sandbox.site_id, sandbox.tracking_api_key))


def app_api(sandbox: Sandbox) -> httpx.Client:
    """A client with the app API key."""
    return _client(sandbox, headers={"Authorization": f"Bearer {sandbox.app_api_key}"})


def _client(sandbox: Sandbox, **options: Any) -> httpx.Client:
    # Without verify=False, each client would load the certificates of the whole world first.
    return httpx.Client(base_url=sandbox.url, trust_env=False, verify=False, **options)

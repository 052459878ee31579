"""Are the keys, the region and the hosts right, and what is wrong if not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cio_sdk.client import Client
from cio_sdk.errors import (
    AuthenticationError,
    CustomerIOError,
    NotFoundError,
    ParamError,
    ResponseError,
    TransportError,
)
from cio_sdk.options import Region

_PAIR = ("CIO_SITE_ID", "CIO_TRACKING_API_KEY")
_REGION_NAMES = {Region.US: "the US", Region.EU: "the EU"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_good: bool
    what: str
    advice: str = ""
    """What to do about it."""


@dataclass(frozen=True, slots=True)
class _API:
    """One of the APIs, and how to find out whether its keys are right."""

    name: str
    keys: tuple[str, ...]
    where: str
    """Where the keys are found in Customer.io."""
    url: str
    """The variable that leads elsewhere."""
    ask: Callable[[Client], object]


_APIS = (
    _API(
        "Track API",
        _PAIR,
        "Settings > API Credentials > Tracking API Keys",
        "CIO_TRACK_URL",
        lambda client: client.find_region().data_center,
    ),
    _API(
        "App API",
        ("CIO_APP_API_KEY",),
        "Settings > API Credentials > App API Keys",
        "CIO_APP_URL",
        lambda client: client.list_collections() and None,
    ),
)


def examine(environment: Mapping[str, str], timeout: float) -> Iterator[Finding]:
    """Look at the settings in the environment, and try them.

    Args:
        environment: The variables that `Client.from_env()` reads.
        timeout: How long each host may take, in seconds.
    """
    ready = []
    for api in _APIS:
        missing = [name for name in api.keys if not environment.get(name)]
        if not missing:
            ready.append(api)
        elif len(missing) < len(api.keys):
            yield Finding(False, f"{missing[0]} is not set, and the other key of its pair is", f"set it: {api.where}")
            return
    if not ready:
        places = "; ".join(f"{' and '.join(api.keys)} ({api.where})" for api in _APIS)
        yield Finding(False, "no keys are set", f"set {places}")
        return
    try:
        check_certificates(environment)
        client = Client.from_env(timeout=timeout, max_retries=0)
    except CustomerIOError as error:
        yield Finding(False, "the settings cannot be used", str(error))
        return
    with client:
        for api in _APIS:
            if api in ready:
                yield _try(api, client, environment, timeout)
            else:
                unset = f"{' and '.join(api.keys)} {'is' if len(api.keys) == 1 else 'are'} not set"
                yield Finding(True, f"{api.name}: not tried, as {unset}")


def check_certificates(environment: Mapping[str, str]) -> None:
    """Return if the certificates that the environment names are there.

    Raises:
        ParamError: They are not.
    """
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        if (path := environment.get(name)) and not Path(path).exists():
            raise ParamError(name, f"there is no {path}; correct it, or unset it")


def _try(api: _API, client: Client, environment: Mapping[str, str], timeout: float) -> Finding:
    region = Region((environment.get("CIO_REGION") or Region.US).lower())
    url = environment.get(api.url)
    host = f"at {url}" if url else f"in {_REGION_NAMES[region]}"
    started = time.perf_counter()
    try:
        found = api.ask(client)
    except AuthenticationError:
        return _refused(api, host, None if url else region, timeout)
    except (NotFoundError, ResponseError) as error:
        return Finding(False, f"{api.name} {host}: what answers there is not Customer.io ({error})", f"check {api.url}")
    except TransportError as error:
        advice = f"check the network, a proxy or firewall on the way{f', and {api.url}' if url else ''}"
        return Finding(False, f"{api.name} {host}: {error}", advice)
    except CustomerIOError as error:
        return Finding(False, f"{api.name} {host}: {error}", "try again later")
    milliseconds = (time.perf_counter() - started) * 1_000
    if found in tuple(Region) and found != region and not url:
        elsewhere = Region(str(found))
        what = f"{api.name} {host}: the keys are right, but the workspace is in {_REGION_NAMES[elsewhere]}"
        return Finding(False, what, f"set CIO_REGION={elsewhere}")
    return Finding(True, f"{api.name} {host}: the keys are right ({milliseconds:.0f} ms)")


def _refused(api: _API, host: str, region: Region | None, timeout: float) -> Finding:
    """Say why keys were refused: they may be those of the other region."""
    keys = " and ".join(api.keys)
    if region is not None:
        (other,) = (each for each in Region if each is not region)
        with Client.from_env(timeout=timeout, max_retries=0, region=other) as elsewhere:
            try:
                api.ask(elsewhere)
            except CustomerIOError:
                pass
            else:
                what = f"{api.name} {host}: refused; the keys are of a workspace in {_REGION_NAMES[other]}"
                return Finding(False, what, f"set CIO_REGION={other}")
    return Finding(False, f"{api.name} {host}: {keys} refused", f"copy them anew from {api.where}")

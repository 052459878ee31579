"""How a client is set up: region, keys, retries, and where settings come from."""

from __future__ import annotations

import base64
import ipaddress
import os
import platform
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal, TypedDict
from urllib.parse import urlsplit

from cio_sdk._version import __version__
from cio_sdk.errors import ParamError


class Region(StrEnum):
    """Where a workspace lives."""

    US = "us"
    EU = "eu"


RegionLike = Region | Literal["us", "eu"]

_URLS = {
    Region.US: {"track": "https://track.customer.io", "app": "https://api.customer.io"},
    Region.EU: {"track": "https://track-eu.customer.io", "app": "https://api-eu.customer.io"},
}

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OWN_HEADERS = frozenset(
    {
        *("accept", "authorization", "connection", "content-encoding", "content-length", "content-type", "host"),
        *("transfer-encoding", "user-agent"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When and how often a failed request is sent again.

    What may be repeated depends on the operation. Reads, updates and deletions are repeated after any
    transient failure, and so are events, whose id keeps them from counting twice. A send, or the creation
    of a collection, is repeated only where nothing can have happened: the connection never opened, or
    Customer.io answered 429. `resend=True` lifts that restriction.

    The wait before the n-th retry is random, between 0 and `backoff * 2 ** (n - 1)` seconds and never over
    `max_wait`. A `Retry-After` in the answer replaces it. The waits of one call together never exceed
    `max_total_wait`: a call that would have to wait longer fails at once.

    Raises:
        ParamError: A number is negative or not finite.
    """

    max_retries: int = 2
    """How many times a request is sent again. 0 turns retries off."""
    resend: bool = False
    """Whether to repeat a send that may have gone out: a possible second message instead of a lost one."""
    backoff: float = 0.5
    """The longest wait before the first retry, in seconds; it doubles with each retry."""
    max_wait: float = 8.0
    """The longest wait before any retry that no `Retry-After` asks for, in seconds."""
    max_total_wait: float = 30.0
    """The longest time that one call spends waiting between its attempts, in seconds."""

    def __post_init__(self) -> None:
        if not isinstance(self.max_retries, int) or isinstance(self.max_retries, bool) or self.max_retries < 0:
            raise ParamError("max_retries", "must be a whole number, 0 or more")
        for name in ("backoff", "max_wait", "max_total_wait"):
            check_seconds(name, getattr(self, name), at_least_zero=True)


class ClientOptions(TypedDict, total=False):
    """The options of a client, except its HTTP client; see `Client`."""

    site_id: str | None
    tracking_api_key: str | None
    app_api_key: str | None
    region: RegionLike
    timeout: float
    max_retries: int
    retry_policy: RetryPolicy | None
    request_tracing: bool
    user_agent: str | None
    track_url: str | None
    app_url: str | None
    insecure_hosts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of a client, checked and made ready for use."""

    region: Region
    urls: Mapping[str, str]
    authorizations: Mapping[str, str] = field(repr=False)
    secrets: frozenset[str] = field(repr=False)
    user_agent: str
    timeout: float
    retry_policy: RetryPolicy
    request_tracing: bool
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        *,
        site_id: str | None,
        tracking_api_key: str | None,
        app_api_key: str | None,
        region: RegionLike,
        timeout: float,
        max_retries: int,
        retry_policy: RetryPolicy | None,
        request_tracing: bool,
        user_agent: str | None,
        track_url: str | None,
        app_url: str | None,
        insecure_hosts: Sequence[str],
    ) -> Settings:
        """Check the options of a client, and raise a `ParamError` for the first that is wrong."""
        try:
            region = Region(region)
        except ValueError:
            raise ParamError("region", f"must be one of {', '.join(map(repr, map(str, Region)))}") from None
        check_seconds("timeout", timeout)
        if isinstance(insecure_hosts, str) or not _are_strings(insecure_hosts):
            raise ParamError("insecure_hosts", "must be a list of the names of hosts, such as ['sandbox']")
        for host in insecure_hosts:
            if "/" in host:
                raise ParamError("insecure_hosts", "must be names of hosts only, without http:// and without a path")
        _check_policy(retry_policy)
        if retry_policy is not None and max_retries != RetryPolicy().max_retries:
            raise ParamError("max_retries", "is part of retry_policy too; give only one of the two")
        authorizations = _authorizations(site_id, tracking_api_key, app_api_key)
        keys = (key for key in (site_id, tracking_api_key, app_api_key) if key)
        return cls(
            region=region,
            urls={
                "track": _base_url("track_url", track_url, insecure_hosts) or _URLS[region]["track"],
                "app": _base_url("app_url", app_url, insecure_hosts) or _URLS[region]["app"],
            },
            authorizations=authorizations,
            secrets=frozenset({*keys, *(value.partition(" ")[2] for value in authorizations.values())}),
            user_agent=_header("user_agent", user_agent) if user_agent is not None else default_user_agent(),
            timeout=timeout,
            retry_policy=retry_policy or RetryPolicy(max_retries=max_retries),
            request_tracing=request_tracing,
        )

    def but(
        self, *, timeout: float | None, retry_policy: RetryPolicy | None, headers: Mapping[str, str] | None
    ) -> Settings:
        """Return these settings with others in place of those that are given."""
        if timeout is not None:
            check_seconds("timeout", timeout)
        _check_policy(retry_policy)
        return replace(
            self,
            timeout=self.timeout if timeout is None else timeout,
            retry_policy=retry_policy or self.retry_policy,
            headers={**self.headers, **_extra_headers(headers or {})},
        )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def default_user_agent() -> str:
    """The `User-Agent` of a client that is not given one."""
    return f"cio-sdk/{__version__} python/{platform.python_version()}"


def environment(passed: ClientOptions) -> ClientOptions:
    """Return the options that the environment holds, and over them those that were passed.

    An empty variable counts as one that is not set.
    """
    options: ClientOptions = {}
    if "region" not in passed and (region := os.environ.get("CIO_REGION")):
        try:
            options["region"] = Region(region.strip().lower())
        except ValueError:
            raise ParamError("CIO_REGION", "must be 'us' or 'eu'") from None
    for name in ("site_id", "tracking_api_key", "app_api_key", "track_url", "app_url"):
        if value := os.environ.get(f"CIO_{name.upper()}"):
            options[name] = value
    if hosts := os.environ.get("CIO_INSECURE_HOSTS"):
        options["insecure_hosts"] = [host.strip() for host in hosts.split(",")]
    options.update(passed)
    return options


def _authorizations(site_id: str | None, tracking_api_key: str | None, app_api_key: str | None) -> dict[str, str]:
    authorizations: dict[str, str] = {}
    if site_id is not None or tracking_api_key is not None:
        pair = f"{_key('site_id', site_id)}:{_key('tracking_api_key', tracking_api_key)}"
        authorizations["track"] = "Basic " + base64.b64encode(pair.encode()).decode()
    if app_api_key is not None:
        authorizations["app"] = "Bearer " + _key("app_api_key", app_api_key)
    if not authorizations:
        raise ParamError(
            "site_id",
            "is missing, as are all keys: pass site_id and tracking_api_key for the Track API, app_api_key for the "
            "App API, or set CIO_SITE_ID, CIO_TRACKING_API_KEY and CIO_APP_API_KEY for from_env()",
        )
    return authorizations


def _key(name: str, value: object) -> str:
    if value is None:
        raise ParamError(name, "is needed too: the Track API takes site_id and tracking_api_key together")
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable() or " " in value:
        raise ParamError(name, "must be a key as Customer.io shows it: ASCII, without spaces or line breaks")
    if name == "site_id" and ":" in value:
        raise ParamError(name, "must not have a colon")
    return value


def _header(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isascii() or not value.isprintable():
        raise ParamError(name, "must be printable ASCII on one line")
    return value


def _are_strings(values: object) -> bool:
    return isinstance(values, Iterable) and all(isinstance(value, str) for value in values)


def _check_policy(policy: object) -> None:
    if policy is not None and not isinstance(policy, RetryPolicy):
        raise ParamError("retry_policy", "must be a RetryPolicy")


def _extra_headers(headers: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(headers, Mapping):
        raise ParamError("headers", "must be a mapping from names to values")
    for name, value in headers.items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            raise ParamError("headers", "every name must be the name of a header, such as X-Request-Id")
        if name.lower() in _OWN_HEADERS:
            raise ParamError(f"headers[{name!r}]", "is set by the client; leave it out")
        _header(f"headers[{name!r}]", value)
    return {name.lower(): value for name, value in headers.items()}


def _base_url(name: str, value: object, insecure_hosts: Sequence[str]) -> str | None:
    if value is None:
        return None
    reason = "must be a URL such as https://track.customer.io, without credentials and query"
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or " " in value:
        raise ParamError(name, reason)
    from pydantic_core import Url  # takes long to import, and most clients need no URL

    try:
        Url(value)
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise ParamError(name, reason) from None
    whole = parts.scheme in ("http", "https") and parts.hostname and port != 0
    if not whole or "@" in parts.netloc or "?" in value or "#" in value:
        raise ParamError(name, reason)
    host = str(parts.hostname)
    if parts.scheme == "http" and not is_loopback(host) and host not in {other.lower() for other in insecure_hosts}:
        allow = f"insecure_hosts=[{host!r}], or CIO_INSECURE_HOSTS={host} for from_env()"
        raise ParamError(name, f"is http: keys and data could be read on the way; use https, or say {allow}")
    return value.rstrip("/")


def check_seconds(name: str, value: float, *, at_least_zero: bool = False) -> None:
    """Raise a `ParamError` unless the value is a number of seconds."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= sys.float_info.max or (value == 0 and not at_least_zero):
        raise ParamError(name, f"must be a number of seconds, {'0 or more' if at_least_zero else 'more than 0'}")

"""What Customer.io posts to a server of yours: `verify` it, then `parse` it into one of the events here."""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeAlias

from pydantic import ValidationError
from pydantic_core import from_json, to_json

import cio_sdk.models.webhooks as _models
from cio_sdk._json import NAIVE_DATETIME, is_utf8, unix_seconds
from cio_sdk.errors import ParamError, WebhookParseError, WebhookSignatureError
from cio_sdk.models.webhooks import *  # noqa: F403
from cio_sdk.models.webhooks import EVENTS, UnknownEvent, WebhookEvent

__all__ = ["MAX_BYTES", "parse", "sign", "verify"]
__all__ += _models.__all__

MAX_BYTES = 5_000_000
"""The most bytes that a body may have."""

_SIGNATURE = "X-CIO-Signature"
_TIMESTAMP = "X-CIO-Timestamp"
_NAMES = {
    "x-cio-signature": _SIGNATURE,
    "x-cio-timestamp": _TIMESTAMP,
    "http_x_cio_signature": _SIGNATURE,
    "http_x_cio_timestamp": _TIMESTAMP,
}
_EMPTY = "body: is empty; something has read it already, so read the raw body before anything else does"


class _Mapping(Protocol):
    """Any mapping, also one that is no `collections.abc.Mapping`."""

    def items(self) -> Iterable[tuple[Any, Any]]: ...


Headers: TypeAlias = _Mapping | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]


def verify(
    body: bytes,
    headers: Headers,
    signing_key: str | Iterable[str],
    *,
    tolerance: float | timedelta = 300,
    now: datetime | None = None,
) -> None:
    """Make sure that Customer.io posted this, just now and to you.

    Args:
        body: The body as it came, before anything decodes or parses it. Up to 5,000,000 bytes.
        headers: The headers of the request: any mapping, such as a dict, those of starlette, Flask and httpx, or the
            `META` of Django; or pairs of names and values, as in an ASGI scope. Names are taken in any case.
        signing_key: The signing key that Customer.io shows beside the webhook; or several, while one is replaced.
        tolerance: How far apart the time of the request and the clock may be, in seconds or as a timedelta.
        now: The time, as a datetime with a timezone; that of the clock where it is left out.

    Raises:
        WebhookSignatureError: A header is missing or there twice, the signature is wrong, or the time is off.
        WebhookParseError: The body is too large.
        ParamError: An argument is not what it must be.
    """
    _check(body)
    keys = _read_keys(signing_key)
    allowed = _read_tolerance(tolerance)
    present = time.time() if now is None else _read_time(now, "now")
    values = _find(headers)
    timestamp, signature = (_only(values[name], name) for name in (_TIMESTAMP, _SIGNATURE))
    given = signature.encode(errors="surrogatepass")
    # No key is left out after one that fits, so that the time this takes tells nothing of the keys.
    fits = [hmac.compare_digest(_signature_of(body, timestamp, key), given) for key in keys]
    if not any(fits):
        raise WebhookSignatureError(
            f"{_SIGNATURE}: does not fit the body; use the signing key of this very webhook, and the body as it came: "
            "a proxy or framework must not change it, and writing parsed JSON anew does not give it back"
            if body
            else _EMPTY
        )
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise WebhookSignatureError(f"{_TIMESTAMP}: is not a time in whole Unix seconds")
    age = present - int(timestamp)
    if abs(age) > allowed:
        off = f"{abs(age):,.0f} seconds {'old' if age > 0 else 'ahead'}"
        raise WebhookSignatureError(
            f"{_TIMESTAMP}: is {off}, and {allowed:,.0f} are allowed; set the clock of this machine, or this is an old "
            "request that somebody posts again"
        )


def parse(body: bytes) -> WebhookEvent:
    """Read the event that a body holds. Verify the body first.

    Args:
        body: The body as it came. Up to 5,000,000 bytes.

    Returns:
        The event, as the class of its kind. One of a kind that is not known here, or whose data is not what is known of
        its kind, is an `UnknownEvent`, with the data as it came. Fields that are not known are kept in each of them.

    Raises:
        WebhookParseError: The body is too large, not JSON, or no event.
        ParamError: The body is not bytes.
    """
    _check(body)
    try:
        content = from_json(body, allow_inf_nan=False)
        # A number such as 1e400 becomes infinite when it is read, and is refused when it is read anew.
        from_json(to_json(content, inf_nan_mode="constants"), allow_inf_nan=False)
    except ValueError:
        raise WebhookParseError("body: is not JSON; look at what is posted here" if body else _EMPTY) from None
    if not isinstance(content, dict):
        raise WebhookParseError("body: is no event, as it is not an object; look at what is posted here")
    content.setdefault("object_type", "customer")
    content["timestamp"] = _read_timestamp(content.get("timestamp"))
    match content["object_type"], content.get("metric"):
        case str(object_type), str(metric):
            known = EVENTS.get((object_type, metric))
        case _:
            known = None
    if known is not None:
        try:
            return known.model_validate(content)
        except ValidationError:
            pass  # nothing of it is lost in an UnknownEvent
    if content.get("data") is None:
        content["data"] = {}
    try:
        return UnknownEvent.model_validate(content)
    except ValidationError as error:
        wrong = sorted({f"`{each['loc'][0]}`" for each in error.errors(include_input=False)})
        raise WebhookParseError(
            f"body: is no event, as {' and '.join(wrong)} is missing or wrong; look at what is posted here"
        ) from None


def sign(body: bytes, signing_key: str, timestamp: datetime | None = None) -> dict[str, str]:
    """Sign a body as Customer.io does, to test with.

    Args:
        body: The body that will be posted.
        signing_key: The key that it will be verified with.
        timestamp: When it is posted, as a datetime with a timezone; now where it is left out.

    Returns:
        The headers to post with it.

    Raises:
        ParamError: An argument is not what it must be.
    """
    _check_type(body)
    key = _read_key(signing_key)
    seconds = str(int(time.time()) if timestamp is None else _read_time(timestamp, "timestamp"))
    return {_TIMESTAMP: seconds, _SIGNATURE: _signature_of(body, seconds, key).decode("ascii")}


def _signature_of(body: bytes, timestamp: str, key: bytes) -> bytes:
    message = b"v0:%b:%b" % (timestamp.encode(errors="surrogatepass"), body)
    return hmac.digest(key, message, "sha256").hex().encode("ascii")


def _check_type(body: bytes) -> None:
    if not isinstance(body, bytes):
        reason = "pass the raw bytes of the request, before anything decodes or parses them"
        raise ParamError("body", f"is of the class {type(body).__name__}; {reason}")


def _check(body: bytes) -> None:
    _check_type(body)
    if len(body) > MAX_BYTES:
        raise WebhookParseError(f"body: has {len(body):,} bytes, and no event has more than {MAX_BYTES:,}")


def _read_keys(signing_key: str | Iterable[str]) -> list[bytes]:
    if isinstance(signing_key, str) or not isinstance(signing_key, Iterable):
        return [_read_key(signing_key)]
    keys = [_read_key(key) for key in signing_key]
    if not keys:
        raise ParamError("signing_key", "is empty; pass the key, or the keys, of the webhook")
    return keys


def _read_key(key: str) -> bytes:
    if not isinstance(key, str) or not key or key != key.strip() or not is_utf8(key):
        raise ParamError("signing_key", "must be the signing key of the webhook, a str without spaces around it")
    return key.encode()


def _read_tolerance(tolerance: float | timedelta) -> float:
    seconds = tolerance.total_seconds() if isinstance(tolerance, timedelta) else tolerance
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 <= seconds < float("inf"):
        raise ParamError("tolerance", "must be a number of seconds, 0 or more, or a timedelta")
    return seconds


def _read_time(value: datetime, param: str) -> int:
    if not isinstance(value, datetime):
        raise ParamError(param, "must be a datetime with a timezone")
    if value.utcoffset() is None:
        raise ParamError(param, NAIVE_DATETIME)
    return unix_seconds(value)


def _read_timestamp(value: object) -> object:
    """Return a time that is not in whole seconds as a datetime, and anything else as it is."""
    if isinstance(value, float | str):
        with suppress(ValueError, OverflowError, OSError):
            return datetime.fromtimestamp(float(value), UTC)
    return value


def _find(headers: Any) -> dict[str, list[str]]:
    """Return the values of the two headers, of which a request may have any number."""
    values: dict[str, list[str]] = {_TIMESTAMP: [], _SIGNATURE: []}
    try:
        pairs = headers.items() if hasattr(headers, "items") else headers
        for name, value in pairs:
            if known := _NAMES.get(_text(name).lower()):
                values[known].append(_text(value))
    except (TypeError, ValueError):
        reason = "must be a mapping from names to values, or pairs of them, all of them str or bytes"
        raise ParamError("headers", reason) from None
    return values


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, str):
        return value
    raise TypeError


def _only(values: list[str], name: str) -> str:
    if not values:
        raise WebhookSignatureError(
            f"{name}: is missing; this is not from Customer.io, or a proxy takes the header away, or these are not the "
            "headers of the request"
        )
    # Some servers join two headers of one name with a comma, which neither of these has.
    if len(values) > 1 or "," in values[0]:
        raise WebhookSignatureError(f"{name}: is there twice; Customer.io sends it once")
    return values[0]

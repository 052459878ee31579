"""`verify` lets through what Customer.io signed for this server just now, and says what is wrong with all else."""

from __future__ import annotations

import hmac
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any

import httpx
import pytest
from django.http import HttpHeaders
from starlette.datastructures import Headers as StarletteHeaders
from werkzeug.datastructures import Headers as WerkzeugHeaders

from cio_sdk import ParamError, WebhookError, WebhookParseError, WebhookSignatureError
from cio_sdk.webhooks import MAX_BYTES, sign, verify

KEY = "whsec-of-the-tests"
BODY = b'{"metric":"sent"}'
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECONDS = "1767225600"
SIGNATURE = "e45297384636b11527f3dbe9e6517b7b1946c7b88dcf831fbf83089c2767edc6"  # as openssl makes it
HEADERS = {"X-CIO-Timestamp": SECONDS, "X-CIO-Signature": SIGNATURE}


def refused(
    headers: Any = HEADERS, body: bytes = BODY, key: str | list[str] = KEY, now: datetime = NOW, **options: Any
) -> str:
    with pytest.raises(WebhookSignatureError) as caught:
        verify(body, headers, key, now=now, **options)
    assert SIGNATURE not in str(caught.value)
    assert KEY not in str(caught.value)
    return str(caught.value)


# --- Signatures ------------------------------------------------------------------------------------------------------


def test_verify_when_customer_io_signed_the_body_then_it_returns() -> None:
    verify(BODY, HEADERS, KEY, now=NOW)


def test_sign_when_given_the_time_then_it_signs_as_customer_io_does() -> None:
    assert sign(BODY, KEY, NOW) == HEADERS


def test_sign_when_given_no_time_then_the_body_verifies_now() -> None:
    verify(BODY, sign(BODY, KEY), KEY)


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(SIGNATURE[:-1], id="too short"),
        pytest.param(SIGNATURE + "0", id="too long"),
        pytest.param(SIGNATURE.upper(), id="upper case"),
        pytest.param("", id="empty"),
        pytest.param("g" * 64, id="no hex"),
        pytest.param("é" * 64, id="no ascii"),
        pytest.param("\ud800" * 64, id="lone surrogates"),
        pytest.param("v0=" + SIGNATURE, id="prefix"),
        pytest.param(f" {SIGNATURE}", id="space"),
        pytest.param("f" + SIGNATURE[1:], id="first digit"),
        pytest.param(SIGNATURE[:-1] + "7", id="last digit"),
    ],
)
def test_verify_when_the_signature_is_another_then_it_is_refused(signature: str) -> None:
    said = refused({**HEADERS, "X-CIO-Signature": signature})

    assert said.startswith("X-CIO-Signature: does not fit the body; use the signing key of this very webhook")


@pytest.mark.parametrize("body", [BODY + b" ", BODY[:-1], b'{"metric": "sent"}', BODY.replace(b"sent", b"open")])
def test_verify_when_the_body_was_changed_then_it_is_refused(body: bytes) -> None:
    assert "the body as it came" in refused(body=body)


def test_verify_when_the_body_was_read_before_then_it_says_so() -> None:
    assert refused(body=b"") == (
        "body: is empty; something has read it already, so read the raw body before anything else does"
    )


def test_verify_when_the_key_is_of_another_webhook_then_it_is_refused() -> None:
    assert "use the signing key of this very webhook" in refused(key="whsec-of-another")


def test_verify_when_the_time_was_changed_then_it_is_refused() -> None:
    assert "does not fit" in refused({**HEADERS, "X-CIO-Timestamp": "1767225601"})


@pytest.mark.parametrize("keys", [["old", KEY], [KEY, "new"], ("old", KEY, "new"), {KEY}, iter(["old", KEY])])
def test_verify_when_one_of_several_keys_fits_then_it_returns(keys: Any) -> None:
    verify(BODY, HEADERS, keys, now=NOW)


def test_verify_when_none_of_several_keys_fits_then_it_is_refused() -> None:
    assert "does not fit" in refused(key=["old", "new"])


@pytest.mark.parametrize("keys", [[KEY, "b", "c"], ["a", "b", KEY]])
def test_verify_when_a_key_fits_then_the_others_are_compared_in_constant_time_too(
    keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[bytes, bytes]] = []
    compare = hmac.compare_digest

    def spy(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", spy)

    verify(BODY, HEADERS, keys, now=NOW)

    assert len(set(compared)) == 3


# --- Time ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [-300, -1, 0, 1, 300])
def test_verify_when_the_time_is_within_the_tolerance_then_it_returns(seconds: int) -> None:
    verify(BODY, HEADERS, KEY, now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(301, "301 seconds old, and 300 are allowed"), (-4000, "4,000 seconds ahead, and 300 are allowed")],
)
def test_verify_when_the_time_is_off_then_it_says_by_how_much(seconds: int, said: str) -> None:
    words = refused(now=NOW + timedelta(seconds=seconds))

    assert words.startswith(f"X-CIO-Timestamp: is {said}; set the clock of this machine")


@pytest.mark.parametrize("tolerance", [10, 10.0, timedelta(seconds=10)])
def test_verify_when_given_a_tolerance_then_it_is_kept(tolerance: float | timedelta) -> None:
    verify(BODY, HEADERS, KEY, tolerance=tolerance, now=NOW + timedelta(seconds=10))

    assert "11 seconds old, and 10 are" in refused(tolerance=tolerance, now=NOW + timedelta(seconds=11))


@pytest.mark.parametrize("timestamp", ["", "now", "-1", "1e9", "1767225600.0", "١٧٦٧٢٢٥٦٠٠", "1" * 5000, "0x10", "1 "])
def test_verify_when_the_signed_time_is_no_time_then_it_is_refused(timestamp: str) -> None:
    signature = hmac.digest(KEY.encode(), f"v0:{timestamp}:".encode() + BODY, "sha256").hex()

    said = refused({"X-CIO-Timestamp": timestamp, "X-CIO-Signature": signature})

    assert said == "X-CIO-Timestamp: is not a time in whole Unix seconds"


# --- Headers ---------------------------------------------------------------------------------------------------------

LOWER = {name.lower(): value for name, value in HEADERS.items()}
META = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in HEADERS.items()}
RAW = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


def message(pairs: list[tuple[str, str]]) -> Message:
    made = Message()
    for name, value in pairs:
        made[name] = value
    return made


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(HEADERS, id="dict"),
        pytest.param(LOWER, id="lower case"),
        pytest.param({name.upper(): value for name, value in HEADERS.items()}, id="upper case"),
        pytest.param({**META, "wsgi.input": object(), "SERVER_PORT": 80}, id="META"),
        pytest.param(HttpHeaders({**META, "CONTENT_LENGTH": "17"}), id="django"),
        pytest.param(httpx.Headers(HEADERS), id="httpx"),
        pytest.param(StarletteHeaders(raw=RAW), id="starlette"),
        pytest.param(WerkzeugHeaders(HEADERS), id="werkzeug"),
        pytest.param(message([*HEADERS.items()]), id="http.server"),
        pytest.param([*HEADERS.items()], id="pairs"),
        pytest.param([[name, value] for name, value in HEADERS.items()], id="lists"),
        pytest.param(RAW, id="ASGI"),
        pytest.param(iter(RAW), id="iterator"),
        pytest.param({name.encode(): value.encode() for name, value in HEADERS.items()}, id="bytes"),
    ],
)
def test_verify_when_the_headers_are_of_any_kind_then_they_are_found(headers: Any) -> None:
    verify(BODY, headers, KEY, now=NOW)


@pytest.mark.parametrize("missing", ["X-CIO-Timestamp", "X-CIO-Signature"])
@pytest.mark.parametrize("kind", [dict, httpx.Headers, StarletteHeaders, WerkzeugHeaders, lambda it: [*it.items()]])
def test_verify_when_a_header_is_missing_then_it_is_named(missing: str, kind: Callable[[Any], Any]) -> None:
    said = refused(kind({name: value for name, value in HEADERS.items() if name != missing}))

    assert said.startswith(f"{missing}: is missing; this is not from Customer.io, or a proxy takes the header away")


TWICE = [*HEADERS.items(), ("x-cio-signature", SIGNATURE)]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(TWICE, id="pairs"),
        pytest.param(dict(TWICE), id="two cases"),
        pytest.param({**HEADERS, **META}, id="two forms"),
        pytest.param({**HEADERS, "X-CIO-Signature": f"{SIGNATURE}, {SIGNATURE}"}, id="joined"),
        pytest.param(httpx.Headers(TWICE), id="httpx"),
        pytest.param(StarletteHeaders(raw=[*RAW, RAW[1]]), id="starlette"),
        pytest.param(WerkzeugHeaders(TWICE), id="werkzeug"),
        pytest.param(message(TWICE), id="http.server"),
    ],
)
def test_verify_when_a_header_is_there_twice_then_it_is_refused(headers: Any) -> None:
    assert refused(headers).endswith(": is there twice; Customer.io sends it once")


# --- Arguments -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"body": BODY.decode()}, "body: is of the class str; pass the raw bytes of the request, before anything"),
        ({"body": {"metric": "sent"}}, "body: is of the class dict; pass the raw bytes"),
        ({"body": None}, "body: is of the class NoneType; pass the raw bytes"),
        ({"headers": None}, "headers: must be a mapping from names to values, or pairs of them"),
        ({"headers": "X-CIO-Signature: 0"}, "headers: must be"),
        ({"headers": dict}, "headers: must be"),
        ({"headers": [1, 2]}, "headers: must be"),
        ({"headers": {**HEADERS, "X-CIO-Timestamp": 1767225600}}, "headers: must be"),
        ({"headers": {**HEADERS, "X-CIO-Signature": [SIGNATURE]}}, "headers: must be"),
        ({"signing_key": ""}, "signing_key: must be the signing key of the webhook, a str without spaces around it"),
        ({"signing_key": f"{KEY}\n"}, "signing_key: must be"),
        ({"signing_key": "\ud800"}, "signing_key: must be"),
        ({"signing_key": None}, "signing_key: must be"),
        ({"signing_key": KEY.encode()}, "signing_key: must be"),
        ({"signing_key": [KEY, ""]}, "signing_key: must be"),
        ({"signing_key": []}, "signing_key: is empty; pass the key"),
        ({"tolerance": -1}, "tolerance: must be a number of seconds, 0 or more, or a timedelta"),
        ({"tolerance": float("nan")}, "tolerance: must be"),
        ({"tolerance": float("inf")}, "tolerance: must be"),
        ({"tolerance": True}, "tolerance: must be"),
        ({"tolerance": "300"}, "tolerance: must be"),
        ({"tolerance": timedelta(seconds=-1)}, "tolerance: must be"),
        ({"now": datetime(2026, 1, 1)}, "now: is a datetime without a timezone; add one"),
        ({"now": 1767225600}, "now: must be a datetime with a timezone"),
    ],
)
def test_verify_when_an_argument_is_wrong_then_it_is_named(change: dict[str, Any], said: str) -> None:
    arguments = {"body": BODY, "headers": HEADERS, "signing_key": KEY, "now": NOW, **change}

    with pytest.raises(ParamError) as caught:
        verify(**arguments)

    assert str(caught.value).startswith(said)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "param"),
    [(("text", KEY), "body"), ((BODY, ""), "signing_key"), ((BODY, KEY, 1767225600), "timestamp")],
)
def test_sign_when_an_argument_is_wrong_then_it_is_named(arguments: Any, param: str) -> None:
    with pytest.raises(ParamError) as caught:
        sign(*arguments)

    assert caught.value.param == param


def test_verify_when_the_body_is_huge_then_it_is_refused_unread() -> None:
    body = b" " * 10_000_000

    with pytest.raises(WebhookParseError) as caught:
        verify(body, {}, KEY)

    assert str(caught.value) == "body: has 10,000,000 bytes, and no event has more than 5,000,000"


def test_verify_when_the_body_is_as_large_as_it_may_be_then_it_returns() -> None:
    body = b" " * MAX_BYTES

    verify(body, sign(body, KEY, NOW), KEY, now=NOW)


def test_errors_when_pickled_then_they_are_the_same() -> None:
    with pytest.raises(WebhookError) as caught:
        verify(BODY, {}, KEY)

    copy = pickle.loads(pickle.dumps(caught.value))

    assert (type(copy), str(copy)) == (WebhookSignatureError, str(caught.value))

"""What is refused before anything is sent, and how the refusal reads."""

from __future__ import annotations

import base64
import copy
import io
import math
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import respx
from clients import ANSWERS, APP_API_KEY, ARGUMENTS, EMAIL, KEYLESS, SITE_ID, TRACKING_API_KEY, ULID, Connect, Workshop
from pydantic import BaseModel, ValidationError, field_serializer

from cio_sdk import (
    AttachmentExistsError,
    Client,
    CustomerIOError,
    Device,
    EmailRequest,
    Identifiers,
    ParamError,
    RetryPolicy,
    operations,
)

MARKER = "s3cr3t-m4rker"
NAIVE = datetime(2025, 6, 1, 12, 0, 0)
TRACK_CALLS = {
    "test_auth",
    "find_region",
    "update_customer",
    "delete_customer",
    "update_device",
    "delete_device",
    "new_event",
    "new_anonymous_event",
    "suppress_customer",
    "unsuppress_customer",
    "merge_customers",
    "submit_form",
    "add_to_segment",
    "remove_from_segment",
    "entity",
}


def assert_refused(client: Client, wire: respx.MockRouter, method: str, param: str, /, **arguments: Any) -> ParamError:
    """Call the method; show that it raises a ParamError for `param`, on one line, and that nothing is sent."""
    given = {**ARGUMENTS[method], **arguments}
    with pytest.raises(ParamError) as caught:
        getattr(client, method)(**given)
    assert not wire.calls
    error = caught.value
    assert error.param == param
    assert str(error) == f"{param}: {error.reason}"
    assert error.reason
    assert "\n" not in str(error)
    assert MARKER not in str(error)
    assert MARKER not in repr(error)
    return error


def email(**fields: Any) -> dict[str, Any]:
    """An email from a template, with other fields; one that is None is left out."""
    return {name: value for name, value in {**EMAIL, **fields}.items() if value is not None}


# --- Keys and options ------------------------------------------------------------------------------------------------


def test_client_when_it_has_no_keys_then_it_is_refused(connect: Connect) -> None:
    with pytest.raises(ParamError, match=r"site_id.*tracking_api_key.*app_api_key"):
        connect(keys=False)


def test_from_env_when_nothing_is_set_then_it_is_refused(makes: Workshop) -> None:
    with pytest.raises(ParamError, match="site_id"):
        makes.connect_from_env()


def test_from_env_when_the_region_is_neither_then_its_variable_is_named(
    makes: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIO_REGION", MARKER)

    with pytest.raises(ParamError, match="CIO_REGION: must be 'us' or 'eu'") as caught:
        makes.connect_from_env(site_id=SITE_ID, tracking_api_key=TRACKING_API_KEY)
    assert MARKER not in str(caught.value)


@pytest.mark.parametrize("name", sorted(TRACK_CALLS))
def test_track_call_when_there_are_no_track_keys_then_it_is_refused(
    connect: Connect, wire: respx.MockRouter, name: str
) -> None:
    client = connect(keys=False, app_api_key=APP_API_KEY)

    error = assert_refused(client, wire, name, "site_id")

    assert name in error.reason
    assert "tracking_api_key" in error.reason


@pytest.mark.parametrize("name", sorted(set(operations.__all__) - TRACK_CALLS - KEYLESS))
def test_app_call_when_there_is_no_app_key_then_it_is_refused(
    connect: Connect, wire: respx.MockRouter, name: str
) -> None:
    client = connect(keys=False, site_id=SITE_ID, tracking_api_key=TRACKING_API_KEY)

    assert name in assert_refused(client, wire, name, "app_api_key").reason


BAD_KEYS: list[Any] = ["", " ", f"{MARKER}\n", f"{MARKER} 1", f"{MARKER}é", 5, b"bytes"]
BAD_URLS: list[Any] = [
    "",
    "customer.io",
    "ftp://customer.io",
    "https://",
    "https:///path",
    f"https://customer.io?{MARKER}",
    f"https://customer.io#{MARKER}",
    "https://customer.io?",
    "https://customer.io#",
    f"https://{MARKER}@customer.io",
    f"https://:{MARKER}@customer.io",
    f"https://customer.io/\n{MARKER}",
    f"https://customer.io/ {MARKER}",
    "https://customer.io:0",
    "https://customer.io:99999",
    "https://customer.io:port",
    "https://[::1",
    "https://é.customer.io",
    5,
]


BAD_OPTIONS: dict[str, list[Any]] = {
    "site_id": [*BAD_KEYS, f"{MARKER}:1"],
    "tracking_api_key": BAD_KEYS,
    "app_api_key": BAD_KEYS,
    "region": ["", "US", MARKER, None, 5, []],
    "timeout": [0, 0.0, -1, math.nan, math.inf, "5", None, True, 10**400],
    "max_retries": [-1, 1.5, "1", None, True],
    "user_agent": ["", " ", f"{MARKER}\r\nX: 1", f"{MARKER}é", 5],
    "track_url": [*BAD_URLS, "http://example.com", "http://10.0.0.1:8025", "http://0.0.0.0"],
    "app_url": BAD_URLS,
    "insecure_hosts": ["example.com", None, [5], ["http://sandbox:8025"]],
}


@pytest.mark.parametrize(
    ("param", "value"),
    [(param, value) for param, values in BAD_OPTIONS.items() for value in values],
    ids=lambda value: repr(value)[:40],
)
def test_option_when_it_is_wrong_then_it_is_named(connect: Connect, param: str, value: Any) -> None:
    with pytest.raises(ParamError) as caught:
        connect(**{param: value})

    assert caught.value.param == param
    assert str(caught.value).startswith(f"{param}: ")
    assert MARKER not in str(caught.value)


@pytest.mark.parametrize(
    "options",
    [
        {"track_url": "http://localhost:8025"},
        {"track_url": "http://127.9.9.9:8025"},
        {"track_url": "http://[::1]:8025"},
        {"track_url": "https://example.com"},
        {"track_url": "http://sandbox:8025", "insecure_hosts": ["sandbox"]},
        {"track_url": "http://Sandbox:8025", "insecure_hosts": ("other", "SANDBOX")},
    ],
    ids=str,
)
def test_url_when_https_or_of_this_machine_or_asked_for_by_name_then_it_is_taken(
    connect: Connect, options: dict[str, Any]
) -> None:
    connect(**options)


def test_insecure_hosts_when_in_the_environment_then_they_are_read(
    makes: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIO_APP_API_KEY", APP_API_KEY)
    monkeypatch.setenv("CIO_APP_URL", "http://sandbox:8025")
    monkeypatch.setenv("CIO_INSECURE_HOSTS", "other, sandbox")

    makes.connect_from_env()
    with pytest.raises(ParamError, match=r"app_url: is http.*say insecure_hosts=\['sandbox'\], or CIO_INSECURE_HOSTS="):
        makes.connect_from_env(insecure_hosts=[])


BAD_CALL_OPTIONS: list[tuple[str, Any, str]] = [
    *(("timeout", value, "timeout") for value in BAD_OPTIONS["timeout"] if value is not None),
    ("headers", {"Authorization": MARKER}, "headers['Authorization']"),
    ("headers", {"user-agent": MARKER}, "headers['user-agent']"),
    ("headers", {"X-Id": f"{MARKER}\r\nX-Other: 1"}, "headers['X-Id']"),
    ("headers", {"X-Id": 5}, "headers['X-Id']"),
    ("headers", {"X Id": "1"}, "headers"),
    ("headers", {"": "1"}, "headers"),
    ("headers", {b"X-Id": "1"}, "headers"),
    ("headers", [("X-Id", "1")], "headers"),
    ("retry_policy", 3, "retry_policy"),
]


@pytest.mark.parametrize(("option", "value", "param"), BAD_CALL_OPTIONS, ids=lambda value: repr(value)[:40])
def test_with_options_when_one_is_wrong_then_it_is_named(client: Client, option: str, value: Any, param: str) -> None:
    with pytest.raises(ParamError) as caught:
        client.with_options(**{option: value})

    assert caught.value.param == param
    assert MARKER not in str(caught.value)


@pytest.mark.parametrize(("given", "missing"), [("site_id", "tracking_api_key"), ("tracking_api_key", "site_id")])
def test_track_keys_when_one_is_given_then_the_other_is_named(connect: Connect, given: str, missing: str) -> None:
    with pytest.raises(ParamError, match="together") as caught:
        connect(keys=False, app_api_key=APP_API_KEY, **{given: MARKER})

    assert caught.value.param == missing


@pytest.mark.parametrize("param", ["backoff", "max_wait", "max_total_wait"])
@pytest.mark.parametrize(
    "value", [-0.1, math.nan, math.inf, "1", None, True, 10**400], ids=lambda value: repr(value)[:40]
)
def test_retry_policy_when_a_number_is_wrong_then_it_is_named(param: str, value: Any) -> None:
    with pytest.raises(ParamError) as caught:
        RetryPolicy(**{param: value})

    assert caught.value.param == param


def test_retry_policy_when_all_is_zero_then_it_is_accepted() -> None:
    assert RetryPolicy(max_retries=0, backoff=0, max_wait=0, max_total_wait=0).max_retries == 0


@pytest.mark.parametrize("url", ["http://999.999.999.999", "http://[v1.a]"])
def test_url_when_its_host_is_impossible_then_it_is_named(makes: Workshop, wire: respx.MockRouter, url: str) -> None:
    with pytest.raises(ParamError, match="track_url"):
        makes.connect(track_url=url, max_retries=0).delete_customer("42")
    assert not wire.calls


# --- Ids and names ---------------------------------------------------------------------------------------------------

WITH_CUSTOMER = [name for name, arguments in ARGUMENTS.items() if "customer_id" in arguments]
BAD_IDS: list[Any] = ["", " ", "\t\n", ".", "..", None, True, 1.5, b"42", [], "\ud800"]


@pytest.mark.parametrize("name", WITH_CUSTOMER)
@pytest.mark.parametrize("value", [*BAD_IDS, MARKER * 20, "x" * 151, "é" * 76], ids=lambda value: repr(value)[:20])
def test_customer_id_when_it_names_nobody_or_is_too_long_then_it_is_refused(
    client: Client, wire: respx.MockRouter, name: str, value: Any
) -> None:
    assert_refused(client, wire, name, "customer_id", customer_id=value)


@pytest.mark.parametrize("value", ["x" * 150, "é" * 75, "...", "%2e", "0", 0, -5])
def test_customer_id_when_it_is_unusual_or_as_long_as_can_be_then_it_passes(
    client: Client, wire: respx.MockRouter, value: Any
) -> None:
    client.delete_customer(value)

    assert len(wire.calls) == 1


@pytest.mark.parametrize("value", [*BAD_IDS, 42], ids=repr)
def test_device_id_when_it_is_not_a_token_then_it_is_refused(
    client: Client, wire: respx.MockRouter, value: Any
) -> None:
    assert_refused(client, wire, "delete_device", "device_id", device_id=value)


def test_device_id_when_no_url_can_hold_it_then_it_is_refused(client: Client, wire: respx.MockRouter) -> None:
    assert_refused(client, wire, "delete_device", "device_id", device_id=MARKER * 6000)


@pytest.mark.parametrize("value", ["", "..", True, 1.5])
def test_collection_id_when_it_is_not_one_then_it_is_refused(
    client: Client, wire: respx.MockRouter, value: Any
) -> None:
    assert_refused(client, wire, "update_collection", "collection_id", collection_id=value)


@pytest.mark.parametrize("name", ["new_event", "new_anonymous_event"])
@pytest.mark.parametrize(
    "value", ["", " ", MARKER * 8, "é" * 51, 5, None, "\ud800"], ids=lambda value: repr(value)[:20]
)
def test_event_name_when_empty_or_over_100_bytes_then_it_is_refused(
    client: Client, wire: respx.MockRouter, name: str, value: Any
) -> None:
    assert_refused(client, wire, name, "name", name=value)


@pytest.mark.parametrize("value", ["x" * 100, "é" * 50, "x" * 26])
def test_event_name_when_it_has_100_bytes_then_it_passes(client: Client, wire: respx.MockRouter, value: str) -> None:
    client.new_event("42", value)

    assert len(wire.calls) == 1


@pytest.mark.parametrize("value", ["", MARKER, ULID[1:], "8" + ULID[1:], ULID[:-1] + "U", ULID + "\n", 5])
def test_event_id_when_it_is_not_a_ulid_then_it_is_refused(client: Client, wire: respx.MockRouter, value: Any) -> None:
    assert_refused(client, wire, "new_event", "id", id=value)


@pytest.mark.parametrize("value", ["", MARKER, 5])
def test_event_type_when_it_is_unknown_then_it_is_refused(client: Client, wire: respx.MockRouter, value: Any) -> None:
    error = assert_refused(client, wire, "new_event", "type", type=value)

    assert "'event', 'page' or 'screen'" in error.reason


@pytest.mark.parametrize("value", ["", " ", "x" * 151, 5])
def test_anonymous_id_when_empty_or_over_150_bytes_then_it_is_refused(
    client: Client, wire: respx.MockRouter, value: Any
) -> None:
    assert_refused(client, wire, "new_anonymous_event", "anonymous_id", anonymous_id=value)


@pytest.mark.parametrize("name", ["update_collection", "update_collection_via_url"])
@pytest.mark.parametrize("value", ["", " ", None, 5])
def test_collection_when_it_has_no_name_then_it_is_refused(
    client: Client, wire: respx.MockRouter, name: str, value: Any
) -> None:
    assert_refused(client, wire, name, "name", name=value)


@pytest.mark.parametrize(
    "value",
    ["", MARKER, f"ftp://{MARKER}/a", "https://", "https:///a", f"https://a b/{MARKER}", "https://a\n", None, 5],
)
def test_collection_when_its_url_is_not_http_then_it_is_refused(
    client: Client, wire: respx.MockRouter, value: Any
) -> None:
    assert_refused(client, wire, "update_collection_via_url", "url", url=value)


@pytest.mark.parametrize(
    ("value", "param"),
    [(None, "items"), (MARKER, "items"), ({"a": 1}, "items"), ([{}, 5], "items[1]"), ([{"a": NAIVE}], "items[0].a")],
    ids=repr,
)
def test_collection_when_its_items_are_not_rows_then_they_are_named(
    client: Client, wire: respx.MockRouter, value: Any, param: str
) -> None:
    assert_refused(client, wire, "update_collection", param, items=value)


# --- Values without JSON ---------------------------------------------------------------------------------------------


class Thing:
    def __repr__(self) -> str:
        return MARKER


class Undumpable(BaseModel):
    secret: str = MARKER

    @field_serializer("secret")
    def _fail(self, value: str) -> str:
        raise ValueError(value)


def cycle() -> list[Any]:
    circle: list[Any] = [1]
    circle.append(circle)
    return circle


def nested(depth: int) -> Any:
    """Lists within lists, so many of them."""
    value: Any = MARKER
    for _ in range(depth):
        value = [value]
    return value


NO_JSON: list[tuple[Any, str, str]] = [
    (math.nan, "", "NaN"),
    (math.inf, "", "infinite"),
    (-math.inf, "", "infinite"),
    (Thing(), "", "Thing"),
    (Thing, "", "type"),
    (cycle(), "[1]", "cycle"),
    (MARKER.encode(), "", "decode"),
    (bytearray(b"x"), "", "decode"),
    ({1}, "", "list"),
    (frozenset({1}), "", "list"),
    (Decimal("1.5"), "", "float"),
    (date(2025, 1, 1), "", "isoformat"),
    (1j, "", "complex"),
    ("\ud800", "", "surrogate"),
    ({"a": {"\ud800": 1}}, ".a", "surrogate"),
    ({1: MARKER}, "", "int"),
    ({"a": {None: MARKER}}, ".a", "NoneType"),
    (NAIVE, "", "timezone.utc"),
    (Undumpable(), "", "serializers"),
    (10**5000, "", "digits"),
]


@pytest.mark.parametrize(("value", "within", "says"), NO_JSON, ids=lambda value: type(value).__name__)
def test_data_when_a_value_has_no_json_then_the_way_to_it_is_named(
    client: Client, wire: respx.MockRouter, value: object, within: str, says: str
) -> None:
    data = {"other": MARKER, "items": [{}, {}, {}, {"price": value}]}

    error = assert_refused(client, wire, "new_event", f"data.items[3].price{within}", data=data)

    assert says in error.reason


@pytest.mark.parametrize(("value", "within", "says"), NO_JSON[:-1], ids=lambda value: type(value).__name__)
def test_attribute_when_a_value_has_no_json_then_the_way_to_it_is_named(
    client: Client, wire: respx.MockRouter, value: object, within: str, says: str
) -> None:
    attributes = {"first name": {"of-them": value}}

    error = assert_refused(
        client, wire, "update_customer", f"attributes['first name']['of-them']{within}", attributes=attributes
    )

    assert says in error.reason


def test_data_when_nested_too_deep_then_it_is_refused(client: Client, wire: respx.MockRouter) -> None:
    client.new_event("42", "n", {"a": nested(99)})
    wire.reset()

    error = assert_refused(client, wire, "new_event", "data.a" + "[0]" * 99, data={"a": nested(100)})

    assert "100 levels" in error.reason


def test_data_when_a_value_occurs_twice_then_that_is_no_cycle(client: Client, wire: respx.MockRouter) -> None:
    shared = [1]
    client.new_event("42", "n", {"a": shared, "b": [shared, shared]})

    assert len(wire.calls) == 1


@pytest.mark.parametrize("value", [5, MARKER, [("a", 1)], Thing(), dict], ids=repr)
@pytest.mark.parametrize(("name", "param"), [("new_event", "data"), ("update_customer", "attributes")])
def test_object_when_it_is_no_mapping_model_or_dataclass_then_it_is_refused(
    client: Client, wire: respx.MockRouter, name: str, param: str, value: Any
) -> None:
    error = assert_refused(client, wire, name, param, **{param: value})

    assert "a mapping, a pydantic model or a dataclass" in error.reason


@pytest.mark.parametrize(("name", "param"), [("new_event", "timestamp"), ("new_anonymous_event", "timestamp")])
@pytest.mark.parametrize("value", [NAIVE, "2025-01-01", 1.5, True, date(2025, 1, 1), 10**30])
def test_timestamp_when_naive_or_no_datetime_then_it_is_refused(
    client: Client, wire: respx.MockRouter, name: str, param: str, value: Any
) -> None:
    assert_refused(client, wire, name, param, **{param: value})


def test_timestamp_when_naive_then_the_message_says_how_to_mend_it(client: Client, wire: respx.MockRouter) -> None:
    error = assert_refused(client, wire, "new_event", "timestamp", timestamp=NAIVE)

    assert "datetime.now(timezone.utc)" in error.reason


# --- Limits ----------------------------------------------------------------------------------------------------------


def test_data_when_over_100_000_bytes_then_it_is_refused(client: Client, wire: respx.MockRouter) -> None:
    fits = {"é": "é" * 49_995 + "x"}  # with {"é":""} around it
    client.new_event("42", "n", fits)
    wire.reset()

    error = assert_refused(client, wire, "new_event", "data", data={"é": fits["é"] + "x"})

    assert error.reason == "has 100,001 bytes; send at most 100,000"


def test_attributes_when_over_300_then_they_are_refused(client: Client, wire: respx.MockRouter) -> None:
    client.update_customer("42", {f"a{n}": n for n in range(300)})
    wire.reset()

    assert_refused(client, wire, "update_customer", "attributes", attributes={f"a{n}": n for n in range(301)})


def test_attribute_when_its_name_is_over_150_bytes_then_it_is_refused(client: Client, wire: respx.MockRouter) -> None:
    client.update_customer("42", {"é" * 75: 1})
    wire.reset()

    with pytest.raises(ParamError, match=r"a name of 151 bytes") as caught:
        client.update_customer("42", {"é" * 75 + "x": 1})
    assert caught.value.param.startswith("attributes")
    assert not wire.calls


@pytest.mark.parametrize(
    ("fits", "too_long"),
    [("é" * 500, "é" * 500 + "x"), (["x" * 996], ["x" * 997]), (10**999, 10**1000)],
    ids=["text", "list", "number"],
)
def test_attribute_when_its_value_is_over_1_000_bytes_then_it_is_refused(
    client: Client, wire: respx.MockRouter, fits: object, too_long: object
) -> None:
    client.update_customer("42", {"plan": fits})
    wire.reset()

    error = assert_refused(client, wire, "update_customer", "attributes.plan", attributes={"plan": too_long})

    assert error.reason == "has 1,001 bytes; send at most 1,000"


@pytest.mark.parametrize("name", ["first name", "a.b", "two\nlines", "[0]"])
def test_attribute_when_its_name_is_no_word_then_it_is_quoted(
    client: Client, wire: respx.MockRouter, name: str
) -> None:
    assert_refused(client, wire, "update_customer", f"attributes[{name!r}]", attributes={name: "x" * 1001})


@pytest.mark.parametrize("name", ["cio_relationships", "cio_subscription_preferences"])
def test_attribute_when_it_has_a_meaning_of_its_own_then_it_may_be_larger(
    client: Client, wire: respx.MockRouter, name: str
) -> None:
    client.update_customer("42", {name: {"a": "x" * 2000}})

    assert len(wire.calls) == 1


@pytest.mark.parametrize("key", ["x" * 5000, " " * 5000], ids=["word", "blank"])
def test_param_when_a_key_is_very_long_then_the_message_is_not(
    client: Client, wire: respx.MockRouter, key: str
) -> None:
    with pytest.raises(ParamError) as caught:
        client.new_event("42", "n", {key: math.nan})

    assert len(str(caught.value)) < 300
    assert not wire.calls


# --- Devices ---------------------------------------------------------------------------------------------------------

BAD_DEVICES: list[tuple[dict[str, Any], str]] = [
    ({"platform": "ios"}, "id"),
    ({"id": "", "platform": "ios"}, "id"),
    ({"id": "a"}, "platform"),
    ({"id": "a", "platform": MARKER}, "platform"),
    ({"id": "a", "platform": "ios", "last_used": NAIVE}, "last_used"),
    ({"id": "a", "platform": "ios", "attributes": {"at": NAIVE}}, "attributes.at"),
    ({"id": "a", "platform": "ios", "tokn": MARKER}, "tokn"),
]


@pytest.mark.parametrize(("fields", "place"), BAD_DEVICES)
def test_device_when_given_wrongly_as_a_dict_then_the_field_is_named(
    client: Client, wire: respx.MockRouter, fields: dict[str, Any], place: str
) -> None:
    assert_refused(client, wire, "update_device", f"device.{place}", device=fields)


@pytest.mark.parametrize(("fields", "place"), BAD_DEVICES)
def test_device_when_built_wrongly_then_it_is_a_validation_error_on_the_spot(
    fields: dict[str, Any], place: str
) -> None:
    with pytest.raises(ValidationError, match=place.partition(".")[0]) as caught:
        Device(**fields)

    assert MARKER not in str(caught.value)


def test_device_when_a_field_is_set_to_something_wrong_then_it_is_refused_on_the_spot() -> None:
    device = Device(id="a", platform="ios")

    with pytest.raises(ValidationError, match="timezone"):
        device.last_used = NAIVE
    assert device.last_used is None


@pytest.mark.parametrize("value", [None, 5, MARKER, EmailRequest.model_validate(EMAIL)], ids=lambda v: type(v).__name__)
def test_device_when_it_is_something_else_then_it_is_refused(
    client: Client, wire: respx.MockRouter, value: Any
) -> None:
    with pytest.raises(ParamError) as caught:
        client.update_device("42", value)

    assert caught.value.param.startswith("device")
    assert MARKER not in str(caught.value)


# --- Emails ----------------------------------------------------------------------------------------------------------

WITHOUT_A_TEMPLATE = {"body": "<p>", "subject": "Hi", "from_": "us@example.com"}
OVER_2_MB = base64.b64encode(bytes(2_000_001)).decode()

BAD_EMAILS: list[tuple[str, dict[str, Any], str]] = [
    ("no to", email(to=None), "to"),
    ("empty to", email(to=" "), "to"),
    ("no identifiers", email(identifiers=None), "identifiers"),
    ("empty identifiers", email(identifiers={}), "identifiers"),
    ("two identifiers", email(identifiers={"id": "1", "email": f"{MARKER}@example.com"}), "identifiers"),
    ("three identifiers", email(identifiers={"id": "1", "email": "a@b", "cio_id": "b"}), "identifiers"),
    ("two addresses of one person", email(identifiers={"email": "a@b, c@d"}), "identifiers.email"),
    ("unknown identifier", email(identifiers={"phone": MARKER}), "identifiers.phone"),
    ("long identifier", email(identifiers={"cio_id": MARKER * 20}), "identifiers.cio_id"),
    ("a template of nothing", email(transactional_message_id=""), "transactional_message_id"),
    *(
        (
            f"no template and only {', '.join(given) or 'nothing'}",
            email(transactional_message_id=None, **{name: WITHOUT_A_TEMPLATE[name] for name in given}),
            "",
        )
        for given in (
            [],
            ["body"],
            ["subject"],
            ["from_"],
            ["body", "subject"],
            ["body", "from_"],
            ["subject", "from_"],
        )
    ),
    ("attachments over 2 MB", email(attachments={"a.txt": OVER_2_MB}), "attachments"),
    ("attachments over 2 MB together", email(attachments={"a.txt": OVER_2_MB[:-4], "b.txt": "AAAA"}), "attachments"),
    ("attachment not base64", email(attachments={"a.txt": f"{MARKER}?"}), "attachments['a.txt']"),
    ("attachment half base64", email(attachments={"a.txt": "AAA"}), "attachments['a.txt']"),
    ("attachment not text", email(attachments={"a.txt": 5}), "attachments['a.txt']"),
    ("attachment with a file's name", email(attachments={"invoice.pdf": 5}), "attachments['invoice.pdf']"),
    ("attachment without a name", email(attachments={"": "AAAA"}), "attachments"),
    ("attachment without an extension", email(attachments={MARKER: "AAAA"}), "attachments"),
    ("attachment that is only an extension", email(attachments={".pdf": "AAAA"}), "attachments"),
    ("attachments no mapping", email(attachments=[MARKER]), "attachments"),
    ("line break in a header value", email(headers={"X-A": f"{MARKER}\r\nBcc: x"}), "headers['X-A']"),
    ("letters in a header value", email(headers={"X-A": f"{MARKER}é"}), "headers['X-A']"),
    *((f"line break in {name}", email(**{name: f"{MARKER}\nx"}), name) for name in ("to", "cc", "bcc", "reply_to")),
    ("line break in from_", email(from_=f"{MARKER}\rx"), "from_"),
    ("unknown field", email(subjet=MARKER), "subjet"),
    ("naive send_at", email(send_at=NAIVE), "send_at"),
    ("message data without JSON", email(message_data={"a": [math.nan]}), "message_data.a[0]"),
    ("surrogate in the subject", email(subject="\ud800"), "subject"),
    ("surrogate in the body", email(body="\ud800"), "body"),
    ("subject no text", email(subject=5), "subject"),
    ("tracked no bool", email(tracked=MARKER), "tracked"),
]


def by_label(case: object) -> str:
    return case if isinstance(case, str) else ""


@pytest.mark.parametrize(("label", "fields", "place"), BAD_EMAILS, ids=by_label)
def test_email_when_given_wrongly_as_a_dict_then_the_field_is_named(
    client: Client, wire: respx.MockRouter, label: str, fields: dict[str, Any], place: str
) -> None:
    param = f"request.{place}" if place else "request"

    error = assert_refused(client, wire, "send_email", param, request=fields)

    if "no template" in label:
        assert "transactional_message_id" in error.reason
        assert "body, subject and from_" in error.reason


@pytest.mark.parametrize(("label", "fields", "place"), BAD_EMAILS, ids=by_label)
def test_email_when_built_wrongly_then_it_is_a_validation_error_on_the_spot(
    label: str, fields: dict[str, Any], place: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        EmailRequest(**fields)

    assert MARKER not in str(caught.value)


@pytest.mark.parametrize("name", ["X\nY", "X:Y", "X Y", "X-é", ""])
def test_email_when_a_header_name_is_impossible_then_the_headers_are_named(
    client: Client, wire: respx.MockRouter, name: str
) -> None:
    assert_refused(client, wire, "send_email", f"request.headers[{name!r}]", request=email(headers={name: MARKER}))


def test_email_when_several_fields_are_wrong_then_the_first_is_named_and_the_others_are_counted(
    client: Client, wire: respx.MockRouter
) -> None:
    error = assert_refused(client, wire, "send_email", "request.to", request=email(to="", cc="", bcc=""))

    assert error.reason.endswith("(and 2 more)")


@pytest.mark.parametrize("value", [None, 5, MARKER, Device(id="a", platform="ios")], ids=lambda v: type(v).__name__)
def test_email_when_it_is_something_else_then_it_is_refused(client: Client, wire: respx.MockRouter, value: Any) -> None:
    assert "EmailRequest" in assert_refused(client, wire, "send_email", "request", request=value).reason


def test_email_when_changed_into_something_wrong_after_it_was_built_then_it_is_refused(
    client: Client, wire: respx.MockRouter
) -> None:
    request = EmailRequest.model_validate(EMAIL)
    vars(request).update(to=f"{MARKER}\n")

    assert_refused(client, wire, "send_email", "request.to", request=request)


def test_email_when_given_as_another_mapping_then_it_is_taken(client: Client, wire: respx.MockRouter) -> None:
    answer: dict[str, Any] = ANSWERS["send_email"]
    wire.routes[0].respond(json=answer)

    request: Any = MappingProxyType(EMAIL)
    client.send_email(request)

    assert len(wire.calls) == 1


# --- Attachments -----------------------------------------------------------------------------------------------------


def new_email() -> EmailRequest:
    return EmailRequest(to="ada@example.com", identifiers=Identifiers(id=1), transactional_message_id=3)


def test_attach_when_the_name_is_taken_then_it_is_refused_and_the_first_is_kept() -> None:
    request = new_email()
    request.attach("a.txt", b"first")

    with pytest.raises(AttachmentExistsError) as caught:
        request.attach("a.txt", b"second")

    assert caught.value.name == "a.txt"
    assert isinstance(caught.value, CustomerIOError)
    assert request.attachments == {"a.txt": base64.b64encode(b"first").decode()}


def test_attach_when_given_a_file_then_it_is_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(range(256)))
    request = new_email()

    with (tmp_path / "a").open("rb") as file:
        request.attach("a.txt", file)
    request.attach("b.txt", io.BytesIO(b"b"))

    assert request.attachments == {"a.txt": base64.b64encode(bytes(range(256))).decode(), "b.txt": "Yg=="}


@pytest.mark.parametrize(
    "content", [MARKER, io.StringIO(MARKER), None, 5, Path(MARKER)], ids=lambda v: type(v).__name__
)
def test_attach_when_the_content_is_not_bytes_then_it_is_refused(content: Any) -> None:
    request = new_email()

    with pytest.raises(ParamError, match="binary") as caught:
        request.attach("a.txt", content)

    assert caught.value.param == "content"
    assert MARKER not in str(caught.value)
    assert request.attachments is None


@pytest.mark.parametrize("name", ["", " ", None, 5, [], "\ud800", "invoice", ".pdf", "invoice.", "a\n.pdf"])
def test_attach_when_the_file_has_no_name_with_an_extension_then_it_is_refused(name: Any) -> None:
    request = new_email()

    with pytest.raises(ParamError) as caught:
        request.attach(name, b"x")

    assert caught.value.param == "name"
    assert request.attachments is None


def test_attach_when_over_2_mb_together_then_it_is_refused_and_the_others_are_kept() -> None:
    request = new_email()
    request.attach("a.txt", bytes(1_999_999))
    request.attach("b.txt", b"x")

    with pytest.raises(ParamError, match="2,000,001 bytes; send at most 2,000,000") as caught:
        request.attach("c.txt", b"x")

    assert caught.value.param == "content"
    assert list(request.attachments or ()) == ["a.txt", "b.txt"]


# --- What the caller passed ------------------------------------------------------------------------------------------


@dataclass
class Row:
    tags: list[str]


class RowModel(BaseModel):
    tags: list[str]


@pytest.mark.parametrize(
    ("name", "arguments", "param"),
    [
        ("merge_customers", {"primary": {}}, "primary"),
        ("merge_customers", {"secondary": {"id": "1", "email": "a@example.com"}}, "secondary"),
        ("merge_customers", {"secondary": {"email": "nobody"}}, "secondary.email"),
        ("merge_customers", {"primary": {"name": "Ada"}}, "primary.name"),
        ("unsubscribe", {"delivery_id": " "}, "delivery_id"),
        ("submit_form", {"form_id": ".."}, "form_id"),
        ("submit_form", {"data": {"topic": "tea"}}, "data"),
        ("submit_form", {"data": {"id": "1", "email": "a@example.com"}}, "data"),
        ("submit_form", {"data": {"id": "1", "age": 36}}, "data.age"),
        ("submit_form", {"data": {"id": "1", 3: "x"}}, "data"),
        ("submit_form", {"data": [("id", "1")]}, "data"),
        ("report_metric", {"metric": "seen"}, "metric"),
        ("report_metric", {"timestamp": datetime(2026, 1, 1)}, "timestamp"),
        ("report_push_event", {"event": "clicked"}, "event"),
        ("report_push_event", {"device_id": ""}, "device_id"),
        ("add_to_segment", {"ids": []}, "ids"),
        ("add_to_segment", {"ids": "42"}, "ids"),
        ("add_to_segment", {"ids": ["42", 1.5]}, "ids[1]"),
        ("add_to_segment", {"segment_id": ""}, "segment_id"),
        ("remove_from_segment", {"id_type": "phone"}, "id_type"),
    ],
)
def test_track_argument_when_it_is_wrong_then_it_is_named(
    client: Client, wire: respx.MockRouter, name: str, arguments: dict[str, Any], param: str
) -> None:
    assert_refused(client, wire, name, param, **arguments)


@pytest.mark.parametrize("name", operations.__all__)
def test_arguments_when_a_call_is_made_then_they_are_not_changed(
    client: Client, wire: respx.MockRouter, name: str
) -> None:
    arguments = copy.deepcopy(ARGUMENTS[name])
    for nested_in in ("data", "attributes"):
        if nested_in in arguments and name != "submit_form":
            arguments[nested_in] |= {"row": Row(["a"]), "model": RowModel(tags=["b"])}
    before = copy.deepcopy(arguments)
    wire.routes[0].respond(json=ANSWERS.get(name, {}))

    getattr(client, name)(**arguments)

    assert arguments == before


def test_request_when_it_is_sent_then_the_model_is_not_changed(client: Client, wire: respx.MockRouter) -> None:
    wire.routes[0].respond(json=ANSWERS["send_email"])
    files = {"a.txt": "AAAA"}
    request = EmailRequest(**email(message_data={"a": [1]}, attachments=files))
    before = request.model_copy(deep=True)

    client.send_email(request)
    request.attach("b.txt", b"x")

    assert files == {"a.txt": "AAAA"}
    assert request.model_copy(update={"attachments": before.attachments}) == before


def test_model_when_what_it_was_built_from_changes_then_it_does_not(client: Client, wire: respx.MockRouter) -> None:
    attributes: dict[str, Any] = {"tags": ["a"]}
    device = Device(id="t0k3n", platform="ios", attributes=attributes)

    attributes["tags"].append(MARKER)
    client.update_device("42", device)

    assert MARKER.encode() not in wire.calls[0].request.content


@pytest.mark.parametrize(("name", "article"), [("send_email", "an"), ("send_push", "a"), ("send_sms", "an")])
def test_request_when_it_is_of_another_class_then_the_right_one_is_named(
    client: Client, wire: respx.MockRouter, name: str, article: str
) -> None:
    with pytest.raises(ParamError, match=f"request: must be {article} [A-Z][A-Za-z]+Request, or a mapping"):
        getattr(client, name)(5)


def test_filter_when_it_does_not_say_what_it_does_then_that_is_asked_for(
    client: Client, wire: respx.MockRouter
) -> None:
    recipients: Any = {"attribute": {"field": "plan", "value": "pro"}}

    with pytest.raises(ParamError, match=r"recipients\.attribute: needs 'operator'"):
        client.trigger_broadcast(12, recipients=recipients)

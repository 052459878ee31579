"""Broadcasts: to exactly one audience, at their own rate, and how they went."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from typing import Any, cast

import httpx
import pytest
import respx
from clients import Blocking, Workshop
from pydantic import ValidationError

from cio_sdk import (
    Audience,
    BroadcastRecipient,
    Client,
    NotFoundError,
    ParamError,
    RateLimitError,
    RetryPolicy,
    TransportTimeoutError,
    WaitTimeoutError,
)
from cio_sdk.audience import all_of, any_of, attribute, has_attribute, not_, segment

AUDIENCES: dict[str, Any] = {
    "recipients": segment(4),
    "emails": ["ada@example.com"],
    "ids": [42],
    "per_user_data": [{"id": 42}],
    "data_file_url": "https://example.com/people.jsonl",
}
FLAGS = ["id_ignore_missing", "email_ignore_missing", "email_add_duplicates"]


def refused(call: Callable[[], object]) -> ParamError:
    with pytest.raises(ParamError) as caught:
        call()
    return caught.value


# --- The audience ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [*combinations(AUDIENCES, 2)])
def test_broadcast_when_it_has_two_audiences_then_it_is_refused(
    client: Client, wire: respx.MockRouter, first: str, second: str
) -> None:
    error = refused(lambda: client.trigger_broadcast(12, **{name: AUDIENCES[name] for name in (first, second)}))

    assert str(error) == (
        f"{second}: cannot go with {first}; give only one of recipients, emails, ids, per_user_data and data_file_url"
    )
    assert not wire.calls


@pytest.mark.parametrize("audience", [None, *AUDIENCES])
def test_broadcast_when_it_has_flags_then_they_go_with_every_audience(
    client: Client, wire: respx.MockRouter, audience: str | None
) -> None:
    wire.routes[0].respond(json={"id": 3})
    given: dict[str, Any] = {**dict.fromkeys(FLAGS, True), **({audience: AUDIENCES[audience]} if audience else {})}

    assert client.trigger_broadcast(12, **given).id == 3
    assert json.loads(wire.calls[0].request.content).items() >= dict.fromkeys(FLAGS, True).items()


@pytest.mark.parametrize(
    ("given", "param", "reason"),
    [
        ({"per_user_data": [{"data": {}}]}, "per_user_data[0]", "needs id, or email"),
        (
            {"per_user_data": [{"id": 1}, {"id": 1, "email": "a@example.com"}]},
            "per_user_data[1].email",
            "cannot go with id; give only one of id and email",
        ),
        ({"per_user_data": [{"id": 1, "dta": {}}]}, "per_user_data[0].dta", "is not a known field; check the spelling"),
        ({"per_user_data": []}, "per_user_data", "must not be empty"),
        ({"ids": []}, "ids", "must not be empty"),
        ({"ids": range(10_001)}, "ids", "has too many items; send at most 10,000"),
        ({"ids": [*range(10_001)]}, "ids", "has too many items; send at most 10,000"),
        ({"ids": ["42", ""]}, "ids[1]", "must not be empty or blank"),
        ({"emails": ["ada"]}, "emails[0]", "must be an email address"),
        ({"emails": "ada@example.com"}, "emails", "must be a list"),
        ({"data_file_url": "people.jsonl"}, "data_file_url", "must be an http or https URL"),
        (
            {"recipients": {}},
            "recipients",
            "needs exactly one of segment, attribute, and_, or_ and not_",
        ),
        (
            {"recipients": {"or": [{"segment": {"id": 4}, "attribute": {"operator": "exists", "field": "a"}}]}},
            "recipients.or[0]",
            "needs exactly one of segment, attribute, and_, or_ and not_",
        ),
        ({"recipients": {"and": []}}, "recipients.and", "must not be empty"),
        ({"recipients": {"attribute": {"operator": "eq", "field": "a"}}}, "recipients.attribute.value", "is required"),
        ({"recipients": {"attribute": {"operator": "gt", "field": "a"}}}, "recipients.attribute", "'exists'"),
        ({"data": {"at": {1}}}, "data.at", "make it a list"),
    ],
)
def test_broadcast_when_it_is_not_what_it_must_be_then_the_place_is_named(
    client: Client, wire: respx.MockRouter, given: dict[str, Any], param: str, reason: str
) -> None:
    error = refused(lambda: client.trigger_broadcast(12, **given))

    assert error.param == param
    assert reason in error.reason
    assert not wire.calls


@pytest.mark.parametrize("value", ["pro", 5, 5.5, True, False])
def test_attribute_when_it_is_compared_then_its_value_keeps_its_type(value: Any) -> None:
    condition = attribute("plan", value).model_dump(by_alias=True, exclude_none=True)["attribute"]

    assert condition == {"operator": "eq", "field": "plan", "value": value}
    assert type(condition["value"]) is type(value)


@pytest.mark.parametrize(
    "build",
    [
        lambda: segment(0),
        lambda: segment(cast("Any", "four")),
        lambda: attribute("", "a"),
        lambda: attribute("a", cast("Any", None)),
        lambda: attribute("a", float("nan")),
        lambda: has_attribute(" "),
        all_of,
        any_of,
        lambda: not_(cast("Any", None)),
        lambda: BroadcastRecipient(data={}),
    ],
)
def test_filter_when_it_is_built_wrongly_then_it_is_a_validation_error_on_the_spot(build: Callable[[], Any]) -> None:
    with pytest.raises(ValidationError):
        build()


def test_filter_when_it_is_deep_then_it_goes_out_as_it_is(client: Client, wire: respx.MockRouter) -> None:
    wire.routes[0].respond(json={"id": 3})
    audience: Audience = segment(4)
    for _ in range(20):
        audience = not_(all_of(audience))

    client.trigger_broadcast(12, recipients=audience)

    assert wire.calls[0].request.content.count(b'{"not":{"and":[') == 20


# --- Its rate --------------------------------------------------------------------------------------------------------

TOO_SOON = httpx.Response(429, json={"errors": [{"detail": "one in 10 seconds", "status": "429"}]})


@pytest.mark.parametrize(("header", "seconds"), [({}, 10.0), ({"Retry-After": "3"}, 3.0)])
def test_broadcast_when_the_last_one_was_just_before_then_the_error_says_when_to_come_back(
    client: Client, wire: respx.MockRouter, waits: list[float], header: dict[str, str], seconds: float
) -> None:
    wire.routes[0].respond(429, headers=header)

    with pytest.raises(RateLimitError, match=f"Try again in {seconds:.0f} seconds") as caught:
        client.trigger_broadcast(12)

    assert caught.value.retry_after == seconds
    assert (len(wire.calls), waits) == (1, [])


@pytest.mark.parametrize(("header", "seconds"), [({}, 10.0), ({"Retry-After": "3"}, 3.0)])
def test_broadcast_when_it_is_to_wait_then_it_is_sent_as_soon_as_the_rate_allows(
    client: Client, wire: respx.MockRouter, waits: list[float], header: dict[str, str], seconds: float
) -> None:
    wire.routes[0].mock(side_effect=[httpx.Response(429, headers=header), httpx.Response(200, json={"id": 3})])

    assert client.trigger_broadcast(12, wait=True).id == 3

    assert waits == [seconds]


@pytest.mark.parametrize("max_retries", [0, 2])
def test_broadcast_when_it_is_to_wait_then_only_the_timeout_bounds_how_often(
    makes: Workshop, wire: respx.MockRouter, waits: list[float], max_retries: int
) -> None:
    wire.routes[0].mock(side_effect=[*[TOO_SOON] * 5, httpx.Response(200, json={"id": 3})])
    makes.timing.clock = lambda: sum(waits)
    client = makes.connect(timeout=55.0, retry_policy=RetryPolicy(max_retries=max_retries, max_total_wait=5))

    assert client.trigger_broadcast(12, wait=True).id == 3
    assert waits == [10.0] * 5

    wire.routes[0].mock(return_value=TOO_SOON)
    with pytest.raises(RateLimitError, match="after 6 attempts"):
        client.trigger_broadcast(12, wait=True)


def test_broadcast_when_the_timeout_leaves_no_time_to_wait_then_it_is_a_rate_limit_error(
    makes: Workshop, wire: respx.MockRouter, waits: list[float]
) -> None:
    wire.routes[0].mock(return_value=TOO_SOON)

    with pytest.raises(RateLimitError):
        makes.connect(timeout=5.0).trigger_broadcast(12, wait=True)

    assert waits == []


def test_broadcast_when_its_answer_is_lost_then_it_is_not_sent_again(client: Client, wire: respx.MockRouter) -> None:
    wire.routes[0].mock(side_effect=httpx.ReadError("lost"))

    with pytest.raises(Exception, match="look before you send it again"):
        client.trigger_broadcast(12, wait=True)

    assert len(wire.calls) == 1


def test_rate_limit_error_when_another_operation_meets_it_then_it_says_what_customer_io_says(
    makes: Workshop, wire: respx.MockRouter, waits: list[float]
) -> None:
    client = makes.connect(retry_policy=RetryPolicy(max_retries=0))
    wire.routes[0].mock(side_effect=[httpx.Response(429), httpx.Response(429, headers={"Retry-After": "7"})])

    with pytest.raises(RateLimitError) as first:
        client.delete_customer("42")
    with pytest.raises(RateLimitError) as second:
        client.delete_customer("42")

    assert (first.value.retry_after, second.value.retry_after) == (None, 7.0)


# --- How it went -----------------------------------------------------------------------------------------------------


def with_time(makes: Workshop, waits: list[float]) -> Client:
    """A client whose time passes by waiting."""
    makes.timing.clock = lambda: sum(waits)
    return makes.connect()


def test_wait_for_broadcast_when_it_takes_a_while_then_it_asks_after_growing_pauses(
    makes: Workshop, wire: respx.MockRouter, waits: list[float]
) -> None:
    answers = [{"id": 3}, {"id": 3, "processed_at": None}, *[{"id": 3, "processed_at": 0}] * 11]
    wire.routes[0].mock(
        side_effect=[httpx.Response(200, json=each) for each in [*answers, {"id": 3, "processed_at": 9}]]
    )

    status = with_time(makes, waits).wait_for_broadcast(12, 3)

    assert status.is_processed
    assert status.processed_at is not None
    assert waits[:4] == [1.0, 1.5, 2.25, 3.375]
    assert waits == sorted(waits)
    assert max(waits) == waits[-1] == 30.0


def test_wait_for_broadcast_when_the_time_is_over_then_it_asks_once_more_and_says_so(
    makes: Workshop, wire: respx.MockRouter, waits: list[float]
) -> None:
    wire.routes[0].respond(json={"id": 3})

    with pytest.raises(WaitTimeoutError, match="not processed within 5 seconds"):
        with_time(makes, waits).wait_for_broadcast(12, 3, timeout=5)

    assert sum(waits) == 5.0
    assert len(wire.calls) == len(waits) + 1


def test_wait_for_broadcast_when_no_answer_comes_then_its_own_timeout_bounds_the_call(
    makes: Workshop, wire: respx.MockRouter, waits: list[float]
) -> None:
    allowed: list[float] = []

    def never(request: httpx.Request) -> httpx.Response:
        allowed.append(request.extensions["timeout"]["read"])
        waits.append(allowed[-1])
        raise httpx.ReadTimeout("late")

    wire.routes[0].mock(side_effect=never)
    makes.timing.clock = lambda: sum(waits)

    with pytest.raises(WaitTimeoutError, match="not processed within 5 seconds"):
        makes.connect(timeout=20.0, max_retries=0).wait_for_broadcast(12, 3, timeout=5)
    with pytest.raises(TransportTimeoutError):
        makes.connect(timeout=3.0, max_retries=0).wait_for_broadcast(12, 3, timeout=5)

    assert allowed == [5.0, 3.0]


def test_wait_for_broadcast_when_there_is_none_then_it_does_not_wait(
    makes: Workshop, wire: respx.MockRouter, waits: list[float]
) -> None:
    wire.routes[0].respond(404)

    with pytest.raises(NotFoundError):
        with_time(makes, waits).wait_for_broadcast(12, 3)

    assert waits == []


@pytest.mark.parametrize(
    ("arguments", "param"),
    [(("", 3), "broadcast_id"), ((12, " "), "trigger_id"), ((12, 3), "timeout")],
)
def test_wait_for_broadcast_when_an_argument_is_wrong_then_it_is_refused(
    client: Client, wire: respx.MockRouter, arguments: Any, param: str
) -> None:
    given = {"timeout": -1} if param == "timeout" else {}

    assert refused(lambda: client.wait_for_broadcast(*arguments, **given)).param == param
    assert not wire.calls


def read(makes: Workshop, count: int | None = None) -> list[str]:
    """What went wrong, or so many lines of it."""
    client = makes.connect()
    if not isinstance(client, Blocking):
        errors = client.get_broadcast_errors(12, 3)
        return [each for each, _ in zip(errors, range(count or 99), strict=False)] if count else [*errors]

    async def read_them() -> list[str]:
        found: list[str] = []
        async for error in client._client.get_broadcast_errors(12, 3):
            found.append(error)
            if len(found) == count:
                break
        return found

    return cast("list[str]", client._runner.run(read_them()))


def test_broadcast_errors_when_there_are_several_pages_then_they_are_read_one_after_another(
    makes: Workshop, wire: respx.MockRouter
) -> None:
    pages: list[Any] = [{"errors": ["a", "b"], "next": "p 2"}, {"errors": [], "next": "p3"}, {"errors": ["c"]}]
    wire.routes[0].mock(side_effect=[httpx.Response(200, json=page) for page in pages])

    assert read(makes) == ["a", "b", "c"]

    queries = [call.request.url.query for call in wire.calls]
    assert queries == [b"", b"start=p%202", b"start=p3"]


def test_broadcast_errors_when_only_the_first_are_wanted_then_no_further_page_is_read(
    makes: Workshop, wire: respx.MockRouter
) -> None:
    wire.routes[0].respond(json={"errors": ["a", "b"], "next": "p2"})

    assert read(makes, 1) == ["a"]

    assert len(wire.calls) == 1


@pytest.mark.parametrize("next_", ["", " ", None, 0, "0"])
def test_broadcast_errors_when_there_is_no_next_page_then_they_end(
    makes: Workshop, wire: respx.MockRouter, next_: str | int | None
) -> None:
    wire.routes[0].respond(json={"errors": ["a"], "next": next_})

    assert read(makes) == ["a"]


@pytest.mark.parametrize("pages", [["p2"], ["p2", "p3"], [7, 8, 9]])
def test_broadcast_errors_when_a_page_comes_again_then_they_end(
    makes: Workshop, wire: respx.MockRouter, pages: list[Any]
) -> None:
    wire.routes[0].mock(
        side_effect=[httpx.Response(200, json={"errors": ["a"], "next": page}) for page in [*pages, *pages]]
    )

    assert read(makes) == ["a"] * (len(pages) + 1)


def test_broadcast_errors_when_an_argument_is_wrong_then_it_is_refused_at_once(
    client: Client, wire: respx.MockRouter
) -> None:
    assert refused(lambda: client.get_broadcast_errors("", 3)).param == "broadcast_id"
    assert not wire.calls


# --- Collections -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        (b'[{"a": 1}, {"b": 2}]', [{"a": 1}, {"b": 2}]),
        (b"[]", []),
        (b'{"a": 1}', [{"a": 1}]),
        (b'{"a": 1}\n{"b": 2}\n', [{"a": 1}, {"b": 2}]),
    ],
    ids=["array", "nothing", "object", "lines"],
)
def test_collection_contents_when_they_are_read_then_they_are_rows_however_they_came(
    client: Client, wire: respx.MockRouter, body: bytes, rows: list[dict[str, Any]]
) -> None:
    wire.routes[0].respond(content=body)

    assert client.get_collection_contents(5) == rows


@pytest.mark.parametrize(
    ("items", "param"),
    [
        ({"a": 1}, "items"),
        ("rows", "items"),
        (5, "items"),
        ([{"a": 1}, [1]], "items[1]"),
        ([{"a": {1}}], "items[0].a"),
        ([{}, {"a": "x" * 9_993}], "items[1]"),
        ([{"a": "x" * 9_000}] * 1_200, "items"),
    ],
)
def test_collection_when_its_rows_are_no_rows_or_too_large_then_they_are_refused(
    client: Client, wire: respx.MockRouter, items: Any, param: str
) -> None:
    assert refused(lambda: client.update_collection_contents(5, items)).param == param
    assert refused(lambda: client.update_collection("offers", items)).param == param
    assert not wire.calls

"""Any number of operations in batches: nothing is lost, nothing is done twice, nothing overtakes."""

from __future__ import annotations

import asyncio
import json
import pickle
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import aclosing, closing
from datetime import UTC, datetime
from typing import Any, cast

import httpx
import pytest
import respx
from clients import ULID, Blocking, Connect, Workshop
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_sdk import (
    AsyncClient,
    AuthenticationError,
    BatchError,
    BatchReport,
    BatchResult,
    Client,
    CustomerIOError,
    ParamError,
    PersonIdentifiers,
    ResponseError,
    RetryPolicy,
    ServerError,
    TransportError,
)
from cio_sdk._batching import Part, Pause, Pull, Settled, Start, Wait, conduct
from cio_sdk.models import BatchAnswer, BatchProblem, PersonEvent, PersonIdentify, PersonMerge

LIMIT = 500_000
URL = "https://track.customer.io/api/v2/batch"


def event(number: int, person: object = None, padding: int = 0) -> dict[str, Any]:
    """An event that is known by its number."""
    return {
        "type": "person",
        "action": "event",
        "identifiers": {"id": str(number if person is None else person)},
        "name": "purchase",
        "attributes": {"number": number, "padding": "x" * padding},
    }


def merge(number: int, person: object = None) -> dict[str, Any]:
    return {
        "type": "person",
        "action": "merge",
        "primary": {"id": str(number if person is None else person)},
        "secondary": {"id": f"old {number}"},
    }


def entries_of(request: httpx.Request) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(request.content)["batch"]
    return entries


def sent(wire: respx.MockRouter) -> list[list[dict[str, Any]]]:
    """The entries of every request, in the order in which they were sent."""
    return [entries_of(call.request) for call in wire.calls]


def numbers(entries: Iterable[dict[str, Any]]) -> list[int]:
    return [entry["attributes"]["number"] for entry in entries]


def answering(wire: respx.MockRouter, answer: Callable[[list[dict[str, Any]]], httpx.Response]) -> None:
    wire.routes[0].mock(side_effect=lambda request: answer(entries_of(request)))


def refusal(status: int = 400, message: str = "no") -> httpx.Response:
    return httpx.Response(status, json={"errors": [{"reason": "invalid", "field": "name", "message": message}]})


# --- What goes into a request ----------------------------------------------------------------------------------------


def test_batch_when_everything_is_accepted_then_the_report_says_so(client: Client, wire: respx.MockRouter) -> None:
    report = client.batch([PersonEvent(identifiers=PersonIdentifiers(id=42), name="purchase", id=ULID), event(1)])

    (request,) = (call.request for call in wire.calls)
    assert (request.method, str(request.url)) == ("POST", URL)
    assert [entry["identifiers"] for entry in entries_of(request)] == [{"id": "42"}, {"id": "1"}]
    assert (report.accepted, report.refused, report.not_sent, report.error, report.total) == (2, [], [], None, 2)
    report.raise_for_errors()


def test_batch_when_there_is_nothing_then_nothing_is_sent(client: Client, wire: respx.MockRouter) -> None:
    assert client.batch([]).total == 0
    assert not wire.calls


def test_batch_when_there_is_much_then_requests_are_full_to_the_byte_and_none_is_over(
    client: Client, wire: respx.MockRouter
) -> None:
    operations = [event(number, padding=number % 1_000) for number in range(4_000)]

    client.batch(operations, concurrency=1)

    bodies = [call.request.content for call in wire.calls]
    assert all(len(body) <= LIMIT for body in bodies)
    for body, following in zip(bodies, sent(wire)[1:], strict=False):
        first = json.dumps(following[0], separators=(",", ":"))
        assert len(body) + 1 + len(first) > LIMIT
    assert numbers(entry for entries in sent(wire) for entry in entries) == list(range(4_000))


@pytest.mark.parametrize("over", [0, 1])
def test_batch_when_entries_fill_a_request_exactly_then_they_go_together(
    client: Client, wire: respx.MockRouter, over: int
) -> None:
    shape = len(json.dumps({**event(10), "id": ULID}, separators=(",", ":")))
    each = (LIMIT - len('{"batch":[]}') - 19) // 20
    rest = LIMIT - len('{"batch":[]}') - 19 - each * 20
    operations = [
        {**event(10 + n, padding=each - shape + (rest + over if not n else 0)), "id": ULID} for n in range(20)
    ]

    client.batch(operations)

    assert [len(entries) for entries in sent(wire)] == ([20] if not over else [19, 1])
    assert max(len(call.request.content) for call in wire.calls) <= LIMIT


def test_batch_when_an_event_is_sent_again_then_its_id_is_the_same(
    client: Client, wire: respx.MockRouter, waits: list[float]
) -> None:
    wire.routes[0].mock(side_effect=[httpx.ReadError("lost"), httpx.Response(503), httpx.Response(200, json={})])

    report = client.batch(event(number) for number in range(3))

    assert report.accepted == 3
    assert len(waits) == 2
    assert len({call.request.content for call in wire.calls}) == 1


def test_batch_when_an_operation_can_do_something_twice_then_it_is_never_sent_again_and_delays_no_others(
    client: Client, wire: respx.MockRouter, waits: list[float]
) -> None:
    def lose_merges(entries: list[dict[str, Any]]) -> httpx.Response:
        if entries[0]["action"] == "merge":
            raise httpx.ReadError("lost")
        return httpx.Response(200, json={})

    answering(wire, lose_merges)

    report = client.batch([event(1), event(2), merge(3), merge(4)])

    assert sorted([entry["action"] for entry in entries] for entries in sent(wire)) == [["event"] * 2, ["merge"] * 2]
    assert max(waits, default=0.0) <= 0.001
    assert report.accepted == 2
    assert [(each.index, each.maybe_delivered) for each in report.not_sent] == [(2, True), (3, True)]
    assert isinstance(report.error, TransportError)


# --- What is refused -------------------------------------------------------------------------------------------------


def test_batch_when_an_operation_is_wrong_then_it_is_refused_and_the_others_are_sent(
    client: Client, wire: respx.MockRouter
) -> None:
    wrong = [5, event(1, padding=40_000), {**event(2), "name": ""}]

    report = client.batch([event(0), *cast("list[Any]", wrong), event(4)])

    assert numbers(sent(wire)[0]) == [0, 4]
    assert [(each.index, each.operation, each.reason, each.field) for each in report.refused] == [
        (1, 5, "invalid", "operation"),
        (2, wrong[1], "invalid", "operation"),
        (3, wrong[2], "invalid", "name"),
    ]
    assert report.refused[1].message == "has 40,150 bytes as JSON; send at most 32,768"


def test_batch_when_customer_io_refuses_entries_then_each_is_found_by_its_index(
    client: Client, wire: respx.MockRouter
) -> None:
    def refuse_sevens(entries: list[dict[str, Any]]) -> httpx.Response:
        errors = [
            {"batch_index": place, "reason": "odd", "field": "attributes", "message": "seven"}
            for place, number in enumerate(numbers(entries))
            if number % 7 == 0
        ]
        return httpx.Response(207, json={"errors": errors})

    answering(wire, refuse_sevens)

    report = client.batch([event(number, padding=5_000) for number in range(300)])

    assert len(wire.calls) > 3
    assert [(each.index, each.reason, each.field, each.message) for each in report.refused] == [
        (number, "odd", "attributes", "seven") for number in range(0, 300, 7)
    ]
    assert report.accepted == 300 - len(report.refused)


def test_batch_when_an_entry_is_refused_for_several_reasons_then_all_of_them_are_told(
    client: Client, wire: respx.MockRouter
) -> None:
    errors = [
        {"batch_index": 1, "reason": "invalid", "message": "no name"},
        {"batch_index": 1, "reason": "required", "field": "id", "message": "no id"},
        {"batch_index": 0, "reason": 7},
    ]
    wire.routes[0].respond(207, json={"errors": errors})

    first, second = client.batch([event(0), event(1)]).refused

    assert (first.reason, first.field, first.message) == ("7", "", "")
    assert (second.reason, second.field, second.message) == ("invalid", "id", "no name; no id")


@pytest.mark.parametrize("status", [400, 413, 422])
@pytest.mark.parametrize("bad", [{0}, {99}, {3, 50, 51}, set(range(100))])
def test_batch_when_a_request_is_refused_whole_then_it_is_halved_until_the_bad_entries_stand_alone(
    client: Client, wire: respx.MockRouter, status: int, bad: set[int]
) -> None:
    delivered: list[int] = []

    def refuse_whole(entries: list[dict[str, Any]]) -> httpx.Response:
        if bad & set(numbers(entries)):
            return refusal(status, "one of them")
        delivered.extend(numbers(entries))
        return httpx.Response(200, json={})

    answering(wire, refuse_whole)

    report = client.batch([event(number) for number in range(100)])

    assert delivered == [number for number in range(100) if number not in bad]
    assert {each.index for each in report.refused} == bad
    assert all(each.message.endswith("one of them") for each in report.refused)
    assert report.accepted == 100 - len(bad)
    if len(bad) == 1:
        assert len(wire.calls) <= 2 * 7 + 1


def test_report_when_something_was_refused_then_raise_for_errors_says_what_and_shows_no_values(
    client: Client, wire: respx.MockRouter
) -> None:
    problem = {"batch_index": 0, "reason": "invalid", "field": "attributes", "message": "s3cr3t is wrong"}
    wire.routes[0].mock(return_value=httpx.Response(207, json={"errors": [problem]}))

    report = client.batch([{**event(1, person="s3cr3t"), "name": "s3cr3t"}, cast("Any", "s3cr3t")])

    with pytest.raises(
        BatchError, match="of 2 operations, 0 were accepted, 2 refused; the first refused is number 0"
    ) as caught:
        report.raise_for_errors()
    assert caught.value.report is report
    assert "s3cr3t" not in f"{caught.value} {caught.value!r} {report} {report.refused!r}"
    assert pickle.loads(pickle.dumps(caught.value)).report.refused == report.refused


# --- What ends it ----------------------------------------------------------------------------------------------------

ENDS: list[tuple[httpx.Response | Exception, type[CustomerIOError], bool]] = [
    (httpx.Response(401, json={"meta": {"error": "unauthorized"}}), AuthenticationError, False),
    (httpx.Response(404), CustomerIOError, False),
    (httpx.Response(500), ServerError, True),
    (httpx.Response(408), CustomerIOError, True),
    (httpx.Response(429), CustomerIOError, False),
    (httpx.Response(200, text="<html>"), ResponseError, True),
    (httpx.Response(207, json={"errors": [{"batch_index": 3}]}), ResponseError, True),
    (httpx.Response(207, json={"errors": [{"batch_index": -1}]}), ResponseError, True),
    (httpx.ConnectError("no"), TransportError, False),
    (httpx.ReadError("lost"), TransportError, True),
    (httpx.ReadTimeout("late"), TransportError, True),
]


@pytest.mark.parametrize(("outcome", "kind", "maybe_delivered"), ENDS, ids=[str(case[0]) for case in ENDS])
def test_batch_when_sending_fails_then_it_ends_and_everything_read_is_accounted_for(
    makes: Workshop, wire: respx.MockRouter, outcome: Any, kind: type[CustomerIOError], maybe_delivered: bool
) -> None:
    client = makes.connect(max_retries=0)
    read = 0

    def operations() -> Iterator[dict[str, Any]]:
        nonlocal read
        for read in range(1, 100_001):
            yield event(read, padding=100_000 if read == 100_000 else 0)

    wire.routes[0].mock(side_effect=[outcome])
    report = client.batch(event(number) for number in range(3))

    assert isinstance(report.error, kind)
    assert [(each.index, each.status) for each in report.not_sent] == [
        (0, "not_sent"),
        (1, "not_sent"),
        (2, "not_sent"),
    ]
    assert {each.maybe_delivered for each in report.not_sent} == {maybe_delivered}
    with pytest.raises(BatchError, match="3 not sent; it ended early: ") as caught:
        report.raise_for_errors()
    assert caught.value.__cause__ is report.error

    wire.routes[0].mock(side_effect=httpx.ConnectError("no"))
    report = client.batch(operations())
    assert report.total == read < 50_000


def test_batch_when_one_request_fails_then_those_under_way_are_counted_and_no_other_is_begun(
    makes: Workshop, wire: respx.MockRouter
) -> None:
    client = makes.connect(max_retries=0)

    def fail_once(entries: list[dict[str, Any]]) -> httpx.Response:
        return httpx.Response(401 if 150 in numbers(entries) else 200, json={})

    answering(wire, fail_once)

    report = client.batch((event(number, padding=20_000) for number in range(10_000)), concurrency=2)

    delivered = [number for entries in sent(wire) if 150 not in numbers(entries) for number in numbers(entries)]
    assert report.accepted == len(delivered)
    assert {each.index for each in report.not_sent} == set(range(report.total)) - set(delivered)
    assert len(wire.calls) < 20


def test_batch_when_keys_are_missing_then_it_raises_at_once(connect: Connect, wire: respx.MockRouter) -> None:
    client = connect(keys=False, app_api_key="x")

    with pytest.raises(ParamError, match="batch needs site_id and tracking_api_key"):
        client.batch([event(1)])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"concurrency": 0}, "concurrency: must be a whole number, 1 or more"),
        ({"concurrency": True}, "concurrency: must be"),
        ({"requests_per_second": 0}, "requests_per_second: must be a number, more than 0"),
        ({"requests_per_second": float("nan")}, "requests_per_second: must be"),
    ],
)
def test_batch_when_an_option_is_wrong_then_it_is_refused_before_anything_is_read(
    client: Client, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ParamError, match=words):
        client.batch(iter(()), **options)


@pytest.mark.parametrize("given", [5, "text", {"type": "person"}, PersonIdentify(identifiers=PersonIdentifiers(id=1))])
def test_batch_when_it_is_not_given_an_iterable_of_operations_then_it_says_so(client: Client, given: Any) -> None:
    with pytest.raises(ParamError, match="operations: must be an iterable of operations"):
        client.batch(given)


@pytest.mark.parametrize(
    "operation",
    [event(1), PersonEvent(identifiers=PersonIdentifiers(id=1), name="purchase", attributes={"number": 1})],
    ids=["mapping", "model"],
)
def test_batch_when_an_answer_is_lost_then_what_was_not_sent_can_be_sent_again_and_counts_once(
    connect: Connect, wire: respx.MockRouter, operation: Any
) -> None:
    client = connect(max_retries=0)
    wire.routes[0].mock(side_effect=[httpx.ReadError("lost"), httpx.Response(200, json={})])
    (lost,) = client.batch([operation]).not_sent

    report = client.batch([lost.operation])

    first, second = sent(wire)
    assert report.accepted == 1
    assert type(lost.operation) is type(operation)
    assert first == second


def test_batch_when_the_iterable_raises_then_what_came_before_is_sent_and_the_error_is_its_own(
    client: Client, wire: respx.MockRouter
) -> None:
    def operations() -> Iterator[dict[str, Any]]:
        yield from (event(number) for number in range(300))
        raise LookupError("the database is gone")

    with pytest.raises(LookupError, match="the database is gone") as caught:
        client.batch(operations())

    assert numbers(entry for entries in sent(wire) for entry in entries) == list(range(300))
    assert caught.value.__notes__ == ["Of the operations before it, 300 accepted, 0 refused, 0 not sent"]


def test_batch_when_the_iterable_raises_after_sending_has_failed_then_its_error_says_so(
    client: Client, wire: respx.MockRouter
) -> None:
    def operations() -> Iterator[dict[str, Any]]:
        yield event(1)
        yield event(2, padding=40_000)
        raise LookupError("the database is gone")

    wire.routes[0].mock(return_value=httpx.Response(401))

    with pytest.raises(LookupError) as caught:
        client.batch(operations())

    ended, counts = caught.value.__notes__
    assert ended.startswith("Sending had ended before: 401 from POST /api/v2/batch")
    assert counts == "Of the operations before it, 0 accepted, 1 refused, 1 not sent"


# --- The iterator ----------------------------------------------------------------------------------------------------


def test_iter_batch_when_it_is_read_then_each_operation_has_one_result(makes: Workshop, wire: respx.MockRouter) -> None:
    operations = [event(number, padding=1_000) for number in range(2_000)]
    operations[77] = {}

    results = collect(makes, operations)

    assert sorted(result.index for result in results) == list(range(2_000))
    assert {result.status for result in results} == {"accepted", "refused"}
    assert all(operations[result.index].items() <= dict(result.operation).items() for result in results)


def test_iter_batch_when_sending_fails_then_it_raises_after_the_last_result(
    makes: Workshop, wire: respx.MockRouter
) -> None:
    wire.routes[0].mock(return_value=httpx.Response(401))
    results: list[BatchResult] = []

    with pytest.raises(AuthenticationError):
        collect(makes, [event(1), event(2)], results)

    assert [result.status for result in results] == ["not_sent", "not_sent"]


def test_iter_batch_when_it_is_read_then_results_come_while_operations_are_still_to_be_read(
    wire: respx.MockRouter,
) -> None:
    read = 0

    def operations() -> Iterator[dict[str, Any]]:
        nonlocal read
        for read in range(20_000):
            yield event(read, padding=1_000)

    with Client("a", "b") as client:
        next(iter(client.iter_batch(operations())))

    assert read < 6_000


def test_iter_batch_when_it_is_closed_early_then_what_is_under_way_is_finished_and_no_thread_is_left(
    wire: respx.MockRouter,
) -> None:
    before = threading.active_count()
    operations = (event(number, padding=1_000) for number in range(20_000))
    with Client("a", "b") as client, closing(client.iter_batch(operations)) as results:
        next(results)

    assert threading.active_count() == before
    assert len(wire.calls) < 10


def test_async_iter_batch_when_it_is_closed_early_then_what_is_under_way_is_finished(wire: respx.MockRouter) -> None:
    begun = finished = 0

    async def slowly(request: httpx.Request) -> httpx.Response:
        nonlocal begun, finished
        begun += 1
        for _ in range(100 * begun):
            await asyncio.sleep(0)
        finished += 1
        return httpx.Response(200, json={})

    async def main() -> int:
        wire.routes[0].mock(side_effect=slowly)
        operations = (event(number, padding=1_000) for number in range(20_000))
        async with AsyncClient("a", "b") as client, aclosing(client.iter_batch(operations)) as results:
            await anext(results)
        return len(asyncio.all_tasks())

    assert asyncio.run(main()) == 1
    assert 1 < begun == finished


def test_iter_batch_when_its_source_is_slow_then_results_do_not_wait_for_it(
    wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cio_sdk._batch_drivers._LONGEST_PULL", -1.0)  # every operation is slow
    read = 0

    def operations() -> Iterator[dict[str, Any]]:
        nonlocal read
        for _ in range(9):
            read += 1
            yield {}

    with Client("a", "b") as client:
        seen = [(result.index, read) for result in client.iter_batch(operations())]

    assert seen == [(number, number + 1) for number in range(9)]


def test_iter_batch_when_its_iterable_is_asynchronous_then_it_is_read_as_results_are(wire: respx.MockRouter) -> None:
    async def operations() -> AsyncIterator[dict[str, Any]]:
        for number in range(300):
            yield event(number)
        raise LookupError("gone")

    async def main() -> list[BatchResult]:
        async with AsyncClient("a", "b") as client:
            reading = client.iter_batch(operations())
            results = [await anext(reading) for _ in range(300)]
            with pytest.raises(LookupError):
                await anext(reading)
        return results

    assert [result.index for result in asyncio.run(main())] == list(range(300))


def test_async_batch_when_cancelled_then_no_task_is_left(wire: respx.MockRouter) -> None:
    async def main() -> int:
        started = asyncio.Event()

        async def never(request: httpx.Request) -> httpx.Response:
            started.set()
            await asyncio.Event().wait()
            return httpx.Response(200)

        wire.routes[0].mock(side_effect=never)
        async with AsyncClient("a", "b") as client:
            task = asyncio.create_task(client.batch([event(1)]))
            await started.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        return len(asyncio.all_tasks())

    assert asyncio.run(main()) == 1


def collect(
    makes: Workshop, operations: Iterable[dict[str, Any]], results: list[BatchResult] | None = None
) -> list[BatchResult]:
    """Read the results of either client."""
    found = [] if results is None else results
    client = makes.connect()
    if not isinstance(client, Blocking):
        for result in client.iter_batch(operations):
            found.append(result)
        return found

    async def read() -> None:
        async for result in client._client.iter_batch(operations):
            found.append(result)

    client._runner.run(read())
    return found


# --- The generator, without I/O --------------------------------------------------------------------------------------


class World:
    """Does the steps of `conduct` in any order that a network may."""

    def __init__(
        self, choose: Callable[[int], int], concurrency: int, bad: Callable[[Any], bool] = lambda _: False
    ) -> None:
        self.choose = choose
        self.concurrency = concurrency
        self.bad = bad
        self.now = 0.0
        self.step_seconds = 0.0
        """How long each step takes."""
        self.starts: list[float] = []
        self.most_under_way = 0
        self.done: list[Any] = []
        """The operations in the order in which they were done."""
        self.results: list[BatchResult] = []

    def run(self, operations: list[Any], rate: float = 1e9) -> None:
        steps = conduct(lambda: self.now, self.concurrency, rate)
        source = iter(operations)
        under_way: list[Part] = []
        answer: Any = None
        while True:
            try:
                step = steps.send(answer)
            except StopIteration:
                assert not under_way
                return
            answer = None
            if isinstance(step, Pull):
                answer = [operation for _, operation in zip(range(step.at_most), source, strict=False)]
            elif isinstance(step, Start):
                under_way.append(step.part)
                self.starts.append(self.now)
                self.most_under_way = max(self.most_under_way, len(under_way))
            elif isinstance(step, Pause):
                self.now += step.seconds
            elif isinstance(step, Settled):
                self.results += step.results()
            elif isinstance(step, Wait) or not self.choose(2):
                answer = [self.finish(under_way.pop(self.choose(len(under_way))))]
            self.now += self.step_seconds

    def finish(self, part: Part) -> tuple[Part, BatchAnswer]:
        entries = [json.loads(body) for body in part.batch.bodies[part.start : part.stop]]
        problems = [BatchProblem(batch_index=place) for place, entry in enumerate(entries) if self.bad(entry)]
        self.done += [entry for entry in entries if not self.bad(entry)]
        return part, BatchAnswer(errors=problems)


def identify(number: int, person: str, email: str | None) -> dict[str, Any]:
    attributes = {"number": number, "padding": "x" * 900} | ({"email": email} if email else {})
    return {"type": "person", "action": "identify", "identifiers": {"id": person}, "attributes": attributes}


def names_of(operation: dict[str, Any]) -> set[str]:
    parts = [operation.get("identifiers", {}), operation.get("primary", {}), operation.get("secondary", {})]
    email = operation.get("attributes", {}).get("email")
    return {value for part in parts for value in part.values()} | ({email} if email else set())


PEOPLE = st.sampled_from("abcdefgh")
STREAMS = st.lists(
    st.tuples(
        st.sampled_from(["event", "event", "event", "identify", "merge"]), PEOPLE, PEOPLE, st.integers(0, 20_000)
    ),
    max_size=400,
)


@given(STREAMS, st.randoms(use_true_random=False), st.integers(1, 5))
@settings(max_examples=150)
def test_operations_when_sent_at_once_then_those_that_share_a_person_are_done_in_their_order(
    stream: list[tuple[str, str, str, int]], chance: Any, concurrency: int
) -> None:
    operations: list[dict[str, Any]] = []
    for number, (action, person, other, padding) in enumerate(stream):
        if action == "event":
            operations.append({**event(number, person, padding), "id": ULID})
        elif action == "identify":
            operations.append(identify(number, person, f"{other}@example.com"))
        else:
            operations.append({**merge(number), "primary": {"id": person}, "secondary": {"id": other}})
    world = World(chance.randrange, concurrency)

    world.run(operations)

    assert sorted(result.index for result in world.results) == list(range(len(operations)))
    assert world.most_under_way <= concurrency
    by_name: dict[str, list[int]] = defaultdict(list)
    places = {json.dumps(operation): [] for operation in operations}  # type: ignore[var-annotated]
    for index, operation in enumerate(operations):
        places[json.dumps(operation)].append(index)
    for operation in world.done:
        index = places[json.dumps(operation)].pop(0)
        for name in names_of(operation):
            by_name[name].append(index)
    for done in by_name.values():
        assert done == sorted(done)


def test_operations_when_they_are_of_one_person_then_they_go_one_request_after_another() -> None:
    world = World(lambda _: 0, concurrency=4)

    world.run([event(number, "ada", 1_000) for number in range(2_000)])

    assert world.most_under_way == 1
    assert numbers(world.done) == list(range(2_000))


def test_operations_when_they_are_of_many_people_then_as_many_requests_as_allowed_are_under_way() -> None:
    world = World(lambda count: count - 1, concurrency=3)

    world.run([event(number, padding=1_000) for number in range(4_000)])

    assert world.most_under_way == 3


def test_requests_when_begun_then_no_more_than_the_rate_allows() -> None:
    world = World(lambda _: 0, concurrency=8)

    world.run([event(number, padding=20_000) for number in range(1_000)], rate=10)

    assert len(world.starts) == 42
    gaps = [later - earlier for earlier, later in zip(world.starts, world.starts[1:], strict=False)]
    assert min(gaps) >= 0.1 - 1e-9
    assert world.now == pytest.approx(4.1)


def test_requests_when_their_source_is_slow_then_they_go_before_they_are_full() -> None:
    world = World(lambda _: 0, concurrency=4)
    world.step_seconds = 0.3

    world.run([event(number) for number in range(64 * 12)])

    assert numbers(world.done) == list(range(64 * 12))
    assert 3 <= len(world.starts) <= 6


def test_requests_when_no_other_may_be_begun_then_they_are_filled() -> None:
    world = World(lambda _: 0, concurrency=1)
    world.step_seconds = 10.0
    world.choose = lambda count: count - 1  # nothing is done before it is waited for

    world.run([event(number, padding=1_000) for number in range(2_000)])

    assert len(world.starts) <= 2_000 * 1_200 // LIMIT + 2


def test_operations_when_some_must_not_be_repeated_then_each_kind_fills_requests_of_its_own() -> None:
    world = World(lambda _: 0, concurrency=4)

    world.run([made for number in range(500) for made in (event(number), merge(number, f"person {number}"))])

    assert len(world.starts) == 2
    assert len(world.done) == 1_000


def test_operations_when_their_email_is_written_in_other_cases_then_they_are_of_one_person() -> None:
    world = World(lambda count: count - 1, concurrency=4)
    emails = ["Ada@example.com", "ada@EXAMPLE.com"]

    world.run(
        [
            {**event(number, padding=1_000), "identifiers": {"email": emails[number % 2]}}
            | ({"id": ULID} if number % 3 else {"timestamp": datetime.now(UTC)})
            for number in range(2_000)
        ]
    )

    assert world.most_under_way == 1
    assert numbers(world.done) == list(range(2_000))


def test_batch_when_it_is_very_long_then_memory_stays_flat() -> None:
    import tracemalloc

    def run(count: int) -> int:
        steps = conduct(lambda: 0.0, 4, 1e9)
        source = (event(number, padding=300) for number in range(count))
        under_way: list[Part] = []
        answer: Any = None
        tracemalloc.reset_peak()
        while True:
            try:
                step = steps.send(answer)
            except StopIteration:
                return tracemalloc.get_traced_memory()[1]
            answer = None
            if isinstance(step, Pull):
                answer = [operation for _, operation in zip(range(step.at_most), source, strict=False)]
            elif isinstance(step, Start):
                under_way.append(step.part)
            elif isinstance(step, Wait):
                answer = [(under_way.pop(0), BatchAnswer())]

    tracemalloc.start()
    try:
        short, long = run(8_000), run(30_000)
    finally:
        tracemalloc.stop()

    assert long < 1.1 * short


def test_models_when_a_batch_is_refused_then_the_results_hold_them_as_they_were_given(
    client: Client, wire: respx.MockRouter
) -> None:
    given = PersonMerge(primary=PersonIdentifiers(id=1), secondary=PersonIdentifiers(id=2))
    answering(wire, lambda _: refusal())

    report: BatchReport = client.batch([given])

    assert report.refused[0].operation is given


def test_client_when_it_has_options_of_one_call_then_a_batch_follows_them(
    client: Client, wire: respx.MockRouter, waits: list[float]
) -> None:
    wire.routes[0].mock(return_value=httpx.Response(503))

    client.with_options(retry_policy=RetryPolicy(max_retries=4)).batch([event(1)])

    assert len(wire.calls) == 5

"""Batches against a server of faults: every operation is accounted for, and no event has two ids."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cio_sdk import BatchReport, RetryPolicy
from faults.rig import FLAVOURS, Flavour, Rigs, rigs
from faults.server import REFUSES, STAYS_SILENT, Server, Step
from faults.table import TABLE

STEPS = list(
    dict.fromkeys(
        step
        for row in TABLE
        if row.timeout >= 1 and "beyond `timeout`" not in row.fault
        for script in row.scripts.values()
        for step in script
        if step not in (REFUSES, STAYS_SILENT)
    )
)


def event(number: int) -> dict[str, Any]:
    """An event of some size, known by its number."""
    return {
        "type": "person",
        "action": "event",
        "identifiers": {"id": str(number)},
        "name": "purchase",
        "attributes": {"number": number, "padding": "x" * 30_000},
    }


@pytest.mark.parametrize("flavour", FLAVOURS)
@given(
    script=st.lists(st.sampled_from(STEPS), max_size=8),
    count=st.integers(1, 60),
    concurrency=st.integers(1, 3),
    retries=st.integers(0, 3),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_batch_when_the_server_fails_in_any_way_then_every_operation_is_accounted_for(
    runner: asyncio.Runner, flavour: Flavour, script: list[Step], count: int, concurrency: int, retries: int
) -> None:
    server = Server()
    with rigs(runner, server) as make:
        rig = make(flavour, retry_policy=RetryPolicy(max_retries=retries))
        server.play(*script)
        report: BatchReport = rig.run(rig.client.batch, operations=map(event, range(count)), concurrency=concurrency)
        server.hang_up()
        requests = [json.loads(request.body)["batch"] for request in server.requests if request.acted]
    server.close()

    acted = [entry for entries in requests for entry in entries]
    ids: dict[int, set[str]] = {}
    for entry in acted:
        ids.setdefault(entry["attributes"]["number"], set()).add(entry["id"])
    not_sent = {result.index: result for result in report.not_sent}
    refused = {result.index for result in report.refused}

    assert report.total == report.accepted + len(not_sent) + len(refused) == count
    assert all(len(each) == 1 for each in ids.values())
    assert {number for number in range(count) if number not in not_sent and number not in refused} <= ids.keys()
    assert not {index for index, result in not_sent.items() if not result.maybe_delivered} & ids.keys()
    assert (report.error is None) is (not not_sent)


def test_batch_when_a_connection_is_lost_and_retried_then_the_report_has_no_error(rig: Rigs) -> None:
    lost = next(step for step in STEPS if step.fate == "lost" and step.reads == "all")
    made = rig("sync")
    made.server.play(lost, lost)

    report: BatchReport = made.run(made.client.batch, operations=map(event, range(3)))

    assert (report.accepted, report.error) == (3, None)
    assert len({request.body for request in made.server.requests}) == 1

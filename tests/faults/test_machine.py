"""One client that lives through faults and calls in any order: nothing happens twice, and nothing is left open."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from contextlib import ExitStack
from functools import partial
from typing import cast

import pytest
from clients import EMAIL
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from cio_sdk import AsyncClient, RetryPolicy, TransportError, TransportTimeoutError, _reading
from faults.calls import OPERATIONS
from faults.invariants import check
from faults.rig import FLAVOURS, OVER_HTTPX, Flavour, rigs
from faults.server import ANSWERS_TWICE, OK, REFUSES, STAYS_SILENT, Server, Step
from faults.table import SHORT, TABLE

LONG = 1e6
STEPS = list(
    dict.fromkeys(
        step
        for row in TABLE
        if row.timeout >= 1 and "beyond `timeout`" not in row.fault
        for script in row.scripts.values()
        for step in script
    )
)
NOWHERE = [
    step for row in TABLE if row.fault == "redirects to nowhere" for steps in row.scripts.values() for step in steps
]
POLICIES = [RetryPolicy(), RetryPolicy(max_retries=0), RetryPolicy(max_retries=4), RetryPolicy(resend=True)]

scripts = st.lists(st.sampled_from(STEPS), max_size=6)
short_scripts = st.lists(st.sampled_from([step for step in STEPS if step is not REFUSES]), max_size=12)


class Machine(RuleBasedStateMachine):
    """A client and a server of faults."""

    def __init__(self, flavour: Flavour, runner: asyncio.Runner) -> None:
        super().__init__()
        self._open = ExitStack()
        self._open.enter_context(pytest.MonkeyPatch.context()).setattr(_reading, "_MAX_BYTES", 500_000)
        self._server = Server()
        self._open.callback(self._server.close)
        # httpx takes what comes after an answer for the answer to its next request, and a redirect to what is no URL
        # for a lost connection.
        self._left_out = {ANSWERS_TWICE, *NOWHERE} if flavour in OVER_HTTPX else set[Step]()
        self._rig = self._open.enter_context(rigs(runner, self._server))(flavour, timeout=LONG)

    @rule(operation=st.sampled_from(list(OPERATIONS)), script=scripts, policy=st.sampled_from(POLICIES))
    def call(self, operation: str, script: list[Step], policy: RetryPolicy) -> None:
        """Call any operation against any faults."""
        call = self._rig.call(operation, *self._possible(script), retry_policy=policy)

        check(call, policy)
        assert call.attempts == len(call.struck)
        self._rig.turn()

    @rule(operation=st.sampled_from(list(OPERATIONS)))
    def call_too_long(self, operation: str) -> None:
        """Call an operation that gets no answer."""
        call = self._rig.call(operation, STAYS_SILENT, timeout=SHORT)

        assert isinstance(call.error, TransportTimeoutError)
        check(call, RetryPolicy())
        self._rig.turn()

    @rule(script=short_scripts, count=st.integers(2, 6))
    def send_many(self, script: list[Step], count: int) -> None:
        """Send emails, all at once."""
        emails = [{"request": {**EMAIL, "message_data": {"n": number}}} for number in range(count)]

        outcomes = self._rig.call_each("send_email", emails, *self._possible(script))

        self._server.hang_up()
        acted = Counter(json.loads(each.body)["message_data"]["n"] for each in self._server.requests if each.acted)
        assert all(times == 1 for times in acted.values())
        for number, outcome in enumerate(outcomes):
            assert acted[number] or isinstance(outcome, Exception)
            assert not acted[number] or not isinstance(outcome, TransportError) or outcome.maybe_delivered
        self._rig.turn()

    @rule()
    def lose_idle_connections(self) -> None:
        """Close what is idle; the client notices."""
        self._server.hang_up()
        self._rig.turn()

        assert self._rig.call("send_email").error is None

    @rule(operation=st.sampled_from(["update_customer", "new_event"]))
    def cancel(self, operation: str) -> None:
        """Cancel a call that is under way."""
        client = self._rig.client
        if not isinstance(client, AsyncClient):
            return
        self._server.play(STAYS_SILENT)

        async def cancelled() -> None:
            loop = asyncio.get_running_loop()
            task = loop.create_task(getattr(client, operation)(**OPERATIONS[operation]))
            self._server.on_request = lambda: loop.call_soon_threadsafe(task.cancel)
            with pytest.raises(asyncio.CancelledError):
                await task

        self._rig.run(cancelled)
        self._server.on_request = lambda: None
        self._rig.turn()

    def _possible(self, script: list[Step]) -> list[Step]:
        return [step for step in script if step not in self._left_out]

    def teardown(self) -> None:
        """Close the client: nothing is left open."""
        try:
            self._server.play(OK)
            assert self._rig.close() == 0
        finally:
            self._open.close()


@pytest.mark.parametrize("flavour", [*FLAVOURS, *OVER_HTTPX])
def test_client_when_faults_and_calls_are_mixed_then_nothing_happens_twice_and_nothing_is_left_open(
    flavour: Flavour, runner: asyncio.Runner
) -> None:
    examples = 20 if flavour in FLAVOURS else 6
    run_state_machine_as_test(
        cast("type[Machine]", partial(Machine, flavour, runner)),
        settings=settings(max_examples=examples, stateful_step_count=15, derandomize=True),
    )

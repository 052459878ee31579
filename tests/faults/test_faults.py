"""Every operation against every fault, over real sockets: it goes as the table says, and nothing happens twice."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from cio_sdk import RetryPolicy, TransportError, _reading
from faults.calls import KINDS, ONCE, ONE_OF_EACH, OPERATIONS, ROUTES, SHAPES
from faults.invariants import check, exactly, redirects
from faults.rig import FLAVOURS, OVER_HTTPX, SLACK, Call, Flavour, Rig, Rigs
from faults.table import CASES, FIRST_CASES, PACED, TABLE, Cell, Row, Script, markdown_table

PAGE = Path(__file__).parents[2] / "docs" / "delivery.md"
EAGER = RetryPolicy(resend=True)


@pytest.fixture
def _small_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer is too large sooner, so that less of it has to be sent."""
    monkeypatch.setattr(_reading, "_MAX_BYTES", 500_000)


def strike(rig: Rig, row: Row, script: Script, operation: str) -> Call:
    """Call an operation against a fault."""
    if row.warm:
        before = rig.server.connections
        rig.call("find_region")
        assert rig.server.connections == before + 1
        if not script:
            rig.server.hang_up()
            rig.turn()
    return rig.call(operation, *script)


def assert_is(call: Call, cell: Cell) -> None:
    """Assert that a call came to what a cell says."""
    gets = cell.typed if cell.typed and ROUTES[call.operation].decode else cell.gets
    assert type(call.error) is exactly(gets, call.operation), f"{call.error!r}"
    assert (len(call.requests), call.effects) == (cell.requests, cell.effects), "requests, effects"
    assert call.attempts == (cell.attempts or cell.requests), "attempts"
    if isinstance(call.error, TransportError):
        assert call.error.maybe_delivered is cell.maybe


def strike_each(rig: Rigs, flavour: Flavour, case: str, names: Iterable[str], **options: Any) -> dict[str, str]:
    """Call each operation against a fault, each with a new client, and return what did not go by the table."""
    row, script = CASES[case]
    policy = options.get("retry_policy", RetryPolicy())
    failed: dict[str, str] = {}
    for operation in names:
        made = rig(flavour, timeout=row.timeout, **options)
        try:
            call = strike(made, row, script, operation)
            assert made.close() == 0, "a connection was left open"
            check(call, policy)
            kind = "safe" if policy.resend else KINDS[operation]
            cell = row.cell_of(kind, script, paced=ROUTES[operation].interval > 0)
            assert_is(call, cell)
            waits = () if cell is PACED else row.waits
            assert waits is None or tuple(call.waits) == waits, f"waited {call.waits}"
            assert call.seconds < row.timeout + SLACK, f"took {call.seconds:.3f} s"
        except AssertionError as error:
            failed[operation] = str(error).partition("\n")[0]
        finally:
            made.close()
            made.server.hang_up()
    return failed


def operations_for(case: str) -> Iterable[str]:
    """Every operation against one form of every fault; the other forms, and faults that take time, see fewer."""
    row, _ = CASES[case]
    if case in FIRST_CASES:
        return SHAPES if row.timeout < 1 else OPERATIONS
    return ONE_OF_EACH if row.timeout < 1 else SHAPES


@pytest.mark.usefixtures("_small_answers")
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("case", CASES)
def test_call_when_the_server_has_a_fault_then_it_goes_as_the_table_says(
    rig: Rigs, case: str, flavour: Flavour
) -> None:
    assert strike_each(rig, flavour, case, operations_for(case)) == {}


SLOW_HEADS = ("head byte by byte", "102 over and over", "102 without a pause")
"""httpx gives each piece of an answer's head the time that is left for the call."""
BAD_LOCATIONS = ("half an address", "no port", "a script")
"""A client of httpx looks at where a redirect leads, though it does not follow."""
OVER_HTTPX_CASES = [case for case in CASES if not case.endswith((*SLOW_HEADS, *BAD_LOCATIONS))]


@pytest.mark.usefixtures("_small_answers")
@pytest.mark.parametrize("flavour", OVER_HTTPX)
@pytest.mark.parametrize("case", OVER_HTTPX_CASES)
def test_call_when_it_goes_over_httpx_then_it_goes_as_the_table_says(rig: Rigs, case: str, flavour: Flavour) -> None:
    assert strike_each(rig, flavour, case, ["update_customer", "send_email"]) == {}


@pytest.mark.parametrize("flavour", ["own sync", "own async"])
@pytest.mark.parametrize("case", [case for case in CASES if case.endswith(BAD_LOCATIONS)])
def test_redirect_when_httpx_cannot_read_where_it_leads_then_it_is_a_documented_error(
    rig: Rigs, case: str, flavour: Flavour
) -> None:
    _, script = CASES[case]

    assert isinstance(rig(flavour).call("send_email", *script).error, TransportError)


@pytest.mark.usefixtures("_small_answers")
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("case", CASES)
def test_once_operation_when_resend_is_chosen_then_it_is_repeated_like_a_safe_one(
    rig: Rigs, case: str, flavour: Flavour
) -> None:
    assert strike_each(rig, flavour, case, ONCE, retry_policy=EAGER) == {}


@pytest.mark.usefixtures("_small_answers")
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("case", FIRST_CASES)
def test_call_when_there_are_no_retries_then_it_goes_out_once(rig: Rigs, case: str, flavour: Flavour) -> None:
    row, script = CASES[case]
    for operation in ONE_OF_EACH:
        made = rig(flavour, timeout=row.timeout, max_retries=0)
        call = strike(made, row, script, operation)

        assert made.close() == 0
        assert (call.attempts - redirects(call), call.waits) == (1, []), operation
        check(call, RetryPolicy(max_retries=0))


# --- The page ---------------------------------------------------------------------------------------------------------


def test_table_when_it_is_rendered_then_it_has_a_line_for_every_fault() -> None:
    header, rule, *lines = markdown_table().splitlines()

    assert header == "| what the server does | safe | deduplicated | once |"
    assert rule == "| --- | --- | --- | --- |"
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines] == [row.fault for row in TABLE]
    assert all(line.count("|") == 5 for line in lines)


@pytest.mark.skipif(not PAGE.exists(), reason="there is no docs/delivery.md")
def test_page_when_it_shows_the_table_then_it_is_this_one() -> None:
    assert markdown_table() in PAGE.read_text(encoding="utf-8")

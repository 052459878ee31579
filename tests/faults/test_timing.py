"""How long a call waits between its attempts, and how long it may take: on a clock of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import formatdate
from itertools import repeat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cio_sdk import RateLimitError, RetryPolicy, ServerError, TransportTimeoutError
from faults.rig import FLAVOURS, NOW, SLACK, Flavour, Rig, Rigs
from faults.server import REFUSES, STAYS_SILENT, Step, answers

LONG = 1e6
"""A timeout that nothing in these tests runs into, in seconds."""

_many = settings(max_examples=80, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
_seconds = st.floats(0, 100).map(lambda value: round(value, 3))
_fractions = st.floats(0, 1)
policies = st.builds(
    RetryPolicy, max_retries=st.integers(0, 5), backoff=_seconds, max_wait=_seconds, max_total_wait=_seconds
)


@pytest.fixture(params=FLAVOURS)
def made(rig: Rigs, request: pytest.FixtureRequest) -> Iterator[Rig]:
    """A client of each flavour, whose calls have all the time in the world."""
    flavour: Flavour = request.param
    made = rig(flavour, timeout=LONG)
    yield made
    assert made.close() == 0


def after(seconds: float, status: int = 429) -> Step:
    """A refusal that asks for a time."""
    return answers(status, Retry_After=f"{seconds:.3f}")


# --- Backoff ----------------------------------------------------------------------------------------------------------


@_many
@given(policy=policies, fractions=st.lists(_fractions, min_size=5, max_size=5), fault=st.sampled_from([500, 429, 0]))
def test_waits_when_every_attempt_fails_then_they_are_jittered_doubling_and_bounded(
    made: Rig, policy: RetryPolicy, fractions: list[float], fault: int
) -> None:
    made.timing.jitter = iter(fractions).__next__
    bounds = [min(policy.max_wait, policy.backoff * 2**retry) for retry in range(policy.max_retries)]

    call = made.call("update_customer", *repeat(answers(fault) if fault else REFUSES, 9), retry_policy=policy)

    assert (
        call.waits == [fraction * bound for fraction, bound in zip(fractions, bounds, strict=False)][: len(call.waits)]
    )
    assert all(0 <= wait <= bound for wait, bound in zip(call.waits, bounds, strict=False))
    assert sum(call.waits) <= policy.max_total_wait
    if len(call.waits) < policy.max_retries:
        retries = len(call.waits)
        assert sum(call.waits) + fractions[retries] * bounds[retries] > policy.max_total_wait
    assert call.attempts == len(call.waits) + 1


def test_waits_when_the_jitter_is_the_clients_own_then_they_differ(made: Rig) -> None:
    made.timing.jitter = type(made.timing)().jitter

    calls = [made.call("update_customer", answers(500)) for _ in range(5)]

    assert len({call.waits[0] for call in calls}) == 5


# --- Retry-After ------------------------------------------------------------------------------------------------------


@_many
@given(asked=st.lists(_seconds, min_size=1, max_size=3), bound=_seconds, status=st.sampled_from([429, 503]))
def test_retry_after_when_it_fits_the_bound_then_it_is_followed_and_otherwise_the_call_fails_at_once(
    made: Rig, asked: list[float], bound: float, status: int
) -> None:
    fitting = [sum(asked[: count + 1]) <= bound for count in range(len(asked))]
    followed = fitting.index(False) if False in fitting else len(asked)
    policy = RetryPolicy(max_retries=5, max_total_wait=bound)

    call = made.call("update_customer", *(after(seconds, status) for seconds in asked), retry_policy=policy)

    assert call.waits == pytest.approx(asked[:followed])
    assert call.attempts == followed + 1
    if followed < len(asked):
        assert type(call.error) is (RateLimitError if status == 429 else ServerError)
    else:
        assert call.error is None


@pytest.mark.parametrize(
    "date",
    [
        formatdate(NOW + 3, usegmt=True),
        formatdate(NOW + 3),
        "Thursday, 09-Oct-25 08:53:23 GMT",
        "Thu Oct  9 08:53:23 2025",
        "Thu, 09 Oct 2025 10:53:23 +0200",
    ],
)
def test_retry_after_when_it_is_a_date_then_the_wait_ends_then(made: Rig, date: str) -> None:
    call = made.call("send_email", answers(429, Retry_After=date))

    assert call.waits == [3.0]


def test_retry_after_when_another_one_follows_then_their_sum_is_bounded(made: Rig) -> None:
    call = made.call("send_email", after(20), after(20), retry_policy=RetryPolicy(max_retries=5))

    assert call.waits == [20]
    assert isinstance(call.error, RateLimitError)


@_many
@given(value=st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40))
def test_retry_after_when_it_is_anything_then_the_call_goes_on_or_fails_but_waits_within_the_bound(
    made: Rig, value: str
) -> None:
    call = made.call("update_customer", answers(429, Retry_After=value), retry_policy=RetryPolicy(max_total_wait=7))

    assert sum(call.waits) <= 7
    assert call.error is None or isinstance(call.error, RateLimitError)


# --- The timeout of the whole call ------------------------------------------------------------------------------------


@_many
@given(timeout=st.integers(1, 40), each=st.integers(0, 15), policy=policies, fraction=_fractions)
def test_call_when_its_time_is_over_then_nothing_more_is_sent(
    made: Rig, timeout: int, each: int, policy: RetryPolicy, fraction: float
) -> None:
    times: list[float] = []
    start = made.passed

    def take_time() -> None:
        times.append(made.passed - start)
        made.passed += each

    made.server.on_request = take_time
    made.timing.jitter = lambda: fraction

    call = made.call("update_customer", *repeat(answers(500), 9), timeout=timeout, retry_policy=policy)

    made.server.on_request = lambda: None
    assert isinstance(call.error, ServerError)
    assert all(time < timeout for time in times)
    assert made.passed - start < timeout + each
    assert len(times) == len(call.waits) + 1


def test_attempt_when_others_went_before_then_it_has_the_time_that_is_left(made: Rig) -> None:
    left = 0.1

    def take_time() -> None:
        made.passed += LONG - left
        made.server.on_request = lambda: None

    made.server.on_request = take_time
    made.timing.jitter = lambda: 0.0

    call = made.call("update_customer", answers(500), STAYS_SILENT)

    assert type(call.error) is TransportTimeoutError
    assert (call.attempts, call.waits) == (2, [0.0])
    assert call.seconds < left + SLACK


def test_call_when_the_wait_would_outlast_it_then_it_fails_at_once(made: Rig) -> None:
    call = made.call("send_email", after(5), timeout=5)

    assert isinstance(call.error, RateLimitError)
    assert (call.attempts, call.waits) == (1, [])


def test_timeout_when_it_is_given_for_one_call_then_it_is_that_of_this_call(made: Rig) -> None:
    call = made.call("update_customer", STAYS_SILENT, timeout=0.05)

    assert type(call.error) is TransportTimeoutError
    assert call.seconds < 0.05 + SLACK

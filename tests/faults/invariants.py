"""What holds for every call, whatever happens to it."""

from __future__ import annotations

from cio_sdk import CustomerIOError, RetryPolicy, TransactionalError, TransportError, errors
from cio_sdk.errors import APIError
from faults.calls import KINDS, ROUTES, event_ids
from faults.rig import Call


def check(call: Call, policy: RetryPolicy) -> None:
    """Assert what holds for every call."""
    kind = KINDS[call.operation]
    if kind == "once" and not policy.resend:
        assert len(call.acted) <= 1, "something happened twice"
    if kind == "deduplicated":
        assert len({event_ids(request.body) for request in call.acted}) <= 1, "another id"
        assert all(event_ids(request.body) for request in call.acted), "no id"
    assert len({(request.method, request.body) for request in call.acted}) <= 1, "a repetition differs"
    assert len(call.struck) - redirects(call) <= policy.max_retries + 1, "more attempts than allowed"
    if kind != "once" and call.error is not None:
        assert _was_given_up(call, policy), f"given up too early: {call.error}"
    if call.error is None:
        headers = getattr(getattr(call.result, "response", call.result), "headers", {})  # a plain row has none
        assert headers.get("x-request") in (None, str(call.requests[-1].number)), "the answer to another request"
    if isinstance(call.error, APIError):
        is_open = any(step.touches and step.is_transient for step in call.struck) or call.error.status_code >= 500
        assert call.error.maybe_delivered is is_open, str(call.error)
    if isinstance(call.error, TransportError):
        assert call.error.maybe_delivered is any(step.touches for step in call.struck), str(call.error)


def exactly(error: type[CustomerIOError] | None, operation: str) -> type[CustomerIOError | None]:
    """The class of an error that an operation raises, where the documentation names its base."""
    if error is None:
        return type(None)
    if not issubclass(error, APIError) or not ROUTES[operation].transactional:
        return error
    return TransactionalError if error is APIError else getattr(errors, f"Transactional{error.__name__}")


def redirects(call: Call) -> int:
    """How many redirects were followed."""
    return sum(step.fate == "moved" for step in call.struck[:-1])


def _was_given_up(call: Call, policy: RetryPolicy) -> bool:
    """Whether nothing was left to try."""
    last = call.struck[-1]
    return not last.is_transient or len(call.struck) - redirects(call) > policy.max_retries

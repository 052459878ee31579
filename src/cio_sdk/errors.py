"""Every exception that cio-sdk raises, except pydantic's `ValidationError` where a model is built wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cio_sdk.batch import BatchReport
    from cio_sdk.response import StandardResponse


class CustomerIOError(Exception):
    """The base of every exception of this package."""

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.__dict__.update(facts)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, self.__dict__)


def _restore(kind: type[CustomerIOError], args: tuple[Any, ...], facts: dict[str, Any]) -> CustomerIOError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(facts)
    return error


class ParamError(CustomerIOError, ValueError):
    """An argument was refused before anything was sent."""

    param: str
    """The argument, with the way to the value within it, as in `data.items[3].price`."""
    reason: str
    """What is wrong with it, and how to mend it."""

    def __init__(self, param: str, reason: str) -> None:
        super().__init__(f"{param}: {reason}", param=param, reason=reason)


class AttachmentExistsError(CustomerIOError):
    """An attachment of this name is already there; the first one is kept."""

    name: str
    """The name of the attachment."""

    def __init__(self, name: str) -> None:
        super().__init__("attachment: a file of this name is already attached; give this one another name", name=name)


class _AnswerError(CustomerIOError):
    status_code: int
    """The HTTP status."""
    method: str
    """The HTTP method."""
    path: str
    """The path of the operation, with the names of its parameters in place of their values."""
    response: StandardResponse
    """The answer as it came."""

    @property
    def body(self) -> bytes:
        """The body of the answer. It may repeat what was sent, so keep it out of logs."""
        return self.response.body


class APIError(_AnswerError):
    """Customer.io refused the request: the answer is not a 2xx."""

    messages: list[str]
    """What Customer.io said, in its own words. They may repeat what was sent, so keep them out of logs."""
    maybe_delivered: bool = False
    """Whether the request may have been acted on all the same: this answer, or a lost one before, leaves it open."""


class AuthenticationError(APIError):
    """401 or 403: the keys are wrong, of another region, or not allowed to do this."""


class NotFoundError(APIError):
    """404: there is no such thing."""


class PayloadTooLargeError(APIError):
    """413: the request is larger than Customer.io accepts."""


class UnprocessableError(APIError):
    """422: the request is well-formed, and Customer.io cannot act on it."""


class RateLimitError(APIError):
    """429: too many requests, also after the last retry."""

    retry_after: float | None = None
    """After how many seconds to try again, where Customer.io says so or the rate of the operation is known."""


class ServerError(APIError):
    """5xx: Customer.io failed, also after the last retry."""


class TransactionalError(APIError):
    """Customer.io refused to send a message."""

    @property
    def err(self) -> str:
        """Why, in Customer.io's own words. They may repeat what was sent, so keep them out of logs."""
        return "; ".join(self.messages)


class TransactionalAuthenticationError(TransactionalError, AuthenticationError):
    """A send was refused with 401 or 403."""


class TransactionalNotFoundError(TransactionalError, NotFoundError):
    """A send was refused with 404."""


class TransactionalPayloadTooLargeError(TransactionalError, PayloadTooLargeError):
    """A send was refused with 413."""


class TransactionalUnprocessableError(TransactionalError, UnprocessableError):
    """A send was refused with 422."""


class TransactionalRateLimitError(TransactionalError, RateLimitError):
    """A send was refused with 429."""


class TransactionalServerError(TransactionalError, ServerError):
    """A send was answered with 5xx: it is not known whether the message went out."""


class ResponseError(_AnswerError):
    """Customer.io accepted the request (2xx), and its answer is not what its description says."""


class TransportError(CustomerIOError):
    """No answer came."""

    maybe_delivered: bool
    """Whether the request may have been received and acted on."""
    method: str
    """The HTTP method."""
    path: str
    """The path of the operation, with the names of its parameters in place of their values."""
    attempts: int
    """How many times the request was tried."""


class TransportTimeoutError(TransportError):
    """No answer came in time."""


class WaitTimeoutError(CustomerIOError):
    """What was waited for did not happen in time."""


class BatchError(CustomerIOError):
    """Some operations of a batch were refused or not sent."""

    report: BatchReport
    """What became of each of them."""


class WebhookError(CustomerIOError):
    """What was posted to a webhook's address is no event of Customer.io's."""


class WebhookSignatureError(WebhookError):
    """It is not signed as Customer.io signs, or its time is off: answer 401, and look at nothing in it."""


class WebhookParseError(WebhookError):
    """Its body is too large, not JSON, or no event.

    Where it was verified, note it and answer 2xx all the same: after an error, Customer.io holds back what comes next.
    """

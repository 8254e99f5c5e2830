"""The errors of the package, in a tree that answers: what can I do about it?

    MewsError
    ├── ApiError                    the server refused: `status_code`, `message`, `request_id`, ...
    │   ├── BadRequestError         400  fix the request: malformed, or an id that does not exist
    │   ├── UnauthorizedError       401  check the tokens, their environment, and their rights
    │   ├── ForbiddenError          403  a business rule: show `message` to the person who asked
    │   ├── NotFoundError           404  check the base URL
    │   ├── RequestTooHeavyError    408  too slow even for a single item: narrow the filters
    │   ├── ConflictError           409  the data changed: read it again, then send again
    │   ├── ContentTooLargeError    413  a single item is too large
    │   ├── TooManyRequestsError    429  wait `retry_after` seconds, longer than the policy allows
    │   ├── ServerError             5xx  the server failed: try later, or report the `request_id`
    │   └── UnexpectedResponseError      any other status, or a success that cannot be parsed
    ├── ConnectionFailedError       nothing was sent: the connection failed
    ├── RateLimitTimeoutError       nothing was sent: the rate limit would take too long
    ├── CircuitOpenError            nothing was sent: the server has failed many times in a row
    ├── ResponseTooLargeError       the response is larger than allowed: request less at once
    ├── OutcomeUnknownError         it was sent, but no response was received: it may be applied
    ├── PaginationError             the cursors go in circles, or the checkpoint is invalid
    ├── BatchError                  a write stopped halfway: it has the outcome of every item
    ├── InvalidItemError            an item breaks the contract, so it was not sent: correct it
    ├── ResumeInProgressError       this write is being resumed already: wait for its end
    ├── JournalError                the journal of a write cannot be used: the message says why
    └── ClosedError                 the client is closed, or was created before a fork

All of them can be pickled, and none contains a token. This module holds the classes and their
messages, except for `BatchError` (`batch_error.py`). `_http/responses.py` maps a response to an
error, and `_http/retry.py` decides by its class whether the request is sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from mews_vouchers_client import models


class MewsError(Exception):
    """Base class of all errors of this package."""

    #: Where a listing stopped: `get_all(checkpoint=...)` continues after the last item that was
    #: consumed. None for an error of another call, or where no item was consumed.
    checkpoint: str | None = None

    def __reduce__(self) -> tuple[Callable[..., MewsError], tuple[Any, ...]]:
        # Not `type(self)(*self.args)`: the constructors of subclasses take other arguments.
        return _restore, (type(self), self.args, dict(self.__dict__))


def _restore(kind: type[MewsError], args: tuple[Any, ...], state: dict[str, Any]) -> MewsError:
    """Create an error that was pickled. Any: its attributes."""
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class ApiError(MewsError):
    """The server responded with an error.

    The message starts with the operation, the status and the request id: the vendor's support asks
    for these.
    """

    def __init__(
        self,
        operation: str,
        status_code: int,
        message: str | None = None,
        *,
        request_id: str | None = None,
        details: object = None,
        retry_after: float | None = None,
        body: models.ConnectorApiExceptionResult | None = None,
    ) -> None:
        request = f"request {request_id}" if request_id else "no request id"
        super().__init__(f"{operation}: {status_code} ({request}): {message or 'no message'}")
        #: The name of the operation, such as `voucherCodes/add`.
        self.operation = operation
        #: The HTTP status; it may be one that HTTP does not define, such as 520.
        self.status_code = status_code
        #: The server's message, in the language of the client; None if it sent none.
        self.message = message
        #: Identifies the request for the vendor's support.
        self.request_id = request_id
        #: Any JSON that the server adds; the demo environment only.
        self.details = details
        #: Seconds to wait before the next request, if the server sent a `Retry-After`.
        self.retry_after = retry_after
        #: The parsed error body; None if it is not a JSON object.
        self.body = body


class BadRequestError(ApiError):
    """400 Bad Request: malformed, or it names something that does not exist or is deleted."""


class UnauthorizedError(ApiError):
    """401 Unauthorized: a token is wrong, expired, lacks a right, or is of another environment."""


class ForbiddenError(ApiError):
    """403 Forbidden: a business rule forbids it; `message` is written for the end user."""


class NotFoundError(ApiError):
    """404 Not Found: the server has no such operation. Check the base URL."""


class RequestTooHeavyError(ApiError):
    """408 Request Timeout: too heavy for the server to finish in time. Request less at once."""


class ConflictError(ApiError):
    """409 Conflict: the data was changed concurrently. Read it again, then send again."""


class ContentTooLargeError(ApiError):
    """413 Content Too Large. Batches are halved, so this names a single item that is too large."""


class TooManyRequestsError(ApiError):
    """429 Too Many Requests: the wait that it demands is longer than the retry policy allows."""


class ServerError(ApiError):
    """5xx: the server, or a proxy in front of it, failed."""


class UnexpectedResponseError(ApiError):
    """A status that the API does not document, or a success whose body cannot be parsed."""


class ConnectionFailedError(MewsError):
    """The connection failed, so nothing was sent. The message names the operation and the cause."""

    def __init__(self, operation: str, reason: str, *, is_permanent: bool = False) -> None:
        super().__init__(f"{operation}: nothing was sent: {reason}")
        self.operation = operation
        #: Whether it would fail again: the certificate is not valid, or the protocol is wrong.
        self.is_permanent: bool = is_permanent


class ResponseTooLargeError(MewsError):
    """The response is larger than `max_response_size`. It was not read; a write may be applied."""

    def __init__(self, operation: str, reason: str) -> None:
        super().__init__(f"{operation}: {reason}")
        self.operation = operation


class RateLimitTimeoutError(MewsError):
    """Nothing was sent: the wait for the rate limit would be longer than the call allows.

    Pass a longer `rate_limit_wait` or `total_timeout`, or try again after `retry_after` seconds.
    """

    def __init__(self, operation: str, retry_after: float) -> None:
        super().__init__(
            f"{operation}: not sent: the rate limit has no place for another {retry_after:.1f} s"
        )
        self.operation = operation
        #: Seconds until the next request of the token may be sent.
        self.retry_after = retry_after


class CircuitOpenError(MewsError):
    """Nothing was sent: requests to this address have failed many times in a row.

    After `retry_after` seconds one request is sent as a trial. See `CircuitBreaker`.
    """

    def __init__(self, operation: str, retry_after: float) -> None:
        until = datetime.now(UTC) + timedelta(seconds=retry_after)
        super().__init__(
            f"{operation}: not sent: the server has failed many times in a row; "
            f"nothing is sent until {until:%H:%M:%S} UTC, for {retry_after:.0f} s"
        )
        self.operation = operation
        #: Seconds until the trial.
        self.retry_after = retry_after


class OutcomeUnknownError(MewsError):
    """The request was sent, but no response was received: it may have been applied."""

    def __init__(self, operation: str, reason: str) -> None:
        super().__init__(f"{operation}: the outcome is unknown: {reason}")
        self.operation = operation


class PaginationError(MewsError):
    """A listing cannot continue: a cursor is repeated or missing, or the checkpoint is invalid."""


class InvalidItemError(MewsError, ValueError):
    """An item breaks the contract of the API, or is twice in one call. It was not sent."""

    def __init__(self, operation: str, position: int, property_: str, reason: str) -> None:
        subject = f"its {property_} {reason}" if property_ else f"it {reason}"
        super().__init__(f"{operation}: the item at position {position} was not sent: {subject}")
        self.operation = operation
        #: The position of the item in the input, from 0.
        self.position = position
        #: The attribute of the item, such as `value`; empty if it is the item as a whole.
        self.property = property_
        #: What is wrong with it, without its value.
        self.reason = reason


class ResumeInProgressError(MewsError):
    """The same write is being resumed in this process: a second resume would add items twice."""


class ClosedError(MewsError):
    """The client is closed, or was created before the process was forked: create a new one."""


class JournalError(MewsError):
    """The journal of a write cannot be used: in use, foreign, damaged, or the disk is full.

    The message says what to do next. A file that is not a journal is never changed.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"the journal {path} {reason}")
        #: The path of the file.
        self.path = path

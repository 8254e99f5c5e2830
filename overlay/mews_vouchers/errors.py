"""Every error of the package, in a tree that answers: what can I do about it?

    MewsError
    ├── ApiError                    the server said no: `status_code`, `message`, `request_id`, ...
    │   ├── BadRequestError         400  fix the request: malformed, or an id that does not exist
    │   ├── UnauthorizedError       401  check the tokens, their environment, and their rights
    │   ├── ForbiddenError          403  a business rule: show `message` to whoever asked
    │   ├── NotFoundError           404  check the address
    │   ├── RequestTooHeavyError    408  one item at a time was still too much: narrow the filters
    │   ├── ConflictError           409  the data changed meanwhile: read it again, then send again
    │   ├── ContentTooLargeError    413  a single item is too large
    │   ├── TooManyRequestsError    429  wait `retry_after` seconds, longer than the policy allows
    │   ├── ServerError             5xx  their fault: try later, then report it with `request_id`
    │   └── UnexpectedResponseError      none of the above, or a success that cannot be read
    ├── ConnectionFailedError       nothing was sent: no connection could be made
    ├── OutcomeUnknownError         it was sent, and the answer was lost: it may have happened
    ├── PaginationError             the server pages in circles, or the checkpoint is another's
    └── BatchError                  a write stopped in the middle; says what became of every item

All of them can be pickled, and none shows a token. What belongs here: the classes, their texts and
how they are pickled. How an answer becomes an error is in `_judge.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

from mews_vouchers_client import models

Item = TypeVar("Item")
Result = TypeVar("Result")


class MewsError(Exception):
    """The base of all errors of this package."""

    #: For an error met while listing: `get_all(cursor=checkpoint)` goes on after the last item
    #: that was consumed. None where nothing was.
    checkpoint: str | None = None

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[Any, ...]]:
        # Not `type(self)(*self.args)`: subclasses take other arguments than their text.
        return _restore, (type(self), self.args, dict(self.__dict__))


def _restore(kind: type[MewsError], args: tuple[Any, ...], state: dict[str, Any]) -> Any:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class ApiError(MewsError):
    """The server answered, and not with a success.

    The text begins with operation, status and request id, which is what the vendor's support asks
    for.
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
        #: The operation as the vendor writes it, such as `voucherCodes/add`.
        self.operation = operation
        #: The HTTP status; also ones that HTTP does not define, such as 520.
        self.status_code = status_code
        #: What the server says, in the language of the client; None if it says nothing readable.
        self.message = message
        #: Names this request to the vendor's support.
        self.request_id = request_id
        #: Whatever JSON the server adds, in development only.
        self.details = details
        #: Seconds to wait before the next request, if the server says how long.
        self.retry_after = retry_after
        #: The whole error body, read; None where it is no JSON object.
        self.body = body


class BadRequestError(ApiError):
    """400: the request is malformed, or names something that does not exist or is deleted."""


class UnauthorizedError(ApiError):
    """401: a token is wrong, expired, of another environment, or lacks the right."""


class ForbiddenError(ApiError):
    """403: a business rule forbids it. `message` is meant for the person who asked for it."""


class NotFoundError(ApiError):
    """404: there is nothing at this address. Check the base URL."""


class RequestTooHeavyError(ApiError):
    """408: the server gave up after some tens of seconds. Ask for less at a time."""


class ConflictError(ApiError):
    """409: the data changed meanwhile. Read it again, decide again, send again."""


class ContentTooLargeError(ApiError):
    """413: the body is too large. Batches were halved down to the single item that is too large."""


class TooManyRequestsError(ApiError):
    """429: the limit is reached, and the wait asked for is longer than the policy allows."""


class ServerError(ApiError):
    """5xx: a fault on the server's side, or of a proxy before it."""


class UnexpectedResponseError(ApiError):
    """A status outside of the contract, or a success whose body cannot be read."""


class ConnectionFailedError(MewsError):
    """No connection could be made, so nothing was sent. The text names operation and cause."""

    def __init__(self, operation: str, reason: str) -> None:
        super().__init__(f"{operation}: nothing was sent: {reason}")
        self.operation = operation


class OutcomeUnknownError(MewsError):
    """The request was sent and its answer lost: what it asks for may have happened, or not."""

    def __init__(self, operation: str, reason: str) -> None:
        super().__init__(f"{operation}: the outcome is unknown: {reason}")
        self.operation = operation


class ClosedError(RuntimeError):
    """The client is closed: make a new one. A mistake of the program, and so no `MewsError`."""


class PaginationError(MewsError):
    """A listing cannot go on: a cursor comes twice or is missing, or a checkpoint is another's."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Item, Result]):
    """What became of one item of a write."""

    #: Where the item stood in the input, from 0.
    position: int
    item: Item
    #: What the server made of it; None where it gives nothing back, or did nothing.
    result: Result | None = None
    #: Why it failed, where it did.
    error: MewsError | None = None


class BatchError(MewsError, Generic[Item, Result]):
    """A write stopped in the middle; every item is in exactly one of four sequences.

    In the order of the input:

    - `succeeded`: done; each outcome has its `result`
    - `rejected`: the server said no, and did nothing; each has the `ApiError`
    - `unknown`: sent, and the answer was lost; never sent again blindly
    - `not_sent`: not sent at all

    `resume(error)` of the resource finishes a failed `add`. `__cause__` is what stopped it; it does
    not survive pickling, but `reason` does.
    """

    def __init__(
        self,
        operation: str,
        reason: str,
        *,
        succeeded: Sequence[Outcome[Item, Result]] = (),
        rejected: Sequence[Outcome[Item, Result]] = (),
        unknown: Sequence[Outcome[Item, Result]] = (),
        not_sent: Sequence[Outcome[Item, Result]] = (),
        enterprise_id: str | None = None,
    ) -> None:
        super().__init__(
            f"{operation} stopped: {len(succeeded)} succeeded, {len(rejected)} rejected, "
            f"{len(unknown)} unknown, {len(not_sent)} not sent; because of {reason}"
        )
        self.operation = operation
        self.reason = reason
        self.succeeded = tuple(succeeded)
        self.rejected = tuple(rejected)
        self.unknown = tuple(unknown)
        self.not_sent = tuple(not_sent)
        #: The enterprise that the write was for.
        self.enterprise_id = enterprise_id
        #: Whether a `resume` of this error began to add: another one then looks all items up that
        #: had not succeeded.
        self.was_resumed = False

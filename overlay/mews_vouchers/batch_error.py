"""`BatchError`: what became of every item of a write that stopped halfway, and how to keep it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Self
from uuid import uuid4

from ._batch_error_json import ARGUMENTS, STATUSES, decode, encode
from ._error_copies import has_copies, note_copied, this_host
from ._local_clock import local_now
from .errors import ApiError, MewsError

if sys.version_info >= (3, 13):  # pragma: no cover - one of the two, by the interpreter
    from typing import TypeVar
else:  # pragma: no cover - as above
    from typing_extensions import TypeVar

__all__ = ["BatchError", "Outcome", "batch_error_of"]

# Any by default: `except BatchError` names no types, and catches the error of any write.
Item = TypeVar("Item", default=Any)
Result = TypeVar("Result", default=Any)

#: The reason of a write that has not stopped, but in which items were rejected, starts with this.
ALL_OTHERS_WRITTEN = "all other items are written"


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Item, Result]):
    """The outcome of one item of a write."""

    #: The position of the item in the input, from 0.
    position: int
    item: Item
    #: What the server returned for it; None if nothing was returned, or it did not succeed.
    result: Result | None = None
    #: The error, if it did not succeed.
    error: MewsError | None = None
    #: When it was sent, by the clock of this machine (UTC); None if it was not sent.
    sent_at: datetime | None = None
    #: The time of the server when it was sent (UTC), as far as known: the `Date` of the latest
    #: response before. None if there was none.
    server_time: datetime | None = None
    #: What identifies its last request for the vendor's support. None if there was no response, or
    #: if the outcome was read from a journal.
    request_id: str | None = None


class BatchError(MewsError, Generic[Item, Result]):
    """A write stopped halfway. Every item is in exactly one of four sequences, in input order.

    - `succeeded`: done; each outcome has its `result`
    - `rejected`: refused for its content, and nothing was changed; each outcome has the `ApiError`
      of the server (400, 403, 409, or 413 of a single item), or an `InvalidItemError` if it was not
      even sent: correct it
    - `unknown`: sent, but it is not known whether it was applied; never sent again blindly
    - `not_sent`: not sent, or refused for another reason (401, 404, 429): nothing is wrong with it

    `resume(error)` of the resource completes the write. The error can be kept: pickled, or as JSON
    (`to_json`, `from_json`), which other versions of this package can read.

    Example:
        try:
            added = client.voucher_codes.add(codes)
        except BatchError as error:
            path.write_text(error.to_json())
            raise
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
        cause: Exception | None = None,
        items_read: int | None = None,
        is_complete: bool = True,
        rejected_position: int | None = None,
        id: str | None = None,  # noqa: A002 - the name of the attribute
        created_at: datetime | None = None,
        server_time: datetime | None = None,
        known_ids: Collection[str] = (),
        known_items: Sequence[Item] = (),
        date_ahead: float = 0.0,
        journal: str | None = None,
        host: str | None = None,
    ) -> None:
        is_finished = reason.startswith(ALL_OTHERS_WRITTEN)
        rest = "" if is_complete else "; the input was not read to its end"
        super().__init__(
            f"{operation} {'finished' if is_finished else 'stopped'}: {len(succeeded)} succeeded, "
            f"{len(rejected)} rejected, {len(unknown)} unknown, {len(not_sent)} not sent{rest}; "
            f"{'' if is_finished else 'reason: '}{reason}"
        )
        self.operation = operation
        self.reason = reason
        self.succeeded = tuple(succeeded)
        self.rejected = tuple(rejected)
        self.unknown = tuple(unknown)
        self.not_sent = tuple(not_sent)
        #: The `enterprise_id` of the write.
        self.enterprise_id = enterprise_id
        #: The error that stopped it, as `__cause__`. None after an interruption.
        self.cause = cause
        self.__cause__ = cause
        #: Number of items that were read from the input.
        last = max((one.position for one in self._outcomes()), default=-1)
        self.items_read = last + 1 if items_read is None else items_read
        #: Whether these are all items. False if the input was an iterator that was not read to its
        #: end: `resume(error, remaining=iterator)` continues with the rest.
        self.is_complete = is_complete
        #: The position of the item that the server named as the reason, if it named one.
        self.rejected_position = rejected_position
        #: Identifies the write; all errors of its resumes have the same.
        self.id = id or uuid4().hex
        #: When the outcomes were as they are here, by the clock of this machine (UTC).
        self.created_at = created_at or local_now()
        #: The same by the clock of the server, as far as known: the `Date` of the latest response.
        self.server_time = server_time
        #: Ids of results that are not among the outcomes: yielded by a stream, or left out by
        #: `without()`. Nothing else of the write is taken for one of them.
        self.known_ids = frozenset(known_ids)
        #: The items of such results that had no id, against the contract.
        self.known_items = tuple(known_items)
        #: Seconds by which the `Date` of a response was ahead of the `CreatedUtc` of what it had
        #: added, at the most: a look-up begins so much earlier.
        self.date_ahead = date_ahead
        #: The absolute path of the journal of the write, if it has one. `resume()` uses it.
        self.journal = journal
        #: Identifies the machine whose clock `created_at` is of; empty if that is not known.
        self.host = this_host() if host is None else host

    @property
    def was_copied(self) -> bool:
        """Whether there are copies of errors of this write, such as a pickle.

        Another process may have resumed one of them.
        """
        return has_copies(self.id)

    @property
    def status_code(self) -> int | None:
        """The HTTP status of the cause, if the server responded with an error."""
        return self.cause.status_code if isinstance(self.cause, ApiError) else None

    @property
    def request_id(self) -> str | None:
        """The request id of the cause, for the vendor's support."""
        return self.cause.request_id if isinstance(self.cause, ApiError) else None

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait before the next request, if the cause demands it."""
        return getattr(self.cause, "retry_after", None)

    def without(self, positions: Collection[int]) -> BatchError[Item, Result]:
        """Return the same error without the items at some positions: they are not resumed.

        Raises:
            ValueError: There is no item at one of the positions.

        Example:
            bad = [outcome.position for outcome in error.rejected]
            added = client.voucher_codes.resume(error.without(bad))
        """
        left_out = {*positions}
        if missing := left_out - {one.position for one in self._outcomes()}:
            raise ValueError(f"this error has no items at the positions {sorted(missing)}")
        done = [one for one in self.succeeded if one.position in left_out]
        ids = [getattr(one.result, "id", None) for one in done]
        known_ids = self.known_ids.union(one for one in ids if isinstance(one, str))
        without_id = [
            one.item
            for one, found in zip(done, ids, strict=True)
            if one.result is not None and not isinstance(found, str)
        ]
        kept = {
            status: [one for one in getattr(self, status) if one.position not in left_out]
            for status in STATUSES
        }
        known_items = [*self.known_items, *without_id]
        return changed(self, **kept, known_ids=known_ids, known_items=known_items)

    def to_json(self) -> str:
        """Return everything as JSON, to keep it in a file, a database or a queue.

        It contains no token. Its format has a version number, and the documentation describes it.

        Example:
            error = BatchError.from_json(path.read_text())
        """
        note_copied(self.id)
        outcomes = {status: getattr(self, status) for status in STATUSES}
        arguments = {name: getattr(self, name) for name in ARGUMENTS}
        return encode(self.operation, self.reason, outcomes, arguments)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the error that `to_json` wrote.

        Raises:
            ValueError: The text is something else, or of a newer, incompatible version.
        """
        operation, reason, outcomes, arguments = decode(text)
        kept: dict[str, Any] = {
            status: [Outcome(**one) for one in outcomes[status]] for status in STATUSES
        }
        error = cls(operation, reason, **kept, **arguments)
        note_copied(error.id)
        return error

    # Any: the arguments of a function that pickle calls.
    def __reduce__(self) -> tuple[Callable[..., Self], tuple[Any, ...]]:
        return type(self).from_json, (self.to_json(),)

    def _outcomes(self) -> Iterator[Outcome[Item, Result]]:
        for status in STATUSES:
            yield from getattr(self, status)


# Any: the arguments of the constructor.
def changed(error: BatchError[Item, Result], **changes: Any) -> BatchError[Item, Result]:
    """Return the same error with some arguments of its constructor changed."""
    names = ("operation", "reason", *STATUSES, *ARGUMENTS)
    return BatchError(**{name: getattr(error, name) for name in names} | changes)


def batch_error_of(exception: BaseException | None) -> BatchError | None:
    """Return what became of every item of a write that an exception stopped, else None.

    Finds it behind `KeyboardInterrupt`, `CancelledError`, the `TimeoutError` of `asyncio.timeout`,
    exception groups, causes and contexts. A task group drops the exceptions of tasks that it
    cancels: call this inside the task.

    Example:
        try:
            client.voucher_codes.add(codes)
        except BaseException as exception:
            if (error := batch_error_of(exception)) is not None:
                path.write_text(error.to_json())
            raise
    """
    seen: set[int] = set()
    found: list[BaseException | None] = [exception]
    while found:
        one = found.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        attached = one if isinstance(one, BatchError) else getattr(one, "batch_error", None)
        if isinstance(attached, BatchError):
            return attached
        members: Iterable[BaseException] = getattr(one, "exceptions", ())
        members = members if isinstance(one, BaseExceptionGroup) else ()
        found += [one.__context__, *reversed(tuple(members)), one.__cause__]
    return None

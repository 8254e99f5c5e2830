"""One request of a write after the other: what goes into each, and what came of every item. No I/O.

Where the items come from, and what is told in the end, is the business of `_bulk.py`.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice, starmap
from typing import Any, Generic, TypeAlias, TypeVar

from mews_vouchers_client.types import Model

from ._flow import Chain, Do, Emit, Exchange, Stopped, heed
from ._retry import may_have_happened
from ._session import Meter, Operation, Session
from ._sizes import Size
from .errors import (
    ApiError,
    BadRequestError,
    ClosedError,
    ContentTooLargeError,
    MewsError,
    Outcome,
    OutcomeUnknownError,
    RequestTooHeavyError,
)

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Finds the result of each item in the answer; None for an item that the answer does not mention.
#: Any: the answer is one of three models.
Match: TypeAlias = Callable[[Sequence[Item], Any], list[Result | None]]


@dataclass(frozen=True, slots=True)
class Write(Generic[Item, Result]):
    """A write operation, and how a list of items becomes its request and its answer theirs."""

    operation: Operation[Any]
    #: The request's property that has the items.
    items: str
    #: None for an operation that gives nothing back.
    match: Match[Item, Result] | None = None
    #: For a delete: what the server calls the items in the refusal of one that is gone already.
    gone: str | None = None


@dataclass(slots=True)
class Account(Generic[Item, Result]):
    """What became of items, as a `BatchError` tells it."""

    succeeded: list[Outcome[Item, Result]] = field(default_factory=list)
    rejected: list[Outcome[Item, Result]] = field(default_factory=list)
    unknown: list[Outcome[Item, Result]] = field(default_factory=list)
    not_sent: list[Outcome[Item, Result]] = field(default_factory=list)

    def all(self) -> Iterator[Outcome[Item, Result]]:
        """Give what became of each."""
        return chain(self.succeeded, self.rejected, self.unknown, self.not_sent)

    @property
    def was_sent(self) -> bool:
        """Whether any of it may have reached the server."""
        return bool(self.succeeded or self.rejected or self.unknown)


class Lane(Generic[Item, Result]):
    """A part of a write: takes items as it needs them, and does one request at a time.

    Several lanes of a write share the input and the size of their requests.
    """

    def __init__(
        self,
        session: Session,
        write: Write[Item, Result],
        numbered: Iterator[tuple[int, Item]],
        size: Size,
        enterprise_id: str | None,
    ) -> None:
        self._session = session
        self._write = write
        self._numbered = numbered
        self._size = size
        self._enterprise_id = enterprise_id
        self.meter = Meter()
        #: What became of the items that were taken.
        self.account: Account[Item, Result] = Account()
        # An interruption can come anywhere: an item is never in neither of the next two and the
        # account, though it may be in two of them for a moment.
        #: Taken from the input and not sent yet, in order.
        self._waiting: deque[tuple[int, Item]] = deque()
        self._in_flight: list[Outcome[Item, Result]] = []
        #: So many of the next items were sent before, and may have been carried out.
        self._suspect = 0
        #: So many of the next items go one by one: see `_split`.
        self._single = 0

    def stream(self) -> Chain[list[Outcome[Item, Result]]]:
        """Emit the outcomes of each batch that succeeded; all is in the account as well."""
        while batch := self._next_batch():
            results: list[Result | None] = [None] * len(batch)
            try:
                results = self._results(batch, heed((yield Do(self._request(batch)))))
            except Exception as error:
                if self._split(batch, error):
                    continue
                if not self._is_gone(error):
                    self._stop(error, batch, was_sent=self.meter.reached > 0)
                    raise
            self._size.succeed()
            heed((yield Emit(self._done(batch, results))))

    def leave(self) -> None:
        """Account for what was taken, also in the middle of a request nobody waits for any more."""
        # Parts of a request whose answer was lost wait to be sent again.
        sent = max(len(self._in_flight), self._suspect)
        entries = {one.position: one for one in self._in_flight}
        for number, item in self._waiting:
            entries.setdefault(number, Outcome(number, item))
        told = {one.position for one in self.account.all()}
        left = [None if one.position in told else one for one in entries.values()]
        lost = OutcomeUnknownError(self._write.operation.name, "an answer was lost")
        self.account.unknown += _with(lost, [one for one in left[:sent] if one])
        self.account.not_sent += [one for one in left[sent:] if one]
        self._in_flight = []
        self._waiting.clear()
        self._suspect = 0

    def drain(self) -> None:
        """Take the rest of the input, to account for it; one that fails has none."""
        with suppress(Exception):
            self._waiting.extend(self._numbered)

    def _next_batch(self) -> list[Outcome[Item, Result]]:
        missing = self._size.now - len(self._waiting)
        try:
            self._waiting.extend(islice(self._numbered, max(0, missing)))
        except Exception as error:
            self._stop(error, [])
            raise
        count = min(1 if self._single else self._size.now, len(self._waiting))
        if self._suspect:  # not together with new ones, whose fate would then be unclear, too
            count = min(count, self._suspect)
        self._in_flight = list(starmap(Outcome, islice(self._waiting, count)))
        for _ in self._in_flight:
            self._waiting.popleft()
        return self._in_flight

    def _request(self, batch: list[Outcome[Item, Result]]) -> Exchange[Any]:
        """Return the request of a batch; of an item that cannot be written, tell the position."""
        properties: dict[str, Any] = {self._write.items: [one.item for one in batch]}
        if self._enterprise_id is not None:
            properties["enterprise_id"] = self._enterprise_id
        try:
            return self._session.request(self._write.operation, self.meter, **properties)
        except (TypeError, ValueError) as error:
            for one in batch:
                if not _can_be_written(one.item):
                    error.add_note(f"This is in the item at position {one.position} of the input.")
                    break
            raise

    def _split(self, batch: list[Outcome[Item, Result]], error: Exception) -> bool:
        """Put a batch back, to send it in smaller ones, if this can help; tell whether it can."""
        if not isinstance(error, MewsError):
            return False
        repeatable = self._write.operation.repeatable
        too_heavy = repeatable and isinstance(error, RequestTooHeavyError)
        if self.meter.lost or too_heavy:
            self._suspect = max(self._suspect, len(batch))
        if too_heavy or isinstance(error, ContentTooLargeError):
            if not self._size.shrink(len(batch)):
                return False
        elif self._is_gone(error) and len(batch) > 1:
            # Some of the batch are gone, but which? One by one each item can tell.
            self._single = len(batch)
        else:
            return False
        self._waiting.extendleft([(one.position, one.item) for one in reversed(batch)])
        self._in_flight = []
        return True

    def _is_gone(self, error: Exception) -> bool:
        """Tell whether a refusal may mean that an attempt before, whose answer was lost, did it."""
        if self._write.gone is None or not self._suspect or not isinstance(error, BadRequestError):
            return False
        return self._write.gone in (error.message or "")

    def _results(self, batch: list[Outcome[Item, Result]], answer: Any) -> list[Result | None]:
        if self._write.match is None:
            return [None] * len(batch)
        return self._write.match([one.item for one in batch], answer)

    def _done(
        self, batch: list[Outcome[Item, Result]], results: list[Result | None]
    ) -> list[Outcome[Item, Result]]:
        """Return the outcomes of a batch that the server carried out."""
        self._single = max(0, self._single - len(batch))
        self._suspect = max(0, self._suspect - len(batch))
        done: list[Outcome[Item, Result]] = []
        missing: list[Outcome[Item, Result]] = []
        for one, own in zip(batch, results, strict=True):
            is_missing = own is None and self._write.match is not None
            (missing if is_missing else done).append(Outcome(one.position, one.item, result=own))
        self.account.succeeded += done
        if missing:
            lost = OutcomeUnknownError(self._write.operation.name, "the answer does not mention it")
            self.account.unknown += _with(lost, missing)
            self._stop(lost, [])
            raise lost
        self._in_flight = []
        return done

    def _stop(
        self,
        error: Exception | None,
        batch: Sequence[Outcome[Item, Result]],
        *,
        was_sent: bool = False,
    ) -> None:
        """Account for a batch that ended with an error, and for what was taken after it."""
        known = error if isinstance(error, MewsError) else None
        self._verdict(error, was_sent=was_sent).extend(_with(known, batch))
        self._in_flight = []
        self._suspect = max(0, self._suspect - len(batch))
        self.leave()

    def _verdict(self, error: Exception | None, *, was_sent: bool) -> list[Outcome[Item, Result]]:
        """Return where a batch belongs that ended with an error."""
        is_ours = not isinstance(error, MewsError | ClosedError | Stopped)
        if self._suspect or self.meter.lost:
            return self.account.unknown
        if was_sent and (is_ours or may_have_happened(error)):
            return self.account.unknown
        if was_sent and isinstance(error, ApiError):
            return self.account.rejected
        return self.account.not_sent


def _can_be_written(item: object) -> bool:
    """Tell whether an item can go into a request."""
    try:
        json.dumps(item.to_dict() if isinstance(item, Model) else item, allow_nan=False)
    except (TypeError, ValueError):
        return False
    return True


def _with(
    error: MewsError | None, entries: Sequence[Outcome[Item, Result]]
) -> list[Outcome[Item, Result]]:
    """Return the outcomes of items that ended with an error."""
    return [Outcome(one.position, one.item, error=error) for one in entries]

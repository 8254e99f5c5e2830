"""Writes of any length: cut into requests, in order, with an account of every item. No I/O."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeAlias, TypeVar

from ._flow import Emit, Flow, Stream, collect
from ._retry import may_have_happened
from ._session import Meter, Operation, Session
from ._settings import Progress
from ._sizes import Size
from .errors import (
    ApiError,
    BadRequestError,
    BatchError,
    ContentTooLargeError,
    MewsError,
    Outcome,
    OutcomeUnknownError,
    RequestTooHeavyError,
)

Item = TypeVar("Item")
Result = TypeVar("Result")
Shaped = TypeVar("Shaped")

OnProgress: TypeAlias = Callable[[Progress], object]
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


class Batches(Generic[Item, Result]):
    """A write that is under way."""

    def __init__(
        self,
        session: Session,
        write: Write[Item, Result],
        numbered: Iterable[tuple[int, Item]],
        *,
        enterprise_id: str | None,
        on_progress: OnProgress | None,
        total: int | None,
    ) -> None:
        self._session = session
        self._write = write
        self._numbered = iter(numbered)
        self._enterprise_id = enterprise_id
        self._on_progress = on_progress
        self._total = total
        self._done = 0
        self._size = Size()
        self._meter = Meter()
        #: Taken from the input and not sent yet, in order.
        self._waiting: deque[Outcome[Item, Result]] = deque()
        self._in_flight: list[Outcome[Item, Result]] = []
        #: So many of the next items were sent before, and may have been carried out.
        self._suspect = 0
        #: So many of the next items go one by one: see `_split`.
        self._single = 0

    def stream(self, shape: Callable[[list[Outcome[Item, Result]]], Shaped]) -> Stream[Shaped]:
        """Emit the outcomes of each batch that succeeded, in the shape that a function gives them.

        Raises:
            BatchError: A batch failed. It tells of this batch and of what was taken after it.
        """
        while batch := self._next_batch():
            self._in_flight = batch
            properties: dict[str, Any] = {self._write.items: [entry.item for entry in batch]}
            if self._enterprise_id is not None:
                properties["enterprise_id"] = self._enterprise_id
            try:
                result = yield from self._session.send(
                    self._write.operation, self._meter, **properties
                )
            except MewsError as error:
                if self._split(batch, error):
                    continue
                if not self._is_gone(error):
                    raise self._stopped(error, batch) from error
                result = None
            except Exception as error:
                # Not of the transport: a mistake in the items, found before anything was sent.
                if self._done or self._suspect or self._meter.lost:
                    raise self._stopped(error, batch) from error
                raise
            self._size.succeed()
            self._in_flight = []
            yield Emit(shape(self._account(batch, result)))
            self._report()

    def run(self) -> Flow[list[Outcome[Item, Result]]]:
        """Do all batches; return the outcomes of all items in the order of the input.

        Raises:
            BatchError: A batch failed. It tells of every item of the input.
        """
        done: list[Outcome[Item, Result]] = []
        try:
            yield from collect(self.stream(list), done.extend)
        except BatchError as error:
            rest: list[Outcome[Item, Result]] = [
                Outcome(number, item) for number, item in _drain(self._numbered)
            ]
            raise self._error(
                error.reason,
                succeeded=[*done, *error.succeeded],
                rejected=error.rejected,
                unknown=error.unknown,
                not_sent=[*error.not_sent, *rest],
            ) from error.__cause__
        except (Exception, GeneratorExit):
            raise
        except BaseException as error:  # Ctrl-C, or a cancelled task of whatever event loop
            account = self._interrupted(error, done)
            error.add_note(f"{account}; the attribute `batch_error` has the account")
            error.batch_error = account  # type: ignore[attr-defined]
            raise
        return done

    def _interrupted(
        self, error: BaseException, done: list[Outcome[Item, Result]]
    ) -> BatchError[Item, Result]:
        """Say what became of every item that was taken when something stopped us from outside."""
        entries: list[Outcome[Item, Result]] = [*self._in_flight, *self._waiting]
        sent = max(len(self._in_flight), self._suspect)
        return self._error(
            type(error).__name__,
            succeeded=done,
            unknown=entries[:sent],
            not_sent=entries[sent:],
        )

    def _next_batch(self) -> list[Outcome[Item, Result]]:
        missing = self._size.now - len(self._waiting)
        try:
            for number, item in islice(self._numbered, max(0, missing)):
                self._waiting.append(Outcome(number, item))
        except Exception as error:
            if self._done or self._suspect:
                raise self._stopped(error) from error
            raise
        count = min(1 if self._single else self._size.now, len(self._waiting))
        if self._suspect:  # not together with new ones, whose fate would then be unclear, too
            count = min(count, self._suspect)
        return [self._waiting.popleft() for _ in range(count)]

    def _split(self, batch: list[Outcome[Item, Result]], error: MewsError) -> bool:
        """Put a batch back, to send it in smaller ones, if this can help; tell whether it can."""
        repeatable = self._write.operation.repeatable
        too_heavy = repeatable and isinstance(error, RequestTooHeavyError)
        if self._meter.lost or too_heavy:
            self._suspect = max(self._suspect, len(batch))
        if too_heavy or isinstance(error, ContentTooLargeError):
            if not self._size.shrink(len(batch)):
                return False
        elif self._is_gone(error) and len(batch) > 1:
            # Some of the batch are gone, but which? One by one each item can tell.
            self._single = len(batch)
        else:
            return False
        self._in_flight = []
        self._waiting.extendleft(reversed(batch))
        return True

    def _is_gone(self, error: MewsError) -> bool:
        """Tell whether a refusal may mean that an attempt before, whose answer was lost, did it."""
        if self._write.gone is None or not self._suspect or not isinstance(error, BadRequestError):
            return False
        return self._write.gone in (error.message or "")

    def _account(
        self, batch: list[Outcome[Item, Result]], result: Any
    ) -> list[Outcome[Item, Result]]:
        """Return the outcomes of a batch that the server carried out."""
        self._single = max(0, self._single - len(batch))
        self._suspect = max(0, self._suspect - len(batch))
        if self._write.match is None:
            self._done += len(batch)
            return batch
        found = self._write.match([one.item for one in batch], result)
        done = [
            Outcome(one.position, one.item, result=own)
            for one, own in zip(batch, found, strict=True)
            if own is not None
        ]
        self._done += len(done)
        if len(done) < len(batch):
            lost = OutcomeUnknownError(self._write.operation.name, "the answer does not mention it")
            missing = [one for one, own in zip(batch, found, strict=True) if own is None]
            raise self._stopped(lost, succeeded=done, unknown=_with(lost, missing)) from lost
        return done

    def _report(self) -> None:
        if self._on_progress is None:
            return
        meter = self._meter
        try:
            self._on_progress(Progress(self._done, self._total, meter.requests, meter.waited))
        except Exception as error:
            raise self._stopped(error) from error

    def _stopped(
        self,
        error: Exception,
        batch: Sequence[Outcome[Item, Result]] = (),
        *,
        succeeded: Sequence[Outcome[Item, Result]] = (),
        unknown: Sequence[Outcome[Item, Result]] = (),
    ) -> BatchError[Item, Result]:
        """Say what became of a batch that failed, and of what was taken after it."""
        known = error if isinstance(error, MewsError) else None
        waiting = list(self._waiting)
        # Parts of a request whose answer was lost wait here to be sent again.
        suspect = max(0, self._suspect - len(batch))
        lost = OutcomeUnknownError(self._write.operation.name, "an answer was lost")
        sequences: dict[str, list[Outcome[Item, Result]]] = {
            "succeeded": [*succeeded],
            "rejected": [],
            "unknown": [*unknown],
            "not_sent": [],
        }
        sequences[self._verdict(known)] += _with(known, batch)
        sequences["unknown"] += _with(lost, waiting[:suspect])
        sequences["not_sent"] += waiting[suspect:]
        reason = str(error) if known else f"{type(error).__name__}: {error}"
        return self._error(reason, **sequences)

    def _verdict(self, error: MewsError | None) -> str:
        """Say in which sequence a batch belongs that ended with an error; None is one of ours."""
        if self._suspect or self._meter.lost or (error and may_have_happened(error)):
            return "unknown"
        return "rejected" if isinstance(error, ApiError) else "not_sent"

    def _error(
        self, reason: str, **outcomes: Sequence[Outcome[Item, Result]]
    ) -> BatchError[Item, Result]:
        name = self._write.operation.name
        return BatchError(name, reason, enterprise_id=self._enterprise_id, **outcomes)


def _with(
    error: MewsError | None, entries: Iterable[Outcome[Item, Result]]
) -> list[Outcome[Item, Result]]:
    """Return the outcomes of items that ended with an error."""
    return [Outcome(one.position, one.item, error=error) for one in entries]


def _drain(numbered: Iterator[tuple[int, Item]]) -> Iterator[tuple[int, Item]]:
    """Yield what is left of an input; one that fails has nothing left."""
    try:
        yield from numbered
    except Exception:  # noqa: BLE001 - the error under way says more
        return

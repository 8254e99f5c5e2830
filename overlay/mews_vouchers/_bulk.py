"""Writes of any length: where the items come from, and what is told of all of them. No I/O.

How they are sent, and what comes of each, is the business of `_lane.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Generic, NoReturn, TypeAlias, TypeVar

from ._flow import Emit, Flow, Step, Stream, advance
from ._lane import Account, Lane, Write
from ._session import Session
from ._settings import Progress
from ._sizes import Size
from ._team import Team, check_concurrency
from .errors import BatchError, MewsError, Outcome

Item = TypeVar("Item")
Result = TypeVar("Result")
Shaped = TypeVar("Shaped")

OnProgress: TypeAlias = Callable[[Progress], object]


class Batches(Generic[Item, Result]):
    """A write that is under way, in one lane or in several side by side."""

    def __init__(
        self,
        session: Session,
        write: Write[Item, Result],
        numbered: Iterable[tuple[int, Item]],
        *,
        enterprise_id: str | None,
        on_progress: OnProgress | None,
        total: int | None,
        concurrency: int = 1,
    ) -> None:
        check_concurrency(concurrency)
        self._write = write
        self._numbered = iter(numbered)
        self._enterprise_id = enterprise_id
        self._on_progress = on_progress
        self._total = total
        self._count = 0
        size = Size()
        self._lanes = [
            Lane(session, write, self._numbered, size, enterprise_id) for _ in range(concurrency)
        ]

    def stream(self, shape: Callable[[list[Outcome[Item, Result]]], Shaped]) -> Stream[Shaped]:
        """Emit the outcomes of each batch that succeeded, in the shape that a function gives them.

        Raises:
            BatchError: A batch failed. It tells of this batch and of what was taken after it.
        """
        stream = self._lanes[0].stream()
        while (step := (yield from advance(stream))).emitted is not None:
            self._count += len(step.emitted.value)
            yield Emit(shape(step.emitted.value))
            if failed := self._report():
                self._fail(failed)
        if step.error:
            self._fail(step.error)

    def run(self) -> Flow[list[Outcome[Item, Result]]]:
        """Do all batches; return the outcomes of all items in the order of the input.

        Raises:
            BatchError: A batch failed. It tells of every item of the input.
        """
        team = Team[list[Outcome[Item, Result]]](len(self._lanes))
        for lane in self._lanes:
            team.add(lane.stream())
        done: list[Outcome[Item, Result]] = []
        failed: Exception | None = None
        try:
            while (step := (yield from team.step())) is not None:
                problem = self._take(step, done)
                failed = failed or problem
                if failed:  # what is under way is waited for, and nothing more is begun
                    team.end()
                elif step.emitted:
                    team.add(step.stream)
        except GeneratorExit:
            raise
        except BaseException as error:  # Ctrl-C, or a cancelled task of whatever event loop
            for step in (yield from team.stop()):
                self._take(step, done)
            if isinstance(error, Exception):  # the client was closed
                raise self._interrupted(error, done, _drain(self._numbered)) from error
            account = self._interrupted(error, done)
            error.add_note(f"{account}; the attribute `batch_error` has the account")
            error.batch_error = account  # type: ignore[attr-defined]
            raise
        if failed:
            self._fail(failed, done, _drain(self._numbered))
        return sorted(done, key=_position)

    def _take(
        self, step: Step[list[Outcome[Item, Result]]], done: list[Outcome[Item, Result]]
    ) -> Exception | None:
        """Note what a lane did; return what went wrong."""
        if step.emitted is None:
            return step.error
        done += step.emitted.value
        self._count += len(step.emitted.value)
        return self._report()

    def _report(self) -> Exception | None:
        """Tell how far it is; return what the user's function raises."""
        if self._on_progress is None:
            return None
        requests = sum(lane.meter.requests for lane in self._lanes)
        waited = sum(lane.meter.waited for lane in self._lanes)
        try:
            self._on_progress(Progress(self._count, self._total, requests, waited))
        except Exception as error:  # noqa: BLE001 - it stops the write, and is its error's cause
            return error
        return None

    def _fail(
        self,
        error: Exception,
        done: Iterable[Outcome[Item, Result]] = (),
        rest: Iterable[tuple[int, Item]] = (),
    ) -> NoReturn:
        """Raise what the user is told: what became of every item, if anything was sent."""
        for lane in self._lanes:
            lane.leave()
        if not isinstance(error, MewsError) and not self._count and not self._has_sent():
            raise error  # a mistake in the input, found before anything was sent
        reason = str(error) if isinstance(error, MewsError) else f"{type(error).__name__}: {error}"
        raise self._error(reason, done, rest) from error

    def _interrupted(
        self,
        error: BaseException,
        done: Iterable[Outcome[Item, Result]],
        rest: Iterable[tuple[int, Item]] = (),
    ) -> BatchError[Item, Result]:
        """Say what became of every item that was taken when something stopped us from outside."""
        for lane in self._lanes:
            lane.interrupt()
        return self._error(type(error).__name__, done, rest)

    def _has_sent(self) -> bool:
        accounts = [lane.account for lane in self._lanes]
        return any(one.succeeded or one.rejected or one.unknown for one in accounts)

    def _error(
        self,
        reason: str,
        done: Iterable[Outcome[Item, Result]],
        rest: Iterable[tuple[int, Item]] = (),
    ) -> BatchError[Item, Result]:
        """Return an error with what became of all items."""
        full: Account[Item, Result] = Account([*done])
        for lane in self._lanes:
            full.succeeded += lane.account.succeeded
            full.rejected += lane.account.rejected
            full.unknown += lane.account.unknown
            full.not_sent += lane.account.not_sent
        full.not_sent += [Outcome(number, item) for number, item in rest]
        return BatchError(
            self._write.operation.name,
            reason,
            succeeded=sorted(full.succeeded, key=_position),
            rejected=sorted(full.rejected, key=_position),
            unknown=sorted(full.unknown, key=_position),
            not_sent=sorted(full.not_sent, key=_position),
            enterprise_id=self._enterprise_id,
        )


_position = attrgetter("position")


def _drain(numbered: Iterator[tuple[int, Item]]) -> Iterator[tuple[int, Item]]:
    """Yield what is left of an input; one that fails has nothing left."""
    try:
        yield from numbered
    except Exception:  # noqa: BLE001 - the error under way says more
        return

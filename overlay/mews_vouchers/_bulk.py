"""Writes of any length: where the items come from, and what is told of all of them. No I/O.

How they are sent, and what comes of each, is the business of `_lane.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Generic, TypeAlias, TypeVar

from ._flow import Asking, Effect, Emit, Flow, Step, Stream, advance, heed
from ._interruption import insist, tell
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
        known: Iterable[Outcome[Item, Result]] = (),
    ) -> None:
        check_concurrency(concurrency)
        self._write = write
        self._numbered = iter(numbered)
        self._is_list = isinstance(numbered, list)
        #: What succeeded before, and is told of with all else.
        self._known = tuple(known)
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
        try:
            failure = yield from self._emit(shape)
        except GeneratorExit:
            raise
        except BaseException as error:  # Ctrl-C, or a cancelled task of whatever event loop
            self._tell(error)
            raise
        if failure is not None:
            raise failure

    def run(self, shape: Callable[[list[Outcome[Item, Result]]], Shaped]) -> Flow[Shaped]:
        """Do all batches; return the outcomes of all items, in order, in the shape of a function.

        After a failure nothing more is sent, and what is under way is waited for.

        Raises:
            BatchError: A batch failed. It tells of every item of the input.
        """
        team: Team[list[Outcome[Item, Result]]] = Team(len(self._lanes))
        try:
            failure = yield from self._work(team)
            if failure is None:
                return shape(self._outcomes())
        except GeneratorExit:
            raise
        except BaseException as error:  # as above
            try:
                yield from team.stop(hurry=True)
            except GeneratorExit:
                raise
            except BaseException:  # noqa: BLE001, S110 - a second one: then without waiting
                pass
            self._tell(error)
            raise
        raise failure

    # The next two are functions of their own because of Python 3.13: there Ctrl-C can come between
    # two rounds of a loop, which no `try` around it in the same function would notice.

    def _emit(
        self, shape: Callable[[list[Outcome[Item, Result]]], Shaped]
    ) -> Asking[Effect | Emit[Shaped], Exception | None]:
        """Do one batch after the other; return what the user is told if one fails."""
        (lane,) = self._lanes
        chain = lane.stream()
        failed: Exception | None = None
        while failed is None:
            step = yield from advance(chain)
            if step.emitted is not None:
                heed((yield Emit(shape(step.emitted.value))))
                lane.account.succeeded.clear()  # that is the user's now
            elif step.error is None:
                return None
            failed = self._take(step)
        return self._failure(failed)

    def _work(self, team: Team[list[Outcome[Item, Result]]]) -> Flow[Exception | None]:
        """Do all batches, in all lanes; return what the user is told if one fails."""
        for lane in self._lanes:
            team.add(lane.stream())
        failed: Exception | None = None
        while failed is None:
            came = yield from team.step()
            if came is None:
                return None
            chain, step = came
            failed = self._take(step)
            if step.emitted:
                team.add(chain)
        for step in (yield from team.stop(hurry=False)):
            self._take(step)
        return self._failure(failed, drain=True)

    def _outcomes(self) -> list[Outcome[Item, Result]]:
        """Return what succeeded, in the order of the input."""
        outcomes = [one for lane in self._lanes for one in lane.account.succeeded]
        return sorted([*self._known, *outcomes], key=by_position)

    def _take(self, step: Step[list[Outcome[Item, Result]]]) -> Exception | None:
        """Count what a lane did; return what went wrong."""
        if step.emitted is None:
            return step.error
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

    def _failure(self, error: Exception, *, drain: bool = False) -> Exception:
        """Return what the user is told: what became of every item, if anything was sent."""
        for lane in self._lanes:
            lane.leave()
        was_sent = self._count or any(lane.account.was_sent for lane in self._lanes)
        if not isinstance(error, MewsError) and not was_sent:
            return error  # a mistake in the input, found before anything was sent
        if drain:
            self._lanes[0].drain()
        notes: list[str] = getattr(error, "__notes__", [])
        name = [] if isinstance(error, MewsError) else [f"{type(error).__name__}:"]
        account = self._account(" ".join([*name, str(error), *notes]))
        account.__cause__ = error
        return account

    def _tell(self, error: BaseException) -> None:
        """Let an interruption tell what became of every item that was taken.

        A list of our own, as `resume` has, is taken to its end: that cannot keep anybody waiting.
        """
        if self._is_list:
            self._lanes[0].drain()
        insist(lambda: tell(error, self._account(type(error).__name__)))

    def _account(self, reason: str) -> BatchError[Item, Result]:
        """Return an error with what became of all items that were taken."""
        full: Account[Item, Result] = Account()
        for lane in self._lanes:
            lane.leave()
            full.rejected += lane.account.rejected
            full.unknown += lane.account.unknown
            full.not_sent += lane.account.not_sent
        return BatchError(
            self._write.operation.name,
            reason,
            succeeded=self._outcomes(),
            rejected=sorted(full.rejected, key=by_position),
            unknown=sorted(full.unknown, key=by_position),
            not_sent=sorted(full.not_sent, key=by_position),
            enterprise_id=self._enterprise_id,
        )


by_position = attrgetter("position")

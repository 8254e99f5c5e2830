"""Streams side by side: which are under way, and what the first of them comes to. No I/O.

What the streams do is the business of `_listing.py` and `_bulk.py`.
"""

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Generic, TypeVar

from ._flow import Emit, Flow, Fork, Join, Step, Stop, Stream, advance

T = TypeVar("T")

#: Enough to use the whole rate limit while an answer takes no more than 2.4 seconds.
_MOST_AT_ONCE = 16


def check_concurrency(number: int) -> None:
    """Raise `ValueError` for a number of requests that cannot be under way at a time."""
    if not 1 <= number <= _MOST_AT_ONCE:
        raise ValueError(f"concurrency must be from 1 to {_MOST_AT_ONCE}, not {number}")


class Team(Generic[T]):
    """Streams that are advanced in turn, each by one step, so many of them side by side."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._due = deque[Stream[T]]()
        self._under_way = 0

    def add(self, stream: Stream[T]) -> None:
        """Let a stream be advanced by a step."""
        self._due.append(stream)

    def begin(self) -> Flow[None]:
        """Advance what was added, in the background; the rest later, if one has done its step."""
        is_under_way = True
        while self._due and self._under_way < self._width and is_under_way:
            self._under_way += 1
            is_under_way = yield Fork(advance(self._due.popleft()))

    def end(self) -> None:
        """Begin with nothing any more."""
        self._due.clear()

    def step(self) -> Flow[Step[T] | None]:
        """Wait for the first step that one of them does; None if there is nothing to wait for.

        One alone is not worth a background: whoever waits for it drives it.
        """
        if not self._under_way and len(self._due) == 1:
            return (yield from advance(self._due.pop()))
        yield from self.begin()
        if not self._under_way:
            return None
        self._under_way -= 1
        step: Step[T] = yield Join()
        return step

    def stop(self) -> Flow[list[Step[T]]]:
        """Advance nobody any more; return the steps that were done and not waited for."""
        self.end()
        self._under_way = 0
        steps: list[Step[T]] = yield Stop()
        return steps


def side_by_side(streams: Iterator[Stream[T]], width: int, *, most: int, ahead: bool) -> Stream[T]:
    """Emit what streams emit, as it comes, with so many of them under way at a time.

    They take turns, so that those begun together end at about the same time: a long one that came
    to its turn last would go on alone.

    Args:
        streams: What to drive, in the order in which to begin.
        width: How many are advanced at a time.
        most: How many are begun and not at their end.
        ahead: Whether a stream is advanced while what it emitted is worked on, by one step.
    """
    team = Team[T](width)
    for stream in islice(streams, most):
        team.add(stream)
    while (step := (yield from team.step())) is not None:
        if step.error is not None:
            raise step.error
        if step.emitted is None:
            for stream in islice(streams, 1):
                team.add(stream)
            continue
        team.add(step.stream)
        if ahead:
            yield from team.begin()
        yield Emit(step.emitted.value)

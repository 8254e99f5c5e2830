"""Chains side by side: which are under way, and what the first of them comes to. No I/O.

What the chains do is the business of `_listing.py` and `_lane.py`.
"""

from collections import deque
from collections.abc import Iterator
from itertools import islice
from operator import index
from typing import Any, Generic, TypeVar

from ._flow import (
    Answer,
    Begin,
    Chain,
    Emit,
    Exchange,
    Flow,
    Join,
    Step,
    Stop,
    Stopped,
    Stream,
    advance,
    heed,
)

T = TypeVar("T")

#: Enough to use the whole rate limit while an answer takes no more than 2.4 seconds.
_MOST_AT_ONCE = 16


def check_concurrency(number: int) -> None:
    """Raise `ValueError` for a number of requests that cannot be under way at a time."""
    if not 1 <= index(number) <= _MOST_AT_ONCE:
        raise ValueError(f"concurrency must be from 1 to {_MOST_AT_ONCE}, not {number}")


class Team(Generic[T]):
    """Chains that are advanced in turn, each by one step, so many of them side by side.

    Their exchanges go on in the background; the chains themselves only while the team is asked. A
    flow has one team at a time: all that it joins belongs to that.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._due: deque[Chain[T]] = deque()
        #: The chains that wait for an exchange. Any: it is for the chain to know with what result.
        self._under_way: dict[Exchange[Any], Chain[T]] = {}
        #: What chains have come to, and nobody has asked for yet.
        self._steps: deque[tuple[Chain[T], Step[T]]] = deque()
        self._is_stopped = False

    def add(self, chain: Chain[T]) -> None:
        """Let a chain be advanced by a step."""
        self._due.append(chain)

    def begin(self) -> Flow[None]:
        """Advance what was added, as far as it goes; the rest later, if one has done its step."""
        while self._due and len(self._under_way) < self._width and not self._steps:
            yield from self._go_on(self._due.popleft(), None)

    def step(self) -> Flow[tuple[Chain[T], Step[T]] | None]:
        """Wait for the first step that one of them does; None if there is nothing to wait for.

        One alone is not worth a background: whoever waits for it drives it.
        """
        if len(self._due) == 1 and not self._under_way and not self._steps:
            chain = self._due.pop()
            return chain, (yield from advance(chain))
        yield from self.begin()
        while self._under_way and not self._steps:
            yield from self._take_in(*heed((yield Join())))
        return self._steps.popleft() if self._steps else None

    def stop(self, *, hurry: bool) -> Flow[list[Step[T]]]:
        """Let nothing more be sent; return the steps that what was under way still does."""
        self._is_stopped = True
        self._due.clear()
        for exchange, answer in heed((yield Stop(hurry))):
            yield from self._take_in(exchange, answer)
        return [step for _, step in self._steps]

    def _take_in(self, exchange: Exchange[Any], answer: Answer) -> Flow[None]:
        yield from self._go_on(self._under_way.pop(exchange), answer)

    def _go_on(self, chain: Chain[T], answer: Answer | None) -> Flow[None]:
        try:
            effect = chain.send(answer)
            while self._is_stopped and not isinstance(effect, Emit):
                effect = chain.send(Answer(error=Stopped()))
        except StopIteration:
            self._steps.append((chain, Step()))
        except Exception as error:  # noqa: BLE001 - it is for whoever asks for the step
            self._steps.append((chain, Step(error=error)))
        else:
            if isinstance(effect, Emit):
                self._steps.append((chain, Step(emitted=effect)))
            else:
                self._under_way[effect.exchange] = chain
                heed((yield Begin(effect.exchange)))


def side_by_side(chains: Iterator[Chain[T]], width: int, *, most: int, ahead: bool) -> Stream[T]:
    """Emit what chains emit, as it comes, with so many of them under way at a time.

    They take turns, so that those begun together end at about the same time: a long one that came
    to its turn last would go on alone.

    Args:
        chains: What to drive, in the order in which to begin.
        width: How many are advanced at a time.
        most: How many are begun and not at their end.
        ahead: Whether a chain is advanced while what it emitted is worked on, by one step.
    """
    team: Team[T] = Team(width)
    for chain in islice(chains, most):
        team.add(chain)
    while (came := (yield from team.step())) is not None:
        chain, step = came
        if step.error is not None:
            raise step.error
        if step.emitted is None:
            for another in islice(chains, 1):
                team.add(another)
            continue
        team.add(chain)
        if ahead:
            yield from team.begin()
        heed((yield Emit(step.emitted.value)))

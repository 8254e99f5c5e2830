"""Members of a fleet, and a clock that Redis and all of them go by. No test belongs here."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

import pytest
from mews_vouchers import RateLimit, _window
from mews_vouchers._fleet import FleetGate
from mews_vouchers._gate import Gate
from mews_vouchers._window import Window
from mews_vouchers_client import Secret

LIMIT = RateLimit(6, 30.0)
#: By so much of a window of 30 seconds the waits of members differ.
TURNS = 0.303


class Clock:
    """A clock that stands still until it is moved: of members, and inside `own_clock` of Redis."""

    def __init__(self, now: float = 1_000_000.0, *, moves_redis: bool = False) -> None:
        self._moves_redis = moves_redis
        self.now = now

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self._now

    @property
    def now(self) -> float:
        """The time in seconds."""
        return self._now

    @now.setter
    def now(self, now: float) -> None:
        self._now = now
        if self._moves_redis:
            _window._NOW = int(now * 1_000)  # noqa: SLF001


@contextmanager
def own_clock() -> Iterator[Clock]:
    """Let windows go by a clock of the test: their script is told that no time is to be moved."""
    with pytest.MonkeyPatch.context() as patch:
        script, now = _window._SCRIPT, _window._NOW  # noqa: SLF001
        of_redis = "redis.call('TIME')"
        assert of_redis in script
        script = script.replace(of_redis, f"{{{now // 1_000}, 0}}")
        patch.setattr(_window, "_SCRIPT", script)
        patch.setattr(_window, "_NOW", 0)
        yield Clock(moves_redis=True)


class Members:
    """Makes members of one fleet."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = f"{id(self)}-{time.monotonic_ns()}"
        self._url = url
        self._clock = clock
        self._made: list[FleetGate] = []

    def __call__(self, limit: RateLimit = LIMIT) -> FleetGate:
        """Return one more member."""
        window = Window(Secret(self._url), self.name, limit)
        self._made.append(FleetGate(limit, window, self._clock))
        return self._made[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for gate in self._made:
            gate.release()


def enter(gate: Gate, times: int = 1) -> list[bool]:
    """Ask a gate so often; return each time whether it let the request through.

    The short waits, after which it wants to be asked again because of others, do not count.
    """
    answers = []
    for _ in range(times):
        while 0 < (wait := gate.enter()) <= 0.005:
            pass
        answers.append(not wait)
    return answers

"""The window of a token in Redis: what it is asked, and its replies.

Errors of the client of Redis are raised as they are; `redis_limiter.py` handles them.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import redis
from mews_vouchers_client.types import Secret
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.retry import Retry

from .._settings.config import RateLimit
from .places import group_of, places_of, window_of
from .redis_script import ACQUIRE, PAUSE, RESTORE

#: Seconds before a command of Redis times out.
_TIMEOUT = 1.0


class Question(NamedTuple):
    """What Redis needs to know to decide about a request."""

    #: The number of the request.
    number: int
    #: The process that asks, and whether Redis must know it.
    process: int
    is_known: bool
    #: The number of the last request of this process that Redis must know; None if there is none.
    known: int | None
    #: What the request keeps.
    limits: Iterable[RateLimit]
    is_background: bool
    ignore_pause: bool
    #: Seconds between two requests after a pause.
    spread_interval: float
    #: Seconds until the share of this process has a place; it counts during a recovery.
    share_wait: float
    #: Seconds of a recovery that begins, or 0.0, and how many processes take part.
    recovery: float
    participants: int


class Reply(NamedTuple):
    """What Redis replies."""

    #: One of the constants of `redis_script.py`.
    kind: int
    #: The seconds of a wait or a pause.
    seconds: float
    #: How many processes Redis knows, and the seconds until the recovery ends.
    processes: int
    recovery: float


class RedisSlidingWindow:
    """The window of one token, on Redis server time.

    Args:
        url: The address of Redis.
        name: The name that all who share it use. Not a token: it is visible in Redis.

    Raises:
        ValueError: It is not a URL of Redis.
    """

    def __init__(self, url: Secret, name: str) -> None:
        self._redis = _client_of(url)
        # In braces: a cluster keeps all keys on one server.
        keys = ("requests", "state", "processes")
        self._keys = [f"mews-vouchers:{{{name}}}:{key}" for key in keys]
        self._acquire, self._restore, self._pause = (
            self._redis.register_script(script) for script in (ACQUIRE, RESTORE, PAUSE)
        )

    def try_acquire(self, question: Question) -> Reply:
        """Decide about a request, and record it if it may be sent now."""
        limits = [
            number
            for limit in question.limits
            for number in _described(limit, is_background=question.is_background)
        ]
        kind, wait, processes, recovery = self._run(
            self._acquire,
            _member(question.number),
            "" if question.known is None else _member(question.known),
            _member(question.process),
            int(question.is_known),
            int(not question.ignore_pause),
            question.spread_interval * 1_000,
            int(question.is_background),
            math.ceil(question.share_wait * 1_000),
            math.ceil(question.recovery * 1_000),
            question.participants,
            *limits,
        )
        return Reply(kind, wait / 1_000, processes, recovery / 1_000)

    def restore(self, process: int, ages: Mapping[int, float], longest_window: float) -> None:
        """Record requests of this process that Redis has forgotten, or has never known.

        A request that it knows is not recorded twice.

        Args:
            process: The process.
            ages: How many seconds ago each request was sent, by its number.
            longest_window: For how many seconds a request counts at most.
        """
        arguments = [
            part
            for number, age in ages.items()
            for part in (_member(number), math.floor(age * 1_000))
        ]
        longest = math.ceil(longest_window * 1_000)
        self._run(self._restore, longest, _member(process), *arguments)

    def pause(self, seconds: float, longest_window: float) -> None:
        """Let no request through for this long, unless a longer pause is active."""
        lengths = (math.ceil(one * 1_000) for one in (seconds, longest_window))
        self._run(self._pause, *lengths)

    def disconnect(self) -> None:
        """Close the connections that are not in use; the next command opens others."""
        self._redis.connection_pool.disconnect(inuse_connections=False)

    def _run(self, script: Script, *arguments: str | float) -> Any:
        """Run a script in one round trip. Any: its reply."""
        return script(self._keys, arguments)


def _member(number: int) -> str:
    return f"{number:x}"


def _described(limit: RateLimit, *, is_background: bool) -> tuple[int, int, int]:
    """Return the places, window in milliseconds and group size of a limit."""
    places = places_of(limit, is_background=is_background)
    return places, math.ceil(window_of(limit) * 1_000), group_of(places)


def _client_of(url: Secret) -> redis.Redis:
    """Return a client that connects when it is first used, and does not retry.

    Raises:
        ValueError: It is not a URL of Redis.
    """
    retry = Retry(NoBackoff(), 0)
    try:
        return redis.Redis.from_url(
            url.reveal(), socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT, retry=retry
        )
    except ValueError:
        pass  # its message may contain a part of the password
    raise ValueError("redis_url must look like redis://host:6379/0; percent-encode the password")

"""What processes and machines share in Redis: pyrate-limiter's store, and the pause after a 429.

Nothing here knows what to do when Redis is away: whatever its client raises goes through.
"""

import math
import random
from collections.abc import Iterable

import redis
from mews_vouchers_client.types import Secret
from pyrate_limiter import RateItem, RedisBucket
from redis.backoff import NoBackoff
from redis.client import Pipeline
from redis.exceptions import NoScriptError, WatchError
from redis.retry import Retry

from ._gate import rate_of
from ._settings import RateLimit

#: Seconds that Redis has for one answer.
_TIMEOUT = 1.0


class Window:
    """The window of a limit, by the clock of Redis.

    The store takes the time from who asks, and counts what was put in up to then. So nobody else
    may put anything in between asking for the time and putting: a transaction that watches the
    window sees to it, without a lock that somebody could die with.

    Args:
        url: Where Redis is.
        name: What those who share it call it; no token, for it is seen in Redis.
        limit: The limit.

    Raises:
        ValueError: The URL is none of a Redis.
    """

    def __init__(self, url: Secret, name: str, limit: RateLimit) -> None:
        self._redis = _client_of(url)
        self._rate = rate_of(limit)
        self._key = f"mews-vouchers:{name}:{self._rate.interval}"
        self._closed_key = f"mews-vouchers:{name}:closed"
        #: The digest of the script that the store has put into Redis; empty before it has.
        self._script = ""

    def join(self, ages: Iterable[int]) -> None:
        """Prepare Redis; tell it how many milliseconds ago this process let requests through.

        A Redis that was away, or began anew, does not know of them.
        """
        prepared = RedisBucket.init([self._rate], self._redis, self._key)
        assert isinstance(prepared, RedisBucket)  # it is awaitable for awaiting clients alone
        now = _now(self._redis)
        with self._redis.pipeline() as pipe:
            bucket = self._bucket(pipe, prepared.script_hash)
            for age in ages:
                bucket.put(RateItem("request", now - age))
        self._script = prepared.script_hash

    def leave(self) -> None:
        """Forget that Redis was prepared, and close the connection."""
        self._script = ""
        self.disconnect()

    @property
    def is_joined(self) -> bool:
        """Whether Redis was prepared."""
        return bool(self._script)

    def enter(self) -> float:
        """Take a place: 0.0 if there is one, else the seconds until asking again."""
        try:
            with self._redis.pipeline() as pipe:
                pipe.watch(self._key)  # type: ignore[no-untyped-call]
                item = RateItem("request", _now(pipe))
                pipe.multi()
                bucket = self._bucket(pipe, self._script)
                bucket.leak(item.timestamp)
                if bucket.put(item):
                    return 0.0
        except WatchError:  # somebody was quicker, perhaps several
            return random.uniform(0.001, 0.005)  # noqa: S311 - guards nothing
        except NoScriptError:  # Redis began anew
            self._script = ""
            return 0.001
        wait = bucket.waiting(item)
        assert isinstance(wait, int)
        # A clock that was set back makes the last places look far away: never longer than a window.
        return min(max(1, wait), self._rate.interval) / 1_000

    def close(self, seconds: float) -> None:
        """Let nobody through for so long, unless it is already for longer."""
        milliseconds = math.ceil(seconds * 1_000)

        def unless_longer(pipe: Pipeline) -> None:
            if pipe.pttl(self._closed_key) < milliseconds:
                pipe.multi()
                pipe.set(self._closed_key, "429", px=milliseconds)

        self._redis.transaction(unless_longer, self._closed_key)

    def closed_for(self) -> float:
        """Return for how many seconds a 429 of anybody lets nobody through."""
        return max(0, self._redis.pttl(self._closed_key)) / 1_000

    def disconnect(self) -> None:
        """Close the connection; asking anything opens it again."""
        self._redis.connection_pool.disconnect(inuse_connections=False)

    def _bucket(self, pipe: Pipeline, script: str) -> RedisBucket:
        connection = _Transaction(pipe, 2 * self._rate.interval)
        # It says what it takes by its type, but does no more with it than is there.
        return RedisBucket([self._rate], connection, self._key, script)  # type: ignore[arg-type]


class _Transaction:
    """The connection of a store: runs its script at the end of a transaction."""

    def __init__(self, pipe: Pipeline, lasting: int) -> None:
        self._pipe = pipe
        #: For how many milliseconds the window is kept after the last request.
        self._lasting = lasting

    def zremrangebyscore(self, key: str, lowest: int, highest: int) -> None:
        self._pipe.zremrangebyscore(key, lowest, highest)

    def evalsha(self, script: str, number: int, key: str, *arguments: str) -> list[int]:
        self._pipe.evalsha(script, number, key, *arguments)
        self._pipe.pexpire(key, self._lasting)
        found: list[int] = self._pipe.execute()[-2]
        return found


def _client_of(url: Secret) -> redis.Redis:
    """Return a client that does not connect before it is used, and tries once.

    Raises:
        ValueError: This is no address of a Redis.
    """
    retry = Retry(NoBackoff(), 0)
    try:
        return redis.Redis.from_url(
            url.reveal(), socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT, retry=retry
        )
    except ValueError:
        pass  # its text may have a piece of the password in it
    raise ValueError(
        "redis_url must look like redis://host:6379/0; percent-encode what is special in a password"
    )


def _now(client: redis.Redis) -> int:
    """Return the milliseconds of the clock of Redis."""
    seconds, microseconds = client.time()
    return int(seconds) * 1_000 + int(microseconds) // 1_000

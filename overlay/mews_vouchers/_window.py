"""What processes and machines share in Redis: pyrate-limiter's store, and the pause after a 429.

Nothing here knows what to do when Redis is away: whatever its client raises goes through.
"""

import math
import random
from collections.abc import Iterable
from typing import Any, Protocol

import redis
from mews_vouchers_client.types import Secret
from pyrate_limiter import RateItem, RedisBucket
from pyrate_limiter.buckets.redis_bucket import LuaScript
from redis.backoff import NoBackoff
from redis.client import Pipeline
from redis.exceptions import NoScriptError
from redis.retry import Retry

from ._gate import rate_of
from ._settings import RateLimit

#: Seconds that Redis has for one answer.
_TIMEOUT = 1.0
#: Stands for now in what goes to the script of the store, in milliseconds.
_NOW = 10**12
#: The store has whoever asks tell the time. But only if Redis does, at the very moment, no clock
#: can be wrong, and nobody can come in between. So the script of the store is run with its times
#: (of the request, and of the window's start) moved by what Redis' clock says, and its answer back.
_SCRIPT = f"""
local function put(KEYS, ARGV)
{LuaScript.PUT_ITEM}
end
local time = redis.call('TIME')
local moved = time[1] * 1000 + math.floor(time[2] / 1000) - {_NOW}
local now, start = ARGV[1] + moved, ARGV[5] + moved
ARGV[1], ARGV[5] = string.format('%d', now), string.format('%d', start)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[5])
local answer = put(KEYS, ARGV)
redis.call('PEXPIRE', KEYS[1], 2 * (now - start))
if answer[2] >= 0 then
    answer[2] = answer[2] - moved
end
return answer
"""
#: The pause after a 429, unless there is a longer one.
_CLOSE = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
    redis.call('SET', KEYS[1], '429', 'PX', ARGV[1])
end
"""


class Window:
    """The window of a limit, by the clock of Redis.

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
        #: The digest of the script; empty before Redis has it.
        self._script = ""

    def join(self, ages: Iterable[int]) -> None:
        """Prepare Redis; tell it how many milliseconds ago this process let requests through.

        A Redis that was away, or began anew, does not know of them.
        """
        script = str(self._redis.script_load(_SCRIPT))
        with self._redis.pipeline(transaction=False) as pipe:
            bucket = self._bucket(_Batch(pipe), script)
            for age in ages:
                bucket.put(RateItem("request", _NOW - age))
            pipe.execute()
        self._script = script

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
        item = RateItem("request", _NOW)
        bucket = self._bucket(self._redis, self._script)
        try:
            if bucket.put(item):
                return 0.0
        except NoScriptError:  # Redis began anew
            self._script = ""
            return 0.001
        wait = bucket.waiting(item)
        assert isinstance(wait, int)
        # A clock that was set back makes the last places look far away: never longer than a window.
        wait = min(max(1, wait), self._rate.interval)
        # Else whoever is nearest to Redis would always be the first to ask for a place.
        wait += random.randrange(1 + self._rate.interval // 100)  # noqa: S311 - guards nothing
        return wait / 1_000

    def close(self, seconds: float) -> None:
        """Let nobody through for so long, unless it is already for longer."""
        self._redis.eval(_CLOSE, 1, self._closed_key, math.ceil(seconds * 1_000))

    def closed_for(self) -> float:
        """Return for how many seconds a 429 of anybody lets nobody through."""
        return max(0, self._redis.pttl(self._closed_key)) / 1_000

    def disconnect(self) -> None:
        """Close the connection; asking anything opens it again."""
        self._redis.connection_pool.disconnect(inuse_connections=False)

    def _bucket(self, connection: "_Connection", script: str) -> RedisBucket:
        # It says what it takes by its type, but does no more with it than is there.
        return RedisBucket([self._rate], connection, self._key, script)  # type: ignore[arg-type]


class _Connection(Protocol):
    """What a store needs to put something in. Any: see the client of Redis."""

    def evalsha(self, sha: str, numkeys: int, *keys_and_args: Any) -> Any: ...


class _Batch:
    """The connection of a store whose answers nobody waits for."""

    def __init__(self, pipe: Pipeline) -> None:
        self._pipe = pipe

    def evalsha(self, sha: str, numkeys: int, *keys_and_args: Any) -> tuple[int, int]:
        self._pipe.evalsha(sha, numkeys, *keys_and_args)
        return -1, -1


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

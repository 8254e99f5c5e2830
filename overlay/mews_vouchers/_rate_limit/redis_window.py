"""The sliding window in Redis: pyrate-limiter's bucket on Redis server time, and the 429 pause.

Errors of the client of Redis are raised as they are; `redis_limiter.py` handles them.
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

from .._config import RateLimit
from .limiter import to_rate

#: Seconds before a command of Redis times out.
_TIMEOUT = 1.0
#: The placeholder of the current time in the arguments of the script, in milliseconds.
_NOW = 10**12
#: The bucket takes timestamps from its client. To be immune to clock skew and races, its script
#: runs with Redis server time instead: both timestamps (of the request, and of the window's start)
#: are shifted to it, and the reply is shifted back.
_SCRIPT = f"""
local function put(KEYS, ARGV)
{LuaScript.PUT_ITEM}
end
local time = redis.call('TIME')
local shift = time[1] * 1000 + math.floor(time[2] / 1000) - {_NOW}
local now, start = ARGV[1] + shift, ARGV[5] + shift
ARGV[1], ARGV[5] = string.format('%d', now), string.format('%d', start)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[5])
local reply = put(KEYS, ARGV)
redis.call('PEXPIRE', KEYS[1], 2 * (now - start))
if reply[2] >= 0 then
    reply[2] = reply[2] - shift
end
return reply
"""
#: Starts a pause, unless a longer one is active.
_PAUSE = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
    redis.call('SET', KEYS[1], '429', 'PX', ARGV[1])
end
"""


class RedisSlidingWindow:
    """The window of one limit, on Redis server time.

    Args:
        url: The address of Redis.
        name: The name that all who share it use. Not a token: it is visible in Redis.
        limit: The limit.

    Raises:
        ValueError: It is not a URL of Redis.
    """

    def __init__(self, url: Secret, name: str, limit: RateLimit) -> None:
        self._redis = _client_of(url)
        self._rate = to_rate(limit)
        self._key = f"mews-vouchers:{name}:{self._rate.interval}"
        self._pause_key = f"mews-vouchers:{name}:paused"
        #: The digest of the script; empty until the script is loaded.
        self._script = ""

    def prepare(self, ages: Iterable[int]) -> None:
        """Load the script, and record requests that this process sent while Redis was unavailable.

        Args:
            ages: How many milliseconds ago each was sent.
        """
        script = str(self._redis.script_load(_SCRIPT))
        with self._redis.pipeline(transaction=False) as pipe:
            bucket = self._bucket(_PipelineConnection(pipe), script)
            for age in ages:
                bucket.put(RateItem("request", _NOW - age))
            pipe.execute()
        self._script = script

    def reset(self) -> None:
        """Close the connection; Redis has to be prepared again."""
        self._script = ""
        self.disconnect()

    @property
    def is_prepared(self) -> bool:
        """Whether the script is loaded."""
        return bool(self._script)

    def try_acquire(self) -> float:
        """Return 0.0 if a request may be sent now, else the seconds until the next try."""
        item = RateItem("request", _NOW)
        bucket = self._bucket(self._redis, self._script)
        try:
            if bucket.put(item):
                return 0.0
        except NoScriptError:  # Redis was restarted
            self._script = ""
            return 0.001
        wait = bucket.waiting(item)
        assert isinstance(wait, int)
        # After the clock was set back, requests lie in the future: wait one window at most.
        wait = min(max(1, wait), self._rate.interval)
        # Random, or else the client nearest to Redis would always be the first to try again.
        wait += random.randrange(1 + self._rate.interval // 100)  # noqa: S311 - guards nothing
        return wait / 1_000

    def pause(self, seconds: float) -> None:
        """Let no request through for this long, unless a longer pause is active."""
        self._redis.eval(_PAUSE, 1, self._pause_key, math.ceil(seconds * 1_000))

    def paused_for(self) -> float:
        """Return the remaining seconds of the pause after a 429 of any process."""
        return max(0, self._redis.pttl(self._pause_key)) / 1_000

    def disconnect(self) -> None:
        """Close the connection; the next command reopens it."""
        self._redis.connection_pool.disconnect(inuse_connections=False)

    def _bucket(self, connection: "_Connection", script: str) -> RedisBucket:
        # Its annotation demands a client of Redis; it only calls `evalsha`.
        return RedisBucket([self._rate], connection, self._key, script)  # type: ignore[arg-type]


class _Connection(Protocol):
    """The one method of a client of Redis that the bucket calls. Any: as that client has it."""

    def evalsha(self, sha: str, numkeys: int, *keys_and_args: Any) -> Any: ...


class _PipelineConnection:
    """The connection of a bucket whose replies are ignored."""

    def __init__(self, pipe: Pipeline) -> None:
        self._pipe = pipe

    def evalsha(self, sha: str, numkeys: int, *keys_and_args: Any) -> tuple[int, int]:
        self._pipe.evalsha(sha, numkeys, *keys_and_args)
        return -1, -1


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

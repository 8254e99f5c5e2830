"""When may a request be sent? It asks the circuit breaker and the rate limiter, up to a deadline.

The rate limiter decides in `_rate_limit/`, the circuit breaker in `circuit_breaker.py`.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from .._rate_limit.limiter import RateLimiter
from ..errors import CircuitOpenError, RateLimitTimeoutError, TooManyRequestsError
from .circuit_breaker import Circuit
from .effects import EffectGenerator, RunInThread, Sleep
from .events import WaitReason, log_wait
from .request_options import RequestOptions

T = TypeVar("T")


class Admission:
    """Lets the attempts of one request through, and knows how long they waited.

    Args:
        operation: Its name, such as `voucherCodes/add`.
        limiter: The rate limiter of the token.
        circuit: The circuit of the address.
        options: How the request is executed.
    """

    def __init__(
        self, operation: str, limiter: RateLimiter, circuit: Circuit, options: RequestOptions
    ) -> None:
        self._operation = operation
        self._limiter = limiter
        self._circuit = circuit
        self._options = options
        self._started = time.monotonic()
        #: When the request ends at the latest, by the monotonic clock.
        self.deadline = self._started + options.retry.total_timeout
        #: Seconds spent waiting, in all.
        self.waited = 0.0
        self._waits: dict[WaitReason, float] = {}

    def acquire(self) -> EffectGenerator[None]:
        """Wait until the next attempt may be sent.

        Raises:
            CircuitOpenError: Too many requests to this address have failed.
            TooManyRequestsError: The pause after a 429 is longer than the retry policy allows.
            RateLimitTimeoutError: The wait for the rate limit is longer than the options allow.
        """
        self._check_circuit()
        options = self._options
        ask = partial(
            self._limiter.try_acquire,
            is_background=options.priority == "background",
            ignore_pause=not options.retry.sleep,
        )
        is_logged = False
        while seconds := (yield from self._call_limiter(ask)):
            paused = self._limiter.paused_for() if options.retry.sleep else 0.0
            if paused > options.retry.max_wait:
                message = f"not sent: this token is rate-limited for another {paused:.0f} s"
                raise TooManyRequestsError(self._operation, 429, message, retry_after=paused)
            allowed = options.rate_limit_wait - self._waits.get("rate_limit", 0.0)
            if seconds > min(allowed, self.remaining()):
                raise RateLimitTimeoutError(self._operation, seconds)
            reason: WaitReason = "pause" if paused else "rate_limit"
            if not is_logged:
                log_wait(self._operation, seconds, reason)
                is_logged = True
            yield from self.sleep(seconds, reason)

    def pause(self, seconds: float) -> EffectGenerator[None]:
        """Let no request of the token through for some seconds, because of a 429."""
        yield from self._call_limiter(partial(self._limiter.pause, seconds))

    def sleep(self, seconds: float, reason: WaitReason) -> EffectGenerator[None]:
        """Wait some seconds."""
        self.waited += seconds
        self._waits[reason] = self._waits.get(reason, 0.0) + seconds
        if seconds > 0:
            yield Sleep(seconds)

    def elapsed(self) -> float:
        """Return the seconds since the request began."""
        return time.monotonic() - self._started

    def remaining(self) -> float:
        """Return the seconds until the deadline."""
        return self.deadline - time.monotonic()

    def is_late(self) -> bool:
        """Return whether the deadline comes before the end of the pause after a 429."""
        return self._limiter.paused_for() > self.remaining()

    def take_waits(self) -> tuple[float, WaitReason | None]:
        """Return the seconds waited since the last call, and what most of them were for."""
        waits, self._waits = self._waits, {}
        longest = max(waits, key=lambda reason: waits[reason], default=None)
        return sum(waits.values()), longest

    def _check_circuit(self) -> None:
        breaker = self._options.circuit_breaker
        seconds = 0.0 if breaker is None else self._circuit.remaining(breaker)
        if seconds:
            raise CircuitOpenError(self._operation, seconds)

    def _call_limiter(self, function: Callable[[], T]) -> EffectGenerator[T]:
        """Call the limiter: through the runner if it does I/O, else directly."""
        if not self._limiter.does_io:
            return function()
        result: T = yield RunInThread(function)
        return result

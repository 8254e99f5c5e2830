"""The circuit breaker of an address: after many failures, requests fail at once for a while.

No I/O, no threads, no timers: `remaining()` is asked before a request, and the circuit is told how
the request ended. All clients of the process that use the same address share its circuit.

Source: the vendor's guidelines, which ask integrators for it, for servers that do not respond.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from .._settings.numbers import check_count, check_seconds
from ..errors import ConnectionFailedError, MewsError, OutcomeUnknownError, ServerError

#: What counts as a failure of an address.
_OUTAGES = (ConnectionFailedError, OutcomeUnknownError, ServerError)


@dataclass(frozen=True, slots=True)
class CircuitBreaker:
    """When requests to an address fail at once, and for how long.

    A failure is a 5xx, a response that was not received, or a connection that failed; a 4xx is
    none. After `failures` of them in a row, the first at least `duration` seconds ago, requests
    fail at once with a `CircuitOpenError` for `pause` seconds. Then one request goes through as a
    trial: it ends the outage, or the next pause begins.

    The default opens after 20 failures and 20 seconds: the retries of a request outlast a shorter
    outage.

    Example:
        VoucherClient(credentials, circuit_breaker=CircuitBreaker(failures=5, duration=0.0))
    """

    #: Number of failures in a row.
    failures: int = 20
    #: Seconds since the first of them.
    duration: float = 20.0
    #: Seconds without requests.
    pause: float = 30.0

    def __post_init__(self) -> None:
        check_count("failures of a circuit breaker", self.failures)
        check_seconds("duration of a circuit breaker", self.duration, zero=True)
        check_seconds("pause of a circuit breaker", self.pause)


class Circuit:
    """What is known of an address. Any thread may use it.

    Args:
        clock: Returns the time in seconds; it never goes back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.lock = threading.Lock()
        self._failures = 0
        self._first_failure = inf
        #: When the next trial may start; None while the circuit is closed.
        self._open_until: float | None = None

    def remaining(self, breaker: CircuitBreaker) -> float:
        """Return 0.0 if a request may be sent, else the seconds until the next trial.

        After a pause, the first who asks gets the trial. If it never reports its end, because it
        was cancelled, the next trial starts one pause later.
        """
        with self.lock:
            if self._open_until is None:
                return 0.0
            now = self._clock()
            if now < self._open_until:
                return self._open_until - now
            self._open_until = now + breaker.pause
            return 0.0

    def on_response(self) -> None:
        """Note that the server responded, with anything but a 5xx."""
        if not self._failures:
            return  # the usual case needs no lock
        with self.lock:
            self._failures, self._first_failure, self._open_until = 0, inf, None

    def on_failure(self, breaker: CircuitBreaker) -> None:
        """Note a failure."""
        with self.lock:
            now = self._clock()
            self._failures += 1
            self._first_failure = min(self._first_failure, now)
            if self._failures >= breaker.failures and now - self._first_failure >= breaker.duration:
                self._open_until = now + breaker.pause


def is_outage(error: MewsError | None) -> bool:
    """Return whether an attempt failed because the server is not available."""
    return isinstance(error, _OUTAGES)


_circuits: dict[str, Circuit] = {}
_registry_lock = threading.Lock()


def get_circuit(base_url: str) -> Circuit:
    """Return the circuit of an address, which all clients of the process share."""
    with _registry_lock:
        return _circuits.setdefault(base_url, Circuit())

"""How long may one attempt take? Until a byte was sent, and after it."""

import math
import time

from mews_vouchers_client.http_types import AsyncHttpClient, HttpClient, Timeout

from .._http.effects import AttemptTimeoutError, SendRequest

#: Seconds. A timeout of 0 would mean not to wait at all.
_LEAST = 0.001


class AttemptTime:
    """The time that one attempt has. Only the thread or task of the attempt uses it.

    Before a byte was sent, only the deadline of the effect and the timeouts of httpx count. From
    then on, the attempt also has to end within its timeout.
    """

    def __init__(self, effect: SendRequest, client: HttpClient | AsyncHttpClient) -> None:
        self._timeouts = effect.timeouts or Timeout.of(client.timeout)
        self._deadline = effect.deadline
        #: The time of the monotonic clock at which it has to end.
        self.end = self._deadline
        self._sent_at: float | None = None

    def note_tunnel(self) -> None:
        """Start the timeout of connecting: a proxy is asked for a connection."""
        timeout = math.inf if self._timeouts.connect is None else self._timeouts.connect
        self.end = min(self._deadline, time.monotonic() + timeout)

    def note_sending(self) -> None:
        """Start the timeout: the first byte is about to be sent."""
        self._sent_at = time.monotonic()
        timeout = math.inf if self._timeouts.read is None else self._timeouts.read
        self.end = min(self._deadline, self._sent_at + timeout)

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return time.monotonic() >= self.end

    def check(self) -> None:
        """Raise `AttemptTimeoutError` if no time is left."""
        if self.is_over:
            raise self.error(is_connecting=False)

    def limited(self, timeout: float | None) -> float | None:
        """Return a timeout in seconds, or the time that is left if it is shorter.

        Raises:
            AttemptTimeoutError: No time is left.
        """
        self.check()
        left = max(self.end - time.monotonic(), _LEAST)
        return left if timeout is None else min(left, timeout)

    def timeouts(self) -> dict[str, float | None]:
        """Return the timeouts of httpx in seconds, for the extension `timeout`."""
        return self._timeouts._asdict() | {
            "pool": self.limited(self._timeouts.pool),  # the only one that is not of the network
        }

    def error(self, *, is_connecting: bool) -> AttemptTimeoutError:
        """Return the error of an attempt that took too long."""
        if self._sent_at is None:
            message = "no connection in the time that was left"
            return AttemptTimeoutError(message, was_sent=False, was_connecting=is_connecting)
        seconds = round(self.end - self._sent_at, 3)
        return AttemptTimeoutError(f"no complete response within {seconds:g} s", was_sent=True)

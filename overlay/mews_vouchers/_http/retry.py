"""Is a failed request sent again, and after how long? Decisions only: nothing here sleeps.

The class of the error decides, and the status of an unexpected response. A class in none of the
tuples means that the server refused the request, and would refuse it again.
"""

from dataclasses import dataclass

from .._settings.numbers import check_count, check_seconds
from ..errors import (
    ConnectionFailedError,
    MewsError,
    OutcomeUnknownError,
    RequestTooHeavyError,
    ResponseTooLargeError,
    ServerError,
    TooManyRequestsError,
    UnexpectedResponseError,
)

#: The request had no effect for certain: it can be sent again, idempotent or not.
_NOT_APPLIED = (ConnectionFailedError, TooManyRequestsError)
#: The request may have been applied: it is only sent again if it is idempotent.
_POSSIBLY_APPLIED = (
    OutcomeUnknownError,
    RequestTooHeavyError,
    ResponseTooLargeError,
    ServerError,
    UnexpectedResponseError,
)
#: The same request would have the same error again; the caller may send a smaller one.
_REPEATED = (RequestTooHeavyError, ResponseTooLargeError)
#: Unexpected statuses by which the server, or a proxy, has refused a request: it is the same next
#: time. Not 303, which means that the request was executed, and 499, which means nothing.
_REFUSING_STATUSES = {*range(300, 499)} - {303}
_FIRST_BACKOFF = 0.5


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Number of attempts, delay between them, and overall time budget of a request.

    The delay is random, between 0 and 0.5, 1, 2, 4 ... seconds (exponential backoff with full
    jitter). A `Retry-After` of the server is obeyed in full: it can only make the delay longer.

        RetryPolicy(max_attempts=3, max_wait=60.0)
        RetryPolicy(max_attempts=1)         # no retries
        RetryPolicy(sleep=False)            # for tests: the same decisions without delays
    """

    #: Number of attempts, including the first.
    max_attempts: int = 6
    #: Seconds, the maximum of each delay. If the server demands more, the error is raised at once.
    max_wait: float = 120.0
    #: Seconds for a request with all its waits, also for the rate limit: afterwards no attempt is
    #: started, and one that was started ends.
    total_timeout: float = 600.0
    #: False: all delays are 0 seconds.
    sleep: bool = True

    def __post_init__(self) -> None:
        check_count("max_attempts", self.max_attempts)
        check_seconds("max_wait", self.max_wait, zero=True)
        check_seconds("total_timeout", self.total_timeout, zero=True)
        if not isinstance(self.sleep, bool):
            raise TypeError(f"sleep must be True or False, not of type {type(self.sleep).__name__}")

    def next_delay(
        self, attempt: int, error: MewsError, *, idempotent: bool, elapsed: float, jitter: float
    ) -> float | None:
        """Return the seconds until the next attempt; None to give up.

        Args:
            attempt: The number of attempts so far, from 1.
            error: The error of the last attempt.
            idempotent: Whether the operation can be executed twice.
            elapsed: Seconds since the request began.
            jitter: A random number from 0 to 1.
        """
        if attempt >= self.max_attempts or not _can_be_retried(error, idempotent=idempotent):
            return None
        backoff = min(self.max_wait, _FIRST_BACKOFF * 2.0 ** min(attempt - 1, 30)) * jitter
        delay: float = max(backoff, getattr(error, "retry_after", None) or 0.0)
        if delay > self.max_wait or elapsed + delay > self.total_timeout:
            return None
        return delay if self.sleep else 0.0

    def rate_limit_pause(self, error: TooManyRequestsError, delay: float | None) -> float:
        """Return how long a 429 pauses all requests of the token, even if this one fails.

        Not longer than `max_wait`: another request then gets a response of its own.
        """
        pause = error.retry_after if delay is None else delay
        return pause if pause is not None and self.sleep and pause <= self.max_wait else 0.0


def may_have_been_applied(error: Exception | None) -> bool:
    """Return whether the request may have been applied in spite of this error."""
    return isinstance(error, _POSSIBLY_APPLIED) and not _is_refusal(error)


def _can_be_retried(error: MewsError, *, idempotent: bool) -> bool:
    if isinstance(error, _REPEATED) or _is_redirect(error):
        return False
    if isinstance(error, ConnectionFailedError) and error.is_permanent:
        return False
    return isinstance(error, _NOT_APPLIED) or (idempotent and may_have_been_applied(error))


def _is_refusal(error: Exception) -> bool:
    return isinstance(error, UnexpectedResponseError) and error.status_code in _REFUSING_STATUSES


def _is_redirect(error: Exception) -> bool:
    return isinstance(error, UnexpectedResponseError) and 300 <= error.status_code < 400

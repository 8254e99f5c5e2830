"""Whether a failed request is sent again, and after how long. Decisions: nothing here sleeps."""

from dataclasses import dataclass

from .errors import (
    ConnectionFailedError,
    MewsError,
    OutcomeUnknownError,
    RequestTooHeavyError,
    ServerError,
    TooManyRequestsError,
    UnexpectedResponseError,
)

#: The request had no effect for sure: it may be sent again whatever it does.
_HAD_NO_EFFECT = (ConnectionFailedError, TooManyRequestsError)
#: It may have had its effect: only what does no harm when it happens twice is sent again.
_MAY_HAVE_HAPPENED = (
    OutcomeUnknownError,
    RequestTooHeavyError,
    ServerError,
    UnexpectedResponseError,
)
_FIRST_BACKOFF = 0.5


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often, how long and in all how long a request is tried.

    A `Retry-After` of the server is obeyed in full. Without one the wait is random between 0 and
    0.5, 1, 2, 4 … seconds (exponential backoff with full jitter).

        RetryPolicy(max_attempts=3, max_wait=60.0)
        RetryPolicy(max_attempts=1)         # never again
        RetryPolicy(waiting=False)          # for tests: same decisions, no waits
    """

    #: How often a request is sent in all.
    max_attempts: int = 6
    #: Seconds. A server that asks for a longer wait gets its error through to the caller at once.
    max_wait: float = 120.0
    #: Seconds from the first attempt, beyond which no further one is begun.
    total_timeout: float = 600.0
    #: False: every wait is 0 seconds long.
    waiting: bool = True

    def __post_init__(self) -> None:
        if self.max_attempts < 1 or self.max_wait < 0 or self.total_timeout < 0:
            raise ValueError("a retry policy needs at least one attempt and no negative times")

    def wait(
        self, attempt: int, error: MewsError, *, repeatable: bool, elapsed: float, jitter: float
    ) -> float | None:
        """Return how many seconds to wait before the next attempt; None to give up.

        Args:
            attempt: How many attempts there were, from 1.
            error: What the last one ended with.
            repeatable: Whether doing it twice is as good as doing it once.
            elapsed: Seconds since the first attempt.
            jitter: A random number from 0 to 1.
        """
        if attempt >= self.max_attempts or not _may_repeat(error, repeatable=repeatable):
            return None
        asked = getattr(error, "retry_after", None)
        if asked is None:
            asked = min(self.max_wait, _FIRST_BACKOFF * 2.0 ** min(attempt - 1, 30)) * jitter
        if asked > self.max_wait or elapsed + asked > self.total_timeout:
            return None
        return asked if self.waiting else 0.0

    def pause(self, error: TooManyRequestsError, seconds: float | None) -> float:
        """Return how long everybody has to wait after a 429, also if this request is given up.

        Not longer than the policy waits: others are then told by an answer of their own.
        """
        asked = error.retry_after if seconds is None else seconds
        return asked if asked is not None and self.waiting and asked <= self.max_wait else 0.0


def may_have_happened(error: Exception | None) -> bool:
    """Tell whether the request may have had its effect, although there is no success to show."""
    return isinstance(error, _MAY_HAVE_HAPPENED)


def _may_repeat(error: MewsError, *, repeatable: bool) -> bool:
    if isinstance(error, RequestTooHeavyError):
        return False  # the same again would be as heavy: whoever asked makes it smaller
    return isinstance(error, _HAD_NO_EFFECT) or (repeatable and may_have_happened(error))

"""What happened to a request, as one structured event per attempt: for logs, metrics and hooks.

An event has no body, no header and no token.
"""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

logger = logging.getLogger("mews_vouchers")

#: Seconds. Shorter waits are not logged at INFO.
_LONG_WAIT = 1.0

WaitReason: TypeAlias = Literal["rate_limit", "pause", "backoff"]


@dataclass(frozen=True, slots=True)
class RequestEvent:
    """One attempt of a request, when it is known what comes next.

    Example:
        def count(event: RequestEvent) -> None:
            REQUESTS.labels(event.operation, event.status or event.error).inc()

        VoucherClient(credentials, on_event=count)
    """

    #: Such as `voucherCodes/add`.
    operation: str
    #: Number of the attempt, from 1; 0 if none was made, because the wait would have been too long.
    attempt: int
    #: The HTTP status; None if no response was received.
    status: int | None
    #: What identifies the request for the vendor's support, if there was a response.
    request_id: str | None
    #: The class of the error, such as `ServerError`; None for a success.
    error: str | None
    #: Seconds from sending the request to the end of its response.
    seconds: float
    #: Seconds spent waiting before the attempt.
    waited: float
    #: What most of that wait was for: the rate limit, the pause after a 429, or the delay before a
    #: retry. None if it did not wait.
    waited_for: WaitReason | None
    #: Number of items sent, or received by a listing; None if that is not known.
    items: int | None
    #: Seconds until the next attempt; None if this was the last one.
    retry_in: float | None

    @property
    def level(self) -> int:
        """The level at which it is logged."""
        if self.error is not None:
            return logging.WARNING if self.retry_in is not None else logging.INFO
        return logging.INFO if self.waited > _LONG_WAIT else logging.DEBUG


OnEvent: TypeAlias = Callable[[RequestEvent], object]


def emit(event: RequestEvent, on_event: OnEvent | None) -> None:
    """Log an event, and pass it to the hook of the user, whose exceptions are only logged."""
    if logger.isEnabledFor(event.level):
        # Without the error's message: the server wrote it, and it may be about a guest.
        logger.log(event.level, "%s", _text(event), extra=asdict(event))
    if on_event is None:
        return
    try:
        on_event(event)
    except Exception as error:  # noqa: BLE001 - a request does not fail because of a metric
        logger.warning("on_event raised %s", type(error).__name__)


def log_wait(operation: str, seconds: float, reason: WaitReason) -> None:
    """Log that a request starts to wait, if the wait is long enough to be noticed."""
    if seconds > _LONG_WAIT:
        logger.info(
            "%s: waiting %.1f s for %s",
            operation,
            seconds,
            _REASONS[reason],
            extra={"operation": operation, "waiting": seconds, "waiting_for": reason},
        )


_REASONS = {
    "rate_limit": "the rate limit",
    "pause": "the end of the pause after a 429",
    "backoff": "the next attempt",
}


def _text(event: RequestEvent) -> str:
    outcome = str(event.status) if event.error is None else event.error
    text = f"{event.operation}: {outcome} in attempt {event.attempt}, {event.seconds:.3f} s"
    if event.waited > _LONG_WAIT and event.waited_for is not None:
        text += f" after {event.waited:.1f} s for {_REASONS[event.waited_for]}"
    text += f" (request {event.request_id})" if event.request_id else ""
    return text if event.retry_in is None else f"{text}; retrying in {event.retry_in:.1f} s"

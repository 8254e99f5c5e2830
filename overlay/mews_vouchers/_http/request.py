"""One request, from the rate limiter to its result: waits, retries, log. No I/O."""

import logging
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

import httpx
from mews_vouchers_client import Response
from mews_vouchers_client.types import Secret

from .._rate_limit.limiter import RateLimiter
from ..errors import ClosedError, ConnectionFailedError, MewsError, TooManyRequestsError
from .effects import (
    Cancelled,
    EffectGenerator,
    RequestCancelledError,
    RunInThread,
    SendRequest,
    Sleep,
)
from .operation import Endpoint, Operation
from .responses import error_from_exception, error_from_response, request_id_of
from .retry import RetryPolicy, may_have_been_applied
from .server_clock import ServerClock

logger = logging.getLogger("mews_vouchers")

Result = TypeVar("Result")
T = TypeVar("T")


class RequestJournal(Protocol):
    """Keeps what happens to a request. Its methods may block, and are called in any thread."""

    def before_attempt(self, sent_at: datetime, server_time: datetime | None) -> None:
        """Note that it is about to be sent."""

    def on_result(self, result: Any) -> None:
        """Note that it succeeded. Any: the result of any operation."""

    def on_error(self, error: Exception, *, is_in_doubt: bool) -> None:
        """Note that it failed."""


class Request(Generic[Result]):
    """One request with its retries. A runner executes the effects that `steps()` yields.

    The attributes can be read at any time, from any thread.
    """

    def __init__(
        self,
        operation: Operation[Result],
        endpoint: Endpoint[Result],
        kwargs: dict[str, Any],
        *,
        limiter: RateLimiter,
        retry: RetryPolicy,
        clock: ServerClock,
        secrets: tuple[Secret, ...],
    ) -> None:
        self._operation = operation
        self._endpoint = endpoint
        self._kwargs = kwargs
        self._limiter = limiter
        self._retry = retry
        self._clock = clock
        self._secrets = secrets
        #: Number of attempts that were started.
        self.attempts = 0
        #: Seconds spent waiting: for the rate limit, and between attempts.
        self.waited = 0.0
        #: Whether an attempt may have reached the server.
        self.was_delivered = False
        #: Whether an attempt that ended without a conclusive response may have been applied.
        self.was_possibly_applied = False
        #: When the last attempt of which any byte may have been sent was sent, in UTC by the local
        #: clock; None if there was none.
        self.sent_at: datetime | None = None
        #: A lower bound of the server's time at that moment, in UTC; None if it was not known.
        self.sent_after: datetime | None = None
        self._is_sending = False
        #: What is told about each attempt and about the end; None for nothing.
        self.journal: RequestJournal | None = None
        #: The error of the journal at the end, if it failed.
        self.journal_error: Exception | None = None

    @property
    def is_in_doubt(self) -> bool:
        """Whether it may have been applied, if it ends at this moment without a result."""
        return self._is_sending or self.was_possibly_applied

    def not_sent_error(self, reason: str) -> ConnectionFailedError:
        """Return the error for the user if the runner could not even begin."""
        return ConnectionFailedError(self._operation.name, reason)

    def steps(self) -> EffectGenerator[Result | None]:
        """Send it until it succeeds or fails for good; return None for an empty success (204).

        Raises:
            MewsError: The error of the last attempt.
        """
        journal = self.journal
        try:
            result = yield from self._send_until_done()
        except Exception as error:
            if journal is not None:
                in_doubt = self.is_in_doubt
                yield from self._note(partial(journal.on_error, error, is_in_doubt=in_doubt))
            raise
        if journal is not None:
            yield from self._note(partial(journal.on_result, result))
        return result

    def _note(self, note: Callable[[], None]) -> EffectGenerator[None]:
        """Note how the request ended; if that fails, it has ended all the same."""
        try:
            yield RunInThread(note, is_final=True)
        except Exception as error:  # noqa: BLE001 - the caller stops with it
            self.journal_error = error

    def _send_until_done(self) -> EffectGenerator[Result | None]:
        yield from self._acquire()
        started = time.monotonic()
        while True:
            result = yield from self._attempt()
            if not isinstance(result, MewsError):
                return result
            delay = self._retry.next_delay(
                self.attempts,
                result,
                idempotent=self._operation.idempotent,
                elapsed=time.monotonic() - started,
                jitter=random.random(),  # noqa: S311 - spreads load, no secret depends on it
            )
            if isinstance(result, TooManyRequestsError):
                pause = self._retry.rate_limit_pause(result, delay)
                yield from self._call_limiter(partial(self._limiter.pause, pause))
            if delay is None:
                raise result
            self._log_retry(result, delay)
            if not isinstance(result, TooManyRequestsError):
                yield from self._sleep(delay)
            paused = self._limiter.paused_for()
            if time.monotonic() - started + paused > self._retry.total_timeout:
                raise result
            yield from self._acquire()

    def _attempt(self) -> EffectGenerator[Result | MewsError | None]:
        """Send it once; return the result or the error."""
        self.attempts += 1
        started = time.monotonic()
        before = self.sent_at, self.sent_after
        if self.journal is not None:
            now = datetime.now(UTC)
            yield RunInThread(partial(self.journal.before_attempt, now, self._clock.now))
        try:
            response = yield SendRequest(self._kwargs, self._note_sending)
        except (ClosedError, Cancelled):
            self._is_sending = False
            self.sent_at, self.sent_after = before
            raise
        except Exception as error:  # noqa: BLE001 - a transport may raise anything
            if isinstance(error, RequestCancelledError) and not self._is_sending:
                raise Cancelled from None
            failure: MewsError | None = error_from_exception(
                self._operation.name, error, self._secrets
            )
            if isinstance(failure, ConnectionFailedError):
                self.sent_at, self.sent_after = before
            else:
                self._note_delivery()
        else:
            self._note_delivery()
            self._clock.observe(response.headers.get("Date"), datetime.now(UTC))
            result, failure = self._parse_response(response, time.monotonic() - started)
            if failure is None:
                return result  # it stays in doubt until the caller has the result
        self.was_possibly_applied |= may_have_been_applied(failure)
        self._is_sending = False
        return failure

    def _note_delivery(self) -> None:
        self.was_delivered = True
        if not self._is_sending:  # the transport did not report it
            self._note_sending()

    def _note_sending(self) -> None:
        self.sent_at, self.sent_after = datetime.now(UTC), self._clock.now
        self._is_sending = True

    def _parse_response(
        self, response: httpx.Response, seconds: float
    ) -> tuple[Result | None, MewsError | None]:
        """Return the result of a response, or the error."""
        parsed: Response[Any] = self._endpoint.module.build_response(response)
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug(
                "%s: %d in %.3f s (request %s)",
                self._operation.name,
                parsed.status_code,
                seconds,
                request_id_of(parsed, self._secrets),
            )
        failure = error_from_response(
            self._operation.name, parsed, self._endpoint.result, self._secrets
        )
        return (parsed.parsed if failure is None else None), failure

    def _log_retry(self, error: MewsError, delay: float) -> None:
        if isinstance(error.__cause__, RequestCancelledError):
            return  # it will not be sent again
        # Without the error's message: the server wrote it, and it may be about a guest.
        logger.warning(
            "%s: %s in attempt %d; retrying in %.1f s",
            self._operation.name,
            type(error).__name__,
            self.attempts,
            delay,
        )

    def _acquire(self) -> EffectGenerator[None]:
        """Wait for the rate limiter, and for the end of a pause after a 429 of any request.

        Raises:
            TooManyRequestsError: The pause is longer than the retry policy allows.
        """
        acquire = partial(self._limiter.try_acquire, ignore_pause=not self._retry.sleep)
        while seconds := (yield from self._call_limiter(acquire)):
            paused = self._limiter.paused_for()
            if self._retry.sleep and paused > self._retry.max_wait:
                message = f"not sent: this token is rate-limited for another {paused:.0f} s"
                raise TooManyRequestsError(self._operation.name, 429, message, retry_after=paused)
            yield from self._sleep(seconds)

    def _call_limiter(self, function: Callable[[], T]) -> EffectGenerator[T]:
        """Call the limiter: through the runner if it does I/O, else directly."""
        if not self._limiter.does_io:
            return function()
        answer: T = yield RunInThread(function)
        return answer

    def _sleep(self, seconds: float) -> EffectGenerator[None]:
        self.waited += seconds
        if seconds > 0:
            yield Sleep(seconds)

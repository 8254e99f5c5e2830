"""One request, from the rate limiter to its result: attempts, retries, events. No I/O."""

import random
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from mews_vouchers_client.types import Secret

from .._rate_limit.limiter import RateLimiter
from ..errors import (
    CircuitOpenError,
    ConnectionFailedError,
    MewsError,
    RateLimitTimeoutError,
    TooManyRequestsError,
)
from .admission import Admission
from .attempts import Attempts
from .circuit_breaker import Circuit, is_outage
from .effects import EffectGenerator, RequestCancelledError, RunInThread
from .events import RequestEvent, emit
from .operation import Endpoint, Operation
from .request_options import RequestOptions
from .server_clock import ServerClock
from .spans import Span, attempt_span, request_span

Result = TypeVar("Result")


class Request(Attempts[Result]):
    """One request with its retries. A runner executes the effects that `steps()` yields."""

    def __init__(
        self,
        operation: Operation[Result],
        endpoint: Endpoint[Result],
        kwargs: dict[str, Any],
        *,
        options: RequestOptions,
        limiter: RateLimiter,
        circuit: Circuit,
        clock: ServerClock,
        secrets: tuple[Secret, ...],
        base_url: str,
        items: int | None = None,
    ) -> None:
        super().__init__(operation, endpoint, kwargs, options=options, clock=clock, secrets=secrets)
        self._url = base_url + kwargs["url"]
        self._circuit = circuit
        self._admission = Admission(operation.name, limiter, circuit, options)
        #: Number of items that it sends; None for a listing.
        self._items = items
        #: The error of the observer at the end, if it failed.
        self.observer_error: Exception | None = None

    @property
    def waited(self) -> float:
        """Seconds spent waiting: for the rate limit, after a 429, and between attempts."""
        return self._admission.waited

    def not_sent_error(self, reason: str) -> ConnectionFailedError:
        """Return the error for the user if the runner could not even begin."""
        return ConnectionFailedError(self._operation.name, reason)

    def steps(self) -> EffectGenerator[Result | None]:
        """Send it until it succeeds or fails for good; return None for an empty success (204).

        Raises:
            MewsError: The error of the last attempt.
        """
        observer = self.observer
        try:
            with request_span(self._operation.name) as span:
                result = yield from self._send_until_done(span)
        except Exception as error:
            if observer is not None:
                in_doubt = self.is_in_doubt
                yield from self._note(partial(observer.on_error, error, is_in_doubt=in_doubt))
            raise
        if observer is not None:
            yield from self._note(partial(observer.on_result, result))
        return result

    def _note(self, note: Callable[[], None]) -> EffectGenerator[None]:
        """Note how the request ended; if that fails, it has ended all the same."""
        try:
            yield RunInThread(note, is_final=True)
        except Exception as error:  # noqa: BLE001 - the caller stops with it
            self.observer_error = error

    def _send_until_done(self, span: Span) -> EffectGenerator[Result | None]:
        retry = self._options.retry
        failure: MewsError | None = None
        while True:
            not_admitted = yield from self._wait_for_admission()
            if not_admitted is not None:
                failure = failure or not_admitted  # what failed before says more than this
                span.fail(type(failure).__name__)
                raise failure
            sent = time.monotonic()
            result = yield from self._traced_attempt()
            seconds = time.monotonic() - sent
            if not isinstance(result, MewsError):
                self._note_health(None)
                self._emit(seconds=seconds, result=result)
                return result
            self._note_health(result)
            delay = retry.next_delay(
                self.attempts,
                result,
                idempotent=self._operation.idempotent,
                elapsed=self._admission.elapsed(),
                jitter=random.random(),  # noqa: S311 - spreads load, no secret depends on it
            )
            if isinstance(result, TooManyRequestsError):
                yield from self._admission.pause(retry.rate_limit_pause(result, delay))
                if delay is not None and self._admission.is_late():
                    delay = None
            self._emit(result, seconds=seconds, retry_in=delay)
            if delay is None:
                span.fail(type(result).__name__)
                raise result
            failure = result
            if not isinstance(result, TooManyRequestsError):
                yield from self._admission.sleep(delay, "backoff")

    def _wait_for_admission(self) -> EffectGenerator[MewsError | None]:
        """Wait until it may be sent; return why not."""
        try:
            yield from self._admission.acquire()
        except (CircuitOpenError, RateLimitTimeoutError, TooManyRequestsError) as error:
            self._emit(error)
            return error
        return None

    def _traced_attempt(self) -> EffectGenerator[Result | MewsError | None]:
        with attempt_span(self._url, self.attempts + 1) as span:
            result = yield from self._attempt(self._admission.deadline)
            span.set_status_code(self.status)
            if isinstance(result, MewsError):
                span.fail(type(result).__name__ if self.status is None else str(self.status))
        return result

    def _note_health(self, error: MewsError | None) -> None:
        """Tell the circuit breaker how an attempt ended."""
        breaker = self._options.circuit_breaker
        if breaker is None:
            return
        if not is_outage(error):
            self._circuit.on_response()
        elif not is_cancelled(error):
            self._circuit.on_failure(breaker)

    def _emit(
        self,
        error: MewsError | None = None,
        *,
        seconds: float = 0.0,
        retry_in: float | None = None,
        result: object = None,
    ) -> None:
        """Report an attempt, or that none was made."""
        waited, waited_for = self._admission.take_waits()
        if is_cancelled(error):
            retry_in = None  # whatever the retry policy says
        items = getattr(result, self._operation.items, None)
        event = RequestEvent(
            self._operation.name,
            self.attempts,
            self.status,
            self.request_id,
            None if error is None else type(error).__name__,
            seconds,
            waited,
            waited_for,
            self._items if self._items is not None else _length(items),
            retry_in,
        )
        emit(event, self._options.on_event)


def is_cancelled(error: BaseException | None) -> bool:
    """Return whether a request ended because its call was cancelled."""
    return error is not None and isinstance(error.__cause__, RequestCancelledError)


def _length(items: object) -> int | None:
    return len(items) if isinstance(items, list) else None

"""The attempts of one request: what was sent, and what came of it. No I/O.

How often it is sent, and when, is in `request.py`.
"""

from datetime import UTC, datetime
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from mews_vouchers_client import Response
from mews_vouchers_client.http_types import HttpResponse
from mews_vouchers_client.types import Secret

from .._local_clock import local_now
from ..errors import ClosedError, ConnectionFailedError, MewsError
from .effects import (
    AttemptTimeoutError,
    Cancelled,
    EffectGenerator,
    NotSentError,
    RequestCancelledError,
    RunInThread,
    SendRequest,
)
from .operation import Endpoint, Operation
from .request_options import RequestOptions
from .responses import (
    error_from_exception,
    error_from_response,
    is_transport_error,
    request_id_of,
)
from .retry import may_have_been_applied
from .server_clock import ServerClock

Result = TypeVar("Result")


class AttemptObserver(Protocol):
    """Is told what happens to a request. Its methods may block, and are called in any thread."""

    def before_attempt(self, sent_at: datetime, server_time: datetime | None) -> None:
        """Note that it is about to be sent."""

    def on_result(self, result: Any) -> None:
        """Note that it succeeded. Any: the result of any operation."""

    def on_error(self, error: Exception, *, is_in_doubt: bool) -> None:
        """Note that it failed."""


class Attempts(Generic[Result]):
    """Base class of a request: sends it once, and keeps what is known of all attempts.

    The attributes can be read at any time, from any thread.
    """

    def __init__(
        self,
        operation: Operation[Result],
        endpoint: Endpoint[Result],
        kwargs: dict[str, Any],
        *,
        options: RequestOptions,
        clock: ServerClock,
        secrets: tuple[Secret, ...],
    ) -> None:
        self._operation = operation
        self._endpoint = endpoint
        self._kwargs = kwargs
        self._options = options
        self._clock = clock
        self._secrets = secrets
        #: The HTTP status and the request id of the last response; None if there was none.
        self.status: int | None = None
        self.request_id: str | None = None
        #: Number of attempts that were started.
        self.attempts = 0
        #: Whether an attempt may have reached the server.
        self.was_delivered = False
        #: Whether an attempt that ended without a conclusive response may have been applied.
        self.was_possibly_applied = False
        #: When the last attempt of which any byte may have been sent was sent, in UTC by the local
        #: clock; None if there was none.
        self.sent_at: datetime | None = None
        #: A lower bound of the server's time at that moment, in UTC; None if it was not known.
        self.server_time: datetime | None = None
        #: The `Date` of the last response; None if it had none.
        self.date: datetime | None = None
        self._is_sending = False
        #: What is told about each attempt and about the end; None for nothing.
        self.observer: AttemptObserver | None = None

    @property
    def is_in_doubt(self) -> bool:
        """Whether it may have been applied, if it ends at this moment without a result."""
        return self._is_sending or self.was_possibly_applied

    def _attempt(self, deadline: float) -> EffectGenerator[Result | MewsError | None]:
        """Send it once; return the result or the error.

        Args:
            deadline: When it ends at the latest, by the monotonic clock.
        """
        self.attempts += 1
        self.status = self.request_id = None
        before = self.sent_at, self.server_time
        if self.observer is not None:
            now = local_now()
            yield RunInThread(partial(self.observer.before_attempt, now, self._clock.now))
        try:
            response = yield SendRequest(
                self._kwargs,
                self._note_sending,
                timeouts=self._options.timeouts,
                deadline=deadline,
                max_response_size=self._options.max_response_size,
            )
        except (ClosedError, Cancelled):
            self._is_sending = False
            self.sent_at, self.server_time = before
            raise
        except Exception as error:
            if isinstance(error, RequestCancelledError) and not self._is_sending:
                raise Cancelled from None
            if not is_transport_error(error) or self._is_of_hook(error):
                self._note_mistake()
                raise
            failure: MewsError | None = error_from_exception(
                self._operation.name, error, self._secrets
            )
            if isinstance(failure, ConnectionFailedError):
                self.sent_at, self.server_time = before
            else:
                self._note_delivery()
        else:
            self._note_delivery()
            self.date = self._clock.observe(response.headers.get("Date"), datetime.now(UTC))
            result, failure = self._parse_response(response)
            if failure is None:
                return result  # it stays in doubt until the caller has the result
        self.was_possibly_applied |= may_have_been_applied(failure)
        self._is_sending = False
        return failure

    def _is_of_hook(self, error: Exception) -> bool:
        """Whether a function of the program has raised it before anything was sent.

        The library has errors of its own, and those of the runner are subclasses.
        """
        is_own = isinstance(error, AttemptTimeoutError | NotSentError | RequestCancelledError)
        return isinstance(error, OSError) and not is_own and not self._is_sending

    def _note_delivery(self) -> None:
        self.was_delivered = True
        if not self._is_sending:  # the transport did not report it
            self._note_sending()

    def _note_mistake(self) -> None:
        """Note that a bug ended an attempt: whatever was sent may have been applied."""
        if self._is_sending:
            self.was_delivered = self.was_possibly_applied = True
            self._is_sending = False

    def _note_sending(self) -> None:
        self.sent_at, self.server_time = local_now(), self._clock.now
        self._is_sending = True

    def _parse_response(self, response: HttpResponse) -> tuple[Result | None, MewsError | None]:
        """Return the result of a response, or the error."""
        parsed: Response[Any] = self._endpoint.module.build_response(response)
        self.status, self.request_id = parsed.status_code, request_id_of(parsed, self._secrets)
        failure = error_from_response(
            self._operation.name, parsed, self._endpoint.result, self._secrets
        )
        return (parsed.parsed if failure is None else None), failure

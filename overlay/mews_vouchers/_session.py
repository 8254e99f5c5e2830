"""One request, from the gate to its answer: the waits, the repeats, the log.

Which requests there are is the business of `_listing.py` and `_bulk.py`.
"""

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any, Generic, TypeVar

from mews_vouchers_client import Response, models
from mews_vouchers_client.api import voucher_codes, vouchers

from ._flow import Answer, Call, CutOffError, Exchange, Send, Stopped, Wait, heed
from ._gate import Gate
from ._judge import from_response, from_transport, request_id_of
from ._retry import RetryPolicy, may_have_happened
from ._settings import Credentials
from .errors import ClosedError, ConnectionFailedError, MewsError, TooManyRequestsError

logger = logging.getLogger("mews_vouchers")

Result = TypeVar("Result")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Operation(Generic[Result]):
    """One of the seven operations. Any: the request models have no common constructor."""

    #: The vendor's name, such as `voucherCodes/add`.
    name: str
    #: Gives its module, the model of its request and the one of its result. A function, because
    #: naming a model imports it: that waits until the operation is used.
    parts: Callable[[], tuple[ModuleType, Any, type[Result]]]
    #: Whether doing it twice is as good as doing it once.
    repeatable: bool = True


LIST_VOUCHERS = Operation(
    "vouchers/getAll",
    lambda: (vouchers.get_all, models.VoucherFilterParameters, models.VoucherResult),
)
ADD_VOUCHERS = Operation(
    "vouchers/add",
    lambda: (vouchers.add, models.MultipleVoucherAddParameters, models.VoucherWriteResult),
    repeatable=False,
)
UPDATE_VOUCHERS = Operation(
    "vouchers/update",
    lambda: (vouchers.update, models.MultipleVoucherUpdateParameters, models.VoucherWriteResult),
)
DELETE_VOUCHERS = Operation(
    "vouchers/delete",
    lambda: (vouchers.delete, models.MultipleVoucherDeleteParameters, models.Unit),
)
LIST_CODES = Operation(
    "voucherCodes/getAll",
    lambda: (voucher_codes.get_all, models.VoucherCodeFilterParameters, models.VoucherCodeResult),
)
ADD_CODES = Operation(
    "voucherCodes/add",
    lambda: (voucher_codes.add, models.MultipleVoucherCodeAddParameters, models.VoucherCodeResult),
    repeatable=False,
)
DELETE_CODES = Operation(
    "voucherCodes/delete",
    lambda: (voucher_codes.delete, models.MultipleVoucherCodeDeleteParameters, models.Unit),
)


@dataclass(slots=True)
class Meter:
    """Counts what one call of the user costs."""

    requests: int = 0
    waited: float = 0.0
    #: How many attempts of the last request may have reached the server.
    reached: int = 0
    #: How many of these ended without an answer, and may have had their effect.
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """What all requests of a client have in common."""

    credentials: Credentials
    languages: Mapping[str, str]
    gate: Gate
    retry: RetryPolicy

    def request(
        self, operation: Operation[Result], meter: Meter, **properties: object
    ) -> Exchange[Result | None]:
        """Return the exchange of one request. Credentials are put in here and nowhere else.

        Raises:
            NaiveDatetimeError, TypeError, ValueError: The body cannot be written.
        """
        meter.reached = meter.lost = 0
        module, request, _ = operation.parts()
        body = request(
            client_token=self.credentials.client_token,
            access_token=self.credentials.access_token,
            client=self.credentials.client,
            **self.languages,
            **properties,
        )
        return self._exchange(operation, meter, module.get_kwargs(body))

    def _exchange(
        self, operation: Operation[Result], meter: Meter, kwargs: dict[str, Any]
    ) -> Exchange[Result | None]:
        """Send one request until it succeeds or must be given up; None for an empty success (204).

        Raises:
            MewsError: What the last attempt ended with.
        """
        yield from self._pass_gate(operation, meter)
        started = time.monotonic()
        attempt = 0
        while True:
            attempt += 1
            meter.requests += 1
            sent = time.monotonic()
            outcome = self._outcome(operation, meter, (yield Send(kwargs)), sent)
            if not isinstance(outcome, MewsError):
                return outcome
            seconds = self.retry.wait(
                attempt,
                outcome,
                repeatable=operation.repeatable,
                elapsed=time.monotonic() - started,
                jitter=random.random(),  # noqa: S311 - spreads load, guards nothing
            )
            if isinstance(outcome, TooManyRequestsError):
                yield from self._ask(partial(self.gate.close, self.retry.pause(outcome, seconds)))
            if seconds is None:
                raise outcome
            if not isinstance(outcome.__cause__, CutOffError):  # else it will be stopped at once
                # Without the error's own text: that is the server's, and may be about a guest.
                logger.warning(
                    "%s: %s in attempt %d; sending it again in %.1f s",
                    operation.name,
                    type(outcome).__name__,
                    attempt,
                    seconds,
                )
            meter.lost += may_have_happened(outcome)
            if not isinstance(outcome, TooManyRequestsError):
                yield from _wait(seconds, meter)
            if time.monotonic() - started + self.gate.closed_for() > self.retry.total_timeout:
                raise outcome
            yield from self._pass_gate(operation, meter)

    def _outcome(
        self, operation: Operation[Result], meter: Meter, answer: Answer | None, sent: float
    ) -> Result | MewsError | None:
        """Return what an attempt came to, that was sent at a moment of the monotonic clock."""
        secrets = (self.credentials.client_token, self.credentials.access_token)
        try:
            found = heed(answer)
        except (ClosedError, Stopped):
            raise
        except Exception as error:  # noqa: BLE001 - transports raise what they like
            lost = from_transport(operation.name, error, secrets)
            meter.reached += not isinstance(lost, ConnectionFailedError)
            return lost
        meter.reached += 1
        module, _, result = operation.parts()
        response: Response[Any] = module.build_response(found)
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug(
                "%s: %d in %.3f s (request %s)",
                operation.name,
                response.status_code,
                time.monotonic() - sent,
                request_id_of(response, secrets),
            )
        failed = from_response(operation.name, response, result, secrets)
        if failed is not None:
            return failed
        parsed: Result | None = response.parsed
        return parsed

    def _pass_gate(self, operation: Operation[Any], meter: Meter) -> Exchange[None]:
        """Wait until the window has a place, and no 429 of whoever it was forbids it.

        Raises:
            TooManyRequestsError: A 429 forbids it for longer than this client is willing to wait.
        """
        enter = partial(self.gate.enter, ignore_closing=not self.retry.waiting)
        while seconds := (yield from self._ask(enter)):
            closed = self.gate.closed_for()
            if self.retry.waiting and closed > self.retry.max_wait:
                message = "another request with this token was told to wait, so this was not sent"
                raise TooManyRequestsError(operation.name, 429, message, retry_after=closed)
            yield from _wait(seconds, meter)

    def _ask(self, question: Callable[[], T]) -> Exchange[T]:
        """Ask the gate: through the driver where that may take a moment, else here and now."""
        if not self.gate.is_remote:
            return question()
        answer: T = heed((yield Call(question)))
        return answer


def _wait(seconds: float, meter: Meter) -> Exchange[None]:
    meter.waited += seconds
    if seconds > 0:
        heed((yield Wait(seconds)))

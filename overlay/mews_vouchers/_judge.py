"""From an answer, or the lack of one, to an error of ours, or to none."""

import json
import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from mews_vouchers_client import Response
from mews_vouchers_client.models import ConnectorApiExceptionResult
from mews_vouchers_client.types import Secret

from . import errors

_BY_STATUS = {
    400: errors.BadRequestError,
    401: errors.UnauthorizedError,
    403: errors.ForbiddenError,
    404: errors.NotFoundError,
    408: errors.RequestTooHeavyError,
    409: errors.ConflictError,
    413: errors.ContentTooLargeError,
    429: errors.TooManyRequestsError,
}
_NOTHING_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
#: Longer ones are no message, but a page.
_MAX_MESSAGE = 1_000


def from_response(
    operation: str, response: Response[object], result: type, secrets: tuple[Secret, ...]
) -> errors.ApiError | None:
    """Return the error that an answer stands for; None for a success that could be read.

    Args:
        operation: The vendor's name, such as `voucherCodes/add`.
        response: The answer.
        result: The model that a 200 is read into.
        secrets: Tokens; a server that echoes one does not get it into an error.
    """
    status = response.status_code
    if status == 204 or (status == 200 and isinstance(response.parsed, result)):
        return None
    kind = _BY_STATUS.get(status)
    if kind is None:
        kind = errors.ServerError if status >= 500 else errors.UnexpectedResponseError
    body = _hidden(_error_body(response), secrets)
    message = body.get("Message")
    if 200 <= status < 300:
        message = "the body of this success cannot be read"
    return kind(
        operation,
        status,
        message[:_MAX_MESSAGE] if isinstance(message, str) else None,
        request_id=response.headers.get("Request-Id") or _text(body.get("RequestId")),
        details=body.get("Details"),
        retry_after=retry_after(response.headers.get("Retry-After"), datetime.now(UTC)),
        body=ConnectorApiExceptionResult.from_dict(body) if body else None,
    )


def from_transport(operation: str, error: httpx.RequestError) -> errors.MewsError:
    """Return the error that a failed transport stands for: was anything sent, or not?"""
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, _NOTHING_SENT):
        return errors.ConnectionFailedError(operation, reason)
    return errors.OutcomeUnknownError(operation, reason)


def retry_after(header: str | None, now: datetime) -> float | None:
    """Return the seconds of a `Retry-After`, given as a number or as an HTTP date.

    None for a header that is missing or makes no sense: no number or date, negative, not finite, in
    the past.
    """
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            moment = parsedate_to_datetime(header)
        except (ValueError, OverflowError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - now).total_seconds()
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


# Any: the body of an error is JSON of any shape.


def _error_body(response: Response[object]) -> dict[str, Any]:
    """Return the body if it is a JSON object, also with a status that is not documented."""
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _hidden(value: Any, secrets: tuple[Secret, ...]) -> Any:
    """Return JSON with every secret in it replaced."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret.reveal(), "***")
        return value
    if isinstance(value, list):
        return [_hidden(item, secrets) for item in value]
    if isinstance(value, dict):
        return {_hidden(name, secrets): _hidden(item, secrets) for name, item in value.items()}
    return value


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None

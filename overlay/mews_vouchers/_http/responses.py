"""What counts as a success, and which error a response or a failed transport is."""

import json
import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from mews_vouchers_client import Response, models
from mews_vouchers_client.types import Secret

from .. import errors

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
#: These errors of httpx mean that nothing was sent.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
#: Characters. A longer message is an HTML page.
_MAX_MESSAGE = 1_000


def error_from_response(
    operation: str, response: Response[object], result: type, secrets: tuple[Secret, ...]
) -> errors.ApiError | None:
    """Return the error of a response; None for a success that could be parsed.

    Args:
        operation: The name of the operation, such as `voucherCodes/add`.
        response: The parsed response.
        result: The model of a 200.
        secrets: Tokens to redact, in case the server echoes them.
    """
    status = response.status_code
    if status == 204 or (status == 200 and isinstance(response.parsed, result)):
        return None
    kind = _BY_STATUS.get(status)
    if kind is None:
        kind = errors.ServerError if status >= 500 else errors.UnexpectedResponseError
    body = _error_body(response.content, secrets)
    message = _string(body.get("Message"))
    if status == 200:
        message = "the body of this success cannot be parsed"
    elif 200 < status < 300:
        message = "this success status is not documented"
    request_id = request_id_of(response, secrets) or _string(body.get("RequestId"))
    return kind(
        operation,
        status,
        message and message[:_MAX_MESSAGE],
        request_id=request_id and request_id[:_MAX_MESSAGE],
        details=body.get("Details"),
        retry_after=retry_after(response.headers.get("Retry-After"), datetime.now(UTC)),
        body=models.ConnectorApiExceptionResult.from_dict(body) if body else None,
    )


def request_id_of(response: Response[object], secrets: tuple[Secret, ...]) -> str | None:
    """Return the id that identifies a request for the vendor's support."""
    found = response.headers.get("Request-Id")
    return None if found is None else _redact(found, secrets)


def error_from_exception(
    operation: str, error: Exception, secrets: tuple[Secret, ...]
) -> errors.MewsError:
    """Return the error for an exception of the transport: was the request sent, or not?"""
    message = _redact(str(error), secrets)
    reason = f"{type(error).__name__}: {message}" if message else type(error).__name__
    kind = (
        errors.ConnectionFailedError if isinstance(error, _NOT_SENT) else errors.OutcomeUnknownError
    )
    found = kind(operation, reason[:_MAX_MESSAGE])
    if message == str(error):  # else the traceback would show what is redacted
        found.__cause__ = error
    return found


def retry_after(header: str | None, now: datetime) -> float | None:
    """Return the seconds of a `Retry-After`, given as a number or as an HTTP date.

    None for a header that is missing or invalid: not a number or date, negative, not finite, or in
    the past.
    """
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            date = parsedate_to_datetime(header)
        except (ValueError, OverflowError):
            return None
        if date.tzinfo is None:
            date = date.replace(tzinfo=UTC)
        seconds = (date - now).total_seconds()
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _error_body(content: bytes, secrets: tuple[Secret, ...]) -> dict[str, Any]:
    """Return the body if it is a JSON object, whatever the status.

    Any: an error body can be any JSON.
    """
    try:
        body = _redact_all(json.loads(content.decode(errors="replace")), secrets)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _redact_all(value: Any, secrets: tuple[Secret, ...]) -> Any:
    """Replace the secrets in all strings of JSON, after its escapes were resolved."""
    if isinstance(value, str):
        return _redact(value, secrets)
    if isinstance(value, list):
        return [_redact_all(one, secrets) for one in value]
    if isinstance(value, dict):
        return {_redact(name, secrets): _redact_all(one, secrets) for name, one in value.items()}
    return value


def _redact(string: str, secrets: tuple[Secret, ...]) -> str:
    """Replace the secrets in a string, as they are and as JSON escapes them."""
    for secret in secrets:
        for spelling in (secret.reveal(), json.dumps(secret)[1:-1]):
            string = string.replace(spelling, "***")
    return string


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None

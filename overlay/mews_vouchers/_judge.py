"""From an answer, or the lack of one, to an error of ours, or to none."""

import json
import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from mews_vouchers_client import Response, models
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
    body = _error_body(response.content, secrets)
    message = _text(body.get("Message"))
    if 200 <= status < 300:
        message = "the body of this success cannot be read"
    request_id = request_id_of(response, secrets) or _text(body.get("RequestId"))
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
    """Return what names a request to the vendor's support."""
    found = response.headers.get("Request-Id")
    return None if found is None else _hidden(found, secrets)


def from_transport(
    operation: str, error: Exception, secrets: tuple[Secret, ...]
) -> errors.MewsError:
    """Return the error that a failed transport stands for: was anything sent, or not?"""
    text = _hidden(str(error), secrets)
    reason = f"{type(error).__name__}: {text}" if text else type(error).__name__
    kind = (
        errors.ConnectionFailedError
        if isinstance(error, _NOTHING_SENT)
        else errors.OutcomeUnknownError
    )
    found = kind(operation, reason[:_MAX_MESSAGE])
    if text == str(error):  # else the traceback would show what the reason hides
        found.__cause__ = error
    return found


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


def _error_body(content: bytes, secrets: tuple[Secret, ...]) -> dict[str, Any]:
    """Return the body if it is a JSON object, also with a status that is not documented.

    Any: the body of an error is JSON of any shape.
    """
    try:
        body = json.loads(_hidden(content.decode(errors="replace"), secrets))
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _hidden(text: str, secrets: tuple[Secret, ...]) -> str:
    """Return a text without the secrets in it, as they are or as JSON has them."""
    for secret in secrets:
        for spelling in (secret.reveal(), json.dumps(secret)[1:-1]):
            text = text.replace(spelling, "***")
    return text


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None

"""What counts as a success, and which error a response or a failed transport is."""

import json
import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from mews_vouchers_client import Response, models
from mews_vouchers_client.http import ResponseTooLargeError
from mews_vouchers_client.http_library import PACKAGES, ClassName, is_instance
from mews_vouchers_client.types import Secret

from .. import errors
from .effects import AttemptTimeoutError
from .redaction import redact

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
_NOT_SENT: tuple[ClassName, ...] = (
    "ConnectError",
    "ConnectTimeout",
    "PoolTimeout",
    "ProxyError",
    "UnsupportedProtocol",
)
#: How errors of TLS begin that have the same reason next time: certificate, or protocol.
_PERMANENT = re.compile(
    r"\[SSL: (?:CERTIFICATE_VERIFY_FAILED|HTTPS?_(?:PROXY_)?REQUEST|NO_PROTOCOLS_AVAILABLE"
    r"|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE|UNSUPPORTED_PROTOCOL|WRONG_SSL_VERSION"
    r"|WRONG_VERSION_NUMBER|\w+_(?:BAD_CERTIFICATE|CERTIFICATE_\w+|HANDSHAKE_FAILURE"
    r"|PROTOCOL_VERSION|UNKNOWN_CA|UNRECOGNIZED_NAME))\]"
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
    elif 300 <= status < 400 and (target := _redirect_target(response, secrets)):
        message = f"redirected to {target}: is the base URL right?"
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
    return None if found is None else redact(found, secrets)


def is_transport_error(error: Exception) -> bool:
    """Return whether an exception says that a transport failed; any other is a bug in a program."""
    module = type(error).__module__.partition(".")[0]
    is_known = isinstance(error, OSError | ResponseTooLargeError) or module in PACKAGES
    return is_known or is_instance(error, "HTTPError")


def error_from_exception(
    operation: str, error: Exception, secrets: tuple[Secret, ...]
) -> errors.MewsError:
    """Return the error for an exception of the transport: was the request sent, or not?"""
    message = redact(str(error), secrets)
    found = _error_of_transport(operation, error, message[:_MAX_MESSAGE])
    if message == str(error):  # else the traceback would show what is redacted
        found.__cause__ = error
    return found


def _error_of_transport(operation: str, error: Exception, message: str) -> errors.MewsError:
    if isinstance(error, ResponseTooLargeError):
        return errors.ResponseTooLargeError(operation, message)
    if isinstance(error, AttemptTimeoutError):
        if error.was_sent:
            return errors.OutcomeUnknownError(operation, message)
        return errors.ConnectionFailedError(operation, message)
    reason = f"{type(error).__name__}: {message}" if message else type(error).__name__
    if not is_instance(error, *_NOT_SENT):
        return errors.OutcomeUnknownError(operation, reason)
    is_of_tls = bool(_PERMANENT.search(reason))
    is_permanent = is_of_tls or is_instance(error, "UnsupportedProtocol")
    return errors.ConnectionFailedError(operation, reason, is_permanent=is_permanent)


def _redirect_target(response: Response[object], secrets: tuple[Secret, ...]) -> str | None:
    """Return where a redirect leads, without the query; None if it does not say."""
    try:
        url = urlsplit(response.headers.get("Location", ""))
    except ValueError:  # it is no URL
        return None
    host = url.netloc.rpartition("@")[2]
    return redact(urlunsplit((url.scheme, host, url.path, "", "")), secrets) or None


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
        text = content.decode(json.detect_encoding(content), errors="replace")
        body = _redact_all(json.loads(text), secrets)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _redact_all(value: Any, secrets: tuple[Secret, ...]) -> Any:
    """Replace the secrets in all strings of JSON, after its escapes were resolved."""
    if isinstance(value, str):
        return redact(value, secrets)
    if isinstance(value, list):
        return [_redact_all(one, secrets) for one in value]
    if isinstance(value, dict):
        return {redact(name, secrets): _redact_all(one, secrets) for name, one in value.items()}
    return value


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None

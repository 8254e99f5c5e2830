"""The public names of the package. No code belongs here.

It is imported when the first of them is used: `mews-vouchers --help` needs none.
"""

from ._async.changes import AsyncChanges
from ._async.client import AsyncVoucherClient
from ._async.pager import AsyncPager
from ._async.voucher_codes import AsyncVoucherCodes
from ._async.vouchers import AsyncVouchers
from ._async.write_stream import AsyncWriteStream
from ._http.circuit_breaker import CircuitBreaker
from ._http.events import RequestEvent
from ._http.retry import RetryPolicy
from ._operations.voucher_update import voucher_update
from ._options import Progress
from ._pagination.query import Page
from ._settings.base_url import SettingsWarning
from ._settings.config import Credentials, Environment, RateLimit
from ._sync.changes import Changes
from ._sync.client import VoucherClient
from ._sync.pager import Pager
from ._sync.voucher_codes import VoucherCodes
from ._sync.vouchers import Vouchers
from ._sync.write_stream import WriteStream
from .batch_error import BatchError, Outcome, batch_error_of
from .errors import (
    ApiError,
    BadRequestError,
    CircuitOpenError,
    ClosedError,
    ConflictError,
    ConnectionFailedError,
    ContentTooLargeError,
    ForbiddenError,
    InvalidItemError,
    JournalError,
    MewsError,
    NotFoundError,
    OutcomeUnknownError,
    PaginationError,
    RateLimitTimeoutError,
    RequestTooHeavyError,
    ResponseTooLargeError,
    ResumeInProgressError,
    ServerError,
    TooManyRequestsError,
    UnauthorizedError,
    UnexpectedResponseError,
)
from .journal import Journal

__all__ = [
    "ApiError",
    "AsyncChanges",
    "AsyncPager",
    "AsyncVoucherClient",
    "AsyncVoucherCodes",
    "AsyncVouchers",
    "AsyncWriteStream",
    "BadRequestError",
    "BatchError",
    "Changes",
    "CircuitBreaker",
    "CircuitOpenError",
    "ClosedError",
    "ConflictError",
    "ConnectionFailedError",
    "ContentTooLargeError",
    "Credentials",
    "Environment",
    "ForbiddenError",
    "InvalidItemError",
    "Journal",
    "JournalError",
    "MewsError",
    "NotFoundError",
    "Outcome",
    "OutcomeUnknownError",
    "Page",
    "Pager",
    "PaginationError",
    "Progress",
    "RateLimit",
    "RateLimitTimeoutError",
    "RequestEvent",
    "RequestTooHeavyError",
    "ResponseTooLargeError",
    "ResumeInProgressError",
    "RetryPolicy",
    "ServerError",
    "SettingsWarning",
    "TooManyRequestsError",
    "UnauthorizedError",
    "UnexpectedResponseError",
    "VoucherClient",
    "VoucherCodes",
    "Vouchers",
    "WriteStream",
    "batch_error_of",
    "voucher_update",
]

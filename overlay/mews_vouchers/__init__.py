"""A client for the voucher endpoints of the Mews Connector API. Not an official Mews product.

`VoucherClient` is the sync client, `AsyncVoucherClient` the async one. Both paginate listings,
batch writes, respect the rate limit, retry what is safe to retry, and report the outcome of every
item of a failed write.

The models, such as `VoucherCode`, are in `mews_vouchers_client.models`; the mock for tests is in
`mews_vouchers.mock`.
"""

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    #: The version of the installed package, such as "0.2.0"; "unknown" for a copy of its sources.
    __version__: str
else:  # not for type checkers: every misspelled name would be one of type `Any`

    def __getattr__(name: str) -> str:
        """Return `__version__`, the only name that is computed when it is first used."""
        if name != "__version__":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from ._settings.version import version  # noqa: PLC0415 - it reads the package's metadata

        return version()

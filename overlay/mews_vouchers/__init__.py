"""A client for the voucher endpoints of the Mews Connector API. Not an official Mews product.

`VoucherClient` is the sync client, `AsyncVoucherClient` the async one. Both paginate listings,
batch writes, respect the rate limit, retry what is safe to retry, and report the outcome of every
item of a failed write.

The models, such as `VoucherCode`, are in `mews_vouchers_client.models`; the mock for tests is in
`mews_vouchers.mock`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._public import *

    #: The version of the installed package, such as "0.2.0"; "unknown" for a copy of its sources.
    __version__: str
else:
    # Not for type checkers: every misspelled name would be one of type `Any`. And not with
    # `mews_vouchers_client.lazy`: that loads its package, which help of the command does not need.

    def __getattr__(name: str) -> object:
        """Return what is loaded when it is first used: a public name, or the version."""
        if name == "__version__":
            from ._settings.version import version  # noqa: PLC0415 - it reads the metadata

            return version()
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from . import _public  # noqa: PLC0415 - help of the command needs none of them

        globals().update({one: getattr(_public, one) for one in __all__})
        return globals()[name]

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__, "__version__"})


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

"""A client for the voucher endpoints of the Mews Connector API. Not an official Mews product.

It lists everything, writes in bulk, keeps to the rate limit, repeats what may be repeated, and says
what became of every item when something fails. `VoucherClient` blocks, `AsyncVoucherClient` awaits.

Here are the public names, and no logic. The models, such as `VoucherCode`, are in
`mews_vouchers_client.models`; the mock for tests is in `mews_vouchers.mock`.
"""

from ._awaiting import AsyncPager, AsyncVoucherClient
from ._blocking import Pager, VoucherClient
from ._listing import Page
from ._retry import RetryPolicy
from ._settings import Credentials, Environment, Progress, RateLimit
from ._updates import voucher_update
from .errors import (
    ApiError,
    BadRequestError,
    BatchError,
    ConflictError,
    ConnectionFailedError,
    ContentTooLargeError,
    ForbiddenError,
    MewsError,
    NotFoundError,
    Outcome,
    OutcomeUnknownError,
    PaginationError,
    RequestTooHeavyError,
    ServerError,
    TooManyRequestsError,
    UnauthorizedError,
    UnexpectedResponseError,
)

__all__ = [
    "ApiError",
    "AsyncPager",
    "AsyncVoucherClient",
    "BadRequestError",
    "BatchError",
    "ConflictError",
    "ConnectionFailedError",
    "ContentTooLargeError",
    "Credentials",
    "Environment",
    "ForbiddenError",
    "MewsError",
    "NotFoundError",
    "Outcome",
    "OutcomeUnknownError",
    "Page",
    "Pager",
    "PaginationError",
    "Progress",
    "RateLimit",
    "RequestTooHeavyError",
    "RetryPolicy",
    "ServerError",
    "TooManyRequestsError",
    "UnauthorizedError",
    "UnexpectedResponseError",
    "VoucherClient",
    "voucher_update",
]

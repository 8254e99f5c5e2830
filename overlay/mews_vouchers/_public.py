"""Where each public name is defined. No code belongs here.

It is imported when the first of them is used: `mews-vouchers --help` needs none.
"""

from ._async.changes import AsyncChanges as AsyncChanges
from ._async.client import AsyncVoucherClient as AsyncVoucherClient
from ._async.pager import AsyncPager as AsyncPager
from ._async.voucher_codes import AsyncVoucherCodes as AsyncVoucherCodes
from ._async.vouchers import AsyncVouchers as AsyncVouchers
from ._async.write_stream import AsyncWriteStream as AsyncWriteStream
from ._http.circuit_breaker import CircuitBreaker as CircuitBreaker
from ._http.events import RequestEvent as RequestEvent
from ._http.retry import RetryPolicy as RetryPolicy
from ._operations.voucher_update import voucher_update as voucher_update
from ._options import Progress as Progress
from ._pagination.query import Page as Page
from ._settings.base_url import SettingsWarning as SettingsWarning
from ._settings.config import Credentials as Credentials
from ._settings.config import Environment as Environment
from ._settings.config import RateLimit as RateLimit
from ._sync.changes import Changes as Changes
from ._sync.client import VoucherClient as VoucherClient
from ._sync.pager import Pager as Pager
from ._sync.voucher_codes import VoucherCodes as VoucherCodes
from ._sync.vouchers import Vouchers as Vouchers
from ._sync.write_stream import WriteStream as WriteStream
from .batch_error import BatchError as BatchError
from .batch_error import Outcome as Outcome
from .batch_error import batch_error_of as batch_error_of
from .errors import ApiError as ApiError
from .errors import BadRequestError as BadRequestError
from .errors import CircuitOpenError as CircuitOpenError
from .errors import ClosedError as ClosedError
from .errors import ConflictError as ConflictError
from .errors import ConnectionFailedError as ConnectionFailedError
from .errors import ContentTooLargeError as ContentTooLargeError
from .errors import ForbiddenError as ForbiddenError
from .errors import InvalidItemError as InvalidItemError
from .errors import JournalError as JournalError
from .errors import MewsError as MewsError
from .errors import NotFoundError as NotFoundError
from .errors import OutcomeUnknownError as OutcomeUnknownError
from .errors import PaginationError as PaginationError
from .errors import RateLimitTimeoutError as RateLimitTimeoutError
from .errors import RequestTooHeavyError as RequestTooHeavyError
from .errors import ResponseTooLargeError as ResponseTooLargeError
from .errors import ResumeInProgressError as ResumeInProgressError
from .errors import ServerError as ServerError
from .errors import TooManyRequestsError as TooManyRequestsError
from .errors import UnauthorizedError as UnauthorizedError
from .errors import UnexpectedResponseError as UnexpectedResponseError
from .journal import Journal as Journal

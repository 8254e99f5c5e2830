"""An in-memory Mews with the seven voucher operations, for tests. Only public names are here.

`MockMews` responds in process, to the clients that `MockMews().client()` and `async_client()`
return, and on a port, through `MockMews().serve()` or `python -m mews_vouchers.mock`.
`MockMews().inject()` adds faults. The mock shares no code with the client, so that a shared mistake
cannot go unnoticed.
"""

from . import faults
from ._connections import ClientOptions
from ._contract.responses import DroppedError, MockResponse
from ._contract.validation import MockUnavailableError
from ._mock import MockMews
from ._state.reference_data import Enterprise
from ._state.request_log import RecordedRequest

__all__ = [
    "ClientOptions",
    "DroppedError",
    "Enterprise",
    "MockMews",
    "MockResponse",
    "MockUnavailableError",
    "RecordedRequest",
    "faults",
]

"""An in-memory Mews with the seven voucher operations, for tests. Only public names are here.

`MockMews` responds in process, through `MockMews().transport` or as an ASGI application, and on a
loopback port, through `MockMews().serve()` or `python -m mews_vouchers.mock`. `MockMews().inject()`
adds faults. The mock shares no code with the client, so that a shared mistake cannot go unnoticed.
"""

from . import faults
from ._contract.responses import DroppedError, MockResponse
from ._contract.validation import MockUnavailableError
from ._mock import MockMews
from ._state.reference_data import Enterprise
from ._state.request_log import RecordedRequest

__all__ = [
    "DroppedError",
    "Enterprise",
    "MockMews",
    "MockResponse",
    "MockUnavailableError",
    "RecordedRequest",
    "faults",
]

"""The mock's public names, and nothing else; what it does is in the modules beside this one.

`MockMews` is an in-memory Mews with the seven voucher operations, and with faults on demand. It
answers in process, through `MockMews().transport` or as an ASGI application, and on a loopback
port, through `MockMews().serve()` or `python -m mews_vouchers.mock`. It shares no code with the
client, so that a mistake made in both cannot hide.
"""

from . import faults
from ._answers import Answer, DroppedError
from ._contract import MockUnavailableError
from ._mock import MockMews
from ._request_log import RecordedRequest
from ._world import Enterprise

__all__ = [
    "Answer",
    "DroppedError",
    "Enterprise",
    "MockMews",
    "MockUnavailableError",
    "RecordedRequest",
    "faults",
]

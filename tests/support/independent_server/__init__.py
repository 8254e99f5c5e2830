"""A second test server, of raw sockets, that shares no code with the client, the mock or the tests.

It is written from the facts of the vendor's documentation alone, so that a mistake that client and
mock share is seen here. What the documentation leaves open, it decides by itself: values of codes
need not be unique; deleting a voucher leaves its codes; the same id twice in a list to delete is
accepted; a cursor that is no id of an item is a 400; a datetime has to end with `Z`.

It imports nothing but the standard library. `server` has the interface for tests and `faults` the
faults; from there down: `connections`, `service`, `listing` and `writing`, `store`, `contract`.
"""

from .faults import (
    KINDS,
    At,
    Fault,
    Plan,
    RandomFaults,
    end_after,
    fail_after,
    late,
    refuse,
    reset_before,
    reset_unapplied,
)
from .records import RequestRecord
from .server import IndependentServer

__all__ = [
    "KINDS",
    "At",
    "Fault",
    "IndependentServer",
    "Plan",
    "RandomFaults",
    "RequestRecord",
    "end_after",
    "fail_after",
    "late",
    "refuse",
    "reset_before",
    "reset_unapplied",
]

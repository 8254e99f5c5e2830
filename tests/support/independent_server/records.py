"""What the server remembers of each request, without the tokens."""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .faults import Fault

_SECRET = ("ClientToken", "AccessToken")


@dataclass
class RequestRecord:
    """One request.

    Attributes:
        operation: For example "voucherCodes/add", or the path if it is no operation.
        number: Its number among the requests of the operation, from 1.
        connection: The number of its connection, from 1.
        arrived: When its first line was read, by `time.monotonic()`.
        fault: The fault that was planned for it.
        body: Its JSON without the tokens; None if it was not read or is no object.
        status: The status that was sent, or would have been; None without any response.
        sent: How many bytes of the response were sent. The client may have them a little earlier
            than this number: `wait_until_idle()` first.
        applied_items: How many items were applied up to now: a late one counts when it is applied.
    """

    operation: str
    number: int
    connection: int
    fault: Fault | None = None
    arrived: float = field(default_factory=time.monotonic)
    body: dict[str, Any] | None = field(default=None, repr=False)
    status: int | None = None
    sent: int = 0
    applied_items: int = 0

    @property
    def applied(self) -> bool:
        """Whether it changed something."""
        return self.applied_items > 0

    def keep_body(self, body: Mapping[str, Any]) -> None:
        """Remember the body without the tokens."""
        self.body = {name: value for name, value in body.items() if name not in _SECRET}


class Records:
    """The records of all requests, in the order of arrival."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self.all: list[RequestRecord] = []

    def open(self, operation: str, connection: int) -> RequestRecord:
        """Number a request."""
        with self._lock:
            self._counts[operation] += 1
            record = RequestRecord(operation, self._counts[operation], connection)
            self.all.append(record)
            return record

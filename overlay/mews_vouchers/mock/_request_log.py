"""What the mock remembers of the requests it got, for assertions in tests. Never a token."""

from collections import deque
from dataclasses import dataclass

from ._answers import JsonObject

MAX_REQUESTS = 10_000
MAX_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request that the mock got, and how it answered."""

    #: Such as `voucherCodes/add`; the path as it was, if it is that of no operation.
    operation: str
    #: The body without the tokens; empty if it was no JSON object.
    body: JsonObject
    #: The status of the answer; None if a fault broke the connection instead.
    status: int | None
    #: Whether the mock did what was asked, even if a fault let the answer get lost.
    carried_out: bool


class RequestLog:
    """The last requests: at most 10,000, and at most 32 MiB of bodies, counted as they came."""

    def __init__(self) -> None:
        self._requests: deque[tuple[RecordedRequest, int]] = deque()
        self._bytes = 0

    def add(self, request: RecordedRequest, size: int) -> None:
        """Remember a request, and forget the oldest ones if there are too many."""
        self._requests.append((request, size))
        self._bytes += size
        while len(self._requests) > 1 and self._is_too_much():
            _, forgotten = self._requests.popleft()
            self._bytes -= forgotten

    def requests(self) -> list[RecordedRequest]:
        """Return what is remembered, from old to new."""
        return [request for request, _ in self._requests]

    def _is_too_much(self) -> bool:
        return len(self._requests) > MAX_REQUESTS or self._bytes > MAX_BYTES

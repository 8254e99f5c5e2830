"""The requests that the mock received, for assertions in tests. It never holds a token."""

from collections import deque
from dataclasses import dataclass

from mews_vouchers.mock._contract.responses import JsonObject

MAX_REQUESTS = 10_000
MAX_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request that the mock received, and what came of it."""

    #: Such as `voucherCodes/add`; for any other path, that path.
    operation: str
    #: The body without the tokens; empty if it was not a JSON object.
    body: JsonObject
    #: The status of the response; None if a fault broke the connection instead.
    status: int | None
    #: Whether the mock applied the request, even if a fault withheld its response.
    applied: bool


class RequestLog:
    """The last requests: at most 10,000, and at most 32 MiB of bodies, measured as received."""

    def __init__(self) -> None:
        self._requests: deque[tuple[RecordedRequest, int]] = deque()
        self._bytes = 0

    def add(self, request: RecordedRequest, size: int) -> None:
        """Record a request, and remove the oldest ones beyond the limits."""
        self._requests.append((request, size))
        self._bytes += size
        while len(self._requests) > 1 and self._is_over_limit():
            _, removed = self._requests.popleft()
            self._bytes -= removed

    def requests(self) -> list[RecordedRequest]:
        """Return the recorded requests, oldest first."""
        return [request for request, _ in self._requests]

    def _is_over_limit(self) -> bool:
        return len(self._requests) > MAX_REQUESTS or self._bytes > MAX_BYTES

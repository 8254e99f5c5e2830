"""What a runner runs: a listing or a bulk write, as a plain object without I/O."""

from typing import Any, Protocol

from .._http.completion import Completion
from .._http.request import Request


class Work(Protocol):
    """An object that is asked for requests, and told how each of them ended.

    Its methods are only called in the caller's thread or task. So it needs no locks, and neither do
    the iterables and callbacks of the caller. Any: of requests with any result.
    """

    @property
    def concurrency(self) -> int:
        """Maximum number of requests in flight."""
        ...

    def next_request(self) -> Request[Any] | None:
        """Return the next request; None while there is nothing to send."""
        ...

    def receive(self, completion: Completion[Any]) -> None:
        """Take in how a request ended."""
        ...

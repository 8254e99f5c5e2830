"""Effects: the I/O that a request asks its runner for. The only meeting point of logic and I/O.

A request is a generator that yields effects, so that a sync runner (`_runners/threads.py`) and an
async one (`_runners/tasks.py`) can execute the same logic. The runner sends the result of an effect
into the generator, or throws the exception.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from mews_vouchers_client.http import MAX_RESPONSE_SIZE
from mews_vouchers_client.http_types import Timeout

T = TypeVar("T")


@dataclass(slots=True)
class SendRequest:
    """Send a request; the result is the `Response` of the generated client, not parsed.

    Any: these are the arguments of `httpx.Client.request`. They contain the tokens.
    """

    kwargs: dict[str, Any] = field(repr=False)
    #: To be called just before the first byte is sent. If `Cancelled` or `ClosedError` is thrown
    #: after it, no byte was sent.
    on_sending: Callable[[], None]
    #: The time of the monotonic clock at which it has to end in any case.
    deadline: float
    #: `read` is for the whole response, from the first byte sent to the last byte read; None for
    #: the timeouts of the HTTP client.
    timeouts: Timeout | None = None
    #: Bytes, the maximum size of the body of the response, as received and as decompressed.
    max_response_size: int = MAX_RESPONSE_SIZE


@dataclass(slots=True)
class Sleep:
    """Sleep for some seconds."""

    seconds: float


@dataclass(slots=True)
class RunInThread:
    """Call a function that may block; the result is its return value."""

    function: Callable[[], object]
    #: Whether to call it even if nothing more is to be sent.
    is_final: bool = False


Effect: TypeAlias = SendRequest | Sleep | RunInThread
#: A generator that yields effects and returns a `T`. Any: the type of a result depends on its
#: effect, which the type of a generator cannot express.
EffectGenerator: TypeAlias = Generator[Effect, Any, T]


class Cancelled(Exception):  # noqa: N818 - not an error
    """The call was cancelled before the effect had any effect: nothing more is to be sent."""


class RequestCancelledError(ConnectionAbortedError):
    """The call was cancelled while its request was in flight."""


class AttemptTimeoutError(TimeoutError):
    """The time for one attempt is over."""

    def __init__(self, message: str, *, was_sent: bool, was_connecting: bool = False) -> None:
        super().__init__(message)
        #: Whether any byte may have been sent.
        self.was_sent = was_sent
        #: Whether it had begun to connect; else it was waiting for a place in the pool.
        self.was_connecting = was_connecting


class NotSentError(ConnectionError):
    """The transport failed while it was connecting: no byte of the request was sent."""

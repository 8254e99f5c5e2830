"""Per-call options: one object carries them from the public methods down to the requests.

A new option is added here, and read where it takes effect.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import index
from typing import TypeAlias

#: Saturates the default rate limit for response times up to 2.4 seconds.
MAX_CONCURRENCY = 16


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a write, passed to `on_progress` after each completed batch."""

    #: Number of completed items.
    done: int
    #: Number of all items; None if the input has no length.
    total: int | None
    #: Number of requests sent, including retries.
    requests: int
    #: Seconds spent waiting: for the rate limit, and between retries.
    waited: float


OnProgress: TypeAlias = Callable[[Progress], object]


@dataclass(frozen=True, slots=True)
class CallOptions:
    """How one call is executed.

    Raises:
        ValueError: `concurrency` is out of range.
    """

    #: The property, with a portfolio access token.
    enterprise_id: str | None = None
    #: Called after each completed batch.
    on_progress: OnProgress | None = None
    #: Maximum number of requests in flight.
    concurrency: int = 1

    def __post_init__(self) -> None:
        if not 1 <= index(self.concurrency) <= MAX_CONCURRENCY:
            raise ValueError(
                f"concurrency must be from 1 to {MAX_CONCURRENCY}, not {self.concurrency}"
            )

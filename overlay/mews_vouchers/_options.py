"""Per-call options: one object carries them from the public methods down to the requests.

A new option is added here, and read where it takes effect.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from operator import index
from os import PathLike
from typing import Literal, TypeAlias, get_args

#: Saturates the default rate limit for response times up to 2.4 seconds.
MAX_CONCURRENCY = 16


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a write: passed to `on_progress` after each batch, and before a long wait."""

    #: Number of completed items.
    done: int
    #: Number of all items; None if the input has no length.
    total: int | None
    #: Number of requests sent, including retries.
    requests: int
    #: Seconds that requests spent waiting: for the rate limit, and between retries. Those in flight
    #: at the same time wait at the same time, and each counts.
    waited: float
    #: Seconds that a `resume` now waits, until the server cannot apply a request any more whose
    #: response was not received; else 0.
    settling: float = 0.0


#: Seconds after which a request whose response was not received cannot be applied any more. The
#: vendor ends requests that take tens of seconds with a 408, and the client waits for 90.
#: Source: the vendor's limits of a request.
DEFAULT_SETTLE = 120.0

OnProgress: TypeAlias = Callable[[Progress], object]

#: What to do when the server refuses a batch because of its content.
OnRejected: TypeAlias = Literal["stop", "isolate"]


@dataclass(frozen=True, slots=True)
class CallOptions:
    """How one call is executed.

    Raises:
        ValueError: `concurrency` or `settle` is out of range, or `on_rejected` is unknown.
        TypeError: `settle` is not a number.
    """

    #: The property, with a portfolio access token.
    enterprise_id: str | None = None
    #: Called after each completed batch.
    on_progress: OnProgress | None = None
    #: Maximum number of requests in flight.
    concurrency: int = 1
    #: Whether to stop, or to find the rejected items and to write the others.
    on_rejected: OnRejected = "stop"
    #: The file that keeps what became of every item; None for none.
    journal: str | PathLike[str] | None = None
    #: Seconds after which a request without a response cannot be applied any more.
    settle: float = DEFAULT_SETTLE

    def __post_init__(self) -> None:
        if not 1 <= index(self.concurrency) <= MAX_CONCURRENCY:
            raise ValueError(
                f"concurrency must be from 1 to {MAX_CONCURRENCY}, not {self.concurrency}"
            )
        if self.on_rejected not in get_args(OnRejected):
            raise ValueError(f"on_rejected must be 'stop' or 'isolate', not {self.on_rejected!r}")
        if isinstance(self.settle, bool) or not isinstance(self.settle, int | float):
            raise TypeError(f"settle must be a number of seconds, not {self.settle!r}")
        if not 0 <= self.settle < inf:
            raise ValueError(f"settle must be 0 or more seconds, not {self.settle}")

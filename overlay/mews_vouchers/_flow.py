"""Effects: what logic asks a driver to do. The only meeting point of logic and I/O.

Two kinds of generators ask for effects and receive answers, and so can be driven by a blocking
loop (`_threads.py`) and an awaiting one (`_tasks.py`) alike:

- An exchange is one request with its repeats. It touches nothing that others do, and so can be
  driven in the background.
- A flow does exchanges. It runs where the user's call or iteration does, and nowhere else: neither
  what it remembers nor what users hand in, such as an iterable of items, ever meets another thread.

No module but the two drivers performs anything; none but these knows threads, tasks or `await`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

T = TypeVar("T")

# Any, below: the outcome of an effect depends on the effect, which no type of a generator can say.
# Nobody changes these objects: to have that forbidden (`frozen`) would double what each costs.


@dataclass(slots=True)
class Answer:
    """What came of an effect, or of an exchange: a value, or what it failed with.

    Not shown: what a transport says may be what the server said, and that may echo the tokens.
    """

    value: Any = field(default=None, repr=False)
    error: BaseException | None = field(default=None, repr=False)


#: The answer to what has no outcome.
DONE = Answer()

Asked = TypeVar("Asked")
Asking: TypeAlias = Generator[Asked, Answer | None, T]


def heed(answer: Answer | None) -> Any:
    """Return the outcome of an effect, or raise what it failed with: `heed((yield effect))`."""
    if answer is None:
        return None
    if answer.error is not None:
        raise answer.error
    return answer.value


# --- what exchanges ask for


@dataclass(slots=True)
class Send:
    """Send a request; the outcome is the `httpx.Response`.

    Any: these are the arguments of `httpx.Client.request`.
    """

    kwargs: dict[str, Any]


@dataclass(slots=True)
class Wait:
    """Let so many seconds pass."""

    seconds: float


@dataclass(slots=True)
class Call:
    """Call a function that may block for a moment; the outcome is what it returns."""

    function: Callable[[], object]


class CutOffError(ConnectionAbortedError):
    """A request was under way when nobody was to wait for it any more."""


#: Ends with a result of type `T`. Unless it is stopped first: see `Stopped`.
Exchange: TypeAlias = Asking[Send | Wait | Call, T]


class Stopped(Exception):  # noqa: N818 - a wish, not an error
    """Nothing more is to be sent: what comes of all that an exchange asks for from then on."""


# --- what flows ask for


@dataclass(slots=True)
class Do:
    """Drive an exchange; the outcome is its result."""

    exchange: Exchange[Any]


@dataclass(slots=True)
class Begin:
    """Drive an exchange in the background."""

    exchange: Exchange[Any]


@dataclass(slots=True)
class Join:
    """Wait until one in the background has ended; the outcome is which, and its `Answer`."""


@dataclass(slots=True)
class Stop:
    """Let nothing more be sent, and wait for what is under way; the outcome is as many joins.

    Args:
        hurry: Whether that must not take long. Then requests are cut off where that is possible,
            and left to themselves after some seconds where it is not: these are not in the outcome.
    """

    hurry: bool


@dataclass(slots=True)
class Settle:
    """Wait for what was left to itself, by whatever flow of the client, where that is possible."""


@dataclass(slots=True)
class Emit(Generic[T]):
    """Hand a value to whoever iterates; go on when the next one is asked for.

    There may be an answer also to this: an interruption.
    """

    value: T


Effect: TypeAlias = Do | Begin | Join | Stop | Settle
#: Ends with a result of type `T`.
Flow: TypeAlias = Asking[Effect, T]
#: Emits values of type `T` and then ends.
Stream: TypeAlias = Asking[Effect | Emit[T], None]
#: A stream that does one exchange after the other, and so can be one of several side by side.
Chain: TypeAlias = Asking[Do | Emit[T], None]


@dataclass(slots=True)
class Step(Generic[T]):
    """What a stream came to: a value, an error, or its end, which has neither."""

    emitted: Emit[T] | None = None
    error: Exception | None = None


def advance(stream: Stream[T]) -> Flow[Step[T]]:
    """Drive a stream until it emits, ends or fails; its effects go to the driver."""
    answer: Answer | None = None
    try:
        while not isinstance(effect := stream.send(answer), Emit):
            answer = yield effect
    except StopIteration:
        return Step()
    except Exception as error:  # noqa: BLE001 - it is for whoever asked for the step
        return Step(error=error)
    return Step(emitted=effect)


def collect(stream: Stream[T], into: Callable[[T], object]) -> Flow[None]:
    """Drive a stream inside a flow: what it emits goes into a function, the rest to the driver."""
    try:
        while (step := (yield from advance(stream))).emitted is not None:
            into(step.emitted.value)
        if step.error is not None:
            raise step.error
    finally:
        stream.close()

"""Effects: what a flow asks its driver to do. The only meeting point of logic and I/O.

A flow is a generator. It yields effects and receives their outcomes, and so can be driven by a
blocking loop (`_threads.py`) and an awaiting one (`_tasks.py`) alike. No module but these two
performs anything; no module but these two knows threads, tasks or `await`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

T = TypeVar("T")

# Any, below: the outcome of an effect depends on the effect, which no type of a generator can say.


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request; the outcome is the `httpx.Response`, and what fails is thrown into the flow.

    Any: these are the arguments of `httpx.Client.request`.
    """

    kwargs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wait:
    """Let so many seconds pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Call:
    """Call a function that may block for a moment; the outcome is what it returns."""

    function: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Fork:
    """Begin another flow, and let it go on while this one does something else.

    It comes as far as its first effect before this flow goes on, and later never runs at the same
    moment as this flow: only effects are performed side by side. The outcome is whether it is under
    way; if not, it has ended already.
    """

    flow: Flow[Any]


@dataclass(frozen=True, slots=True)
class Join:
    """Wait until one of the forked flows has ended; the outcome is its result."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End all forked flows where they are; the outcome is the results of those that had ended."""


@dataclass(frozen=True, slots=True)
class Emit(Generic[T]):
    """Hand a value to whoever iterates; go on when the next one is asked for."""

    value: T


Effect: TypeAlias = Send | Wait | Call | Fork | Join | Stop
#: A flow that ends with a result of type `T`.
Flow: TypeAlias = Generator[Effect, Any, T]
#: A flow that emits values of type `T` and then ends.
Stream: TypeAlias = Generator[Effect | Emit[T], Any, None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an effect, or of a flow: a value, or what it failed with.

    Not shown: what a transport says may be what the server said, and that may echo the tokens.
    """

    value: Any = field(default=None, repr=False)
    error: BaseException | None = field(default=None, repr=False)

    def result(self) -> Any:
        """Return the value, or raise the error."""
        if self.error is not None:
            raise self.error
        return self.value


#: What a flow is begun with.
BEGIN = Answer()

Asked = TypeVar("Asked")


def resume(flow: Generator[Asked, Any, Any], answer: Answer) -> Asked:
    """Tell a flow what came of its effect; return the next one."""
    return flow.send(answer.value) if answer.error is None else flow.throw(answer.error)


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """What a stream came to: a value, an error, or its end, which has neither."""

    stream: Stream[T]
    emitted: Emit[T] | None = None
    error: Exception | None = None


def advance(stream: Stream[T]) -> Flow[Step[T]]:
    """Drive a stream until it emits, ends or fails; its effects go to the driver."""
    try:
        answer = BEGIN
        while not isinstance(effect := resume(stream, answer), Emit):
            try:
                answer = Answer((yield effect))
            except GeneratorExit:
                raise
            except BaseException as error:  # noqa: BLE001 - it is the stream's to judge
                answer = Answer(error=error)
    except StopIteration:
        return Step(stream)
    except Exception as error:  # noqa: BLE001 - it is for whoever asked for the step
        return Step(stream, error=error)
    return Step(stream, emitted=effect)


def collect(stream: Stream[T], into: Callable[[T], object]) -> Flow[None]:
    """Drive a stream inside a flow: what it emits goes into a function, the rest to the driver."""
    try:
        while (step := (yield from advance(stream))).emitted is not None:
            into(step.emitted.value)
        if step.error is not None:
            raise step.error
    finally:
        stream.close()

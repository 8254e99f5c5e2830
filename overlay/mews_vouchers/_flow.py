"""Effects: what a flow asks its driver to do. The only meeting point of logic and I/O.

A flow is a generator. It yields effects and receives their outcomes, and so can be driven by a
blocking loop (`_blocking.py`) and an awaiting one (`_awaiting.py`) alike. No module but these two
performs anything; no module but these two knows `await`.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

T = TypeVar("T")


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
class Emit(Generic[T]):
    """Hand a value to whoever iterates; go on when the next one is asked for."""

    value: T


#: A flow that ends with a result of type `T`.
Flow: TypeAlias = Generator[Send | Wait, Any, T]
#: A flow that emits values of type `T` and then ends.
Stream: TypeAlias = Generator[Send | Wait | Emit[T], Any, None]


def collect(stream: Stream[T], into: Callable[[T], object]) -> Flow[None]:
    """Drive a stream inside a flow: what it emits goes into a function, the rest to the driver."""
    try:
        effect = next(stream)
        while True:
            if isinstance(effect, Emit):
                into(effect.value)
                effect = next(stream)
                continue
            try:
                outcome = yield effect
            except GeneratorExit:
                raise
            except BaseException as error:  # noqa: BLE001 - it is the stream's to judge
                effect = stream.throw(error)
            else:
                effect = stream.send(outcome)
    except StopIteration:
        return
    finally:
        stream.close()

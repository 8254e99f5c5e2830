"""Starts the `resume()` of an error that the user passed: is it of this resource, and complete?"""

from collections.abc import Iterable
from typing import Any, TypeVar

from .._batching.batch import BatchOperation
from .._batching.journaling.input_comparison import StoppedWrite
from .._batching.numbered_input import NumberedInput
from ..batch_error import BatchError
from .resumer import Resumer, unfinished

Item = TypeVar("Item")
Result = TypeVar("Result")


def check_is_batch_error(error: object) -> None:
    """Raise `TypeError` if it is not what `resume()` takes; say what to pass instead."""
    if isinstance(error, BatchError):
        return
    instead = "a BatchError"
    if isinstance(error, str):
        instead = "BatchError.from_json(text)"
    elif isinstance(error, BaseException):
        instead = "batch_error_of(exception), unless that is None"
    raise TypeError(f"resume() takes a BatchError, not a {type(error).__name__}: pass {instead}")


def create_resumer(
    operations: Iterable[BatchOperation[Any, Any]],
    error: BatchError[Item, Result],
    remaining: Iterable[Item] | None,
) -> Resumer[Item, Result]:
    """Return what completes the write of an error.

    Args:
        operations: The operations of the resource. Any: of several types.
        error: The error of the write.
        remaining: The rest of an input that was not read to its end.

    Raises:
        ValueError: The error is of another operation, or its input was not read to its end and
            `remaining` is missing, or the other way round.
    """
    by_name = {one.operation.name: one for one in operations}
    if error.operation not in by_name:
        resource = "voucher_codes" if error.operation.startswith("voucherCodes/") else "vouchers"
        raise ValueError(
            f"this is an error of {error.operation}: client.{resource}.resume() completes it"
        )
    if remaining is None and not error.is_complete:
        raise ValueError(
            f"only {error.items_read} items were read from the input: pass the rest of it, "
            "resume(error, remaining=iterator)"
        )
    if remaining is not None and error.is_complete:
        raise ValueError("this error has all items of the input: nothing can be remaining")
    rest = () if remaining is None else remaining
    done = len(error.succeeded)
    known = done + len(unfinished(error))
    numbered = NumberedInput(rest, error.items_read)
    total = None if numbered.length is None else known + numbered.length
    return Resumer(by_name[error.operation], StoppedWrite(error, [], numbered, total, done))

"""Runs bulk writes: all at once, or batch by batch."""

from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import TypeVar

from .._batching.report import results
from .._batching.writer import BatchWriter
from .._runners.client_state import ClientState
from .._runners.tasks import GRACE_PERIOD, TaskRunner

Item = TypeVar("Item")
Result = TypeVar("Result")


async def write(state: ClientState, writer: BatchWriter[Item, Result]) -> list[Result]:
    """Write all items; return their results, in the order of the input.

    After a failure nothing more is sent, and requests in flight are waited for.

    Raises:
        BatchError: A batch failed.
    """
    try:
        async with TaskRunner(state) as runner:
            await _write_all(runner, writer)
        if writer.failure is not None:
            raise writer.error(drain=True)  # noqa: TRY301 - Ctrl-C may come here, too
        return results(writer.outcomes())
    except BaseException as error:
        writer.attach_report(error)
        raise


async def write_batches(
    state: ClientState, writer: BatchWriter[Item, Result]
) -> AsyncGenerator[list[Result]]:
    """Write batch by batch; yield the results of each batch that succeeded.

    Raises:
        BatchError: A batch failed. It reports what was taken from the input and not yielded.
    """
    try:
        async with TaskRunner(state) as runner:
            while writer.failure is None and await runner.step(writer):
                if outcomes := writer.outcomes():
                    yield results(outcomes)
                    writer.forget_outcomes()
        if writer.failure is not None:
            raise writer.error(drain=False)  # noqa: TRY301 - as above
    except BaseException as error:
        writer.attach_report(error)
        raise


async def _write_all(runner: TaskRunner, writer: BatchWriter[Item, Result]) -> None:
    """Run all requests; when interrupted, wait a moment for those in flight."""
    try:
        await _step_to_end(runner, writer)
    except GeneratorExit:  # the coroutine is closed, and must not wait for anything
        raise
    except BaseException:
        writer.interrupt()
        with suppress(BaseException):  # interrupted again: then without waiting
            await runner.stop(writer, GRACE_PERIOD)
        raise


# A function of its own: in Python 3.13, Ctrl-C between two rounds of a loop is not caught by a
# `try` around the loop in the same function.
async def _step_to_end(runner: TaskRunner, writer: BatchWriter[Item, Result]) -> None:
    while writer.failure is None and await runner.step(writer):
        pass
    if writer.failure is not None:
        await runner.stop(writer, None)

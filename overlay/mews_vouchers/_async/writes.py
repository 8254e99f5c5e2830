"""Runs bulk writes: all at once, or as the completion of a stopped one."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from .._batching.batch import BatchOperation
from .._batching.checks import check_items
from .._batching.journaling.input_comparison import InputComparison, StoppedWrite
from .._batching.journaling.opening import Destination, open_journal_of, open_write_journal
from .._batching.journaling.write_journal import WriteJournal
from .._batching.numbered_input import NumberedInput
from .._batching.report import results
from .._batching.start import create_writer
from .._batching.writer import BatchWriter
from .._journal.owner import JournalOwner
from .._options import CallOptions
from .._resuming.resumer import Resumer
from .._resuming.resumptions import Resumption
from .._resuming.start import check_is_batch_error, create_resumer
from .._runners.block_tasks import finish, run_in_thread
from .._runners.client_state import ClientState
from .._runners.tasks import TaskRunner
from .._runners.waits import GRACE_PERIOD
from ..batch_error import BatchError
from .resume import ListItems, resuming

Item = TypeVar("Item")
Result = TypeVar("Result")


async def write_items(
    state: ClientState,
    operation: BatchOperation[Item, Result],
    items: Iterable[Item],
    options: CallOptions,
    list_items: ListItems[Item, Result],
) -> list[Result]:
    """Write all items, or what an earlier call with the same journal has left of them.

    Args:
        state: Of the client.
        operation: What to do with the items.
        items: What the user passed.
        options: Of the call.
        list_items: Lists what may have been added before.

    Returns:
        The results of all items, in the order of the input.

    Raises:
        BatchError: A batch failed.
        JournalError: The journal cannot be used.
    """
    check_items(operation, items)
    if options.journal is None:
        writer = create_writer(state.request_factory, operation, items, options)
        return await _write(state, writer)
    opened: BatchWriter[Item, Result] | None = None
    owner = JournalOwner()
    try:
        try:
            async with open_writer(
                state, operation, items, options, list_items, owner=owner
            ) as opened:
                return await _write(state, opened)
        finally:
            owner.is_over = True
    except BaseException as error:  # it may come when the journal is closed, too
        if opened is not None:
            opened.attach_report(error)
        raise


async def resume_items(
    state: ClientState,
    operations: Sequence[BatchOperation[Any, Any]],
    error: BatchError[Item, Result],
    options: CallOptions,
    list_items: ListItems[Item, Result],
    *,
    remaining: Iterable[Item] | None,
) -> list[Result]:
    """Complete a stopped write. See `write_items` and `create_resumer`."""
    check_is_batch_error(error)
    options = replace(options, enterprise_id=error.enterprise_id)
    resumer = create_resumer(operations, error, remaining)
    resumption = Resumption(resumer.error.id)
    writer: BatchWriter[Item, Result] | None = None
    owner = JournalOwner()
    try:
        async with _journal_of(state, error, operations, options, owner) as journal:
            if journal is not None:
                await run_in_thread(state, partial(resumer.use_journal, journal))
            async with resuming(state, resumer, options, list_items, resumption) as writer:
                return await _write(state, writer)
    except (Exception, GeneratorExit):
        raise
    except BaseException as interruption:  # perhaps before the block, or after its end
        (resumer if writer is None else writer).attach_report(interruption)
        raise
    finally:
        resumption.is_over = True
        owner.is_over = True


@asynccontextmanager
async def _journal_of(
    state: ClientState,
    error: BatchError[Item, Result],
    operations: Sequence[BatchOperation[Any, Any]],
    options: CallOptions,
    owner: JournalOwner,
) -> AsyncIterator[WriteJournal[Item, Result] | None]:
    """Open the journal of a stopped write, if it has one."""
    if error.journal is None:
        yield None
        return
    opening = partial(open_journal_of, error, operations, _destination(state, options), owner)
    try:
        yield await run_in_thread(state, opening)
    finally:
        await finish(state, owner.close)


@asynccontextmanager
async def open_writer(
    state: ClientState,
    operation: BatchOperation[Item, Result],
    items: Iterable[Item],
    options: CallOptions,
    list_items: ListItems[Item, Result],
    *,
    owner: JournalOwner,
    keeps_results: bool = True,
) -> AsyncIterator[BatchWriter[Item, Result]]:
    """Open the journal of a write, and yield the write of what is left to do.

    Args:
        state: See `write_items`, as the others.
        operation: As above.
        items: As above.
        options: As above.
        list_items: As above.
        owner: Uses the journal. The caller has to set `is_over`: an interruption may come before or
            after all that is done here.
        keeps_results: Whether what succeeded before is kept in memory, to be returned.
    """
    assert options.journal is not None
    opening = partial(
        open_write_journal,
        options.journal,
        operation,
        _destination(state, options),
        owner,
    )
    numbered = NumberedInput(items)
    try:
        journal = await run_in_thread(state, opening)
        comparing = partial(
            InputComparison,
            journal,
            numbered,
            retry_rejected=options.on_rejected == "stop",
            keeps_results=keeps_results,
        )
        resumer = Resumer(operation, await _compare(state, comparing), journal)
        resumption = Resumption(resumer.error.id, owner)
        try:
            async with resuming(state, resumer, options, list_items, resumption) as writer:
                yield writer
        finally:
            resumption.is_over = True
    finally:
        await finish(state, owner.close)


async def _compare(
    state: ClientState, comparing: Callable[[], InputComparison[Item, Result]]
) -> StoppedWrite[Item, Result]:
    """Compare the input with the journal. Only this thread or task reads the input."""
    comparison = await run_in_thread(state, comparing)
    while comparison.read():
        await run_in_thread(state, comparison.compare)
    return await run_in_thread(state, comparison.finish)


def _destination(state: ClientState, options: CallOptions) -> Destination:
    token = state.request_factory.credentials.access_token
    return Destination(state.api.base_url, options.enterprise_id, token)


async def _write(state: ClientState, writer: BatchWriter[Item, Result]) -> list[Result]:
    """Write all items; return their results, in the order of the input.

    After a failure nothing more is sent, and requests in flight are waited for.
    """
    try:
        async with TaskRunner(state) as runner:
            await _write_all(runner, writer)
        if (error := writer.error()) is not None:
            raise error  # noqa: TRY301 - Ctrl-C may come here, too
        return results(writer.state.outcomes())
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

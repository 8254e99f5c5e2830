"""`AsyncWriteStream`: what `add_batches()` returns."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import AbstractAsyncContextManager, aclosing
from types import TracebackType
from typing import Generic, Self, TypeVar

from .._batching.batch import BatchOperation
from .._batching.checks import check_items
from .._batching.interruption import attach_batch_error, shielded
from .._batching.report import has_nothing_left, without_yielded
from .._batching.start import create_writer
from .._batching.writer import BatchWriter
from .._journal.owner import JournalOwner
from .._options import CallOptions
from .._runners.block_tasks import run_in_thread
from .._runners.client_state import ClientState
from .._runners.tasks import TaskRunner
from .._runners.waits import GRACE_PERIOD
from ..batch_error import BatchError, Outcome
from .resume import ListItems
from .writes import open_writer

Item = TypeVar("Item")
Result = TypeVar("Result")


class AsyncWriteStream(Generic[Item, Result]):
    """Writes while it is iterated, and yields the outcomes of each batch that succeeded.

    Close it if you leave the loop early, best by an `async with` block. Then `batch_error` is what
    became of the items whose outcomes were not yielded; None if there are none.

    Example:
        async with client.voucher_codes.add_batches(codes) as batches:
            async for outcomes in batches:
                save(outcomes)
        if batches.batch_error is not None:
            added = await client.voucher_codes.resume(batches.batch_error)
    """

    def __init__(
        self,
        state: ClientState,
        operation: BatchOperation[Item, Result],
        items: Iterable[Item],
        options: CallOptions,
        list_items: ListItems[Item, Result],
    ) -> None:
        check_items(operation, items)
        self._state = state
        self._owner = JournalOwner()
        self._writer: BatchWriter[Item, Result] | None = None
        if options.journal is None:
            self._writer = create_writer(state.request_factory, operation, items, options)
            self._outcomes = self._run(self._writer)
        else:
            opened = open_writer(
                state,
                operation,
                items,
                options,
                list_items,
                owner=self._owner,
                keeps_results=False,
            )
            self._outcomes = self._run_with_journal(opened)
        #: Whether there may be outcomes of earlier calls that were not yielded.
        self._has_earlier = options.journal is not None
        self._yielded: list[Outcome[Item, Result]] = []
        self._raised: BatchError[Item, Result] | None = None

    @property
    def batch_error(self) -> BatchError[Item, Result] | None:
        """What became of all items so far, except for those whose outcomes were yielded.

        None if every item was written, and its outcome was yielded. If the iteration has raised a
        `BatchError`, it is that one.

        Requests in flight are among the unknown: close the stream first.

        Raises:
            RuntimeError: There is a journal, and the stream was not iterated yet.
        """
        if self._raised is not None:
            return self._raised
        if self._writer is None:
            raise RuntimeError(
                "the journal was not opened yet: iterate the stream first, or open Journal(path)"
            )
        error = self._report(self._writer)
        is_done = not self._has_earlier and has_nothing_left(error)
        return None if is_done else error

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> list[Outcome[Item, Result]]:
        """Return the outcomes of the next batch.

        Raises:
            BatchError: A batch failed. It does not report what was yielded.
        """
        try:
            self._yielded = await anext(self._outcomes)
        except BatchError as error:
            self._raised = error
            raise
        except (Exception, GeneratorExit):
            raise
        except BaseException as interruption:  # perhaps just before or after a batch was yielded
            self._owner.is_over = True
            self._attach_report(interruption)
            raise
        return self._yielded

    async def aclose(self) -> None:
        """Send nothing more, and wait a few seconds for requests in flight."""
        try:
            await self._outcomes.aclose()
        finally:
            self._owner.is_over = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def _attach_report(self, interruption: BaseException) -> None:
        """Attach the report to what interrupted the stream."""
        if (writer := self._writer) is not None:  # pragma: no branch - of a journal, not opened yet
            shielded(lambda: attach_batch_error(interruption, self._raised or self._report(writer)))

    def _report(self, writer: BatchWriter[Item, Result]) -> BatchError[Item, Result]:
        error = writer.state.batch_error("the iteration was left", None)
        return without_yielded(error, self._yielded)

    async def _run_with_journal(
        self, opened: AbstractAsyncContextManager[BatchWriter[Item, Result]]
    ) -> AsyncGenerator[list[Outcome[Item, Result]]]:
        """Yield what succeeded in earlier calls, then what succeeds now."""
        async with opened as writer:
            self._writer = writer
            while writer.journal is not None and (
                outcomes := await run_in_thread(self._state, writer.journal.next_earlier)
            ):
                yield outcomes
                writer.forget_earlier(outcomes)
            self._has_earlier = False
            async with aclosing(self._run(writer)) as new:
                async for outcomes in new:
                    yield outcomes

    async def _run(
        self, writer: BatchWriter[Item, Result]
    ) -> AsyncGenerator[list[Outcome[Item, Result]]]:
        try:
            async with TaskRunner(self._state) as runner:
                try:
                    while writer.failure is None and await runner.step(writer):
                        if outcomes := writer.state.outcomes():
                            yield outcomes
                            writer.state.forget_outcomes()
                finally:
                    writer.interrupt()
                    await runner.stop(writer, None if writer.failure else GRACE_PERIOD)
            if outcomes := writer.state.outcomes():  # of requests in flight when another one failed
                yield outcomes
                writer.state.forget_outcomes()
            if (error := writer.error()) is not None:
                raise error  # noqa: TRY301 - Ctrl-C may come here, too
        except BaseException as error:
            writer.attach_report(error, self._yielded)
            raise

"""Completes a stopped write: looks up what was added, and yields the write of what is missing."""

import logging
import time
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import TypeAlias, TypeVar

from .._batching.writer import BatchWriter
from .._options import CallOptions
from .._pagination.intervals import Interval
from .._resuming.filter_parts import REFUSALS, FilterParts
from .._resuming.look_up import LookUp
from .._resuming.resumer import Resumer
from .._resuming.resumptions import Resumption
from .._runners.block_tasks import pause, run_in_thread, wait_for_abandoned
from .._runners.client_state import ClientState
from ..errors import ApiError

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Added to the time of the server: a listing then has what is updated meanwhile, too.
_AHEAD = timedelta(days=1)
#: Lists the results that may belong to items, newest first: of an enterprise, updated in an
#: interval, at most some.
ListItems: TypeAlias = Callable[
    [list[Item], str | None, Interval | None, int | None], AsyncIterable[Result]
]

logger = logging.getLogger("mews_vouchers")


@asynccontextmanager
async def resuming(
    state: ClientState,
    resumer: Resumer[Item, Result],
    options: CallOptions,
    list_items: ListItems[Item, Result],
    resumption: Resumption,
) -> AsyncIterator[BatchWriter[Item, Result]]:
    """Look up what was added, and yield the write of the rest.

    Args:
        state: Of the client.
        resumer: The write.
        options: Of the call.
        list_items: Lists what may belong to the items.
        resumption: Of the write. The caller has to set `is_over`: an interruption may come before
            or after all that is done here.

    Raises:
        BatchError: The look-up failed.
        ResumeInProgressError: The same write is being resumed.
    """
    try:
        resumption.begin()
        await wait_for_abandoned(state)
        if resumer.is_add:
            await _find_all_added(state, resumer, options, list_items)
        await run_in_thread(state, resumer.record_found)
        resumption.wrote_since = time.monotonic()  # before the writer: its errors are not older
        writer = resumer.writer(state.request_factory, options)
        if resumer.journal is not None:
            writer.begin()
        yield writer
        resumption.is_completed = True
    except (Exception, GeneratorExit):
        raise
    except BaseException as error:
        resumer.attach_report(error)
        raise
    finally:
        resumption.end()


async def _find_all_added(
    state: ClientState,
    resumer: Resumer[Item, Result],
    options: CallOptions,
    list_items: ListItems[Item, Result],
) -> None:
    """Look up what was added of the error, and of the rest of the input if it was resumed before.

    Raises:
        BatchError: A look-up failed. It reports what was read of the rest, too.
    """
    try:
        await _find_added(state, LookUp(resumer, options.settle), options, list_items)
        has_found = resumer.resumed_until is not None
        while has_found and (ahead := resumer.read_ahead()):
            await run_in_thread(state, partial(resumer.load_alike, ahead))
            look_up = LookUp(resumer, options.settle, ahead)
            await _find_added(state, look_up, options, list_items)
            has_found = look_up.has_found or not look_up.candidates
    except Exception as error:
        raise await run_in_thread(state, partial(resumer.stopped_by, error)) from error


async def _find_added(
    state: ClientState,
    look_up: LookUp[Item, Result],
    options: CallOptions,
    list_items: ListItems[Item, Result],
) -> None:
    """Look up what was added, until that is certain of every item."""
    clock = state.request_factory.clock
    items = [one.item for one in look_up.candidates]
    if look_up.needs_clock(clock):
        with suppress(ApiError):  # a refusal tells the time as well
            async for _ in list_items(items, options.enterprise_id, None, 1):
                pass
    is_repeated = False
    while items:
        since = look_up.begin(clock)
        now = clock.now
        interval = None if since is None or now is None else (since, now + _AHEAD)
        await _list_possible(look_up, options, list_items, interval)
        seconds = look_up.finish(clock)
        if look_up.is_too_late(clock) and not is_repeated:
            is_repeated = True
            continue
        if not seconds:
            return
        logger.info(
            "%s: waiting %.0f s, until a request without a response cannot be applied any more",
            look_up.operation,
            seconds,
        )
        if options.on_progress is not None:
            options.on_progress(look_up.progress(seconds))
        await pause(state, seconds)


async def _list_possible(
    look_up: LookUp[Item, Result],
    options: CallOptions,
    list_items: ListItems[Item, Result],
    interval: Interval | None,
) -> None:
    """List what may belong to the items, except for owners that the server refuses to list."""
    items = [one.item for one in look_up.candidates]
    parts = FilterParts(items, is_in_doubt=look_up.is_in_doubt)
    while (part := parts.next()) and not look_up.has_all:
        try:
            async for result in list_items(part, options.enterprise_id, interval, None):
                if look_up.take(result):
                    break
            parts.on_success()
        except REFUSALS as error:
            parts.on_refusal(error)

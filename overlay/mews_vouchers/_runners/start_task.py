"""Starts a task in the running event loop, of asyncio or of trio, without a task group.

A task group would have to end in the task that it started in, which is not certain for an iterator
that is abandoned.
"""

import sys
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from typing import Any

#: asyncio only keeps weak references to its tasks.
_tasks: set[object] = set()


def start_task(
    job: Coroutine[Any, Any, None], on_cancelled: Callable[[BaseException], None]
) -> None:
    """Start a task beside the current one. Any: trio may not be installed.

    Args:
        job: What it does.
        on_cancelled: Called at its end. Only matters if it was cancelled before its first step.
    """
    trio: Any = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_task():
        trio.lowlevel.spawn_system_task(lambda: job, context=copy_context())
        return
    import asyncio  # noqa: PLC0415 - imported already, but not where only threads are used

    task = asyncio.create_task(job)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    error = asyncio.CancelledError()
    task.add_done_callback(lambda _: on_cancelled(error))

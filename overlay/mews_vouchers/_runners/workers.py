"""The threads of a sync client.

Python runs a signal handler in the main thread, between any two instructions. If it raises there,
as that of Ctrl-C does, a lock that is just being acquired may stay locked for ever: those of httpx,
and that of `threading.Thread.start()`. So the caller's thread acquires no lock: it only uses queues
that are written in C.
"""

import _thread
import threading
import weakref
from collections import deque
from collections.abc import Callable, Container
from queue import Empty, SimpleQueue
from typing import TypeAlias

#: Seconds after which a thread ends that has nothing to do.
_MAX_IDLE = 1.0

#: What a thread does. It has to call its argument when it needs the thread no longer, before
#: it tells anybody that it is done: the next job then finds the thread free.
Job: TypeAlias = Callable[[Callable[[], None]], None]


class _Worker:
    """A thread that can be given a job. If nobody refers to it any more, the thread ends.

    So a thread is not left behind if an interruption comes while it is given a job.
    """

    def __init__(self) -> None:
        self.inbox: _Inbox = SimpleQueue()

    def __del__(self) -> None:
        self.inbox.put(None)


#: A job, and the worker in a list that can be emptied: a traceback that somebody keeps refers to
#: the variables of all functions below the one that raised it, and so to all that is in them.
_Inbox: TypeAlias = SimpleQueue[tuple[list[_Worker], Job] | None]


class Workers:
    """Starts jobs in threads. The last thread that became free is kept for the next job."""

    def __init__(self) -> None:
        self._threads: set[threading.Thread] = set()
        self._idle: deque[_Worker] = deque(maxlen=1)

    def start(self, job: Job) -> bool:
        """Do a job in a thread; return False if the system has no more threads."""
        try:
            worker, is_new = self._idle.pop(), False
        except IndexError:
            worker, is_new = _Worker(), True
        try:
            if is_new and not self._start_new_thread(worker):
                return False
            worker.inbox.put(([worker], job))
        finally:
            del worker  # the traceback of an interruption would keep its thread
        return True

    def close(self) -> None:
        """Let all threads end as soon as they have nothing to do."""
        self._idle = deque(maxlen=0)

    def are_ending(self, busy: Container[threading.Thread]) -> bool:
        """Return whether any thread is alive, apart from the busy ones and the current one."""
        return any(
            thread.is_alive() and thread not in busy and thread is not threading.current_thread()
            for thread in tuple(self._threads)
        )

    def _start_new_thread(self, worker: _Worker) -> bool:
        arguments = worker.inbox, weakref.ref(worker)
        del worker  # as above
        try:
            _thread.start_new_thread(self._start_thread, arguments)
        except RuntimeError as error:
            if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                raise  # a signal handler has raised it
            return False
        return True

    def _start_thread(
        self, inbox: _Inbox, worker: weakref.ref[_Worker]
    ) -> None:  # pragma: no cover - no tracer sees a thread that `_thread` has started
        """Start a thread with a name, where no signal can come."""
        arguments = (inbox, worker)
        thread = threading.Thread(
            target=self._work, args=arguments, name="mews_vouchers", daemon=True
        )
        for other in tuple(self._threads):
            if other.ident is not None and not other.is_alive():
                self._threads.discard(other)
        self._threads.add(thread)
        try:
            thread.start()
        except (RuntimeError, MemoryError):  # this was the last one
            self._work(*arguments)

    def _work(self, inbox: _Inbox, worker: weakref.ref[_Worker]) -> None:
        while self._do_next(inbox, worker):
            pass

    def _do_next(self, inbox: _Inbox, reference: weakref.ref[_Worker]) -> bool:
        """Do the next job; return False if there will be none."""
        try:
            received = inbox.get(timeout=_MAX_IDLE)
        except Empty:
            return not self._take_back(reference())
        if received is None:
            return False
        holder, job = received
        try:
            job(lambda: self._idle.append(holder.pop()))
        finally:
            holder.clear()
        return True

    def _take_back(self, worker: _Worker | None) -> bool:
        """Return whether nobody can give a worker a job any more; it is not idle from now on."""
        try:
            self._idle.remove(worker)  # type: ignore[arg-type]  # None is never there
        except ValueError:  # pragma: no cover - somebody has taken it at this very moment
            return worker is None
        return True

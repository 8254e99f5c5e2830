"""Both clients behind one interface that can be interrupted: for random runs of writes.

Each call runs in the main thread, which signals interrupt, or in a task of an event loop there.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterable
from contextlib import ExitStack
from typing import Any, Protocol, TypeVar

from mews_vouchers import (
    AsyncVoucherClient,
    BatchError,
    Credentials,
    RetryPolicy,
    VoucherClient,
    batch_error_of,
)

from tests.support.http_library import httpx
from tests.support.independent_server import IndependentServer
from tests.support.interruptions import (
    HAS_TIMER,
    cancelled,
    interrupted_at_call,
    interrupted_by_signal,
    timed_out,
)

# Any, in this module: items, results and outcomes of any write.
#: Is given the outcomes of a batch; whether to go on.
Save = Callable[[list[Any]], bool]
T = TypeVar("T")


class WritingClient(Protocol):
    """What a random run does with a client. With a `chance`, it is interrupted."""

    def add(self, items: Iterable[Any], chance: random.Random | None, **options: Any) -> list[Any]:
        """Add codes."""
        ...

    def resume(self, error: BatchError, chance: random.Random | None, **options: Any) -> list[Any]:
        """Resume."""
        ...

    def stream(
        self, items: Iterable[Any], save: Save, chance: random.Random | None, **options: Any
    ) -> BatchError | None:
        """Add in a stream; return its report if it was left early."""
        ...

    def close(self) -> None:
        """Close the client."""
        ...


def _settings(server: IndependentServer) -> dict[str, Any]:
    return {
        "credentials": Credentials(
            client_token=server.client_token,
            access_token=server.access_token,
            client="Tests 1.0",
        ),
        "base_url": server.url,
        "retry": RetryPolicy(max_attempts=3, sleep=False),
        "rate_limit": None,
    }


class SyncWritingClient:
    """The sync client, interrupted by exceptions in the main thread."""

    def __init__(self, server: IndependentServer) -> None:
        self._client = VoucherClient(transport=httpx.HTTPTransport(), **_settings(server))

    def add(self, items: Iterable[Any], chance: random.Random | None, **options: Any) -> list[Any]:
        """See `WritingClient`."""
        return self._run(lambda: self._client.voucher_codes.add(items, **options), chance)

    def resume(self, error: BatchError, chance: random.Random | None, **options: Any) -> list[Any]:
        """See `WritingClient`."""
        return self._run(lambda: self._client.voucher_codes.resume(error, **options), chance)

    def stream(
        self, items: Iterable[Any], save: Save, chance: random.Random | None, **options: Any
    ) -> BatchError | None:
        """See `WritingClient`."""
        batches = self._client.voucher_codes.add_batches(items, **options)

        def run() -> BatchError | None:
            with batches:
                is_left = any(not save(outcomes) for outcomes in batches)
            return batches.batch_error if is_left else None

        try:
            return self._run(run, chance)
        except KeyboardInterrupt as interruption:
            if batch_error_of(interruption) is not None:
                raise
            batches.close()  # interrupted before the iteration, or after it
            return batches.batch_error

    def close(self) -> None:
        """See `WritingClient`."""
        self._client.close()

    def _run(self, call: Callable[[], T], chance: random.Random | None) -> T:
        if chance is None:
            return call()
        by_signal = HAS_TIMER and chance.random() < 0.6
        with (interrupted_by_signal if by_signal else interrupted_at_call)(chance):
            return call()


class AsyncWritingClient:
    """The async client, in a task that is cancelled."""

    def __init__(self, server: IndependentServer) -> None:
        self._stack = ExitStack()
        self._runner = self._stack.enter_context(asyncio.Runner())
        self._client = self._runner.run(self._open(server))

    async def _open(self, server: IndependentServer) -> AsyncVoucherClient:
        return AsyncVoucherClient(transport=httpx.AsyncHTTPTransport(), **_settings(server))

    def add(self, items: Iterable[Any], chance: random.Random | None, **options: Any) -> list[Any]:
        """See `WritingClient`."""
        return self._run(lambda: self._client.voucher_codes.add(items, **options), chance)

    def resume(self, error: BatchError, chance: random.Random | None, **options: Any) -> list[Any]:
        """See `WritingClient`."""
        return self._run(lambda: self._client.voucher_codes.resume(error, **options), chance)

    def stream(
        self, items: Iterable[Any], save: Save, chance: random.Random | None, **options: Any
    ) -> BatchError | None:
        """See `WritingClient`."""

        async def run() -> BatchError | None:
            is_left = False
            async with self._client.voucher_codes.add_batches(items, **options) as batches:
                async for outcomes in batches:
                    if not save(outcomes):
                        is_left = True
                        break
            return batches.batch_error if is_left else None

        return self._run(run, chance)

    def close(self) -> None:
        """See `WritingClient`."""
        self._runner.run(self._client.close())
        self._stack.close()

    def _run(self, call: Callable[[], Coroutine[Any, Any, T]], chance: random.Random | None) -> T:
        if chance is None:
            return self._runner.run(call())
        stopped = timed_out if chance.random() < 0.2 else cancelled
        return self._runner.run(stopped(chance, call))


CLIENTS: dict[str, Callable[[IndependentServer], WritingClient]] = {
    "sync": SyncWritingClient,
    "async": AsyncWritingClient,
}


def report_on(exception: BaseException) -> BatchError | None:
    """Return the report on what stopped a write. Bugs of a test are raised again."""
    if isinstance(exception, AssertionError):
        raise exception
    return batch_error_of(exception)

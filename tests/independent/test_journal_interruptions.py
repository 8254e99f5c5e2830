"""Whatever interrupts a call with a journal: the next call in the same process can use it at once.

Also inside the `except` that has caught the interruption. All of it by public ways.
"""

import asyncio
import threading
import time
from pathlib import Path
from random import Random

import anyio
import anyio.from_thread
import anyio.to_thread
import pytest
from mews_vouchers import (
    AsyncVoucherClient,
    Journal,
    JournalError,
    Progress,
    VoucherClient,
    batch_error_of,
)

from tests.support.clients import WITHOUT_SLEEP
from tests.support.hypothesis_profiles import examples
from tests.support.independent_clients import credentials_of, numbered, stored
from tests.support.independent_server import IndependentServer
from tests.support.interruptions import interrupted_at
from tests.support.waiting import TIMEOUT

ADD = "voucherCodes/add"

# Any, in this module: errors and results of any write.


def async_client(server: IndependentServer) -> AsyncVoucherClient:
    """Return an async client of a server."""
    return AsyncVoucherClient(
        credentials_of(server), base_url=server.url, rate_limit=None, retry=WITHOUT_SLEEP
    )


def numbers(last: int) -> list[int]:
    """Return numbers up to one, small ones more often, in order."""
    chance = Random(15)  # noqa: S311
    return sorted({int(last ** chance.random()) for _ in range(examples(25))})


@pytest.mark.parametrize("way", ["call", "resume", "stream"])
def test_ctrl_c_at_any_place(server: IndependentServer, tmp_path: Path, way: str) -> None:
    """Nothing is lost or added twice by what follows, and the journal is free."""
    items = numbered(server, 2)
    with VoucherClient(
        credentials_of(server), base_url=server.url, rate_limit=None, retry=WITHOUT_SLEEP
    ) as client:
        client.voucher_codes.add(numbered(server, 1))
        for number in numbers(2_500):
            server.wait_until_idle()
            client.voucher_codes.delete(one["Id"] for one in server.active_codes())
            path = tmp_path / f"{number}.journal"

            def write(path: Path = path) -> None:
                if way != "stream":
                    client.voucher_codes.add(items, journal=path)
                    return
                with client.voucher_codes.add_batches(items, journal=path) as batches:
                    for _ in batches:
                        pass

            try:
                with interrupted_at(number):
                    write()
            except KeyboardInterrupt as interruption:
                error = batch_error_of(interruption)
                if way == "resume" and error is not None:
                    client.voucher_codes.resume(error, settle=0)
                assert len(client.voucher_codes.add(items, journal=path, settle=0)) == 2
            assert sum(stored(server).values()) == 2


def test_a_timeout_while_the_event_loop_is_blocked(server: IndependentServer, path: Path) -> None:
    """The cancellation comes when the journal is about to be closed: it is closed."""

    async def run() -> None:
        async with async_client(server) as client:
            add, items = client.voucher_codes.add, numbered(server, 10)

            limit = asyncio.timeout(None)

            def block(_: Progress) -> None:
                limit.reschedule(asyncio.get_running_loop().time())
                time.sleep(0.01)

            try:
                async with limit:
                    await add(items, journal=path, on_progress=block)
            except TimeoutError as error:
                stopped = batch_error_of(error)
                assert stopped is not None
                assert len(await client.voucher_codes.resume(stopped, settle=0)) == 10
            assert len(await add(items, journal=path)) == 10

    asyncio.run(run())
    assert sum(stored(server).values()) == 10


@pytest.mark.parametrize("cancels", [1, 3])
def test_a_task_that_is_cancelled_at_any_moment(
    server: IndependentServer, tmp_path: Path, cancels: int
) -> None:
    """Once or several times: when the task has ended, the journal is closed."""

    async def run() -> None:
        async with async_client(server) as client:
            for number in numbers(60):
                path = tmp_path / f"{number}.journal"
                task = asyncio.create_task(
                    client.voucher_codes.add(numbered(server, 10), journal=path)
                )
                for _ in range(number):
                    await asyncio.sleep(0.001)
                for _ in range(cancels):
                    task.cancel()
                    await asyncio.sleep(0)
                await asyncio.wait([task])
                if path.exists() and path.stat().st_size:
                    check_free(path)

    asyncio.run(run())


def check_free(path: Path) -> None:
    """Check that nobody has a journal open."""
    try:
        Journal(path).close()
    except JournalError as error:
        assert "is empty" in str(error)  # noqa: PT017 - it is so in some cases


def test_a_journal_in_use_is_not_taken_over(server: IndependentServer, path: Path) -> None:
    """A stream that has not ended keeps its journal, until it is closed."""
    with VoucherClient(credentials_of(server), base_url=server.url, rate_limit=None) as client:
        stream = client.voucher_codes.add_batches(numbered(server, 1_500), journal=path)
        next(stream)
        with pytest.raises(JournalError, match="is in use in this process"):
            Journal(path)
        assert len(next(stream)) == 500
        stream.close()
        with Journal(path) as journal:
            assert journal.progress.done == 1_500


def test_a_framework_that_uses_all_threads_is_no_deadlock(
    server: IndependentServer, tmp_path: Path
) -> None:
    """Endpoints in all threads of anyio's default limiter may wait for writes with journals."""
    codes = numbered(server, 3)
    done: list[int] = []

    async def serve() -> None:
        anyio.to_thread.current_default_thread_limiter().total_tokens = 2
        async with async_client(server) as client, anyio.create_task_group() as tasks:

            async def add(number: int) -> None:
                path = tmp_path / str(number)
                await client.voucher_codes.add([codes[number]], journal=path)

            async def respond(number: int) -> None:
                await anyio.to_thread.run_sync(anyio.from_thread.run, add, number)
                done.append(number)

            for number in range(len(codes)):
                tasks.start_soon(respond, number)

    # In a thread: a deadlock is a failure, and nothing ends it.
    serving = threading.Thread(target=anyio.run, args=(serve,), daemon=True)
    serving.start()
    serving.join(TIMEOUT)
    assert sorted(done) == [0, 1, 2]
    assert sorted(stored(server)) == [code.value for code in codes]

"""A long run of everything at once ends as it began: no thread, socket, task or memory is left.

Seconds in `make test`, ten minutes in `make fuzz`.
"""

import asyncio
import gc
import logging
import random
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings
from mews_vouchers import (
    AsyncVoucherClient,
    Credentials,
    MewsError,
    RateLimit,
    RetryPolicy,
    VoucherClient,
)
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.paths import ROOT
from tests.support.redis_server import RedisServer, redis_server
from tests.support.waiting import background_threads, wait_until

#: Seconds without a restart of Redis, and between two looks at the memory.
_ROUND = 2.0
#: Bytes that a run may leave behind: caches of the interpreter and of libraries.
_SLACK = 3_000_000


def seconds() -> float:
    """Return how long a run takes."""
    return 600.0 if settings.get_current_profile_name() == "fuzz" else 6.0


@pytest.fixture
def url() -> Iterator[str]:
    """Yield the address of a server that often fails, in a process of its own."""
    command = [sys.executable, "-m", "tests.support.chaotic_server"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.stdin.close()


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """Yield a Redis, which the run restarts."""
    with redis_server() as made:
        yield made


class Soak:
    """Clients of both kinds that do everything at random until they are told to stop."""

    def __init__(self, url: str, redis_url: str) -> None:
        #: Any: the arguments of both clients.
        self._settings: dict[str, Any] = {
            "base_url": url,
            "redis_url": redis_url,
            "timeout": 0.5,
            "retry": RetryPolicy(max_attempts=3, max_wait=0.2, total_timeout=3.0),
            "rate_limit": RateLimit(400, 1.0),
            "circuit_breaker": None,
        }
        self._is_over = threading.Event()
        self.done = 0
        self.failed = 0
        self.unexpected: list[BaseException] = []

    def stop(self) -> None:
        """Let all threads and tasks end."""
        self._is_over.set()

    def _credentials(self) -> Credentials:
        return Credentials(client_token="c-token", access_token="a-token", client="Soak 1.0")

    def in_threads(self) -> None:
        """Use a sync client in this thread, and a new one now and then."""
        chance = random.Random()  # noqa: S311
        while not self._is_over.is_set():
            try:
                with VoucherClient(self._credentials(), **self._settings) as client:
                    for _ in range(20):
                        self._once(client, chance)
            except BaseException as error:  # noqa: BLE001 - in a thread, it is shown at the end
                self.unexpected.append(error)
                return

    def _once(self, client: VoucherClient, chance: random.Random) -> None:
        if self._is_over.is_set():
            return
        try:
            match chance.randrange(4):
                case 0:
                    pager = client.voucher_codes.get_all(voucher_ids=[str(uuid4())], concurrency=2)
                    for number, _ in enumerate(pager):
                        if number == chance.randrange(100):
                            break  # left early
                case 1:
                    client.voucher_codes.add(_codes(), concurrency=chance.choice([1, 4]))
                case 2:
                    client.voucher_codes.delete([str(uuid4()) for _ in range(5)])
                case _:
                    client.with_options(priority="background").call("services/getAll", {})
            self.done += 1
        except MewsError:
            self.failed += 1

    async def in_tasks(self) -> None:
        """Use an async client in several tasks, half of which are cancelled."""
        chance = random.Random()  # noqa: S311
        while not self._is_over.is_set():
            async with AsyncVoucherClient(self._credentials(), **self._settings) as client:
                for _ in range(5):
                    tasks = [asyncio.create_task(self._once_async(client)) for _ in range(8)]
                    await asyncio.sleep(chance.uniform(0, 0.2))
                    for task in tasks[::2]:
                        task.cancel()
                    await asyncio.gather(*tasks, return_exceptions=True)
                    self.unexpected += [
                        error
                        for task in tasks
                        if not task.cancelled() and (error := task.exception()) is not None
                    ]

    async def _once_async(self, client: AsyncVoucherClient) -> None:
        try:
            if random.random() < 0.5:  # noqa: S311
                await client.voucher_codes.add(_codes(), concurrency=2)
            else:
                async for _ in client.voucher_codes.get_all(voucher_ids=[str(uuid4())]):
                    pass
            self.done += 1
        except MewsError:
            self.failed += 1


def _codes() -> list[VoucherCodeAddParameters]:
    return [VoucherCodeAddParameters(str(uuid4()), f"CODE-{number}") for number in range(20)]


def _open_files() -> int | None:
    """Return the number of open files and sockets, where the system tells."""
    folder = Path("/proc/self/fd")
    return sum(1 for _ in folder.iterdir()) if folder.exists() else None


def _memory() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@pytest.mark.hypothesis  # so that `make fuzz` runs it
def test_a_long_run_leaves_nothing_behind(
    url: str, redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Threads and tasks, faults, cancellations, iterators left early, a Redis that is restarted."""
    caplog.set_level(logging.CRITICAL, logger="mews_vouchers")  # pytest keeps all records
    files, threads = _open_files(), threading.active_count()
    soak = Soak(url, redis.url)
    workers = [threading.Thread(target=soak.in_threads) for _ in range(3)]
    workers.append(threading.Thread(target=lambda: asyncio.run(soak.in_tasks())))
    tracemalloc.start()
    end = time.monotonic() + seconds()
    for worker in workers:
        worker.start()
    settled = 0
    while time.monotonic() < end:
        time.sleep(_ROUND)
        settled = settled or _memory()
        redis.kill()
        time.sleep(0.2)
        redis.start()
    soak.stop()
    for worker in workers:
        worker.join(30)
    assert not any(worker.is_alive() for worker in workers)
    assert soak.unexpected == []
    assert soak.done > 20
    assert soak.failed > 5
    wait_until(lambda: not background_threads(), 20)
    wait_until(lambda: threading.active_count() <= threads, 20)
    left = _memory() - settled
    tracemalloc.stop()
    assert left < _SLACK
    with suppress(TypeError):  # the system does not tell
        assert _open_files() <= files  # type: ignore[operator]

"""Look-ups beside an export at full speed: how long they wait, and how much of the limit is used.

All of them share the limit of one token. The export asks for places in the background, as many
callers at a time; look-ups come at random times. Nothing is scaled: a server of raw sockets counts
requests of the vendor's limit in real time, and responds after half a second. A simulation of the
same with a clock of its own shows more windows.
"""

import asyncio
import heapq
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import accumulate

import httpx
from mews_vouchers import RateLimit
from mews_vouchers._rate_limit.limiter import RateLimiter

from tests.programs.benchmarks.rows import Row, Table
from tests.support.redis_members import Members
from tests.support.redis_server import redis_program, redis_server

LIMIT = RateLimit()
EXPORTERS, LOOK_UPS_PER_SECOND, LATENCY = 8, 1.0, 0.5
#: The seconds of a run: a window in which an idle token fills, and two that are measured.
WINDOWS = 3
SIMULATED_WINDOWS = 100
NOTE = f"""\
An export with {EXPORTERS} requests at a time, and {LOOK_UPS_PER_SECOND:g} look-up per second at
random times, with one token, {LIMIT.requests} requests in {LIMIT.window:g} seconds and a response
time of {LATENCY * 1_000:.0f} ms. The wait is that of look-ups for the rate limiter (95th
percentile); the share and the most requests in any window are those of all requests, after the
first window."""
_BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@dataclass
class Found:
    """What was seen."""

    #: How long each look-up waited, in seconds.
    waits: list[float] = field(default_factory=list[float])
    #: When requests arrived, in seconds since the start.
    arrivals: list[float] = field(default_factory=list[float])

    def wait(self) -> float:
        """Return the 95th percentile of the waits, in seconds."""
        return sorted(self.waits)[int(0.95 * len(self.waits))]

    def share(self, windows: int) -> float:
        """Return the part of the limit that is used after the first window."""
        end = windows * LIMIT.window
        used = sum(LIMIT.window <= arrival < end for arrival in self.arrivals)
        return used / (LIMIT.requests * (windows - 1))

    def most(self) -> int:
        """Return the most requests in any window."""
        times, first, most = sorted(self.arrivals), 0, 0
        for last, time_ in enumerate(times):
            while times[first] <= time_ - LIMIT.window:
                first += 1
            most = max(most, last - first + 1)
        return most


def gaps(seconds: float, look_ups: float = LOOK_UPS_PER_SECOND) -> Iterator[float]:
    """Yield the seconds between look-ups, the same at every run."""
    chance = random.Random(1)  # noqa: S311 - it guards nothing
    while seconds > 0:
        gap = chance.expovariate(look_ups)
        seconds -= gap
        yield gap


# --- over simulated time


def simulated(windows: int = SIMULATED_WINDOWS, look_ups: float = LOOK_UPS_PER_SECOND) -> Found:
    """Simulate the callers of a limiter."""
    now = 0.0
    limiter = RateLimiter(LIMIT, lambda: now)
    chance = random.Random(2)  # noqa: S311 - it guards nothing
    found, end = Found(), windows * LIMIT.window
    #: When each caller tries next, and since when a look-up has waited; None for an exporter.
    callers: list[tuple[float, int, float | None]] = [(0.0, -n, None) for n in range(EXPORTERS)]
    arrivals = list(accumulate(gaps(end, look_ups)))
    callers += [(arrival, number, arrival) for number, arrival in enumerate(arrivals, 1)]
    heapq.heapify(callers)
    while callers and callers[0][0] < end:
        now, number, since = heapq.heappop(callers)
        late = chance.uniform(0, 0.005)
        if wait := limiter.try_acquire(is_background=since is None):
            heapq.heappush(callers, (now + wait + late, number, since))
            continue
        found.arrivals.append(now)
        if since is None:
            heapq.heappush(callers, (now + LATENCY + late, number, None))
        else:
            found.waits.append(now - since)
    return found


# --- over a socket


@contextmanager
def counting(found: Found) -> Iterator[str]:
    """Serve with raw sockets; note when requests arrive, respond later; yield the URL."""
    start, ended = time.monotonic(), threading.Event()
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                found.arrivals.append(time.monotonic() - start)
                await asyncio.sleep(LATENCY)
                writer.write(_BODY)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def serve() -> None:
        async with await asyncio.start_server(respond, sock=listener):
            while not ended.is_set():  # noqa: ASYNC110 - another thread sets it
                await asyncio.sleep(0.1)

    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(asyncio.run, serve())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        ended.set()
        job.result()


def in_threads(limiter: RateLimiter, seconds: float) -> Found:
    """Send requests from threads, as the sync client does."""
    found, end = Found(), time.monotonic() + seconds

    def acquire(*, is_background: bool) -> float:
        asked = time.monotonic()
        while wait := limiter.try_acquire(is_background=is_background):
            time.sleep(wait)
        return time.monotonic() - asked

    with counting(found) as url, httpx.Client() as client, ThreadPoolExecutor(64) as pool:

        def export() -> None:
            while time.monotonic() < end:
                acquire(is_background=True)
                client.get(url)

        def look_up() -> None:
            found.waits.append(acquire(is_background=False))
            client.get(url)

        jobs = [pool.submit(export) for _ in range(EXPORTERS)]
        for gap in gaps(seconds):
            time.sleep(gap)
            jobs.append(pool.submit(look_up))
        for job in jobs:
            job.result()
    return found


def in_tasks(limiter: RateLimiter, seconds: float) -> Found:
    """Send requests from tasks, as the async client does."""
    found, end = Found(), time.monotonic() + seconds

    async def run(url: str) -> None:
        async with httpx.AsyncClient() as client, asyncio.TaskGroup() as tasks:

            async def export() -> None:
                while time.monotonic() < end:
                    await acquire_in_task(limiter, is_background=True)
                    await client.get(url)

            async def look_up() -> None:
                found.waits.append(await acquire_in_task(limiter, is_background=False))
                await client.get(url)

            for _ in range(EXPORTERS):
                tasks.create_task(export())
            for gap in gaps(seconds):
                await asyncio.sleep(gap)
                tasks.create_task(look_up())

    with counting(found) as url:
        asyncio.run(run(url))
    return found


async def acquire_in_task(limiter: RateLimiter, *, is_background: bool) -> float:
    """Acquire; return the seconds that it took."""
    asked = time.monotonic()
    while True:
        if limiter.does_io:
            wait = await asyncio.to_thread(limiter.try_acquire, is_background=is_background)
        else:
            wait = limiter.try_acquire(is_background=is_background)
        if not wait:
            return time.monotonic() - asked
        await asyncio.sleep(wait)


def real(windows: int = WINDOWS) -> dict[str, Found]:
    """Run all variants at the same time, each with a token of its own."""
    runs: dict[str, tuple[Callable[[RateLimiter, float], Found], RateLimiter]] = {
        "sync": (in_threads, RateLimiter(LIMIT)),
        "async": (in_tasks, RateLimiter(LIMIT)),
    }
    with ExitStack() as stack:
        if redis_program():
            url = stack.enter_context(redis_server()).url
            for name, function in (("sync, Redis", in_threads), ("async, Redis", in_tasks)):
                limiter = stack.enter_context(Members(url))(LIMIT)
                runs[name] = function, limiter
        pool = stack.enter_context(ThreadPoolExecutor(len(runs)))
        seconds = windows * LIMIT.window
        jobs = {
            name: pool.submit(function, limiter, seconds)
            for name, (function, limiter) in runs.items()
        }
        return {name: job.result() for name, job in jobs.items()}


def run() -> Table:
    """Measure all variants, and the simulation."""
    found = {"simulated": (simulated(), SIMULATED_WINDOWS)}
    found |= {name: (one, WINDOWS) for name, one in real().items()}
    rows = [Row("wait of a look-up", name, "s", [one.wait()]) for name, (one, _) in found.items()]
    rows += [
        Row("share of the limit", name, "%", [one.share(windows) * 100])
        for name, (one, windows) in found.items()
    ]
    rows += [Row("most in a window", name, "", [one.most()]) for name, (one, _) in found.items()]
    return Table("Look-ups beside an export", NOTE, rows)

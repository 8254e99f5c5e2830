"""A proxy that moves a Redis server far away: everything arrives later. No test belongs here."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def far_away(socket_path: str, seconds: float) -> Iterator[int]:
    """Serve a Redis that listens on a Unix socket; yield the port.

    Args:
        socket_path: The path of the socket.
        seconds: By how much later than sent each reply arrives.
    """
    loop = asyncio.new_event_loop()
    listener = socket.create_server(("127.0.0.1", 0))

    async def serve() -> None:
        stopped = asyncio.Event()
        stop.append(lambda: loop.call_soon_threadsafe(stopped.set))
        server = await asyncio.start_server(connect, sock=listener)
        started.set()
        await stopped.wait()
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_redis, to_redis = await asyncio.open_unix_connection(socket_path)
        try:
            await asyncio.gather(copy(reader, to_redis, 0.0), copy(from_redis, writer, seconds))
        except (ConnectionError, asyncio.CancelledError):
            pass  # the test is over
        finally:
            for one in (writer, to_redis):
                one.close()
                with suppress(ConnectionError):
                    await one.wait_closed()

    async def copy(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float
    ) -> None:
        while data := await reader.read(65536):
            await asyncio.sleep(delay)
            writer.write(data)
        writer.close()

    stop: list[object] = []
    started = threading.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert started.wait(10)
    try:
        yield listener.getsockname()[1]
    finally:
        (end,) = stop
        assert callable(end)
        end()
        thread.join(10)
        loop.close()

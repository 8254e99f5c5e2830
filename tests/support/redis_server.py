"""A real Redis server for tests, on a socket in a temporary folder; tests can kill and start it."""

import logging
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import redis

PASSWORD = "CANARY/password:0123"


class RedisServer:
    """One server. It stores nothing on disk."""

    def __init__(self, program: str, folder: Path) -> None:
        #: The path of its socket.
        self.socket = folder / "redis"
        self.url = f"unix://:{quote(PASSWORD, safe='')}@{self.socket}"
        settings = {
            "port": "0",  # only the socket
            "unixsocket": str(self.socket),
            "requirepass": PASSWORD,
            "save": "",
            "appendonly": "no",
            "dir": str(folder),
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        self._command = [program, *options]
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it; return when it accepts connections."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        lines = []
        for line in self._process.stdout:
            lines.append(line)
            if "ready to accept connections" in line:
                return
        raise AssertionError("".join(lines))

    def kill(self) -> None:
        """Kill it, without any shutdown: its data is lost."""
        if self._process is not None:
            with self._process as process:
                process.kill()
            self._process = None

    def far_url(self, port: int) -> str:
        """Return the URL of a proxy on the loopback."""
        return f"redis://:{quote(PASSWORD, safe='')}@127.0.0.1:{port}"

    def send_signal(self, number: int) -> None:
        """Send a signal to its process, for example to stop it for a while."""
        assert self._process is not None
        self._process.send_signal(number)

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """Yield a connection. Any: the responses of Redis."""
        with redis.Redis.from_url(self.url, decode_responses=True) as client:
            yield client


def redis_program() -> str | None:
    """Return the path of the server's program, if there is one."""
    return shutil.which("redis-server")


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Yield a running server; skip the test if there is no Redis."""
    program = redis_program()
    if program is None:
        pytest.skip(
            "no redis-server here: install it, for example with apt-get install redis-server"
        )
    # The path of a socket has to be short.
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        server = RedisServer(program, Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.kill()


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the warnings about Redis."""
    return [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]

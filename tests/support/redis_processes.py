"""Processes that share a limit through Redis, and a server that records their requests.

The program of a process is `redis_limiter_process.py`. No test belongs here.
"""

import http.server
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mews_vouchers import Credentials, RateLimit

from tests.support import redis_limiter_process

PROCESS = Path(redis_limiter_process.__file__)
CREDENTIALS = Credentials(client_token="C" * 8, access_token="A" * 8, client="Redis 1.0")


class Arrivals(http.server.ThreadingHTTPServer):
    """A server that records when each request arrives, and responds with an empty page."""

    def __init__(self) -> None:
        self.times: list[float] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve; yield the URL."""
        with self:
            thread = threading.Thread(target=self.serve_forever, args=(0.01,))
            thread.start()
            yield f"http://127.0.0.1:{self.server_port}"
            self.shutdown()
            thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self) -> None:
        now = time.monotonic()
        assert isinstance(self.server, Arrivals)
        self.server.times.append(now)
        self.rfile.read(int(self.headers["Content-Length"]))
        self._send(b'{"VoucherCodes": [], "Cursor": null}')

    def do_GET(self) -> None:
        self._send(b"")

    def _send(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""


@dataclass(frozen=True, slots=True)
class Process:
    """The settings of a process; see its program."""

    base_url: str
    redis_url: str
    limit: RateLimit
    count: int
    credentials: Credentials = CREDENTIALS

    def start(self, kind: str) -> Any:
        """Start it. Any: a Popen of strings."""
        numbers = (str(self.limit.requests), str(self.limit.window), str(self.count))
        command = [sys.executable, str(PROCESS), kind, self.base_url, self.redis_url, *numbers]
        tokens = {
            "MEWS_CLIENT_TOKEN": self.credentials.client_token.reveal(),
            "MEWS_ACCESS_TOKEN": self.credentials.access_token.reveal(),
            "MEWS_CLIENT": self.credentials.client,
        }
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, env=os.environ | tokens, stdin=pipe, stdout=pipe, stderr=pipe, text=True
        )

    def run(self, kinds: list[str]) -> list[str]:
        """Start processes at the same time; return what each has printed."""
        with ExitStack() as stack:
            members = [stack.enter_context(self.start(kind)) for kind in kinds]
            for member in members:
                stack.callback(member.kill)
            for member in members:
                assert member.stdout.readline() == "ready\n", member.stderr.read()
            with ThreadPoolExecutor(len(members)) as pool:
                outputs = list(pool.map(lambda member: member.communicate("go\n"), members))
        return ["".join(output) for output in outputs]

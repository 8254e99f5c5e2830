"""Limits the time of an attempt that runs in a thread, which nobody can interrupt.

The timeouts of httpx are those of each read and each write: a server that sends a byte a second
never exceeds them. So the network connections of httpx's own transports are wrapped: each read and
each write has the time that is left for the attempt. A request without a limit, such as one of the
user with the same client, is not affected.

httpx does not publish its connections. If it keeps them elsewhere one day, or a transport hides
that of httpx, the time is only checked whenever a part of the body was received.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from mews_vouchers_client.http_types import HttpClient
from mews_vouchers_client.types import SecretBytes

from .attempt_time import AttemptTime
from .transports import network_transports

#: Bytes. The time is checked after each part of a request.
_PART = 64 * 1024

_attempt: ContextVar[AttemptTime | None] = ContextVar("attempt", default=None)

# Any, in this module: backends and streams of httpcore, which is not imported.


def wrap_network(client: HttpClient) -> None:
    """Wrap the connections that a client opens from now on. Does nothing the second time."""
    for transport in network_transports(client):
        pool: Any = getattr(transport, "_pool", None)
        backend: Any = getattr(pool, "_network_backend", None)
        if backend is not None and not isinstance(backend, _Backend):
            pool._network_backend = _Backend(backend)  # noqa: SLF001 - see above


@contextmanager
def limited_by(attempt: AttemptTime) -> Iterator[None]:
    """Limit what the current thread sends and receives in this block."""
    token = _attempt.set(attempt)
    try:
        yield
    finally:
        _attempt.reset(token)


def _limited(timeout: float | None) -> float | None:
    attempt = _attempt.get()
    return timeout if attempt is None else attempt.limited(timeout)


class _Backend:
    """Opens connections. The methods are those of `httpcore.NetworkBackend`."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **options: Any
    ) -> "_Stream":
        return _Stream(self._backend.connect_tcp(host, port, _limited(timeout), **options))

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, **options: Any
    ) -> "_Stream":
        return _Stream(self._backend.connect_unix_socket(path, _limited(timeout), **options))

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(_limited(seconds))


class _Stream:
    """A connection. The methods are those of `httpcore.NetworkStream`."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data: bytes = self._stream.read(max_bytes, _limited(timeout))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        buffer = SecretBytes(buffer)  # hidden in tracebacks
        for start in range(0, len(buffer), _PART):
            self._stream.write(buffer[start : start + _PART], _limited(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> "_Stream":
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _limited(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

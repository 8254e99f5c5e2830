# Copied from openapi/runtime/http_types.py by `make generate`: do not edit.
"""What the client needs of httpx or httpx2, as protocols, and its timeouts.

Protocols, as a union of the types of both would accept everything where one is not installed: a
type checker knows nothing of its types then.
"""

from collections.abc import AsyncIterator, Callable, Iterator, MutableMapping
from types import TracebackType
from typing import Any, NamedTuple, Never, Protocol, Self, runtime_checkable

__all__ = [
    "AsyncHttpClient",
    "AsyncTransport",
    "HttpClient",
    "HttpLibrary",
    "HttpResponse",
    "Phases",
    "StreamedResponse",
    "Timeout",
    "Transport",
    "Url",
]


@runtime_checkable
class Phases(Protocol):
    """Seconds for each phase of a request, such as a `Timeout` of httpx or httpx2."""

    @property
    def connect(self) -> float | None: ...
    @property
    def read(self) -> float | None: ...
    @property
    def write(self) -> float | None: ...
    @property
    def pool(self) -> float | None: ...


class Timeout(NamedTuple):
    """Seconds for each phase of a request. A tuple, because both libraries take one."""

    #: To connect.
    connect: float | None
    #: For the next bytes of the response.
    read: float | None
    #: For the next bytes of the request.
    write: float | None
    #: To wait for a connection of the pool.
    pool: float | None

    @classmethod
    def of(cls, phases: Phases) -> Self:
        """Return the timeouts of another object as numbers."""
        return cls(phases.connect, phases.read, phases.write, phases.pool)


@runtime_checkable
class Transport(Protocol):
    """A `BaseTransport` of httpx or httpx2. Never: it takes the requests of its own library."""

    def handle_request(self, request: Never, /) -> object: ...
    def close(self) -> None: ...


@runtime_checkable
class AsyncTransport(Protocol):
    """An `AsyncBaseTransport` of httpx or httpx2."""

    async def handle_async_request(self, request: Never, /) -> object: ...
    async def aclose(self) -> None: ...


class HttpResponse(Protocol):
    """What is read of a complete response."""

    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> MutableMapping[str, str]: ...
    @property
    def content(self) -> bytes: ...


class StreamedResponse(HttpResponse, Protocol):
    """A response whose body may not have been read yet. Any: extensions have many types."""

    @property
    def is_stream_consumed(self) -> bool: ...
    @property
    def stream(self) -> Iterator[bytes] | AsyncIterator[bytes] | object: ...
    @property
    def extensions(self) -> MutableMapping[str, Any]: ...
    def close(self) -> None: ...
    async def aclose(self) -> None: ...


class Url(Protocol):
    """A `URL` of httpx or httpx2."""

    def __hash__(self) -> int: ...
    @property
    def scheme(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def raw_host(self) -> bytes: ...
    @property
    def port(self) -> int | None: ...
    @property
    def raw_path(self) -> bytes: ...
    # Any: its components have several types.
    def copy_with(self, **components: Any) -> Self: ...


class _AnyHttpClient(Protocol):
    """What the clients of both kinds have. Any: the arguments and the request of its library."""

    @property
    def base_url(self) -> Url: ...
    @property
    def headers(self) -> MutableMapping[str, str]: ...
    @property
    def timeout(self) -> Phases: ...
    @property
    def cookies(self) -> object: ...
    @property
    def is_closed(self) -> bool: ...
    @property
    def build_request(self) -> Callable[..., Any]: ...


@runtime_checkable
class HttpClient(_AnyHttpClient, Protocol):
    """A `Client` of httpx or httpx2."""

    def send(self, request: Any, *, stream: bool) -> StreamedResponse: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None: ...


@runtime_checkable
class AsyncHttpClient(_AnyHttpClient, Protocol):
    """An `AsyncClient` of httpx or httpx2."""

    async def send(self, request: Any, *, stream: bool) -> StreamedResponse: ...
    async def aclose(self) -> None: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None: ...


class HttpLibrary(Protocol):
    """What is used of the module `httpx` or `httpx2`. Any: the URL of a proxy."""

    __name__: str

    @property
    def Client(self) -> Callable[..., HttpClient]: ...
    @property
    def AsyncClient(self) -> Callable[..., AsyncHttpClient]: ...
    @property
    def URL(self) -> Callable[[str], Url]: ...
    @property
    def InvalidURL(self) -> type[Exception]: ...
    @property
    def Proxy(self) -> Callable[[str], Any]: ...

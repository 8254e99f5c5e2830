# Copied from openapi/runtime/http_library.py by `make generate`: do not edit.
"""Which HTTP library is used: httpx, or its successor httpx2. Only this module imports them.

Both have the same classes, with the same names, but share none. So a class is recognized by its
name, whether or not its library was imported.
"""

from collections.abc import Mapping
from typing import Literal, get_args

from .http_types import HttpLibrary

__all__ = ["PACKAGES", "ClassName", "HttpLibraryName", "choose", "is_instance", "library_of"]

HttpLibraryName = Literal["httpx", "httpx2"]
#: Both libraries, and the packages through which they reach the network: an exception of one of
#: these is one of the transport, and their frames hold what is sent and received.
PACKAGES = frozenset(
    {"anyio", "h11", "h2", "httpcore", "httpcore2", "httpx", "httpx2", "socksio", "trio"}
)
#: The classes that `is_instance` is asked for.
ClassName = Literal[
    "AsyncClient",
    "AsyncHTTPTransport",
    "Client",
    "ConnectError",
    "ConnectTimeout",
    "HTTPError",
    "HTTPTransport",
    "PoolTimeout",
    "ProxyError",
    "RequestError",
    "TimeoutException",
    "URL",
    "UnsupportedProtocol",
]
_NAMES: tuple[HttpLibraryName, ...] = get_args(HttpLibraryName)
_DEFAULT: HttpLibraryName = "httpx"


def choose(name: HttpLibraryName | None, given: Mapping[str, object]) -> HttpLibrary:
    """Return the library of a name, or else that of other arguments, or else httpx.

    Args:
        name: The argument `http_library`.
        given: Other arguments, such as `transport`, by their names.

    Raises:
        ImportError: The library is not installed.
        TypeError: An argument is of the other library.
        ValueError: There is no library of this name.
    """
    if name is not None and name not in _NAMES:
        raise ValueError(f"http_library must be 'httpx' or 'httpx2', not {name!r}")
    for argument, value in given.items():
        found = library_of(value)
        if name is not None and found not in {None, name}:
            raise TypeError(
                f"{argument} is of {found}, but the client uses {name}: pass http_library={found!r}"
                f" or one of {name}"
            )
        name = name or found
    return _load(name or _DEFAULT)


def library_of(value: object) -> HttpLibraryName | None:
    """Return the library that the class of an object comes from, or a class that it extends."""
    packages = {kind.__module__.partition(".")[0] for kind in type(value).__mro__}
    return next((name for name in _NAMES if name in packages), None)


def is_instance(value: object, *names: ClassName) -> bool:
    """Return whether an object is an instance of one of these classes of either library."""
    return any(
        kind.__name__ in names and kind.__module__.partition(".")[0] in _NAMES
        for kind in type(value).__mro__
    )


def _load(name: HttpLibraryName) -> HttpLibrary:
    """Import a library; not before it is needed, as that takes longer than our own import."""
    if name == "httpx":
        import httpx

        return httpx
    try:
        import httpx2
    except ModuleNotFoundError:
        message = 'http_library="httpx2" needs httpx2: pip install "mews-vouchers[httpx2]"'
        raise ImportError(message) from None
    library: HttpLibrary = httpx2  # not returned at once: where httpx2 is missing, it is Any
    return library

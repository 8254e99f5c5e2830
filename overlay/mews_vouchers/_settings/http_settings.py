"""Settings of httpx or httpx2 that a client is given: what is meant, and what would have no effect.

What they have in common: nothing is sent, and no connection is opened. `base_url.py` has the base
URL.
"""

import re
import warnings
from collections.abc import Mapping
from os import environ
from typing import cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from mews_vouchers_client.http_library import is_instance, library_of
from mews_vouchers_client.http_types import (
    AsyncHttpClient,
    AsyncTransport,
    HttpClient,
    HttpLibrary,
    Phases,
    Timeout,
    Transport,
    Url,
)
from mews_vouchers_client.types import Secret

from .base_url import SettingsWarning
from .numbers import check_seconds

#: Seconds. A longer timeout would be none.
_MAX_TIMEOUT = 86_400.0
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: Visible characters, with spaces and tabs only between them.
_HEADER_VALUE = re.compile(r"([!-~]([ \t!-~]*[!-~])?)?")
#: The classes that messages name.
_CLASSES: dict[type, str] = {
    HttpClient: "Client",
    AsyncHttpClient: "AsyncClient",
    Transport: "HTTPTransport",
    AsyncTransport: "AsyncHTTPTransport",
}
#: They describe the body, which the library writes.
_RESERVED_HEADERS = frozenset({"content-type", "content-length", "transfer-encoding"})


def hidden(text: str | Url | None) -> Secret | None:
    """Return a text that tracebacks do not show among the local variables.

    A value of another type is returned as it is: a check refuses it later.
    """
    if is_instance(text, "URL"):
        return Secret(str(text))
    return Secret(text) if isinstance(text, str) else cast("None", text)


def hidden_headers(headers: Mapping[str, str] | None) -> dict[str, str] | None:
    """Return headers whose values tracebacks do not show: one may be a token of a gateway."""
    if not isinstance(headers, Mapping):
        return headers
    return {
        name: Secret(value) if isinstance(value, str) else value for name, value in headers.items()
    }


def check_headers(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Return the headers that are sent with every request.

    Raises:
        TypeError: They are no mapping of strings.
        ValueError: HTTP does not allow a name or a value, or a header is twice or the library's.
    """
    if headers is None:
        return {}
    if not isinstance(headers, Mapping):
        raise TypeError(f"headers must be a dict of strings, not of type {type(headers).__name__}")
    names: set[str] = set()
    for name, value in headers.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(f"headers: the name and the value of {name!r} must be strings")
        problem = _problem_of_header(name, value)
        if name.lower() in names:
            problem = "is given twice"
        if problem is not None:
            raise ValueError(f"headers: {name!r} {problem}")
        names.add(name.lower())
    return dict(headers)


def _problem_of_header(name: str, value: str) -> str | None:
    if not _HEADER_NAME.fullmatch(name):
        return "is not a valid header name"
    if name.lower() in _RESERVED_HEADERS:
        return "is set by the library"
    if not _HEADER_VALUE.fullmatch(value):
        return "has a value with a line break, a space at its end, or a character beyond ASCII"
    return None


def check_timeout(timeout: float | Phases) -> Timeout:
    """Return the timeouts of each phase of a request, all of them finite.

    Raises:
        TypeError: It is neither a number nor a `Timeout` of httpx or httpx2. None, alone or of a
            phase, is no timeout: a request could wait forever.
        ValueError: A number is not above 0, or is above a day.
    """
    if isinstance(timeout, int | float):
        check_seconds("timeout", timeout, maximum=_MAX_TIMEOUT)
        return Timeout(timeout, timeout, timeout, timeout)
    if not isinstance(timeout, Phases):
        kind = "None" if timeout is None else f"of type {_full_name(type(timeout))}"
        reason = ": a request could wait forever" if timeout is None else ""
        raise TypeError(
            f"timeout must be a number of seconds or an httpx.Timeout, not {kind}{reason}"
        )
    found = Timeout.of(timeout)
    for phase, seconds in found._asdict().items():
        check_seconds(f"timeout.{phase}", seconds, maximum=_MAX_TIMEOUT)
    return found


def check_http_client(client: object, kind: type, transport: object, library: HttpLibrary) -> None:
    """Refuse a client of httpx or httpx2 that cannot be used.

    Raises:
        TypeError: It is of another kind.
        ValueError: It is closed, or there is a transport as well, which it would not use.
    """
    if client is None:
        return
    if library_of(client) is None or not isinstance(client, kind):
        raise _wrong_kind("http_client", client, kind, library)
    if transport is not None:
        raise ValueError("pass http_client or transport, not both: create the client with it")
    if getattr(client, "is_closed", False):
        raise ValueError("http_client is closed")


def check_transport(transport: object, kind: type, library: HttpLibrary) -> None:
    """Refuse, with a `TypeError`, a transport of another kind."""
    if transport is not None and (isinstance(transport, type) or not isinstance(transport, kind)):
        raise _wrong_kind("transport", transport, kind, library)


def _wrong_kind(name: str, value: object, kind: type, library: HttpLibrary) -> TypeError:
    wanted = f"{library.__name__}.{_CLASSES[kind]}"
    if isinstance(value, type):
        found = f"the class {_full_name(value)}: create one"
    else:
        found = _full_name(type(value))
        if is_instance(value, "Client", "AsyncClient"):
            found += ": pass it as http_client" * (name == "transport")
        elif isinstance(value, Transport | AsyncTransport):
            found += ": pass it as transport" * (name == "http_client")
    return TypeError(f"{name} must be an instance of {wanted}, not {found}")


def _full_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


def uses_network(http_client: object, transport: object) -> bool:
    """Return whether requests leave the process, as far as known: a mock handles them here."""
    if http_client is not None:
        transport = getattr(http_client, "_transport", None)
    return transport is None or _is_network(transport)


def _is_network(transport: object) -> bool:
    """Return whether it is httpx's own. Other transports are mocks, or wrap one of these."""
    return is_instance(transport, "HTTPTransport", "AsyncHTTPTransport")


def warn_of_unused_proxy(base_url: str, transport: object, *, stacklevel: int) -> None:
    """Warn if the environment has a proxy for the server, which a given transport does not use.

    httpx uses no proxies of the environment with a transport. To add one here would replace the
    transport, with its certificates and limits; and not to use a proxy may be what is meant.
    """
    if not _is_network(transport):
        return
    pool: object = getattr(transport, "_pool", None)
    is_direct = type(pool).__name__ in {"ConnectionPool", "AsyncConnectionPool"}
    variable = _proxy_variable(base_url)
    if not is_direct or getattr(pool, "_uds", None) is not None or variable is None:
        return
    warnings.warn(
        f"{variable} is not used, because transport is given: pass "
        "http_client=..., a client of httpx, which uses it, or a transport with proxy=...",
        SettingsWarning,
        stacklevel=stacklevel + 1,
    )


def _proxy_variable(base_url: str) -> str | None:
    """Return the variable with the proxy of a server; None if it has none."""
    url = urlsplit(base_url)
    for scheme in (url.scheme, "all"):
        if getproxies().get(scheme):
            if proxy_bypass(url.hostname or ""):
                return None
            name = f"{scheme}_proxy"
            return name if name in environ else name.upper()
    return None

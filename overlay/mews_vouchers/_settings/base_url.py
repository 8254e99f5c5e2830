"""The base URL of a server: checked, and written in one way only.

The rate limiter knows a server by its base URL, so that one server must not have two.
"""

import ipaddress
import re
import warnings
from urllib.parse import urlsplit

from mews_vouchers_client.http_library import is_instance
from mews_vouchers_client.http_types import HttpLibrary, Url
from mews_vouchers_client.types import Secret

_LABEL = re.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_SCHEMES = ("https://", "http://")
#: The hosts that have been warned of.
_warned: set[str] = set()


class SettingsWarning(UserWarning):
    """A setting has an effect that is hardly meant. The message says how to change it."""


def normalize_base_url(given: str | Url, name: str, library: HttpLibrary) -> str:
    """Return the base URL: scheme and host in lower case, no default port, no slash at its end.

    Args:
        given: What was passed, with or without a path.
        name: Where it comes from, for messages. They never show the URL: it may have a password.
        library: httpx or httpx2, which will use it.

    Raises:
        TypeError: It is neither a string nor a URL of httpx or httpx2.
        ValueError: It is not the base URL of a server.

    Example:
        url = normalize_base_url("HTTPS://API.mews.com:443/", "base_url", httpx)
        assert url == "https://api.mews.com"
    """
    if not isinstance(given, str) and not is_instance(given, "URL"):
        kind = type(given).__name__
        raise TypeError(f"{name} must be a str or an httpx.URL, not of type {kind}")
    text = given if isinstance(given, Secret) else Secret(str(given))
    if (problem := _find_problem_of_text(text)) is not None:
        raise ValueError(f"{name} {problem}")
    url = _parse(text, library)
    if url is None:
        raise ValueError(f"{name} has an invalid host or port")
    return str(url).rstrip("/")


def warn_of_plain_http(base_url: str, *, stacklevel: int) -> None:
    """Warn of a base URL over which tokens are sent without encryption, once for each host."""
    url = urlsplit(base_url)
    host = url.hostname or ""
    if url.scheme == "https" or _is_loopback(host) or host in _warned:
        return
    warnings.warn(
        f"tokens are sent to {host} without encryption: use https",
        SettingsWarning,
        stacklevel=stacklevel + 1,
    )
    _warned.add(host)  # afterwards: where warnings are errors, there is no client


def _find_problem_of_text(text: Secret) -> str | None:
    """Return what httpx would encode, drop, or send; None if it is to be parsed."""
    if not text.lower().startswith(_SCHEMES):
        return "must start with https:// or http://"
    if any(one.isspace() or not one.isprintable() or one == "\\" for one in text):
        return "has a space, a backslash or a control character"
    if "?" in text or "#" in text:
        return "has a query or a fragment, which would be lost"
    if "@" in text.split("/", 3)[2]:
        return "has a user or a password: pass http_client=httpx.Client(auth=...)"
    return None


def _parse(text: Secret, library: HttpLibrary) -> Url | None:
    """Return the URL; None if its host or its port cannot be one."""
    try:
        # Twice: httpx drops the default port only of a scheme in lower case.
        url = library.URL(str(library.URL(text.reveal())))
        if ":" in url.host:
            return url.copy_with(host=ipaddress.IPv6Address(url.host).compressed)
    except (library.InvalidURL, ValueError):
        return None
    labels = url.raw_host.decode("ascii").removesuffix(".").split(".")
    is_host = all(_LABEL.fullmatch(label) for label in labels)
    is_port = url.port is None or 1 <= url.port <= 65_535
    return url if is_host and is_port else None


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

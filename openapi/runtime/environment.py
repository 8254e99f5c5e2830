"""Which variable of the environment is it that httpx, or httpx2, cannot use?

Both read proxies and certificates from the environment when a client is created, and fail with
errors that do not name the variable.
"""

import os
import re
import ssl
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from .http_types import HttpLibrary
from .types import Secret

__all__ = ["create_with_environment"]

Created = TypeVar("Created")

#: httpx takes any other character for a part of the host as well.
_HOST = re.compile(r"[\w.:%-]+")


def create_with_environment(
    library: HttpLibrary, create: Callable[..., Created], arguments: Mapping[str, Any]
) -> Created:
    """Create a client.

    Args:
        library: Its library.
        create: The class.
        arguments: Its arguments. Any: of any type.

    Raises:
        ValueError: A variable of the environment cannot be used. The message names it. It does not
            show a proxy, which may have a password; for the same reason the error has no cause.
    """
    is_trusted = arguments.get("trust_env", True) and arguments.get("transport") is None
    if not is_trusted:
        return create(**arguments)
    reads_certificates = arguments.get("verify", True) is True
    problem = _problem_of_directory() if reads_certificates else None
    if problem is None and arguments.get("proxy") is None:
        problem = _problem_of_proxies(library, is_of_url=False)
    if problem is None:
        try:
            return create(**arguments)
        except OSError:
            problem = _problem_of_files() if reads_certificates else None
            if problem is None:
                raise
        except (ImportError, ValueError, library.InvalidURL) as error:
            if arguments.get("proxy") is None:
                problem = _problem_of_proxies(
                    library, is_of_url=isinstance(error, library.InvalidURL)
                )
            if problem is None:
                raise
    raise ValueError(problem)


def _problem_of_proxies(library: HttpLibrary, *, is_of_url: bool) -> str | None:
    for scheme in ("http", "https", "all"):
        if (proxy := _proxy(scheme)) is None:
            continue
        name = _name(f"{scheme}_proxy")
        kind = _kind_of_proxy(library, proxy)
        if kind is None:
            return f"{name} is not the URL of a proxy, such as http://proxy.example:8080"
        if kind.startswith("socks") and find_spec("socksio") is None:
            package = f"{library.__name__}[socks]"
            return f'{name} is a SOCKS proxy, which needs: pip install "{package}"'
    if is_of_url:
        name = _name("no_proxy")
        return f"{name} is not a list of hosts with commas, such as localhost,mews.example"
    return None


def _kind_of_proxy(library: HttpLibrary, proxy: Secret) -> str | None:
    """Return the scheme of the URL of a proxy; None if it is no URL with a host."""
    try:
        kind: str = library.Proxy(proxy.reveal()).url.scheme
        url = urlsplit(proxy.reveal())
        is_url = _HOST.fullmatch(url.hostname or "") and url.port != 0
    except (ValueError, library.InvalidURL):
        return None
    return kind if is_url else None


def _proxy(scheme: str) -> Secret | None:
    """Return the proxy of a scheme as the library reads it, from the environment or the system."""
    from urllib.request import getproxies  # imported late: it takes long

    if not getproxies().get(scheme):
        return None
    found = Secret(getproxies()[scheme])
    return found if "://" in found else Secret(f"http://{found.reveal()}")


def _name(variable: str) -> str:
    """Return the variable as it is written in the environment."""
    return variable if variable in os.environ else variable.upper()


def _problem_of_files() -> str | None:
    if path := os.environ.get("SSL_CERT_FILE"):
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
        except OSError:
            return f"SSL_CERT_FILE is not a readable file of certificates: {path}"
    if path := os.environ.get("SSLKEYLOGFILE"):
        return f"SSLKEYLOGFILE is not a file that can be written: {path}"
    return None


def _problem_of_directory() -> str | None:
    """Return the problem of a folder of certificates: OpenSSL ignores one that does not exist."""
    folders = os.environ.get("SSL_CERT_DIR")
    if not folders or os.environ.get("SSL_CERT_FILE"):
        return None
    if any(Path(folder).is_dir() for folder in folders.split(os.pathsep)):
        return None
    return f"SSL_CERT_DIR is not a folder of certificates: {folders}"

"""Settings of a client: server, credentials, rate limit, language."""

import os
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Self, TypeAlias

from mews_vouchers_client.http_types import HttpLibrary, Url
from mews_vouchers_client.types import Secret, as_secret

from .._limits import MAX_REQUESTS, RATE_LIMIT_WINDOW
from .base_url import normalize_base_url
from .numbers import check_count, check_seconds

#: Which requests come first when a token's rate limit is used up. "background": for exports,
#: imports and synchronisation, which leave places for others.
Priority: TypeAlias = Literal["normal", "background"]


class Environment(StrEnum):
    """The vendor's two environments. Tokens belong to one of them.

    Source: the vendor's guidelines on environments.
    """

    DEMO = "https://api.mews-demo.com"
    PRODUCTION = "https://api.mews.com"


@dataclass(frozen=True, slots=True, init=False)
class Credentials:
    """The two tokens, and the name of your program.

    Tokens are hidden in reprs and cannot be pickled: create credentials in the process that uses
    them.

        Credentials(client_token="…", access_token="…", client="My App 1.0.0")
    """

    #: Identifies the integration.
    client_token: Secret = field(repr=False)
    #: Grants access to a property, or to a portfolio of properties.
    access_token: Secret = field(repr=False)
    #: The name and version of your program, such as `My App 1.0.0`.
    client: str

    def __init__(self, *, client_token: str, access_token: str, client: str) -> None:
        given = {
            "client_token": as_secret(client_token),
            "access_token": as_secret(access_token),
            "client": client,
        }
        for name, text in given.items():
            if not isinstance(text, str) or not len(text):
                raise ValueError(f"{name} must be a non-empty string")
            object.__setattr__(self, name, text)

    @classmethod
    def from_environment(cls) -> Self:
        """Read `MEWS_CLIENT_TOKEN`, `MEWS_ACCESS_TOKEN` and `MEWS_CLIENT`.

        Raises:
            ValueError: One of them is not set; the message says which.
        """
        names = ("MEWS_CLIENT_TOKEN", "MEWS_ACCESS_TOKEN", "MEWS_CLIENT")
        missing = [name for name in names if not os.environ.get(name)]
        if missing:
            raise ValueError(f"set {', '.join(missing)} in the environment")
        client_token, access_token, client = (os.environ[name] for name in names)
        return cls(client_token=client_token, access_token=access_token, client=client)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `requests` requests in any `window` seconds, shared by all clients of a token.

    The default is the vendor's limit: 200 requests per access token in 30 seconds. The vendor may
    change it without notice; a 429 response is obeyed in any case.

    Example:
        VoucherClient(credentials, rate_limit=RateLimit(requests=100, window=30.0))
    """

    requests: int = MAX_REQUESTS
    window: float = RATE_LIMIT_WINDOW

    def __post_init__(self) -> None:
        check_count("requests", self.requests)
        check_seconds("window", self.window)


def resolve_base_url(
    environment: Environment | None, base_url: str | Url | None, library: HttpLibrary
) -> str:
    """Return the base URL of the server: of the environment, as given, or `MEWS_BASE_URL`.

    `library` parses it.

    Raises:
        TypeError: One of them is of another type.
        ValueError: Both or none are given, or it is not the base URL of a server.
    """
    if environment is not None and base_url is not None:
        raise ValueError("pass environment or base_url, not both")
    if environment is not None and not isinstance(environment, Environment):
        raise TypeError(
            f"environment must be Environment.DEMO or Environment.PRODUCTION, not {environment!r}"
        )
    if environment is not None:
        return environment.value
    if base_url is not None and base_url != "":
        return normalize_base_url(base_url, "base_url", library)
    if not os.environ.get("MEWS_BASE_URL"):
        raise ValueError(
            "no server: pass environment=Environment.DEMO or PRODUCTION, pass base_url=..., "
            "or set MEWS_BASE_URL"
        )
    given = Secret(os.environ["MEWS_BASE_URL"])
    return normalize_base_url(given, "MEWS_BASE_URL", library)


def language_fields(language_code: str | None, culture_code: str | None) -> dict[str, str]:
    """Return the two codes as properties of a request; the API takes both or neither."""
    if (language_code is None) != (culture_code is None):
        raise ValueError("pass both language_code and culture_code, or neither")
    for name, code in (("language_code", language_code), ("culture_code", culture_code)):
        if code is not None and not isinstance(code, str):
            raise TypeError(f"{name} must be a string, not of type {type(code).__name__}")
        if code == "":
            raise ValueError(f"{name} must not be empty")
    if language_code is None or culture_code is None:
        return {}
    return {"language_code": language_code, "culture_code": culture_code}

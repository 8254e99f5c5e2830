"""What a client is set up with: where to, as whom, how fast. Values only, no behaviour."""

import os
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from mews_vouchers_client.types import Secret, as_secret


class Environment(StrEnum):
    """The vendor's two environments. Tokens belong to one of them.

    Source: the vendor's guidelines on environments.
    """

    DEMO = "https://api.mews-demo.com"
    PRODUCTION = "https://api.mews.com"


@dataclass(frozen=True, slots=True, init=False)
class Credentials:
    """The two tokens, and the name under which your program appears at Mews.

    Tokens are hidden in reprs and cannot be pickled; build credentials where they are used.

        Credentials(client_token="…", access_token="…", client="My App 1.0.0")
    """

    #: Identifies the integration.
    client_token: Secret = field(repr=False)
    #: Identifies its connection to a property, or to a portfolio of them.
    access_token: Secret = field(repr=False)
    #: Name and version of your program, such as `My App 1.0.0`.
    client: str

    def __init__(self, *, client_token: str, access_token: str, client: str) -> None:
        given = {
            "client_token": as_secret(client_token),
            "access_token": as_secret(access_token),
            "client": client,
        }
        for name, text in given.items():
            if not isinstance(text, str) or not len(text):
                raise ValueError(f"credentials need a {name}: a text that is not empty")
            object.__setattr__(self, name, text)

    @classmethod
    def from_environment(cls) -> Self:
        """Read `MEWS_CLIENT_TOKEN`, `MEWS_ACCESS_TOKEN` and `MEWS_CLIENT`.

        Raises:
            ValueError: One of them is not set; the text says which.
        """
        names = ("MEWS_CLIENT_TOKEN", "MEWS_ACCESS_TOKEN", "MEWS_CLIENT")
        missing = [name for name in names if not os.environ.get(name)]
        if missing:
            raise ValueError(f"set {', '.join(missing)} in the environment")
        client_token, access_token, client = (os.environ[name] for name in names)
        return cls(client_token=client_token, access_token=access_token, client=client)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `requests` requests in any `window` seconds, over all clients with the same token.

    The default is the vendor's: 200 requests per access token within 30 seconds. It may change
    without notice; a 429 is obeyed in any case.

    Example:
        VoucherClient(credentials, rate_limit=RateLimit(requests=100, window=30.0))
    """

    requests: int = 200
    window: float = 30.0

    def __post_init__(self) -> None:
        if self.requests < 1 or self.window <= 0:
            raise ValueError("a rate limit needs at least one request and a window above 0 s")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a write is, as `on_progress` receives it after each batch that is done."""

    #: Items done.
    done: int
    #: Items in all; None where the input does not say how many it has.
    total: int | None
    #: Requests sent, repeated ones included.
    requests: int
    #: Seconds spent waiting: for the rate limit, and between repeats.
    waited: float


def address_of(environment: Environment | None, address: str | None) -> str:
    """Return the one address that is given: an environment, an address, or `MEWS_BASE_URL`."""
    if environment is not None and address is not None:
        raise ValueError("give an environment or a base_url, not both")
    found = environment or address or os.environ.get("MEWS_BASE_URL")
    if not found:
        raise ValueError(
            "say where to: environment=Environment.DEMO or PRODUCTION, base_url=…, "
            "or set MEWS_BASE_URL"
        )
    if not found.startswith(("https://", "http://")):
        raise ValueError(f"the base URL must begin with https:// or http://, not {found!r}")
    return str(found).rstrip("/")


def languages(language_code: str | None, culture_code: str | None) -> dict[str, str]:
    """Return the two codes as request properties; the API takes both or neither."""
    if (language_code is None) != (culture_code is None):
        raise ValueError("give both language_code and culture_code, or neither")
    if language_code is None or culture_code is None:
        return {}
    return {"language_code": language_code, "culture_code": culture_code}

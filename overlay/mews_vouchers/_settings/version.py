"""The version of this package, and the `User-Agent` that is made of it."""

import re
from functools import cache

_MAX_LENGTH = 100


@cache
def version() -> str:
    """Return the version of the installed package; "unknown" if it is not installed."""
    # Imported late: it takes milliseconds, and is only needed with the first connection.
    from importlib.metadata import PackageNotFoundError  # noqa: PLC0415
    from importlib.metadata import version as version_of  # noqa: PLC0415

    try:
        return version_of("mews-vouchers")
    except PackageNotFoundError:
        return "unknown"


def user_agent(client: str) -> str:
    """Return the `User-Agent`: this package, and in a comment the program that uses it.

    Args:
        client: The name of the program: any text. What a comment cannot have becomes `_`.

    Example:
        assert user_agent("My App 1.0.0") == f"mews-vouchers/{version()} (My App 1.0.0)"

    Source: RFC 9110, section 10.1.5.
    """
    comment = re.sub(r"[^ -~]|[()\\]", "_", " ".join(client.split()))[:_MAX_LENGTH].strip()
    return f"mews-vouchers/{version()}" + f" ({comment})" * bool(comment)

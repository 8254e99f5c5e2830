"""Checks of single values of a request, and the rejection that names the value at fault.

The checks of whole requests are in `contract`.
"""

import re
from collections.abc import Callable, Mapping

from .clock import datetime_of, months_later

#: Raises `Rejection` if the value is not valid; the text is its place in the request.
Check = Callable[[object, str], None]

_ID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


class Rejection(Exception):  # noqa: N818 - a decision of the server, no error of it
    """The request is not accepted: nothing is changed."""

    def __init__(
        self,
        status: int,
        message: str,
        place: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.headers = headers or {}
        self.status = status
        self.message = message
        self.place = place


def invalid(place: str) -> Rejection:
    """Return the rejection of one value."""
    return Rejection(400, f"Invalid {place}", place)


def identifier(value: object, place: str) -> None:
    """Accept a UUID."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise invalid(place)


def boolean(value: object, place: str) -> None:
    """Accept true and false."""
    if not isinstance(value, bool):
        raise invalid(place)


def instant(value: object, place: str) -> None:
    """Accept a datetime in UTC."""
    if datetime_of(value) is None:
        raise invalid(place)


def interval(value: object, place: str) -> None:
    """Accept the interval of a filter, of at most three months."""
    fields({}, {"StartUtc": instant, "EndUtc": instant})(value, place)
    assert isinstance(value, dict)
    start, end = datetime_of(value.get("StartUtc")), datetime_of(value.get("EndUtc"))
    if start and end and not start <= end <= months_later(start, 3):
        raise invalid(place)


def integer(minimum: int, maximum: int) -> Check:
    """Accept whole numbers of a range."""

    def check(value: object, place: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise invalid(place)
        if not minimum <= value <= maximum:
            raise invalid(place)

    return check


def string(minimum: int = 0, maximum: int | None = None) -> Check:
    """Accept strings of a length, in characters."""

    def check(value: object, place: str) -> None:
        if not isinstance(value, str) or len(value) < minimum:
            raise invalid(place)
        if maximum is not None and len(value) > maximum:
            raise invalid(place)

    return check


def one_of(*names: str) -> Check:
    """Accept the values of an enum."""

    def check(value: object, place: str) -> None:
        if value not in names:
            raise invalid(place)

    return check


def array(
    item: Check, minimum: int = 0, maximum: int | None = None, *, unique: bool = False
) -> Check:
    """Accept lists of a length whose items are all accepted."""

    def check(value: object, place: str) -> None:
        if not isinstance(value, list) or len(value) < minimum:
            raise invalid(place)
        if maximum is not None and len(value) > maximum:
            raise invalid(place)
        if unique and len(set(map(str, value))) < len(value):
            raise invalid(place)
        for index, each in enumerate(value):
            item(each, f"{place}[{index}]")

    return check


def fields(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    """Accept objects with these properties; the optional ones may be missing or null."""

    def check(value: object, place: str) -> None:
        if not isinstance(value, dict):
            raise invalid(place or "request")
        prefix = f"{place}." if place else ""
        for name, check_one in required.items():
            check_one(value.get(name), prefix + name)
        for name, check_one in optional.items():
            if value.get(name) is not None:
                check_one(value[name], prefix + name)

    return check

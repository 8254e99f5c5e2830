"""The types of options that click does not have: values with a form of their own."""

from collections.abc import Callable
from typing import TypeVar

import click

from mews_vouchers.mock._state.rate_limit import SlidingWindow

_MAX_SECONDS = 3_600.0

T = TypeVar("T")


def option_type(parse: Callable[[str], T]) -> Callable[[str], T]:
    """Return the type of an option whose function raises a `ValueError` that says what is wrong."""

    def convert(text: str) -> T:
        try:
            return parse(text)
        except ValueError as error:
            raise click.BadParameter(f"{text!r}: {error}") from None

    return convert


def parse_seconds(text: str) -> float:
    """Return a number of seconds.

    Raises:
        ValueError: It is no number, or not from 0 to 3600.
    """
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= _MAX_SECONDS:  # also refuses nan
        raise ValueError(f"must be a number of seconds from 0 to {_MAX_SECONDS:.0f}")
    return number


def parse_rate_limit(text: str) -> tuple[int, float] | None:
    """Return the requests and the seconds of a limit such as `200/30`; None for `off`.

    Raises:
        ValueError: It has another form, or a number is out of range.
    """
    if text == "off":
        return None
    requests, _, window = text.partition("/")
    try:
        limit = int(requests), float(window)
        SlidingWindow(*limit)
    except ValueError:
        raise ValueError("must have the form 200/30, or be 'off'") from None
    return limit


SECONDS = option_type(parse_seconds)
RATE_LIMIT = option_type(parse_rate_limit)

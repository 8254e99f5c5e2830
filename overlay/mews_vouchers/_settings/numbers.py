"""Checks of the numbers in settings: counts, and seconds."""

from math import isfinite


def check_count(name: str, value: object) -> None:
    """Refuse what is no whole number above 0.

    Raises:
        TypeError: It is not an `int`; True and False count as no numbers.
        ValueError: It is below 1.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number, not of type {type(value).__name__}")
    if value < 1:
        raise ValueError(f"{name} must be at least 1, not {value}")


def _is_finite(value: float) -> bool:
    try:
        return isfinite(value)
    except OverflowError:  # an `int` that is no `float`
        return False


def check_seconds(
    name: str, value: object, *, zero: bool = False, maximum: float | None = None
) -> None:
    """Refuse what is no finite number of seconds.

    Args:
        name: The name of the setting.
        value: What was passed.
        zero: Whether 0 is allowed.
        maximum: The largest number that is allowed; None for any finite one.

    Raises:
        TypeError: It is neither an `int` nor a `float`; True and False count as no numbers.
        ValueError: It is negative, too large, infinite or not a number.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        kind = "None" if value is None else f"of type {type(value).__name__}"
        raise TypeError(f"{name} must be a number of seconds, not {kind}")
    if not _is_finite(value) or value < 0 or (value == 0 and not zero):
        least = "0 or more" if zero else "above 0"
        raise ValueError(f"{name} must be a finite number of seconds, {least}, not {value}")
    if maximum is not None and value > maximum:
        raise ValueError(f"{name} must be at most {maximum:.0f} seconds, not {value}")

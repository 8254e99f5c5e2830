"""The notation of `--fault`: which fault, for which calls, with which arguments."""

from collections.abc import Callable, Container
from functools import partial
from inspect import Parameter, signature
from typing import NamedTuple

from mews_vouchers.mock import faults
from mews_vouchers.mock._api.dispatch import OPERATIONS

from .option_types import option_type, parse_seconds

#: For the help of the command.
FAULTS_HELP = """\
\b
A fault is OPERATION:FAULT[:NAME=VALUE]..., where
  OPERATION  is such as voucherCodes/add, or * for all
  FAULT      is a status such as 503, or one of:
             drop-before, drop-after, drop-during:after=BYTES, empty-page,
             missing-property:name=NAME, repeat-cursor, slow:seconds=SECONDS,
             too-heavy:above=ITEMS, too-large:above=BYTES, truncate,
             unknown-enum:value=TEXT
  NAME=VALUE of any fault: calls=2, calls=1,3 or calls=2-4, counted from 1 (all calls)
             of a status: message=TEXT, retry-after=SECONDS, applied=yes
"""


class InjectedFault(NamedTuple):
    """The arguments of `MockMews.inject`."""

    fault: faults.Fault
    operation: str | None
    calls: Container[int] | None


_FAULTS: dict[str, Callable[..., faults.Fault]] = {
    "drop-after": faults.drop_after,
    "drop-before": faults.drop_before,
    "drop-during": faults.drop_during,
    "empty-page": faults.empty_page,
    "missing-property": faults.missing_property,
    "repeat-cursor": faults.repeat_cursor,
    "slow": faults.slow,
    "too-heavy": faults.too_heavy,
    "too-large": faults.too_large,
    "truncate": faults.truncate,
    "unknown-enum": faults.unknown_enum,
}


def parse_fault(text: str) -> InjectedFault:
    """Return a fault such as `voucherCodes/add:503:calls=2`, or `*:slow:seconds=0.5`.

    Raises:
        ValueError: The message says which part is wrong.
    """
    operation, _, rest = text.partition(":")
    kind, *pairs = rest.split(":")
    if operation != "*" and operation not in OPERATIONS:
        raise ValueError(f"no operation {operation!r}; there are *, {', '.join(OPERATIONS)}")
    values = dict(map(_pair, pairs))
    calls = values.pop("calls", None)
    return InjectedFault(
        _create(kind, values),
        None if operation == "*" else operation,
        None if calls is None else _call_numbers(calls),
    )


def _pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise ValueError(f"{text!r} must have the form NAME=VALUE")
    return name, value


def _function(kind: str) -> Callable[..., faults.Fault]:
    if kind.isdecimal():
        return partial(faults.error, int(kind))
    if kind not in _FAULTS:
        raise ValueError(f"no fault {kind!r}; there are a status, {', '.join(_FAULTS)}")
    return _FAULTS[kind]


def _create(kind: str, values: dict[str, str]) -> faults.Fault:
    create = _function(kind)
    parameters = signature(create).parameters
    arguments: dict[str, object] = {}
    for name, value in values.items():
        parameter = name.replace("-", "_")
        if parameter not in parameters or parameter not in _PARSERS:
            raise ValueError(f"{kind} has no {name!r}")
        arguments[parameter] = _PARSERS[parameter](value)
    for name, one in parameters.items():
        if one.default is Parameter.empty and name not in arguments:
            raise ValueError(f"{kind} needs {name}=...")
    return create(**arguments)


def _number(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(f"{text!r} must be a whole number")
    return int(text)


def _is_yes(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError(f"{text!r} must be yes or no")
    return text == "yes"


#: How to read the arguments of faults, by the names of their parameters.
_PARSERS: dict[str, Callable[[str], object]] = {
    "above": _number,
    "after": _number,
    "applied": _is_yes,
    "message": str,
    "name": str,
    "retry_after": str,
    "seconds": parse_seconds,
    "value": str,
}


def _call_numbers(text: str) -> Container[int]:
    first, separator, last = text.partition("-")
    numbers = (
        range(_number(first), _number(last) + 1)
        if separator
        else tuple(map(_number, text.split(",")))
    )
    if not numbers or min(numbers[0], numbers[-1]) < 1:
        raise ValueError(f"{text!r} must be call numbers from 1, such as 2, 1,3 or 2-4")
    return numbers


FAULT = option_type(parse_fault)

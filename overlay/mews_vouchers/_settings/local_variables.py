"""Keeps secrets out of the local variables that error trackers show of every frame.

A token that is passed in a wrong place, or in a wrong type, is hidden by no class of its own.
"""

import sys
import traceback
from collections.abc import Callable, Iterator
from functools import wraps
from typing import ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def hides_arguments(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Return the function, whose errors have no frame with an argument.

    Example:
        @hides_arguments
        def __init__(self, token: str) -> None: ...
    """

    @wraps(function)
    def wrapper(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        before = sys.exception()
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            del args, kwargs
            forget_variables(error, before)
            raise

    return wrapper


def forget_variables(error: BaseException, before: BaseException | None) -> None:
    """Forget the variables of all functions that an error has left; its frames stay.

    Args:
        error: The error.
        before: What was being handled before, whose frames are of no concern: `sys.exception()`.
    """
    for link in _chain(error, before):
        traceback.clear_frames(link.__traceback__)


def _chain(error: BaseException, before: BaseException | None) -> Iterator[BaseException]:
    link: BaseException | None = error
    known = {id(before)}
    while link is not None and id(link) not in known:
        known.add(id(link))
        yield link
        link = link.__cause__ or link.__context__

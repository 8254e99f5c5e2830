"""Gives a method that was written once, as a flow, to a client that drives flows in its own way."""

from collections.abc import Callable
from functools import wraps
from inspect import Signature, signature
from types import MethodType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

P = ParamSpec("P")
Made = TypeVar("Made")
Given = TypeVar("Given")


class Bound:
    """A resource of a client. Any: the client and the resource whose methods it shows."""

    def __init__(self, client: Any, resource: Any) -> None:
        self._client = client
        self._resource = resource


class Face(Generic[P, Made, Given]):
    """A method of a `Bound` with the parameters and the documentation of a resource's method.

    Args:
        method: The resource's method, which makes a flow, a stream or a listing.
        deliver: Turns that into what the user is given, with the help of the client.
    """

    def __init__(
        self,
        method: Callable[Concatenate[Any, P], Made],
        deliver: Callable[[Any, Made], Given],
    ) -> None:
        @wraps(method)
        def shown(bound: Bound, *args: P.args, **kwargs: P.kwargs) -> Given:
            return deliver(bound._client, method(bound._resource, *args, **kwargs))

        # Without what `method` returns: that is nothing a user ever sees.
        parameters = list(signature(method).parameters.values())
        shown.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
        self._shown = shown
        self.__doc__ = method.__doc__

    @overload
    def __get__(self, bound: None, owner: type) -> Self: ...
    @overload
    def __get__(self, bound: Bound, owner: type) -> Callable[P, Given]: ...
    def __get__(self, bound: Bound | None, owner: type) -> Self | Callable[P, Given]:
        if bound is None:
            return self
        return MethodType(self._shown, bound)

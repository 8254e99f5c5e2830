"""What the client has to know of an operation of the API. The table is in `_operations/`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from mews_vouchers_client import Response
from mews_vouchers_client.http_types import HttpResponse

Result = TypeVar("Result")


class EndpointModule(Protocol):
    """What builds the requests of an operation and reads its responses: a generated module.

    Any: request bodies share no class.
    """

    @property
    def get_kwargs(self) -> Callable[[Any], dict[str, Any]]:
        """Returns the arguments of `httpx.Client.build_request` for a body."""
        ...

    @property
    def build_response(self) -> Callable[[HttpResponse], Response[Any]]:
        """Returns a response of httpx with its body read."""
        ...


class Endpoint(NamedTuple, Generic[Result]):
    """The code of an operation. Any: request models share no constructor."""

    module: EndpointModule
    request: Any
    result: type[Result]


class FilterKind(Enum):
    """How the values of a list filter relate to the items of a listing."""

    #: An item matches at most one value: the values can be split into disjoint listings.
    SPLITTABLE = "splittable"
    #: An item can match several values: two listings with other values may share items.
    OVERLAPPING = "overlapping"
    #: The values are those of an enum: there are never too many of them.
    ENUM = "enum"


@dataclass(frozen=True, slots=True)
class Operation(Generic[Result]):
    """One operation of the API."""

    #: Its name, such as `voucherCodes/add`.
    name: str
    #: Returns the generated code. A function, because naming a model imports it.
    endpoint: Callable[[], Endpoint[Result]]
    #: The property of the request (of a write) or of the response (of a listing) with the items.
    items: str
    #: Whether executing it twice has the same effect as executing it once.
    idempotent: bool = True
    #: The list filters of a listing.
    filters: Mapping[str, FilterKind] = field(default_factory=dict[str, FilterKind])
    #: Of a delete: how the message of a 400 refers to items that do not exist (any more).
    not_found_marker: str | None = None

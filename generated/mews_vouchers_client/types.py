# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
"""The small types that models and operations share: `UNSET`, secrets, `Model`, `Response`.

What turns them into JSON and back lives in `wire.py`.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from enum import Enum
from typing import (
    Any,
    ClassVar,
    Final,
    Generic,
    Literal,
    NoReturn,
    Self,
    SupportsIndex,
    TypeVar,
)

__all__ = ["UNSET", "Model", "Response", "Secret", "SecretBytes", "Unset"]


class Unset(Enum):
    """The type of `UNSET`, the value of a property that is not there at all.

    An enum with one member: it is the same object after pickle and deepcopy, and type checkers
    understand `if code.value is not UNSET`.
    """

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    __str__ = __repr__


#: Left out: not sent when writing; missing in the answer when reading. Not the same as `None`.
UNSET: Final = Unset.UNSET


class Secret(str):
    """A token: text that is sent, compared and hashed as it is, but never shown.

    `repr()`, `str()` and formatting give `***`, so that no log line, error or list of local
    variables shows it by accident. `reveal()` gives the text. It is not pickled: what is pickled
    ends up in queues and caches, so put tokens in where the request is sent.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Take text; that of a secret by its content, not by the `***` that it shows."""
        return super().__new__(cls, str.__str__(text))

    def reveal(self) -> str:
        """Return the text itself."""
        return str.__str__(self)

    def __getitem__(self, key: SupportsIndex | slice) -> Self:
        return type(self)(super().__getitem__(key))  # tools that cut long texts cut this one, too

    def __repr__(self) -> str:
        return "Secret('***')"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return format("***", spec)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a token is not pickled: leave it out and put it in where it is sent")


class SecretBytes(bytes):
    """A body that is sent as it is, but not shown: it has the tokens in it.

    Error trackers print the local variables of every frame, also those of the HTTP library.
    """

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:  # an int for an index, bytes for a slice
        found = super().__getitem__(key)
        return type(self)(found) if isinstance(found, bytes) else found

    def __repr__(self) -> str:
        return f"SecretBytes({len(self)} bytes)"

    __str__ = __repr__


def as_secret(text: str) -> Secret:
    """Return `text` as a `Secret`; what came instead of a text when reading stays as it is."""
    if isinstance(text, bytes | bytearray):
        raise TypeError("a token is a text, not bytes: decode it")
    return Secret(text) if isinstance(text, str) else text


class Model:
    """What every model can do: keep the properties that the document does not know.

    `model["Name"]` is one of those properties, under the name it has on the wire. They are written
    back by `to_dict()`.
    """

    __slots__ = ()

    additional_properties: dict[str, Any]  # Any: the document says nothing about them
    #: The name on the wire of each attribute; only models of answers have it, for `strict.py`.
    _wire_names: ClassVar[Mapping[str, str]]

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object; never raise."""
        raise NotImplementedError

    @classmethod
    def _from_strict(cls, struct: Any) -> Self:
        """Read what `strict.py` decoded of an object that is as documented."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object."""
        raise NotImplementedError

    def __getitem__(self, name: str) -> Any:
        return self.additional_properties[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.additional_properties[name] = value

    def __delitem__(self, name: str) -> None:
        del self.additional_properties[name]

    def __contains__(self, name: object) -> bool:
        return name in self.additional_properties


T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, eq=False, slots=True)
class Response(Generic[T_co]):
    """The answer to one call, whatever its status.

    Only the status is in its repr: a page is long, and an error page may echo what was sent.
    """

    #: The status as a number; also ones that HTTP does not define, such as 520.
    status_code: int
    #: The body as it came.
    content: bytes = field(repr=False)
    #: The headers; names in any case. `Request-Id` and `Retry-After` are here.
    headers: MutableMapping[str, str] = field(repr=False)
    #: The body read into its model, or None where it has none: no content, a status that the
    #: document does not list, or something that is not the JSON object it promises.
    parsed: T_co | None = field(repr=False)

"""Types shared by models and operations: `UNSET`, secrets, `Model`, `Response`.

The conversion from and to JSON is in `serialization.py`, that to rows of tables in `rows.py`.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar, Final, Generic, Literal, NoReturn, Self, SupportsIndex, TypeVar

__all__ = ["UNSET", "Model", "Response", "Secret", "SecretBytes", "Unset"]


class Unset(Enum):
    """The type of `UNSET`, the value of a property that is absent.

    An enum with one member, because it stays the same object after pickle and deepcopy, and type
    checkers narrow types on `if code.value is not UNSET`.
    """

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __str__(self) -> str:
        # Not a word that could be sent: `str(code.id)` of a missing id must not look like an id.
        # Not an error: then a line of a log would fail because an optional property is missing.
        return ""


#: An absent property: omitted from a request, missing in a response. Distinct from `None` (null).
UNSET: Final = Unset.UNSET


class Secret(str):
    """A token: a string that is sent, compared and hashed as usual, but never shown.

    `repr()`, `str()` and formatting return `***`, so that no log line, error or list of local
    variables exposes it by accident. `reveal()` returns the string. A secret cannot be pickled,
    because pickles end up in queues and caches: add the token where the request is sent.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Create a secret from a string or from another secret."""
        return super().__new__(cls, str.__str__(text))  # str(text) of a secret is `***`

    def reveal(self) -> str:
        """Return the plain string."""
        return str.__str__(self)

    def __getitem__(self, key: SupportsIndex | slice) -> Self:
        # Error trackers truncate long strings by slicing.
        return type(self)(super().__getitem__(key))

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
        raise TypeError("a token cannot be pickled: omit it and add it where the request is sent")


class SecretBytes(bytes):
    """A request body, which contains the tokens: its repr shows only its length.

    Error trackers print the local variables of every frame, including those of the HTTP library.
    """

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:  # an int for an index, bytes for a slice
        item = super().__getitem__(key)
        return type(self)(item) if isinstance(item, bytes) else item

    def __repr__(self) -> str:
        return f"SecretBytes({len(self)} bytes)"

    __str__ = __repr__


def own_properties(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of the additional properties of a model, so that no other model shares them."""
    return dict(properties)


def hash_ids(*ids: Any) -> int:  # Any: tolerant reading may have kept a value of any type
    """Return the hash of the ids of a model. Never raises."""
    return hash(tuple(one for one in ids if isinstance(one, str)))


def as_secret(text: str) -> Secret:
    """Return a string as a `Secret`; other values, which tolerant reading keeps, unchanged."""
    if isinstance(text, bytes | bytearray):
        raise TypeError("a token must be a string, not bytes: decode it")
    return Secret(text) if isinstance(text, str) else text


class Model:
    """The base class of all models.

    `model["Name"]` is a property that the document does not define, under its name in JSON.
    `to_dict()`, copies, pickles and `attrs.evolve` include these properties.

    `==` compares all values, including these properties. Models of responses that have an id are
    hashed by it: a set keeps two states of one voucher, a dict by `voucher.id` only the last one.
    All others cannot be hashed: they have no id, and their values can change.
    """

    __slots__ = ()

    additional_properties: dict[str, Any]  # Any: the document says nothing about them
    #: The JSON name of each attribute. Only models of responses have it; `fast_json.py` uses it.
    _json_names: ClassVar[Mapping[str, str]]

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Never raises."""
        raise NotImplementedError

    @classmethod
    def _from_struct(cls, struct: Any) -> Self:
        """Read a struct that `fast_json.py` decoded."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object."""
        raise NotImplementedError

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Return the keys of `to_row()` in their order: the same for all models of this class.

        Example:
            with open("codes.csv", "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, VoucherCode.columns())
                writer.writeheader()
                writer.writerows(code.to_row() for code in codes)
        """
        from .rows import columns  # imported late, because it imports this module

        return columns(cls)

    def to_row(self) -> dict[str, Any]:
        """Return the attributes as a flat dict of plain values: for CSV, JSON and data frames.

        All `columns()` are in it, in their order: those of the attributes. Missing and null are
        None, enum values are strings, datetimes are `datetime`, in UTC if they were received. The
        attributes of an object have columns of their own, such as `address.city`. Lists, and
        objects without documented properties, are one column: a list, a dict. A value that is not
        as documented is kept as received, and what should be an object and is none gives None.

        Properties that the document does not define are left out, because columns must not depend
        on the data; `to_dict()` has everything, as the vendor writes it. Tokens are `***`.

        Example:
            frame = pandas.DataFrame([code.to_row() for code in codes])
            text = json.dumps(code.to_row(), default=datetime.isoformat)
        """
        from .rows import to_row  # imported late, because it imports this module

        return to_row(self)

    def __copy__(self) -> Self:
        from attrs import evolve  # imported late: models import it, this module need not

        model: Any = self  # type checkers do not know that all models are classes of attrs
        copied: Self = evolve(model)
        return copied

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
    """The response to a request, with any status code.

    Its repr shows only the status: pages are long, and error pages may echo the request.
    """

    #: The status code. It may be one that HTTP does not define, such as 520.
    status_code: int
    #: The raw body.
    content: bytes = field(repr=False)
    #: The headers, with case-insensitive names. They include `Request-Id` and `Retry-After`.
    headers: MutableMapping[str, str] = field(repr=False)
    #: The body as a model. None if the body is empty or not a JSON object, or if the document does
    #: not list the status code.
    parsed: T_co | None = field(repr=False)

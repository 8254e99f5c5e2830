"""Reads the files of `--data`: vouchers and codes, as JSON or CSV.

JSON: a list of vouchers. A voucher has the vendor's properties of a new voucher, all of them
optional, and `Codes`, a list of values or of objects with the vendor's properties of a new code.
Instead of ids, `Enterprise`, `Service` and `Company` are numbers, counted from 1.

    [{"Name": "Spring", "Enterprise": 2, "Codes": ["A", {"Value": "B", "ValidityEndUtc": null}]}]

CSV: one line per code, in UTF-8, separated by commas or semicolons. The header has the same names;
`Value`, `ValidityStartUtc` and `ValidityEndUtc` are of the code, the others of its voucher. Lines
with the same voucher are codes of one voucher. An empty cell is a missing property; a line with no
property of a code is a voucher without codes.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from mews_vouchers.mock._mock import MockMews

#: For the help of the command.
DATA_HELP = """\
\b
A data file is one of:
  *.json  a list of vouchers under the vendor's names, all optional, each with Codes:
          [{"Name": "Spring", "Enterprise": 2, "Codes": ["A", {"Value": "B"}]}]
  *.csv   one line per code: Name,Enterprise,Value,ValidityStartUtc,ValidityEndUtc
  Enterprise, Service and Company are numbers from 1.
"""

_CODE_COLUMNS = ("Value", "ValidityStartUtc", "ValidityEndUtc")

#: A JSON object. Any: its properties are checked by the mock.
_Object = dict[str, Any]
T = TypeVar("T")


class _Placed(NamedTuple):
    """The properties of a voucher or a code, and where they are in the file, for messages."""

    place: str
    properties: _Object


class _Voucher(NamedTuple):
    """A voucher with its codes."""

    voucher: _Placed
    codes: list[_Placed]


def load(mock: MockMews, path: Path) -> None:
    """Add the vouchers and codes of a file.

    Raises:
        OSError: It cannot be read.
        ValueError: It has another form, or the API would not accept something in it; the message
            says what, and where.
    """
    read = {".json": _read_json, ".csv": _read_csv}.get(path.suffix.lower())
    if read is None:
        raise ValueError("the name must end with .json or .csv")
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("the file is not encoded in UTF-8") from None
    for voucher, codes in read(text):
        with _located(voucher.place):
            voucher_id = _add_voucher(mock, voucher.properties)
        for code in codes:
            with _located(code.place):
                _check_names(code.properties)
                mock.add_code(voucher_id, **_named_value(code.properties))


def _read_json(text: str) -> Iterator[_Voucher]:
    try:
        vouchers: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the file is not JSON: {error}") from None
    for number, voucher in enumerate(_list(vouchers, "the file"), 1):
        place = f"voucher {number}"
        properties = _object(voucher, place)
        codes = _list(properties.pop("Codes", []), f"Codes of {place}")
        placed = [
            _placed_code(code, f"code {position} of {place}")
            for position, code in enumerate(codes, 1)
        ]
        yield _Voucher(_Placed(place, properties), placed)


def _placed_code(code: object, place: str) -> _Placed:
    return _Placed(place, {"Value": code} if isinstance(code, str) else _object(code, place))


def _read_csv(text: str) -> Iterator[_Voucher]:
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    rows = csv.DictReader(StringIO(text), delimiter=delimiter, strict=True)
    vouchers: dict[tuple[tuple[str, str], ...], _Voucher] = {}
    try:
        for row in rows:
            place = f"line {rows.line_num}"
            if None in row:
                raise ValueError(f"{place}: it has more cells than the header")
            cells = {name: cell for name, cell in row.items() if cell}
            if not cells:
                continue  # spreadsheets write such lines at the end
            code = {name: cells.pop(name) for name in _CODE_COLUMNS if name in cells}
            added = _Voucher(_Placed(place, cells), [])
            voucher = vouchers.setdefault(tuple(cells.items()), added)
            if code:
                voucher.codes.append(_Placed(place, code))
    except csv.Error as error:
        raise ValueError(f"line {rows.reader.line_num}: {error}") from None
    yield from vouchers.values()


def _add_voucher(mock: MockMews, properties: _Object) -> str:
    """Add a voucher whose enterprise, service and company are numbers."""
    _check_names(properties)
    enterprise = _pick("Enterprise", mock.enterprises, properties.pop("Enterprise", 1))
    if "Service" in properties:
        chosen = _pick("Service", enterprise.service_ids, properties.pop("Service"))
        properties["ServiceId"] = chosen
    if "Company" in properties:
        chosen = _pick("Company", enterprise.company_ids, properties.pop("Company"))
        properties["CompanyId"] = chosen
    return mock.add_voucher(enterprise=enterprise, **properties)


def _pick(name: str, choices: Sequence[T], given: object) -> T:
    number = int(str(given)) if str(given).isdecimal() else 0
    if not 1 <= number <= len(choices):
        raise ValueError(f"{name} must be a number from 1 to {len(choices)}")
    return choices[number - 1]


def _check_names(properties: _Object) -> None:
    """Refuse what would be another argument of a function here: the vendor's names differ."""
    for name in properties:
        if not name[:1].isupper():
            raise ValueError(f"there is no property {name!r}")


def _named_value(code: _Object) -> _Object:
    """Return the arguments of `add_code`."""
    rest = {name: value for name, value in code.items() if name != "Value"}
    return {"value": code.get("Value", ""), **rest}


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{name} must be a list")  # noqa: TRY004 - a mistake of the file
    return value


def _object(value: Any, name: str) -> _Object:
    if not isinstance(value, dict):
        raise ValueError(f"{name} must be an object")  # noqa: TRY004 - a mistake of the file
    return value


@contextmanager
def _located(place: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None

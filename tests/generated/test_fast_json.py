"""With msgspec, valid pages are read faster, and long requests of JSON's types written faster.

There is no other difference.
"""

import json
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers_client import Deviation, fast_json, models, on_deviation, serialization
from mews_vouchers_client.models import VoucherCodeResult, VoucherResult
from mews_vouchers_client.types import UNSET, Secret

from tests.support.documented import UNKNOWN, UNKNOWN_TOO
from tests.support.http_library import httpx
from tests.support.hypothesis_profiles import UNSHRUNK, examples
from tests.support.items import CODE, VOUCHER
from tests.support.strategies import BREAKABLE, damaged, invalid, json_values, valid

Reading = tuple[str, str, str, list[Deviation]]
Kind = Callable[[str], st.SearchStrategy[Any]]


class Subtext(str):
    """A subclass of str."""

    __slots__ = ()


class Number(IntEnum):
    """A subclass of int."""

    ONE = 1


CODES = json.dumps({"VoucherCodes": [CODE], "Cursor": None})


def reading(schema: str, content: bytes) -> Reading:
    """Read a body twice; return the results, including types, and the reports.

    The second time, its unknown properties have already been reported.
    """
    reports: list[Deviation] = []
    on_deviation(reports.append)
    response = httpx.Response(200, content=content)
    models_by_status = {200: getattr(models, schema)}
    first, second = (
        serialization.read_response(response, models_by_status).parsed for _ in range(2)
    )
    on_deviation(None)
    # The repr shows enums and datetimes, the others what a repr omits.
    return repr(second), _sorted(first), _sorted(second), reports


def _sorted(model: Any) -> str:
    return json.dumps(model and model.to_dict(), sort_keys=True)


def read_on_both_paths(schema: str, content: bytes) -> tuple[Reading, Reading]:
    """Read a body with msgspec, and without it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serialization, "decode_fast", lambda content, model: None)
        tolerantly = reading(schema, content)
    return reading(schema, content), tolerantly


@pytest.mark.hypothesis
@pytest.mark.parametrize("schema", BREAKABLE)
@pytest.mark.parametrize("kind", [valid, invalid, damaged])
def test_both_paths_read_the_same(schema: str, kind: Kind) -> None:
    """Valid, invalid and damaged bodies give the same models and reports, types included."""

    @settings(max_examples=examples(40), phases=UNSHRUNK)
    @given(kind(schema))
    def same(body: Any) -> None:
        one, other = read_on_both_paths(schema, json.dumps(body).encode())
        assert one == other

    same()


@settings(max_examples=examples(300), phases=UNSHRUNK)
@given(data=st.data())
def test_both_paths_read_the_same_for_any_bytes(data: st.DataObject) -> None:
    """A body with bytes removed, changed or doubled anywhere gives the same on both paths."""
    content = CODES.encode()
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(content))] * 2)))
    put = data.draw(
        st.binary(max_size=4) | st.sampled_from(AMBIGUOUS) | st.just(content[start:end])
    )
    one, other = read_on_both_paths("VoucherCodeResult", content[:start] + put + content[end:])
    assert one == other


#: What parsers of JSON disagree on.
AMBIGUOUS = [
    b"NaN", b"-Infinity", b"1e400", b"-0", b"1" * 40, b"1" * 5_000, b"1.0", b"01", b'"\\ud800"',
    b'"\\ud83d\\ude00"', b'"\xff"', b'"\xed\xa0\x80"', b'"\x00"', b'"\\u0000"', b'"\x7f"', b"[1,]",
    b"[" * 2_000 + b"]" * 2_000, b'{"Id": 1, "Id": "2"}', b'""', b"true", b"null",
]  # fmt: skip


@pytest.mark.parametrize("name", ["Value", "IsActive", "CreatedUtc", UNKNOWN])
@pytest.mark.parametrize("content", AMBIGUOUS, ids=lambda content: ascii(content)[:20])
def test_both_paths_read_the_same_for_an_ambiguous_value(name: str, content: bytes) -> None:
    """Whatever JSON parsers disagree on gives the same on both paths, first or second."""
    for code in (CODE, CODE | {name: "first"}):
        item = json.dumps(code)[:-1].encode() + b', "' + name.encode() + b'": ' + content + b"}"
        one, other = read_on_both_paths("VoucherCodeResult", b'{"VoucherCodes": [' + item + b"]}")
        assert one == other


#: The second line would be in the way if the names of attributes could be mixed up with these.
UNKNOWNS = [UNKNOWN, UNKNOWN_TOO, *[f"{UNKNOWN}{number}" for number in range(20)],
    "id", "_0", "_unknown", "value", "additional_properties",
    "", "not-a-name", "\u0160"]  # fmt: skip


@settings(max_examples=examples(100), phases=UNSHRUNK)
@given(st.lists(st.dictionaries(st.sampled_from(UNKNOWNS), json_values, max_size=5), max_size=5))
def test_both_paths_read_the_same_for_unknown_properties(extras: list[dict[str, Any]]) -> None:
    """Codes with properties of any name, some with more and some with fewer, give the same."""
    page = {"VoucherCodes": [CODE | extra for extra in extras], "Cursor": None}
    one, other = read_on_both_paths("VoucherCodeResult", json.dumps(page).encode())
    assert one == other


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-le", "latin-1"])
def test_both_paths_read_the_same_in_any_encoding(encoding: str) -> None:
    """A body in an encoding other than UTF-8 gives the same on both paths."""
    one, other = read_on_both_paths(
        "VoucherCodeResult", CODES.replace("SPRING", "LÉTO").encode(encoding)
    )
    assert one == other


PAGES: list[tuple[type[Any], Any]] = [
    (VoucherCodeResult, {"VoucherCodes": [CODE] * 3, "Cursor": "c"}),
    (VoucherResult, {"Vouchers": [VOUCHER], "VoucherCodes": [CODE], "Rates": None}),
]


@pytest.mark.parametrize(("model", "page"), PAGES)
def test_a_valid_page_takes_the_fast_path(model: type[Any], page: Any) -> None:
    """A page that is as documented takes the fast path."""
    assert fast_json.decode_fast(json.dumps(page).encode(), model) == model.from_dict(page)


@pytest.mark.usefixtures("deviations")
@pytest.mark.parametrize(("model", "page"), PAGES)
def test_an_unknown_property_takes_the_fast_path_once_it_was_reported(
    model: type[Any], page: Any
) -> None:
    """A page whose unknown properties were reported before, in any item, takes the fast path."""
    items, (first, *_) = next(iter(page.items()))
    more = {items: [first | {UNKNOWN: "e"}, first, first | {UNKNOWN_TOO: [1]}], UNKNOWN: {}}
    content = json.dumps(page | more).encode()
    assert fast_json.decode_fast(content, model) is None
    assert fast_json.decode_fast(content, model) is None  # only the report counts
    read = model.from_dict(page | more)
    assert fast_json.decode_fast(content, model) == read
    assert fast_json.decode_fast(json.dumps(page).encode(), model) == model.from_dict(page)


@pytest.fixture
def without_msgspec(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pretend that msgspec is not installed."""
    remembering = fast_json._decoder, fast_json._encoder  # noqa: SLF001 - their caches
    with monkeypatch.context() as patch:
        for name in ("msgspec", "msgspec.json"):
            patch.setitem(sys.modules, name, None)
        for one in remembering:
            one.cache_clear()
        yield
    for one in remembering:
        one.cache_clear()


@pytest.mark.usefixtures("without_msgspec")
@pytest.mark.parametrize(("model", "page"), PAGES)
def test_msgspec_is_optional(model: type[Any], page: Any) -> None:
    """Without msgspec, every page is read as well."""
    content = json.dumps(page).encode()
    assert fast_json.decode_fast(content, model) is None
    read = serialization.read_response(httpx.Response(200, content=content), {200: model})
    assert read.parsed == model.from_dict(page)


# --- writing

ADDING: list[Any] = [{"VoucherId": "v", "Value": f"CODE-{number}"} for number in range(60)]
#: The types of the first line are JSON's, the others may not be sent, or only as `json` does.
WRITABLE = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(Secret("s"))
    | st.floats() | st.sampled_from([
        b"b", bytearray(b"b"), uuid.UUID(int=1), Decimal(1), {1}, frozenset(), (1, (2,)), object(),
        datetime.fromisoformat("2026-01-01"), date.min, 1j, ..., UNSET, Subtext("t"), Number.ONE,
        models.Limitation(1), 1 << 64, "\ud800", "\x7f\u2028", {1: 2}, {None: 1}, {True: 1},
        {b"b": 1}, {Subtext("k"): 1}, {Secret("k"): 1}, {uuid.UUID(int=1): 1},
    ])
)  # fmt: skip
NESTED = st.recursive(
    WRITABLE,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=4,
)


def written(body: dict[str, Any]) -> tuple[Any, ...]:
    """Write a body; return what a server reads, including types, or the type of the exception."""
    try:
        content = serialization.write_body(body)
    except Exception as error:  # noqa: BLE001 - whatever it is, it shall be the same
        return (type(error),)
    read = json.loads(bytes(content))
    return read, repr(read)


def written_on_both_paths(body: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Write a body with msgspec, and without it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serialization, "encode_fast", lambda body: None)
        plainly = written(body)
    return [written(body), plainly]


@settings(max_examples=examples(300), phases=UNSHRUNK)
@given(value=NESTED, place=st.sampled_from(["item", "property", "beside"]))
def test_both_paths_write_the_same(value: Any, place: str) -> None:
    """Any value, anywhere in a long body, is sent as the same JSON or rejected with the same error.

    Otherwise, values that `json` rejects would be sent in some format, and NaN as null.
    """
    body: dict[str, Any] = {"ClientToken": Secret("c"), "Items": list(ADDING)}
    if place == "item":
        body["Items"].append(value)
    elif place == "property":
        body["Items"][7] = ADDING[7] | {"Other": value}
    else:
        body["Other"] = value
    one, other = written_on_both_paths(body)
    assert one == other


@pytest.mark.parametrize("depth", [1, 7, 100, 100_000])
def test_both_paths_write_the_same_depth(depth: int) -> None:
    """A deeply nested or circular value is sent or rejected in the same way."""
    nested: list[Any] = []
    for _ in range(depth):
        nested = [nested]
    circular: list[Any] = []
    circular.append(circular)
    broad: list[Any] = []
    broad.extend([broad] * 100)
    for value in (nested, circular, broad):
        one, other = written_on_both_paths({"Items": ADDING, "Other": value})
        assert one == other


def test_a_long_request_takes_the_fast_path() -> None:
    """A request with many items takes the fast path, and the result is not shown."""
    codes = [models.VoucherCodeAddParameters(item["VoucherId"], item["Value"]) for item in ADDING]
    request = models.MultipleVoucherCodeAddParameters("secret", "secret", "Tests 1.0", codes)
    content = fast_json.encode_fast(request.to_dict())
    assert content is not None
    assert "secret" not in repr(content)
    assert json.loads(bytes(content))["ClientToken"] == "secret"
    request.voucher_code_parameters = codes[:10]
    assert fast_json.encode_fast(request.to_dict()) is None
    assert json.loads(bytes(serialization.write_body(request.to_dict())))["AccessToken"] == "secret"


@pytest.mark.usefixtures("without_msgspec")
def test_msgspec_is_optional_for_writing() -> None:
    """Without msgspec, every request is written as well."""
    assert fast_json.encode_fast({"Items": ADDING}) is None
    assert written({"Items": ADDING}) == ({"Items": ADDING}, repr({"Items": ADDING}))

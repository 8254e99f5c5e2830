"""`make docs-diff`: exactly what the vendor changed is reported, whatever it is published as."""

import copy
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import docs_diff
import pytest
from contract import departures, reading
from contract.effects import Effect, effect_of_change
from contract.facts import Value, label
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from vendor_docs import (
    DOCUMENT,
    Node,
    as_openapi_30,
    as_openapi_31,
    as_pages,
    as_yaml,
    operations,
    ours,
    properties,
    schema,
)

pytestmark = pytest.mark.source

CALLERS, READERS = "breaks callers", "breaks readers"
ADDS, WORDS = "only adds", "documentation"


@pytest.fixture(autouse=True, scope="module")
def read_once() -> Iterator[None]:
    """Read each document of ours once for all these tests: it takes most of their time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "ours", cache(reading.ours))
        yield


@pytest.fixture
def nothing_meant(tmp_path: Path) -> Path:
    """Give a file of departures without an entry."""
    file = tmp_path / "departures.yaml"
    file.write_text("departures: []\n", encoding="utf-8")
    return file


def written(folder: Path, texts: dict[str, str]) -> list[str]:
    """Write files; return their names."""
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [str(folder / name) for name in texts]


def found(sources: list[str], known: Path = docs_diff.DEPARTURES) -> set[str]:
    """Return what is reported as to be done, one line per place."""
    (report,) = docs_diff.diff(sources, DOCUMENT, known)
    return {f"{label(one.where)}: {one.what}, {one.effect}" for one in report.found.open} | {
        f"{entry.where}: stale" for entry in report.found.stale
    }


# --- later states of the vendor's documentation


class State(NamedTuple):
    """A later state: the edit of the vendor, and what is to be reported of it.

    The pages say less; what they do not say is in `silent`.
    """

    edit: Callable[[Node], None]
    expected: set[str]
    silent: frozenset[str] = frozenset()


def adds_properties(document: Node) -> None:
    """Offer something new: a filter, a property of new vouchers, one of what comes back."""
    properties(document, "VoucherFilterParameters")["Channels"] = {
        "type": ["array", "null"],
        "maxItems": 5,
        "items": {"type": "string"},
    }
    properties(document, "VoucherAddParameters")["Color"] = {"type": "string"}
    schema(document, "VoucherAddParameters")["required"].append("Color")
    properties(document, "Voucher")["Color"] = {"type": "string"}


def tightens(document: Node) -> None:
    """Take less than before, and promise less."""
    properties(document, "VoucherAddParameters")["AssignedRateIds"]["maxItems"] = 5
    properties(document, "VoucherAddParameters")["Name"]["maxLength"] = 64
    properties(document, "Voucher")["ExternalIdentifier"]["maxLength"] = 300
    schema(document, "MultipleVoucherAddParameters")["required"].append("EnterpriseId")
    schema(document, "VoucherCodeResult")["required"].remove("VoucherCodes")


def renames(document: Node) -> None:
    """Call a property of a response and one of a request by other names."""
    for name, old, new in (
        ("OldAddress", "PostalCode", "ZipCode"),
        ("VoucherCodeAddParameters", "ValidityEndUtc", "ValidityFinishUtc"),
    ):
        found = properties(document, name)
        found[new] = found.pop(old)


def extends_enums(document: Node) -> None:
    """Add a type of voucher, and drop a rating."""
    schema(document, "VoucherTypeEnum")["enum"].append("Employee")
    schema(document, "CreditRatingBasicEnum")["enum"].remove("CreditOk")


def retires(document: Node) -> None:
    """Deprecate a property, and remove what was deprecated long ago."""
    properties(document, "VoucherAddParameters")["CompanyId"]["deprecated"] = True
    del properties(document, "VoucherExtent")["Companies"]
    del properties(document, "Company")["TaxIdentificationNumber"]


def retypes(document: Node) -> None:
    """Send a number as text, an object where a text was, and null where there was none."""
    number = properties(document, "Company")["Number"]
    number.clear()
    number["type"] = "string"
    properties(document, "Company")["Department"] = {"$ref": "#/components/schemas/CreditRating"}
    properties(document, "Voucher")["Name"]["type"] = ["string", "null"]
    properties(document, "TimeFilterInterval")["StartUtc"] = {"type": ["string", "null"]}


def reshapes_operations(document: Node) -> None:
    """Add an operation, remove one, and answer with a new status."""
    paths = document["paths"]
    paths["/api/connector/v1/vouchers/merge"] = copy.deepcopy(
        paths["/api/connector/v1/vouchers/delete"]
    )
    del paths["/api/connector/v1/voucherCodes/delete"]
    add = paths["/api/connector/v1/vouchers/add"]["post"]["responses"]
    add["422"] = {"$ref": "#/components/responses/BadRequest"}
    del add["429"]


OF_A_VOUCHER = ("vouchers/getAll", "vouchers/add", "vouchers/update")
STATES = {
    "properties": State(
        adds_properties,
        {
            f"vouchers/getAll request Channels: new, {ADDS}",
            f"vouchers/add request VoucherParameters[].Color: new, {CALLERS}",
            *(f"{name} 200 Vouchers[].Color: new, {ADDS}" for name in OF_A_VOUCHER),
        },
    ),
    "limits": State(
        tightens,
        {
            f"vouchers/add request VoucherParameters[].AssignedRateIds: maxItems, {CALLERS}",
            f"vouchers/add request VoucherParameters[].Name: maxLength, {CALLERS}",
            f"vouchers/add request EnterpriseId: required, {CALLERS}",
            *(
                f"{name} 200 Vouchers[].ExternalIdentifier: maxLength, {READERS}"
                for name in OF_A_VOUCHER
            ),
            f"voucherCodes/getAll 200 VoucherCodes: required, {READERS}",
            f"voucherCodes/add 200 VoucherCodes: required, {READERS}",
        },
    ),
    "names": State(
        renames,
        {
            f"vouchers/getAll 200 Companies[].Address.PostalCode: renamed, {READERS}",
            f"voucherCodes/add request VoucherCodeParameters[].ValidityEndUtc: renamed, {CALLERS}",
        },
    ),
    "enums": State(
        extends_enums,
        {
            f"vouchers/add request VoucherParameters[].Type: enum, {ADDS}",
            f"vouchers/update request VoucherUpdates[].Type.Value: enum, {ADDS}",
            *(f"{name} 200 Vouchers[].Type: enum, {READERS}" for name in OF_A_VOUCHER),
            f"vouchers/getAll 200 Companies[].CreditRating.Basic: enum, {ADDS}",
        },
    ),
    "deprecations": State(
        retires,
        {
            f"vouchers/add request VoucherParameters[].CompanyId: deprecated, {WORDS}",
            f"vouchers/getAll request Extent.Companies: gone, {CALLERS}",
            f"vouchers/getAll 200 Companies[].TaxIdentificationNumber: gone, {READERS}",
        },
    ),
    "types": State(
        retypes,
        {
            f"vouchers/getAll 200 Companies[].Number: type, {READERS}",
            f"vouchers/getAll 200 Companies[].Department: type, {READERS}",
            f"vouchers/getAll 200 Companies[].Department: nullable, {ADDS}",
            *(f"{name} 200 Vouchers[].Name: nullable, {READERS}" for name in OF_A_VOUCHER),
            f"vouchers/getAll request UpdatedUtc.StartUtc: format, {CALLERS}",
            f"voucherCodes/getAll request UpdatedUtc.StartUtc: format, {CALLERS}",
        },
        frozenset({"nullable", "format"}),
    ),
    "operations": State(
        reshapes_operations,
        {
            f"vouchers/merge: new, {ADDS}",
            f"voucherCodes/delete: gone, {CALLERS}",
            f"vouchers/add 422: new, {ADDS}",
            f"vouchers/add 429: gone, {WORDS}",
        },
        frozenset({"422", "429"}),
    ),
}
each_state = pytest.mark.parametrize("state", STATES.values(), ids=list(STATES))


def edited(state: State) -> Node:
    """Return our document as it would be if the vendor's edit were ours."""
    document = ours()
    state.edit(document)
    return document


@each_state
def test_what_changed_in_the_vendors_document_is_reported(state: State, tmp_path: Path) -> None:
    """Of a later document in the vendor's own shape, the planted differences and nothing else."""
    text = json.dumps(as_openapi_30(edited(state)))
    assert found(written(tmp_path, {"vendor.json": text})) == state.expected


@pytest.mark.parametrize(
    ("methods", "effect"), [(["get"], CALLERS), (["get", "post"], ADDS), (["post"], None)]
)
def test_another_method_breaks_callers_one_more_only_adds(
    methods: list[str], effect: str | None, tmp_path: Path
) -> None:
    """Whatever the order, an operation is compared by the method that we know."""
    document = as_openapi_30(ours())
    paths = document["paths"]
    address = "/api/connector/v1/vouchers/getAll"
    paths[address] = dict.fromkeys(methods, paths[address]["post"])
    expected = {f"vouchers/getAll: method, {effect}"} if effect else set()
    assert found(written(tmp_path, {"vendor.json": json.dumps(document)})) == expected


@each_state
def test_what_changed_on_the_pages_is_reported(
    state: State, tmp_path: Path, nothing_meant: Path
) -> None:
    """Of later pages, the planted differences that pages can tell and nothing else."""
    expected = {line for line in state.expected if not any(word in line for word in state.silent)}
    assert found(written(tmp_path, as_pages(edited(state))), nothing_meant) == expected


@each_state
def test_an_edit_that_follows_the_vendor_leaves_nothing(state: State, tmp_path: Path) -> None:
    """Once our document is edited in the same way, the report is empty."""
    (document,) = written(tmp_path, {"ours.yaml": as_yaml(edited(state))})
    (source,) = written(tmp_path, {"vendor.json": json.dumps(as_openapi_30(edited(state)))})
    (report,) = docs_diff.diff([source], Path(document), docs_diff.DEPARTURES)
    assert report.found.open == []


def test_the_document_is_the_vendors_but_for_the_departures(tmp_path: Path) -> None:
    """The vendor's document of July 2025 differs in what is meant, and needs each such entry."""
    (source,) = written(tmp_path, {"vendor.json": json.dumps(as_openapi_30(ours()))})
    (report,) = docs_diff.diff([source], DOCUMENT, docs_diff.DEPARTURES)
    assert report.empty
    assert {entry.line for entry, _ in report.found.meant} == {
        entry.line
        for entry in departures.load(docs_diff.DEPARTURES, "")
        if entry.source == "openapi"
    }


@settings(max_examples=examples(4))
@given(seed=st.integers(min_value=0))
def test_another_order_other_words_and_other_names_are_no_difference(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Shuffled, reworded and renamed documents and pages say the same as before."""
    folder = tmp_path_factory.mktemp("vendor")
    (meant,) = written(folder, {"departures.yaml": "departures: []"})
    texts = {"vendor.json": json.dumps(as_openapi_31(ours(), seed))}
    assert found(written(folder, texts), Path(meant)) == set()
    assert found(written(folder, as_pages(ours(), seed)), Path(meant)) == set()


def test_other_operations_are_not_looked_at(tmp_path: Path) -> None:
    """What is not about vouchers may be anything, even broken."""
    document = as_openapi_30(ours())
    document["paths"]["/api/connector/v1/rates/getAll"] = {"post": {"requestBody": 7}}
    document["components"]["schemas"]["Rate"] = {"$ref": "elsewhere.json"}
    assert found(written(tmp_path, {"vendor.json": json.dumps(document)})) == set()


# --- who is concerned


@given(
    attribute=st.sampled_from(["required", "nullable", "maxLength", "minItems", "enum", "type"]),
    data=st.data(),
)
def test_a_request_that_takes_less_breaks_callers_a_response_that_holds_more_breaks_readers(
    attribute: str, data: st.DataObject
) -> None:
    """The judgement on a response is that on a request with both sides exchanged."""
    values: dict[str, st.SearchStrategy[Value]] = {
        "required": st.booleans(),
        "nullable": st.booleans(),
        "enum": st.none() | st.frozensets(st.sampled_from("abc"), min_size=1),
        "type": st.sampled_from(["string", "integer", "number", "any", "object"]),
    }
    strategy = values.get(attribute, st.none() | st.integers(1, 9))
    before, after = data.draw(strategy), data.draw(strategy)
    if attribute == "required":
        # What is required of callers is promised to readers: for these the pair turns by itself.
        before, after = after, before
    request = effect_of_change(("vouchers/add", "request", "Name"), attribute, before, after)
    response = effect_of_change(("vouchers/add", "200", "Name"), attribute, after, before)
    assert (request == Effect.BREAKS_CALLERS) == (response == Effect.BREAKS_READERS)


@pytest.mark.parametrize(
    ("before", "after", "request_", "response"),
    [
        ("int32", "int64", ADDS, READERS),
        ("double", "float", CALLERS, ADDS),
        ("uuid", None, ADDS, READERS),
        ("date-time", None, CALLERS, READERS),
        ("email", None, WORDS, WORDS),
        (None, "password", WORDS, WORDS),
    ],
)
def test_a_format_concerns_whom_it_changes_the_values_for(
    before: str | None, after: str | None, request_: str, response: str
) -> None:
    """Some formats decide the type in Python, some the range of values; the others are hints."""
    found_effects = [
        effect_of_change(("vouchers/add", side, "Name"), "format", before, after)
        for side in ("request", "200")
    ]
    assert found_effects == [request_, response]


# --- departures


def entry(**keys: object) -> str:
    """Return a file of departures with one entry."""
    return as_yaml({"departures": [{"reason": "Because.", **keys}]})


def test_a_departure_covers_only_the_difference_it_names(tmp_path: Path) -> None:
    """When the vendor changes the same property in another way, that is reported."""
    state = edited(STATES["limits"])
    (source,) = written(
        tmp_path, as_pages({**state, "paths": dict(list(state["paths"].items())[1:2])})
    )
    name = "vouchers/add request VoucherParameters[].Name"
    keys = {"where": name, "what": "maxLength"}
    (meant,) = written(tmp_path, {"meant.yaml": entry(**keys, theirs=64)})
    (other,) = written(tmp_path, {"other.yaml": entry(**keys, theirs=65)})
    line = f"{name}: maxLength, {CALLERS}"
    assert line not in found([source], Path(meant))
    assert {line, f"{name}: stale"} <= found([source], Path(other))


def test_a_departure_is_out_of_date_only_where_it_could_be_seen(tmp_path: Path) -> None:
    """What a source leaves open, such as a type on another page, says nothing about an entry."""
    text = as_pages(ours())["vouchercodes.md"]
    rest, heading, types = text.partition("\n#### voucher code\n")
    assert heading
    moved, whole = written(tmp_path, {"moved.md": rest, "whole.md": rest + heading + types})
    place = "voucherCodes/* VoucherCodes[].Id"
    for what, values in {"gone": {}, "required": {"theirs": True}}.items():
        (known,) = written(tmp_path, {"known.yaml": entry(where=place, what=what, **values)})
        assert f"{place}: stale" in found([whole], Path(known))
        assert found([moved], Path(known)) == set()


@pytest.mark.parametrize(
    "keys",
    [
        {"what": "new", "where": "vouchers/restore"},
        {"what": "gone", "where": "voucher/getAll request Name"},
        {"what": "nullable", "where": "* request Client", "theirs": True},
    ],
)
def test_a_departure_that_matches_nothing_is_reported(
    keys: dict[str, object], tmp_path: Path
) -> None:
    """A mistake in the place, or a difference that is no more, is not kept in silence."""
    (known,) = written(tmp_path, {"known.yaml": entry(**keys)})
    assert found([str(DOCUMENT)], Path(known)) == {f"{keys['where']}: stale"}
    (pages,) = written(tmp_path, {"pages.yaml": entry(**keys, source="pages")})
    assert found([str(DOCUMENT)], Path(pages)) == set()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("departures: 7", "a list"),
        ("departures:\n- 7", "an entry has the keys"),
        ("nothing: []", "a list called `departures`"),
        (entry(where="*"), "missing or unknown: what"),
        (entry(where="*", what="new", who="me"), "missing or unknown: who"),
        (entry(where="*", what="newer"), "`what` can be"),
        (entry(where="*", what="enum"), "`theirs` goes with"),
        (entry(where="*", what="new", source="web"), "`source` can be"),
        (entry(where="*", what="new", reason=""), "a reason"),
    ],
)
def test_a_departure_that_cannot_be_meant_so_is_one_clear_line(
    text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistake in the file of departures is named with its place; nothing is compared."""
    (known,) = written(tmp_path, {"known.yaml": text})
    assert docs_diff.main([str(DOCUMENT), "--departures", known]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {known}")
    assert words in error


# --- the report


def test_every_difference_has_the_line_to_edit(tmp_path: Path, nothing_meant: Path) -> None:
    """The place is where our document says the other thing, or where a new one belongs."""
    document = as_openapi_31(edited(STATES["limits"]))
    document["paths"] |= as_openapi_31(edited(STATES["properties"]))["paths"]
    sources = written(tmp_path, {"vendor.json": json.dumps(document)})
    (report,) = docs_diff.diff(sources, DOCUMENT, nothing_meant)
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    expected = {"maxItems": "maxItems: 10", "maxLength": "maxLength: ", "required": "required: ["}
    assert report.found.open
    for one in report.found.open:
        assert one.line
        assert expected[one.what] in lines[one.line - 1]


def test_the_place_of_something_new_is_the_object_it_belongs_to(
    tmp_path: Path, nothing_meant: Path
) -> None:
    """A new property belongs below the `properties` of its object."""
    sources = written(tmp_path, {"v.json": json.dumps(as_openapi_31(edited(STATES["properties"])))})
    (report,) = docs_diff.diff(sources, DOCUMENT, nothing_meant)
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    for one in report.found.open:
        assert lines[(one.line or 0) - 1].strip() == "properties:"


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_the_exit_status_tells_programs_what_happened(
    form: str, tmp_path: Path, nothing_meant: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 where nothing differs, 1 where something does, 2 where it could not be compared."""
    options = ["--format", form, "--departures", str(nothing_meant)]
    changed = written(tmp_path, as_pages(edited(STATES["limits"])))
    assert docs_diff.main([str(DOCUMENT), *options]) == 0
    assert docs_diff.main([*changed, *options]) == 1
    assert capsys.readouterr().err == ""
    assert docs_diff.main([str(tmp_path / "none.yaml"), *options]) == 2
    assert capsys.readouterr() == ("", f"error: {tmp_path}/none.yaml: No such file or directory\n")


def test_the_text_is_grouped_aligned_and_says_what_to_do(
    tmp_path: Path, nothing_meant: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One block per operation, one line per edit with its place, columns below each other."""
    sources = written(tmp_path, as_pages(edited(STATES["limits"])))
    docs_diff.main([*sources, "--departures", str(nothing_meant)])
    text = capsys.readouterr().out
    assert "5 differences (3 breaks callers, 2 breaks readers)" in text.splitlines()[0]
    assert "\nvouchers/add\n  openapi/mews-vouchers.yaml:" in text
    rows = [line for line in text.splitlines() if line.startswith("  openapi/")]
    assert len({row.index("breaks ") for row in rows}) == 1
    assert any(
        row.endswith("request VoucherParameters[].Name             maxLength: 128 → 64")
        for row in rows
    )
    assert "also vouchers/update 200 Vouchers[].ExternalIdentifier" in text
    assert "make generate" in text


def test_the_report_for_a_program_has_every_place(
    tmp_path: Path, nothing_meant: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The JSON form has each difference by itself, with both values."""
    sources = written(tmp_path, as_pages(edited(STATES["enums"])))
    docs_diff.main([*sources, "--departures", str(nothing_meant), "--format", "json"])
    (report,) = json.loads(capsys.readouterr().out)
    assert len(report["differences"]) == len(STATES["enums"].expected)
    first = report["differences"][0]
    assert (first["operation"], first["what"]) == ("vouchers/getAll", "enum")
    assert set(first["theirs"]) - set(first["ours"]) == {"Employee"}


def test_names_of_the_vendor_cannot_end_a_cell_or_steer_a_terminal(
    tmp_path: Path, nothing_meant: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever a property is called, it stays one cell, one line and plain text."""
    document = ours()
    properties(document, "VoucherAddParameters")["a|b`<i>\x1b[31m\nc"] = {}
    (source,) = written(tmp_path, {"vendor.json": json.dumps(document)})
    for form in ("text", "markdown"):
        docs_diff.main([source, "--departures", str(nothing_meant), "--format", form])
    text, _, markdown = capsys.readouterr().out.partition("###")
    assert "\x1b" not in text + markdown
    assert "a\\|b'&lt;i>" in markdown
    assert len([line for line in text.splitlines() if "a|b" in line]) == 1


def test_each_operation_is_compared() -> None:
    """The facts of our document cover all seven operations, in both directions."""
    found_facts = reading.ours(DOCUMENT, "ours")
    assert found_facts.operations() == [name for name, _ in operations(ours())]
    for name in found_facts.operations():
        assert {(name, "request"), (name, "200")} <= found_facts.facts.keys()

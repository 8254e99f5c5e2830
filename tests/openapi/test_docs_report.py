"""`make docs-diff`: which differences are intended, and how the others are reported."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.compared import Folder, compared, printed, refused, written
from tests.support.vendor_docs import (
    ADDS,
    CALLERS,
    DOCUMENT,
    Node,
    as_yaml,
    at,
    operations,
    properties,
    recorded,
    schema,
)
from tests.support.vendor_pages import pages

pytestmark = pytest.mark.source

NAME = "vouchers/add request VoucherParameters[].Name"


def departures(folder: Folder, *entries: Mapping[str, str]) -> list[str]:
    """Write entries of departures; return the option that names them."""
    text = as_yaml({"departures": [{"reason": "Because.", **entry} for entry in entries]})
    (name,) = written(folder.path, {"some.yaml": text})
    return ["--departures", name]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a folder in which today's document is recorded, and used as ours."""
    return Folder(tmp_path, recorded())


def tighter() -> Node:
    """Return a document in which vouchers have shorter names, also in responses."""
    document = recorded()
    for name in ("VoucherAddParameters", "Voucher"):
        properties(document, name)["Name"]["maxLength"] = 64
    return document


def in_responses(effect: str) -> set[str]:
    """Return the effect of that on readers."""
    names = ("vouchers/getAll", "vouchers/add", "vouchers/update")
    return {f"{name} 200 Vouchers[].Name: maxLength, {effect}" for name in names}


# --- departures


def test_a_departure_covers_the_difference_at_its_place_and_nothing_else(folder: Folder) -> None:
    """The place with wildcards, and the attribute; news is reported nevertheless."""
    source = folder.document(tighter())
    everything = {f"{NAME}: maxLength, {CALLERS}", *in_responses(ADDS)}
    for place, covered in {
        f"{NAME}: maxLength": {f"{NAME}: maxLength, {CALLERS}"},
        "* 200 Vouchers[].Name: maxLength": in_responses(ADDS),
        "*.Name: maxLength": everything,
        f"{NAME}: minLength": set[str](),
        f"{NAME}: gone": set[str](),
        "vouchers/add request Name: maxLength": set[str](),
    }.items():
        found = compared(source, *folder.options, *departures(folder, {"place": place}))
        assert found.differences == everything - covered
        assert found.news == everything


@pytest.mark.parametrize("of", ["document", "pages", None])
def test_a_departure_is_about_the_kind_of_source_that_it_names(
    of: str | None, folder: Folder
) -> None:
    """The vendor's document, its pages, or both."""
    entry = {"place": "*.Name: maxLength"} | ({"source": of} if of else {})
    options = [*folder.options, *departures(folder, entry)]
    by_document = compared(folder.document(tighter()), *options)
    by_pages = compared(*written(folder.path / "pages", pages(tighter())), *options)
    assert (by_document.differences == set()) == (of != "pages")
    assert (by_pages.differences == set()) == (of != "document")


def test_a_departure_is_outdated_where_the_recorded_document_does_not_need_it(
    folder: Folder,
) -> None:
    """Whatever the present source is; an entry about pages alone is never outdated."""
    entries = [
        {"place": "*.Name: maxLength"},
        {"place": "*.Name: maxLength", "source": "document"},
        {"place": "*.Name: maxLength", "source": "pages"},
    ]
    options = [*folder.options, *departures(folder, *entries)]
    sources = ([folder.document(recorded())], written(folder.path / "pages", pages(recorded())))
    for source in sources:
        found = compared(*source, *options)
        assert found.status == 1
        assert [entry["line"] for entry in found.data["outdated"]] == [2, 4]
    folder.record(folder.document(tighter()))
    for source in ([folder.document(recorded())], sources[1]):
        assert compared(*source, *options).data["outdated"] == []


E_PLACE = "* 404: gone"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("departures: 7", "a list"),
        ("departures: []\nmore: 1", "a list called `departures` is expected, and nothing else"),
        ("nothing: []", "a list called `departures`"),
        ("departures:\n- 7", "an entry has texts for place"),
        ("departures:\n- place: '* 404: gone'", "2: an entry has texts for place"),
        ("departures:\n- place: '* 404: gone'\n  reason: ''", "2: an entry has texts for place"),
        ("departures:\n- place: 7\n  reason: Because.", "2: an entry has texts for place"),
        ("departures:\n- place: '* 404: gone'\n  reason: B.\n  who: me", "2: an entry has texts"),
        ("departures:\n- place: '* 404'\n  reason: Because.", "2: `place` ends with what differs"),
        (
            "departures:\n- place: 'a: b'\n  reason: B.\n  source: web",
            "2: `source` can be document",
        ),
        ("departures: [", "no YAML"),
    ],
)
def test_a_departure_that_cannot_be_meant_so_is_one_clear_line(
    text: str, words: str, folder: Folder
) -> None:
    """A mistake in the file of departures is named with its place; nothing is compared."""
    (name,) = written(folder.path, {"some.yaml": text})
    line = refused(folder.document(recorded()), *folder.options, "--departures", name)
    assert line.startswith(name)
    assert words in line


# --- the report


def test_each_operation_is_compared_in_both_directions(folder: Folder) -> None:
    """A new property in each request and each response is reported for all seven operations."""
    document = recorded()
    names = [name for name, _ in operations(document)]
    for place in (f"{name} {side}" for name in names for side in ("request", "200")):
        node = at(document, place)
        node["properties"] = {**node.get("properties", {}), "Odd": {"type": "string"}}
    found = compared(folder.document(document), *folder.options)
    expected = {f"{name} {side} Odd: new, {ADDS}" for name in names for side in ("request", "200")}
    assert len(names) == 7
    assert found.differences == expected


def test_every_difference_has_the_line_to_edit(folder: Folder) -> None:
    """The line that differs; for something new, the object to which it belongs."""
    document = tighter()
    properties(document, "VoucherAddParameters")["AssignedRateIds"]["maxItems"] = 5
    schema(document, "VoucherCodeResult")["required"].remove("VoucherCodes")
    properties(document, "Company")["Color"] = {"type": "string"}
    found = compared(folder.document(document), "--vendor", folder.vendor)
    lines = DOCUMENT.read_text("utf-8").splitlines()
    starts = {"new": "properties:", "maxLength": "maxLength: ", "maxItems": "maxItems: 10"}
    starts["required"] = "required: ["
    assert {one["what"] for one in found.data["differences"]} == {*starts}
    for one in [*found.data["differences"], *found.data["news"]]:
        assert lines[one["line"] - 1].strip().startswith(starts[one["what"]])


@pytest.mark.parametrize("form", ["markdown", "json"])
def test_the_exit_status_tells_programs_what_happened(form: str, folder: Folder) -> None:
    """0 if nothing is to be done, 1 if something is, 2 if it could not compare."""
    options = [*folder.options, "--format", form]
    same, other = folder.document(recorded(), "a.json"), folder.document(tighter(), "b.json")
    missing = str(folder.path / "none.yaml")
    assert printed(same, *options)[::2] == (0, "")
    assert printed(other, *options)[::2] == (1, "")
    assert printed(missing, *options) == (2, "", f"error: {missing}: No such file or directory\n")


def test_the_markdown_is_grouped_and_says_what_to_do(folder: Folder) -> None:
    """Both questions with counts, each edit once with its line, and the next step."""
    text = printed(folder.document(tighter()), "--vendor", folder.vendor).out
    titles = [line for line in text.splitlines() if line.startswith("## ")]
    assert "2 differences (1 breaks callers, 1 only adds)" in titles[0]
    assert titles[0].startswith("## New since ")
    assert titles[1].startswith("## openapi/mews-vouchers.yaml and ")
    rows = [line for line in text.splitlines() if line.endswith(": `maxLength: 128 → 64`")]
    assert len(rows) == 4
    assert all(row.startswith("- `openapi/mews-vouchers.yaml:") for row in rows)
    assert sum(f"breaks callers: `{NAME}`" in row for row in rows) == 2
    assert "\n  - also `vouchers/update 200 Vouchers[].Name`\n" in text
    assert "RECORD=1" in text


def test_the_markdown_of_nothing_to_do_says_so(folder: Folder) -> None:
    """Then there is no next step."""
    text = printed(folder.document(recorded()), *folder.options).out
    assert text.count("no differences") == 2
    assert "RECORD" not in text


def test_the_report_for_a_program_has_every_place_with_both_values(folder: Folder) -> None:
    """The JSON form has each difference by itself."""
    found = compared(folder.document(tighter()), *folder.options)
    assert len(found.data["differences"]) == 4
    (one,) = (it for it in found.data["differences"] if f"{it['operation']} {it['place']}" == NAME)
    assert (one["what"], one["before"], one["after"]) == ("maxLength", 128, 64)
    assert (one["effect"], one["words"]) == (CALLERS, "maxLength: 128 → 64")


def test_names_of_the_vendor_cannot_begin_markup_or_steer_a_terminal(folder: Folder) -> None:
    """Any name of a property stays one line of plain text."""
    document = recorded()
    properties(document, "VoucherAddParameters")["a|b`<i>\x1b[31m\nc"] = {}
    text = printed(folder.document(document), *folder.options).out
    assert "\x1b" not in text
    assert "`<i>" not in text
    assert len([line for line in text.splitlines() if "a|b" in line]) == 2

"""`make docs-diff` reads reference pages: what their rows mean, and what is not understood."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.compared import Folder, compared, printed, refused, written
from tests.support.hypothesis_profiles import UNSHRUNK, examples
from tests.support.vendor_docs import ADDS, CALLERS, READERS, WORDS, recorded
from tests.support.vendor_pages import HEAD, operation_pages, pages, pages_2025

pytestmark = pytest.mark.source

PAGES = pages(recorded())
MINE = "operations/vouchers.md"
OF_NAME = "vouchers/add request VoucherParameters[].Name"
OF_RATES = "vouchers/add request VoucherParameters[].AssignedRateIds"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Return a folder in which today's document is recorded, and used as ours."""
    return Folder(tmp_path_factory.mktemp("known"), recorded())


def with_row(section: str, name: str, row: str) -> dict[str, str]:
    """Return the pages with another row for a property of a type."""
    before, heading, after = PAGES[MINE].partition(f"#### {section}\n")
    lines = after.splitlines()
    (at_line, *_) = [n for n, line in enumerate(lines) if line.startswith(f"| `{name}` |")]
    lines[at_line] = row
    return {**PAGES, MINE: "\n".join([before + heading, *lines])}


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("string | required, max 1,000 characters", f"{OF_NAME}: maxLength, {ADDS}"),
        ("string | required, max length 64 characters", f"{OF_NAME}: maxLength, {CALLERS}"),
        ("string | required, max 64", f"{OF_NAME}: maxLength, {CALLERS}"),
        ("string | required, min length 9 characters", f"{OF_NAME}: minLength, {CALLERS}"),
        ("string | optional, max length 128 characters", f"{OF_NAME}: nullable, {ADDS}"),
        ("integer | required", f"{OF_NAME}: type, {CALLERS}"),
        ("array of string | optional, max 5 items", f"{OF_RATES}: maxItems, {CALLERS}"),
        ("array of integer | optional, max 10 items", f"{OF_RATES}[]: type, {CALLERS}"),
        ("array of array of string | optional, max 10 items", f"{OF_RATES}[]: type, {CALLERS}"),
    ],
)
def test_the_cells_of_a_row_are_read_for_what_they_mean(
    row: str, line: str, folder: Folder, tmp_path: Path
) -> None:
    """Types and contracts with limits, in all wordings that pages have or had."""
    name = line.partition(":")[0].removesuffix("[]").rpartition(".")[2]
    texts = with_row("Voucher add parameters", name, f"| `{name}` | {row} | a \\| b |")
    found = folder.compared(tmp_path, texts)
    assert line in found.news
    assert found.notes == []


@pytest.mark.parametrize(
    "row", ["| ~~`Name`~~ | string | {} | |", "| ~~`Name`~~ | ~~string~~ | ~~{}~~ | ~~a~~ b |"]
)
def test_a_row_that_is_struck_through_is_deprecated(
    row: str, folder: Folder, tmp_path: Path
) -> None:
    """In its name or in every cell; the rest of it counts as usual."""
    text = row.format("required, max length 128 characters")
    found = folder.compared(tmp_path, with_row("Voucher add parameters", "Name", text))
    assert found.news == {f"{OF_NAME}: deprecated, {WORDS}"}


@pytest.mark.parametrize(
    ("row", "months"), [("max length 1 month", 1), ("max length 3 months", 3), ("", None)]
)
def test_the_longest_interval_of_a_filter_is_a_limit(
    row: str, months: int | None, folder: Folder, tmp_path: Path
) -> None:
    """Months are those of the document's extension; without them there is no limit."""
    link = "[Time filter interval](_objects.md#time-filter-interval)"
    text = f"| `UpdatedUtc` | {link} | optional{row and ', '}{row} | |"
    (old,) = (line for line in PAGES[MINE].splitlines() if f"| {link} |" in line)
    found = folder.compared(tmp_path, {**PAGES, MINE: PAGES[MINE].replace(old, text)})
    effect = {1: CALLERS, None: ADDS}.get(months)
    line = f"vouchers/getAll request UpdatedUtc: x-max-interval-in-months, {effect}"
    assert found.news == ({line} if effect else set())


def test_a_length_beside_an_update_value_is_that_of_the_new_value(
    folder: Folder, tmp_path: Path
) -> None:
    """Pages show the limit of a text at the object that wraps it, as documents do."""
    old = "(_objects.md#string-update-value) | optional, max length 128 characters |"
    assert PAGES[MINE].count(old) == 1
    text = PAGES[MINE].replace(old, old.replace("128", "64"))
    assert folder.compared(tmp_path, {**PAGES, MINE: text}).news == {
        f"vouchers/update request VoucherUpdates[].Name.Value: maxLength, {CALLERS}"
    }


@pytest.mark.parametrize(
    ("row", "note"),
    [
        ("| `Name` | strange thing | required, max 128 | |", "the type 'strange thing' is not "),
        (
            "| `Name` | string | required, max 128, twice a day | |",
            "the contract 'twice a day' is ",
        ),
        ("| `Name` | string | | |", "an empty contract"),
        ("| | string | required | |", "a row names no property"),
        ("| `Type` | string | required | |", "the property 'Type' comes again"),
        (
            "| `Name` | [Odd](#odd) | required, max 128 | |",
            "nothing is at the link to 'Odd' on vouchers",
        ),
    ],
)
def test_what_is_not_understood_is_a_note_with_its_line(
    row: str, note: str, folder: Folder, tmp_path: Path
) -> None:
    """Unexpected cells are named, so that a person looks; nothing is guessed."""
    texts = with_row("Voucher add parameters", "Name", row)
    found = folder.compared(tmp_path, texts)
    (said,) = found.notes
    file, line, reason = said.removeprefix(str(tmp_path)).split(":", 2)
    named = texts[MINE].splitlines()[int(line) - 1]
    assert named == row or named.startswith("| `Type` |")
    assert (found.status, file.lstrip("/")) == (1, MINE)
    assert reason.strip().startswith(note)


def test_a_type_on_a_page_that_was_not_given_is_left_out(folder: Folder, tmp_path: Path) -> None:
    """The report names the missing page; that needs no action."""
    found = folder.compared(tmp_path, operation_pages(recorded()))
    assert found.is_silent
    missing = ("_objects", "companies", "pagination")
    assert {*found.left_out} == {f"types on {name}, which was not given" for name in missing}


def without_column(text: str, number: int) -> str:
    """Return a page whose tables lack a column."""
    rows = [line.split(" | ") if line.startswith("| ") else [line] for line in text.splitlines()]
    return "\n".join(" | ".join((*row[:number], *row[number + 1 :])) for row in rows)


@pytest.mark.parametrize("number", [1, 2, 3], ids=["type", "contract", "description"])
def test_a_missing_column_leaves_its_facts_open(
    number: int, folder: Folder, tmp_path: Path
) -> None:
    """Then nothing is reported about a type, a contract or the texts."""
    texts = operation_pages(recorded())
    fewer = {name: without_column(text, number) for name, text in texts.items()}
    assert fewer != texts
    assert folder.compared(tmp_path, fewer).is_silent


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        (
            HEAD,
            HEAD.replace("Property", "Colour"),
            "no table with a column `Property`",
        ),
        (
            "### Response",
            "### Response 200",
            "vouchers/add has no section `Response`",
        ),
        ("`[PlatformAddress]/", "`/", "a request without an address is left out"),
    ],
)
def test_a_part_that_is_not_found_is_a_note(
    old: str, new: str, note: str, folder: Folder, tmp_path: Path
) -> None:
    """A part in another notation is not compared, but named."""
    before, heading, after = PAGES[MINE].partition("## Operation vouchers/add\n")
    texts = {**PAGES, MINE: before + heading + after.replace(old, new, 1)}
    found = folder.compared(tmp_path, texts)
    assert [note in one for one in found.notes] == [True]
    assert found.status == 1


def test_pages_of_other_operations_are_passed_over(folder: Folder, tmp_path: Path) -> None:
    """Parts that are not about vouchers may have any content, on their own page or on the same."""
    other = PAGES[MINE][PAGES[MINE].index("## Operation vouchers/add") :]
    other = other.replace("vouchers/add", "rates/add").partition("\n## ")[0]
    other = other.replace("| string |", "| strange thing |")
    texts = {**PAGES, MINE: f"{PAGES[MINE]}\n{other}", "operations/rates.md": f"# Rates\n\n{other}"}
    assert folder.compared(tmp_path, texts).is_silent


def test_a_shared_page_that_speaks_more_generally_is_no_difference(
    folder: Folder, tmp_path: Path
) -> None:
    """A number may be an integer, limits may be missing; another type is reported."""
    name = "guidelines/pagination.md"
    (row,) = [line for line in PAGES[name].splitlines() if line.startswith("| `Cursor`")]
    fewer = PAGES[name].replace(f"{row}\n", "")
    assert folder.compared(tmp_path, {**PAGES, name: fewer}).is_silent
    other = PAGES[name].replace("| number |", "| string |")
    assert folder.compared(tmp_path, {**PAGES, name: other}).news == {
        f"{operation}/getAll request Limitation.Count: type, {CALLERS}"
        for operation in ("vouchers", "voucherCodes")
    }


@settings(max_examples=examples(30), phases=UNSHRUNK)
@given(first=st.integers(0, 300), lines=st.integers(1, 300))
def test_a_truncated_page_is_compared_or_refused(
    first: int, lines: int, folder: Folder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """However little is left, the command ends normally, and is not silent."""
    kept = PAGES[MINE].splitlines()
    del kept[first : first + lines]
    sources = written(tmp_path_factory.mktemp("cut"), {MINE: "\n".join(kept)})
    found = printed(*sources, *folder.options)
    assert (found.status == 2) == bool(found.err)


def test_two_pages_of_one_operation_are_refused(tmp_path: Path) -> None:
    """A program cannot decide which of them is right."""
    text = pages_2025(recorded())[MINE]
    line = refused(*written(tmp_path, {"a.md": text, "b.md": text}))
    assert line.startswith(f"{tmp_path}/b.md:")
    assert "is described twice" in line


def test_types_in_a_circle_end(folder: Folder, tmp_path: Path) -> None:
    """A type whose table leads back to it is not expanded there."""
    row = "| `CompanyId` | [Voucher](#voucher) | required | |"
    found = folder.compared(tmp_path, with_row("Voucher", "CompanyId", row))
    assert f"vouchers/add 200 Vouchers[].CompanyId: type, {READERS}" in found.news
    assert not any("CompanyId." in line for line in found.news)


def test_another_kind_of_page_is_reported(folder: Folder, tmp_path: Path) -> None:
    """Among others it is left out; alone it is rejected; in a folder it is ignored."""
    others = {"rates.md": "# Rates\n\nText.\n", "README.md": "# Read me\n"}
    mine, *more = written(tmp_path, operation_pages(recorded()) | others)
    found = compared(mine, *more, *folder.options)
    said = {one for one in found.left_out if "describes" in one}
    assert said == {f"{tmp_path}/{name}: describes no voucher operation" for name in others}
    assert not any("describes" in one for one in compared(str(tmp_path), *folder.options).left_out)
    assert "no voucher operation" in refused(str(tmp_path / "rates.md"))
    (text,) = written(tmp_path, {"a.txt": "Text."})
    assert "neither an OpenAPI document nor a page" in refused(text)

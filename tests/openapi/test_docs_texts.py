"""`make docs-diff`: the vendor's texts are recorded as digests, and changes are reported."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.compared import Folder, compared, written
from tests.support.hypothesis_profiles import UNSHRUNK, examples
from tests.support.vendor_docs import (
    TEXT,
    WORD,
    Node,
    as_openapi_31,
    at,
    labels,
    operation,
    published,
    recorded,
    reworded,
    shuffled,
)
from tests.support.vendor_pages import pages

pytestmark = pytest.mark.source

PAGES = pages(recorded())
#: Each line of the pages with words of the vendor: the page and the number of the line.
SPOTS = [
    (name, number)
    for name, text in PAGES.items()
    for number, line in enumerate(text.splitlines())
    if WORD in line
]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Return a folder with a record of the present state, document and pages."""
    folder = Folder(tmp_path_factory.mktemp("known"))
    folder.record(folder.document(published()), *written(folder.path, PAGES))
    ours = folder.document(recorded(), "ours.json")
    folder.options += ["--document", ours]
    return folder


def told(folder: Folder, document: Node) -> tuple[int, set[str], set[str]]:
    """Return the status, the news and the differences of a document."""
    found = compared(folder.document(document), *folder.options)
    return found.status, found.news, found.differences


# --- in the document

WORDS: dict[str, Any] = {
    "title": "Other",
    "summary": "Others.",
    "description": "Others.",
    "example": {"a": 1},
    "examples": {"a": {"value": 1}},
    "externalDocs": {"url": "https://docs.example/other"},
    "$comment": "Others.",
    "x-deprecatedMessage": "Others.",
}
#: Where a report has what is at a path below vouchers/add, and what words it can have.
PARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "operation": ((), ("summary", "description", "externalDocs", "operationId", "tags")),
    "request": (("requestBody",), ("description",)),
    "200": (("responses", "200", "content", "application/json"), ("example", "examples")),
    "429": (("responses", "429"), ("description", "summary")),
}
SCHEMAS = (
    "vouchers/add request",
    "vouchers/add request VoucherParameters[].Name",
    "vouchers/update request VoucherUpdates[].CompanyId.Value",
    "vouchers/getAll request UpdatedUtc",
    "vouchers/getAll 200 Vouchers[].Type",
    "vouchers/getAll 200 Companies[].Address.Line1",
    "vouchers/getAll 200 Rates[].Names{}",
)


@pytest.mark.parametrize("place", PARTS)
def test_texts_of_an_operation_are_reported_with_the_place(place: str, known: Folder) -> None:
    """A description, example or link of an operation, body or response; nothing else."""
    path, keys = PARTS[place]
    for key in keys:
        newer = published()
        node = operation(newer, "vouchers/add")
        for name in path:
            node = node[name]
        node[key] = WORDS.get(key, "other")
        assert told(known, newer) == (1, {f"vouchers/add {place}: text, {TEXT}"}, set())


@pytest.mark.parametrize("label", SCHEMAS)
def test_texts_of_a_schema_are_reported_at_each_place(label: str, known: Folder) -> None:
    """A title, description or example of a schema or property, wherever it is used."""
    for key, value in WORDS.items():
        newer = published()
        node = at(newer, label)
        node[key] = value
        expected = {f"{place}: text, {TEXT}" for place in labels(newer, node)}
        assert told(known, newer) == (1, expected, set())


def test_a_reworded_document_is_news_of_texts_alone(known: Folder) -> None:
    """Rewording everything, in another order and version, reports texts to be read."""
    document = as_openapi_31(shuffled(reworded(published()), 7))
    status, news, differences = told(known, document)
    assert (status, differences) == (1, set())
    assert {line.rpartition(", ")[2] for line in news} == {TEXT}
    assert len(news) > 400


# --- on pages


@settings(max_examples=examples(25), phases=UNSHRUNK)
@given(spot=st.sampled_from(SPOTS))
def test_each_line_of_the_pages_is_reported_when_its_words_change(
    spot: tuple[str, int], known: Folder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A cell, a paragraph, an example, a list item, a guideline: nothing else is reported."""
    name, number = spot
    lines = PAGES[name].splitlines()
    lines[number] = lines[number].replace(WORD, "Other words")
    texts = {**PAGES, name: "\n".join(lines)}
    found = compared(*written(tmp_path_factory.mktemp("pages"), texts), *known.options)
    is_told = "rates" not in lines[number]
    assert (found.status, len(found.texts)) == (is_told, is_told)
    assert (found.news, found.differences, found.notes) == (set(), set(), [])


@pytest.mark.parametrize(
    ("resource", "expected"), [("Vouchers", {"changelog#4th August: changed"}), ("Rates", set())]
)
def test_of_a_changelog_the_lines_on_vouchers_are_reported(
    resource: str, expected: set[str], known: Folder, tmp_path: Path
) -> None:
    """A line on something else is no news, even below the same date."""
    text = PAGES["changelog.md"].replace(f"* [{resource}]", f"* New: [{resource}]")
    found = compared(*written(tmp_path, {**PAGES, "changelog.md": text}), *known.options)
    assert (found.status, found.texts) == (len(expected), expected)

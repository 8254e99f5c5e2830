"""`make docs-diff` reports exactly what the vendor changed, in any form of publication.

What each keyword means is in `test_docs_keywords`, texts in `test_docs_texts`, files and URLs in
`test_docs_sources`.
"""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from comparison.effects import Effect, effect_of_change
from comparison.facts import Value
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.compared import Folder, compared, without_texts, written
from tests.support.hypothesis_profiles import UNSHRUNK, examples
from tests.support.vendor_docs import (
    ADDS,
    API,
    CALLERS,
    CHANGES,
    READERS,
    VENDOR,
    WORDS,
    Change,
    Node,
    as_openapi_31,
    as_yaml,
    july_2025,
    operations,
    ours,
    published,
    recorded,
    renamed,
    reported,
    shuffled,
    undo,
)
from tests.support.vendor_pages import OLD_ROWS, Pages, operation_pages, pages, pages_2025
from tests.support.vendor_states import STATES, State

pytestmark = pytest.mark.source

DAY = timedelta(days=1)  # midnight may be meanwhile

DEPARTURES = VENDOR.with_name("departures.yaml")
Render = Callable[[Node], dict[str, str]]


def as_json(document: Node) -> Pages:
    """Publish a document as one file."""
    return {"swagger.json": json.dumps(published(document))}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the options that name a record of the present state, document and pages."""
    folder = Folder(tmp_path_factory.mktemp("known"))
    folder.record(folder.document(published()), *written(folder.path, pages(recorded())))
    return ["--vendor", folder.vendor]


# --- the present state


def test_a_record_says_when_somebody_looked(tmp_path: Path) -> None:
    """The date of the last record is beside it, also if nothing was new; else nobody looked."""
    folder = Folder(tmp_path)
    date = Path(folder.vendor).with_suffix(".date")
    document = folder.document(published())
    compared(document, "--vendor", folder.vendor)
    assert not date.exists()
    for _ in range(2):
        folder.record(document)
        looked = datetime.fromisoformat(date.read_text("utf-8").strip()).date()
        assert datetime.now(UTC).date() - looked <= DAY
        date.unlink()


PRESENT: dict[str, Pages] = {
    "JSON": as_json(recorded()),
    "YAML": {"swagger.yaml": as_yaml(published())},
    "3.1": {"swagger.json": json.dumps(as_openapi_31(published()))},
    "pages": pages(recorded()),
    "pages without the linked ones": operation_pages(recorded()),
}


@pytest.mark.parametrize("texts", PRESENT.values(), ids=list(PRESENT))
@pytest.mark.parametrize("given_as", ["files", "folder", "glob"])
def test_the_present_state_in_any_form_is_no_news_and_no_difference(
    texts: Pages, given_as: str, known: list[str], tmp_path: Path
) -> None:
    """If the state is recorded and equals our document, there is nothing to do."""
    sources = written(tmp_path / "vendor", texts)
    if given_as != "files":
        sources = [str(tmp_path / "vendor" / ("**" if given_as == "glob" else ""))]
    assert compared(*sources, *known).is_silent


def test_the_record_that_is_shipped_is_what_our_document_states(tmp_path: Path) -> None:
    """Our document differs from it only as intended, and every entry is needed for that."""
    document = json.loads(VENDOR.read_bytes())["document"]
    found = compared(*written(tmp_path, {"vendor.json": json.dumps(document)}))
    assert found.is_silent
    assert found.data["outdated"] == []
    used = {entry["line"] for entry in found.data["intended"]}
    text = DEPARTURES.read_text("utf-8")
    assert len(used) == text.count("- place:") - text.count("source: pages")


# --- what changed since July 2025, as the notes have it


def on_pages(expected: set[str]) -> set[str]:
    """Return the differences that pages show: not what may be missing, and no duplicates."""
    unseen = (": required,", ": uniqueItems,")
    return {line for line in expected if not any(word in line for word in unseen)}


OF_JULY = set().union(*(reported(change, taken_back=True) for change in CHANGES))
ADDED_ROWS = {
    f"{name} request {row}: new, {ADDS}" for name, _ in operations(recorded()) for row in OLD_ROWS
}
JULY: dict[str, tuple[Render, set[str], set[str]]] = {
    "document": (as_json, OF_JULY, set()),
    "pages of 2026": (pages, on_pages(OF_JULY), set()),
    "two pages of 2026": (operation_pages, on_pages(OF_JULY), set()),
    "pages of 2025": (pages_2025, on_pages(OF_JULY), ADDED_ROWS),
}


@pytest.mark.parametrize(("render", "expected", "more"), JULY.values(), ids=list(JULY))
def test_the_state_of_july_2025_differs_in_what_changed_since(
    render: Render, expected: set[str], more: set[str], known: list[str], tmp_path: Path
) -> None:
    """Each true difference with its effect; rows that only old pages have are new to us."""
    found = compared(*written(tmp_path, render(july_2025())), *known)
    assert (found.status, found.differences) == (1, expected)
    assert without_texts(found.news) == expected | more


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: f"{one.schema}.{one.name}")
@pytest.mark.parametrize("render", [as_json, pages, pages_2025])
def test_each_change_since_july_2025_is_news_when_it_comes(
    change: Change, render: Render, tmp_path: Path
) -> None:
    """A change since the recorded state is reported, and nothing else."""
    before = recorded()
    undo(before, change)
    folder = Folder(tmp_path)
    folder.record(*written(tmp_path / "before", as_json(before)))
    found = compared(*written(tmp_path, render(recorded())), *folder.options)
    expected = reported(change) if render is as_json else on_pages(reported(change))
    assert without_texts(found.news) - ADDED_ROWS == expected
    assert found.status == 1 or not expected


# --- other states that the vendor may publish


each_state = pytest.mark.parametrize("state", STATES.values(), ids=list(STATES))


def edited(document: Node, state: State) -> Node:
    """Return a document after an edit."""
    state.edit(document)
    return document


@each_state
def test_a_change_of_the_vendors_document_is_news_and_a_difference(
    state: State, known: list[str], tmp_path: Path
) -> None:
    """Exactly the planted differences are news and differences."""
    found = compared(*written(tmp_path, as_json(edited(recorded(), state))), *known)
    assert (found.status, found.differences) == (1, state.expected)
    assert without_texts(found.news) == state.expected


@each_state
@pytest.mark.parametrize("render", [pages, operation_pages])
def test_a_change_on_the_pages_is_news_and_a_difference(
    state: State, render: Render, known: list[str], tmp_path: Path
) -> None:
    """Exactly the planted differences that pages show, with or without the linked pages."""
    expected = {line for line in state.expected if not any(word in line for word in state.silent)}
    elsewhere = ("Companies[].", "UpdatedUtc.StartUtc") if render is operation_pages else ()
    expected = {line for line in expected if not any(word in line for word in elsewhere)}
    found = compared(*written(tmp_path, render(edited(recorded(), state))), *known)
    assert (found.news, found.differences) == (expected, expected)


@pytest.mark.parametrize(
    ("methods", "effect"), [(["get"], CALLERS), (["get", "post"], ADDS), (["post"], None)]
)
def test_another_method_breaks_callers_one_more_only_adds(
    methods: list[str], effect: str | None, known: list[str], tmp_path: Path
) -> None:
    """In any order, an operation is compared by the method that we know."""
    document = recorded()
    address = API + "vouchers/getAll"
    item = document["paths"][address]
    document["paths"][address] = dict.fromkeys(methods, item["post"])
    found = compared(*written(tmp_path, {"vendor.json": json.dumps(document)}), *known)
    expected = {f"vouchers/getAll operation: method, {effect}"} if effect else set()
    assert found.differences == expected
    assert expected <= found.news


def test_an_operation_at_another_address_breaks_callers(known: list[str], tmp_path: Path) -> None:
    """The path is part of the contract, even if the name is the same."""
    document = published()
    paths = document["paths"]
    paths["/api/connector/vouchers/add"] = paths.pop(API + "vouchers/add")
    found = compared(*written(tmp_path, {"vendor.json": json.dumps(document)}), *known)
    assert found.differences == found.news == {f"vouchers/add operation: address, {CALLERS}"}


@each_state
def test_an_edit_that_follows_the_vendor_leaves_only_the_news(
    state: State, known: list[str], tmp_path: Path
) -> None:
    """Once our document is edited in the same way, no difference is left."""
    (document,) = written(tmp_path, {"ours.yaml": as_yaml(edited(ours(), state))})
    sources = written(tmp_path, as_json(edited(recorded(), state)))
    found = compared(*sources, "--document", document, *known)
    assert found.differences == set()
    assert without_texts(found.news) == state.expected


@settings(max_examples=examples(12), phases=UNSHRUNK)
@given(
    seed=st.integers(min_value=0),
    form=st.sampled_from([as_openapi_31, copy.deepcopy]),
    write=st.sampled_from([as_yaml, json.dumps]),
)
def test_another_order_other_names_and_another_version_are_no_difference(
    seed: int,
    form: Callable[[Node], Node],
    write: Callable[[Node], str],
    known: list[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A document has the same meaning in any order, version and form, with all schemas renamed."""
    text = write(form(shuffled(renamed(published()), seed)))
    folder = tmp_path_factory.mktemp("vendor")
    assert compared(*written(folder, {"vendor.txt": text}), *known).is_silent


@settings(max_examples=examples(5), phases=UNSHRUNK)
@given(seed=st.integers(min_value=0))
def test_rows_and_sections_of_pages_in_another_order_are_no_difference(
    seed: int, known: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Only the values of an enum are a text with an order, so a change of it is reported."""
    texts = pages(shuffled(recorded(), seed))
    found = compared(*written(tmp_path_factory.mktemp("vendor"), texts), *known)
    assert (found.news, found.differences, found.notes) == (set(), set(), [])
    enums = {"Rate type enum", "Voucher type enum", "Activity state", "Activity states"}
    assert {text.split("#")[1].removesuffix(": changed") for text in found.texts} <= {
        *enums,
        "Credit rating basic enum",
    }


# --- who is concerned


@given(
    attribute=st.sampled_from(["required", "nullable", "maxLength", "minItems", "enum", "type"]),
    data=st.data(),
)
def test_a_request_that_takes_less_breaks_callers_a_response_that_holds_more_breaks_readers(
    attribute: str, data: st.DataObject
) -> None:
    """The effect on a response is that on a request with both sides exchanged."""
    values: dict[str, st.SearchStrategy[Value]] = {
        "required": st.booleans(),
        "nullable": st.booleans(),
        "enum": st.none() | st.frozensets(st.sampled_from("abc"), min_size=1),
        "type": st.sampled_from(["string", "integer", "number", "any", "object"]),
    }
    strategy = values.get(attribute, st.none() | st.integers(1, 9))
    before, after = data.draw(strategy), data.draw(strategy)
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
    """Some formats decide the type in Python, some the range of values; others are hints."""
    found = [
        effect_of_change(("vouchers/add", side, "Name"), "format", before, after)
        for side in ("request", "200")
    ]
    assert found == [request_, response]

"""`make docs-diff RECORD=1`: the vendor's state as last recorded, small and without texts."""

import json
from pathlib import Path

import pytest

from tests.support.compared import Compared, Folder, compared, printed, refused, written
from tests.support.vendor_docs import (
    ADDS,
    REF,
    UNKNOWN,
    VENDOR,
    WORD,
    at,
    july_2025,
    published,
    recorded,
    renamed,
    reworded,
)
from tests.support.vendor_pages import pages

pytestmark = pytest.mark.source

PAGES = pages(recorded())
MINE = "operations/vouchers.md"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return an empty folder, in which the vendor's document is used as ours."""
    made = Folder(tmp_path)
    made.options += ["--document", made.document(recorded(), "ours.json")]
    return made


def again(folder: Folder, *sources: str) -> Compared:
    """Compare with what was recorded."""
    return compared(*sources, *folder.options)


def test_what_was_recorded_is_no_news_and_is_recorded_in_the_same_bytes(folder: Folder) -> None:
    """Document and pages, together or one after the other."""
    document, texts = folder.document(published()), written(folder.path / "pages", PAGES)
    first = folder.record(document, *texts)
    assert again(folder, document).is_silent
    assert again(folder, *texts).is_silent
    assert folder.record(document, *texts) == first
    assert (folder.record(document), folder.record(*texts)) == (first, first)


def test_recording_tells_the_news_for_the_last_time(folder: Folder) -> None:
    """The report and its exit status are the same as without it."""
    folder.record(folder.document(published(july_2025())))
    source = folder.document(published())
    told = again(folder, source)
    assert (told.status, bool(told.news)) == (1, True)
    assert again(folder, source, "--record") == told
    assert again(folder, source).is_silent


def test_a_record_holds_no_word_of_the_vendor(folder: Folder) -> None:
    """Facts are recorded unchanged; texts only as digests."""
    text = folder.record(folder.document(published()), *written(folder.path, PAGES))
    assert WORD not in text
    assert text.count("sha256:") > 400


def test_a_record_holds_what_the_voucher_operations_lead_to_and_nothing_else(
    folder: Folder,
) -> None:
    """Other operations, and schemas that only they use, are not recorded."""
    document = published()
    text = folder.record(folder.document(document))
    document["paths"]["/api/connector/v1/bills/add"] = {"post": {"responses": {}}}
    document["components"]["schemas"]["Bills"] = {"type": "object"}
    assert folder.record(folder.document(document)) == text
    assert "rates/getAll" not in text
    assert "bills" not in text.lower()


def test_the_record_that_is_shipped_is_one_that_the_command_has_written(folder: Folder) -> None:
    """Recording its own document changes nothing, so a diff shows only what is new."""
    text = VENDOR.read_text("utf-8")
    written(folder.path, {"vendor.json": text})
    assert folder.record(folder.document(json.loads(text)["document"])) == text


def test_recording_pages_keeps_the_document_and_the_other_way_round(folder: Folder) -> None:
    """Each source replaces only the record of its own kind; a page only its own texts."""
    document, rest = folder.document(published()), written(folder.path / "pages", PAGES)
    folder.record(document, *rest)
    (newer,) = written(folder.path / "newer", {MINE: PAGES[MINE].replace(WORD, "Other")})
    rest.remove(str(folder.path / "pages" / MINE))
    folder.record(newer)
    assert again(folder, document).is_silent
    assert again(folder, *rest, newer).is_silent
    folder.record(folder.document(reworded(recorded())))
    assert again(folder, *rest, newer).is_silent


def test_the_first_record_needs_no_older_one(folder: Folder) -> None:
    """Before it, every operation is new."""
    source = folder.document(published())
    assert f"vouchers/add operation: new, {ADDS}" in again(folder, source).news
    folder.record(source)
    assert again(folder, source).is_silent


def test_texts_are_compared_once_they_were_recorded(folder: Folder) -> None:
    """A record of facts alone says that it has no texts; the first recorded ones are news."""
    folder.record(folder.document(recorded()))
    for source in ([folder.document(published())], written(folder.path / "pages", PAGES)):
        found = printed(*source, *folder.options)
        assert (found.status, "texts: none were recorded" in found.out) == (0, True)
        told = compared(*source, *folder.options)
        assert told.data["is_first"] is False
        kept = Path(folder.vendor).read_text("utf-8")
        assert again(folder, *source, "--record").data == told.data | {"is_first": True}
        Path(folder.vendor).write_text(kept, "utf-8")
        first = printed(*source, *folder.options, "--record")
        assert (first.status, "for the first time" in first.out) == (1, True)
        found = printed(*source, *folder.options)
        assert (found.status, "none were recorded" in found.out) == (0, False)


def test_an_unknown_keyword_is_reported_until_it_is_recorded(folder: Folder) -> None:
    """Once recorded, it is known."""
    document = published()
    at(document, "vouchers/add request Client")["x-unheard"] = "odd"
    folder.record(folder.document(published()))
    source = folder.document(document)
    assert again(folder, source).news == {f"vouchers/add request Client: x-unheard, {UNKNOWN}"}
    folder.record(source)
    assert again(folder, source).is_silent


def test_another_name_of_a_schema_is_no_news_where_nobody_knows_the_keyword(
    folder: Folder,
) -> None:
    """What it leads to counts, not how that is called."""
    document = published()
    at(document, "vouchers/add request Client")["unheard"] = {"$ref": f"{REF}Company"}
    folder.record(folder.document(document))
    assert again(folder, folder.document(renamed(document))).is_silent


def test_an_extension_nobody_knows_is_recorded_without_its_words(folder: Folder) -> None:
    """A sentence in it is the vendor's, wherever it stands; that it changed is told."""
    document = published()
    node = at(document, "vouchers/add request Client")
    node |= {"x-note": WORD, "x-notes": {"a": [WORD]}, "x-number": 7}
    text = folder.record(folder.document(document))
    assert (WORD in text, '"x-number": 7' in text) == (False, True)
    assert again(folder, folder.document(document)).is_silent
    node["x-notes"] = {"a": [f"{WORD} more"]}
    told = again(folder, folder.document(document)).news
    assert told == {f"vouchers/add request Client: x-notes, {UNKNOWN}"}


def test_an_unknown_notation_of_pages_is_reported_until_it_is_recorded(folder: Folder) -> None:
    """Even if it has moved to another line since then."""
    sources = written(folder.path / "pages", PAGES)
    folder.record(folder.document(published()), *sources)
    odd = PAGES[MINE].replace("max 1000 items", "max 1000 items, odd", 1)
    written(folder.path / "pages", {MINE: odd})
    found = again(folder, *sources)
    assert (found.status, found.news, found.differences) == (1, set(), set())
    assert [note.rpartition(": ")[2] for note in found.notes] == [
        "the contract 'odd' is not understood"
    ]
    folder.record(*sources)
    written(folder.path / "pages", {MINE: f"\n\n{odd}"})
    assert again(folder, *sources).is_silent


def test_a_heading_that_changes_alone_is_told(folder: Folder) -> None:
    """Also that of a section without a text of its own."""
    sources = written(folder.path / "pages", PAGES)
    folder.record(folder.document(published()), *sources)
    assert PAGES[MINE].startswith("# A page\n\n## ")
    written(folder.path / "pages", {MINE: PAGES[MINE].replace("# A page", "# Another page", 1)})
    assert again(folder, *sources).texts == {"vouchers#Another page: new", "vouchers#A page: gone"}


def test_an_added_or_removed_text_of_a_page_is_reported(folder: Folder) -> None:
    """An added or removed section; a page that is not given is not removed."""
    sources = written(folder.path / "pages", PAGES)
    folder.record(folder.document(published()), *sources)
    more = f"{PAGES[MINE]}\n## Notes\n\n{WORD}.\n"
    written(folder.path / "pages", {MINE: more})
    assert again(folder, *sources).texts == {"vouchers#Notes: new"}
    folder.record(*sources)
    written(folder.path / "pages", {MINE: PAGES[MINE]})
    assert again(folder, *sources).texts == {"vouchers#Notes: gone"}
    guidelines = [name for name in sources if "guidelines" in name]
    assert again(folder, *(name for name in sources if name not in guidelines)).texts == {
        "vouchers#Notes: gone"
    }


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"document": 7}', '{"document": {'])
def test_what_is_no_record_is_one_clear_line(text: str, folder: Folder) -> None:
    """It is named, and not changed."""
    (source,) = written(folder.path, {"published.json": json.dumps(published())})
    written(folder.path, {"vendor.json": text})
    assert refused(source, *folder.options, "--record").startswith(folder.vendor)
    assert Path(folder.vendor).read_text("utf-8") == text


def test_nothing_is_recorded_of_what_cannot_be_used(folder: Folder) -> None:
    """One malformed source of several leaves the record unchanged."""
    before = folder.record(folder.document(july_2025()))
    good, bad = folder.document(published()), *written(folder.path, {"bad.yaml": "openapi: ["})
    refused(good, bad, *folder.options, "--record")
    assert Path(folder.vendor).read_text("utf-8") == before

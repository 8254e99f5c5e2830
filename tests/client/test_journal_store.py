"""A journal keeps what was stored in it, and belongs to one call."""

import pickle
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import JournalError
from mews_vouchers._journal.opening import open_journal, read_journal
from mews_vouchers._journal.rows import JournalRow
from mews_vouchers._journal.schema import RECORDED, STATUSES, Status
from mews_vouchers._journal.store import JournalStore

from tests.support.hypothesis_profiles import examples

PARAMETERS = {"operation": "voucherCodes/add", "base_url": "http://mock"}
TOKENS = {"access_token": "a-secret-of-the-test"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a new journal."""
    return tmp_path / "spring.journal"


@pytest.fixture
def journal(path: Path) -> Iterator[JournalStore]:
    """Yield a new journal."""
    with open_journal(path, PARAMETERS, TOKENS) as opened:
        yield opened


def items(number: int, start: int = 0) -> list[tuple[int, str]]:
    """Return items of an input."""
    return [(position, f'"item {position}"') for position in range(start, start + number)]


# --- items and outcomes

TEXTS = st.none() | st.text(st.characters(codec="utf-8"), max_size=5)
TIMES = st.none() | st.floats(0, 2e9)


class Model:
    """What a journal should contain, kept in a list."""

    def __init__(self) -> None:
        self.rows: list[JournalRow] = []

    def register(self, journal: JournalStore, data: st.DataObject) -> None:
        """Register some items."""
        added = [
            (position, data.draw(st.text(st.characters(codec="utf-8"), max_size=5)))
            for position in range(len(self.rows), len(self.rows) + data.draw(st.integers(1, 5)))
        ]
        journal.register(added)
        self.rows += [JournalRow(place, "not_sent", text, *[None] * 4) for place, text in added]

    def mark_sent(self, journal: JournalStore, data: st.DataObject) -> None:
        """Send some of the items, perhaps again."""
        positions = data.draw(self._positions())
        sent_at, server_time = data.draw(st.floats(0, 2e9)), data.draw(TIMES)
        journal.mark_sent(positions, sent_at, server_time)
        for position in positions:
            row = self.rows[position]
            self.rows[position] = row._replace(
                status="sent", result=None, error=None, sent_at=sent_at, server_time=server_time
            )

    def record(self, journal: JournalStore, data: st.DataObject) -> None:
        """Record outcomes of some of the items, sent or not."""
        server_time = data.draw(TIMES)
        outcome = st.tuples(st.sampled_from(RECORDED), TEXTS, TEXTS)
        outcomes = [(place, *data.draw(outcome)) for place in data.draw(self._positions())]
        journal.record(outcomes, server_time)
        for position, status, result, error in outcomes:
            row = self.rows[position]
            time = row.server_time if server_time is None else server_time
            sent_at, time = (None, None) if status == "not_sent" else (row.sent_at, time)
            self.rows[position] = JournalRow(
                position, status, row.item, result, error, sent_at, time
            )

    def check(self, journal: JournalStore, chosen: set[Status]) -> None:
        """Compare everything that can be asked."""
        assert list(journal.rows()) == self.rows
        if chosen:
            expected = [row for row in self.rows if row.status in chosen]
            assert list(journal.rows(*chosen)) == expected
        counted = Counter(row.status for row in self.rows)
        assert journal.counts() == {status: counted[status] for status in STATUSES}
        assert journal.items_read == len(self.rows)

    def _positions(self) -> st.SearchStrategy[list[int]]:
        return st.lists(st.integers(0, len(self.rows) - 1), min_size=1, unique=True)


@settings(max_examples=examples(30))
@given(data=st.data(), steps=st.lists(st.sampled_from("rssooo."), min_size=3, max_size=12))
def test_a_journal_is_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, steps: list[str]
) -> None:
    """After any steps, in any order, with or without opening it again: each item as it was left."""
    path = tmp_path_factory.mktemp("journal") / "a.journal"
    model = Model()
    journal = open_journal(path, PARAMETERS)
    model.register(journal, data)
    for step in steps:
        if step == ".":
            journal.close()
            journal = open_journal(path, PARAMETERS)
        else:
            {"r": model.register, "s": model.mark_sent, "o": model.record}[step](journal, data)
    model.check(journal, data.draw(st.sets(st.sampled_from(STATUSES))))
    journal.close()


@pytest.mark.parametrize("number", [0, 1, 499, 500, 501, 1000, 1200])
def test_rows_of_any_length(journal: JournalStore, number: int) -> None:
    """No item is lost between the pages in which a journal is read."""
    journal.register(items(number))
    assert [(row.position, row.item) for row in journal.rows()] == list(items(number))


def test_the_end_of_the_input_is_stored(path: Path) -> None:
    """A journal tells whether its input was read to its end, also when it is opened again."""
    with open_journal(path, PARAMETERS) as journal:
        journal.register(items(2))
        assert not journal.is_complete
        journal.finish_input()
        assert journal.is_complete
    with open_journal(path, PARAMETERS) as journal:
        assert journal.is_complete


def test_rows_survive_writes(journal: JournalStore) -> None:
    """While rows are iterated, outcomes can be recorded and items added; each row comes once."""
    journal.register(items(1200))
    seen = []
    for row in journal.rows("not_sent"):
        seen.append(row.position)
        journal.record([(row.position, "succeeded", "{}", None)])
        if row.position == 600:
            journal.register(items(5, 1200))
    assert seen == list(range(1205))
    assert journal.counts()["succeeded"] == 1205


def test_threads_share_a_journal(journal: JournalStore) -> None:
    """Threads can write and read at the same time."""
    journal.register(items(400))

    def work(start: int) -> None:
        for position in range(start, 400, 4):
            journal.mark_sent([position], 1.0)
            journal.record([(position, "succeeded", f"{position}", None)])
            journal.counts()

    threads = [threading.Thread(target=work, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row.result for row in journal.rows("succeeded")] == [f"{one}" for one in range(400)]


def test_what_cannot_be_stored_is_refused(journal: JournalStore) -> None:
    """Positions out of order, unknown positions and unknown statuses are a `ValueError`."""
    journal.register(items(2))
    wrong: Any = "done"
    calls: list[Callable[[], object]] = [
        lambda: journal.register(items(1)),
        lambda: journal.register(items(1, 3)),
        lambda: journal.mark_sent([2], 1.0),
        lambda: journal.mark_sent([-1], 1.0),
        lambda: journal.record([(2, "succeeded", None, None)]),
        lambda: journal.record([(1, wrong, None, None)]),
        lambda: journal.record([(1, "sent", None, None)]),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=r"item|status"):
            call()
    journal.finish_input()
    with pytest.raises(ValueError, match="the input is over"):
        journal.register(items(1, 2))
    assert journal.counts()["not_sent"] == journal.items_read == 2


# --- the same call


def test_a_journal_is_opened_again(path: Path) -> None:
    """With the same parameters, it has its settings and says which call it is of."""
    with open_journal(path, PARAMETERS, TOKENS) as journal:
        journal.set("call", "e-1")
        journal.set("call", "e-2")
    with open_journal(str(path), PARAMETERS, TOKENS) as journal:
        assert (journal.get("call"), journal.get("other")) == ("e-2", None)
    with read_journal(path) as journal:
        assert journal.parameters == PARAMETERS
        assert journal.path == str(path.resolve())
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("parameters", "tokens", "named"),
    [
        (PARAMETERS | {"operation": "vouchers/add"}, TOKENS, "operation"),
        (PARAMETERS | {"enterprise_id": "e"}, TOKENS, "enterprise_id"),
        ({"operation": "voucherCodes/add"}, TOKENS, "base_url"),
        (PARAMETERS, {"access_token": "another-secret"}, "access_token"),
        (PARAMETERS, {}, "access_token"),
        (
            {**PARAMETERS, "base_url": "x"},
            {"access_token": "another-secret"},
            "access_token, base_url",
        ),
    ],
)
def test_a_journal_of_another_call_is_refused(
    path: Path, parameters: dict[str, str], tokens: dict[str, str], named: str
) -> None:
    """The message names what differs, and no token; the journal stays usable."""
    with open_journal(path, PARAMETERS, TOKENS) as journal:
        journal.register(items(3))
    with pytest.raises(JournalError, match=rf"another {named}:") as caught:
        open_journal(path, parameters, tokens)
    assert "secret" not in str(caught.value)
    with open_journal(path, PARAMETERS, TOKENS) as journal:
        assert journal.items_read == 3


def test_no_token_is_in_the_file(path: Path) -> None:
    """Two journals of one token have different digests of it, and no part of the token."""
    contents: list[tuple[str]] = []
    for name in ("a", "b"):
        with open_journal(path.with_name(name), PARAMETERS, TOKENS):
            found = [one.read_bytes() for one in path.parent.glob(f"{name}-*")]
        found.append(path.with_name(name).read_bytes())
        assert not any(b"secret" in one or b"a-s" in one for one in found)
        with sqlite3.connect(path.with_name(name)) as connection:
            contents += connection.execute("SELECT value FROM setting WHERE kind = 'token'")
        connection.close()
    assert len(set(contents)) == 2


# --- the end


def test_a_closed_journal_says_so(journal: JournalStore, path: Path) -> None:
    """Closing twice is allowed; then everything else is an error, also a started iteration."""
    journal.register(items(1000))
    rows = journal.rows()
    list(islice(rows, 10))
    journal.close()
    journal.close()
    for call in (
        journal.counts,
        journal.finish_input,
        lambda: journal.mark_sent([1], 1.0),
        lambda: list(rows),
    ):
        with pytest.raises(JournalError, match="is closed: open it again"):
            call()
    assert list(path.parent.iterdir()) == [path]


def test_a_journal_cannot_be_pickled(journal: JournalStore) -> None:
    """A pickled connection would be of no use, so this is refused."""
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(journal)

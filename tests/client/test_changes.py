"""`changes(since=mark)`: every change comes at least once, and little comes twice."""

import pickle
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import MewsError, OutcomeUnknownError, PaginationError, RetryPolicy

from tests.support.changing_server import (
    CREDENTIALS,
    SERVICE,
    ChangingServer,
    Copy,
    Habits,
    Item,
)
from tests.support.clients import Connect
from tests.support.hypothesis_profiles import UNSHRUNK, examples

KINDS = ("vouchers", "codes", "property")
DAY = 86_400.0
habits = st.builds(
    Habits,
    now=st.sampled_from([0.0, 978_307_200.5, 1_767_225_600.25, 4_102_444_800.75]),
    lag=st.sampled_from([0.0, 7.0, 25.0]),
    whole_seconds=st.booleans(),
    by_update=st.booleans(),
    pace=st.sampled_from([0.0, 1.5, 20.0]),
    writes=st.integers(0, 25),
    failures=st.sampled_from([0.0, 0.1]),
    seed=st.integers(0, 10**6),
)
#: How a program lists.
listings = st.fixed_dictionaries(
    {
        "page_size": st.integers(1, 5),
        "prefetch": st.booleans(),
        "concurrency": st.sampled_from([1, 3]),
    }
)
#: After how many items a program is killed, if it is, and how many seconds later it starts again.
kills = st.tuples(st.none() | st.integers(0, 12), st.sampled_from([0.0, 3.0, 60.0, 100 * DAY]))


class Program:
    """A program that keeps a copy, and is killed now and then: it keeps only the mark.

    Args:
        connect: Creates its client, a new one for each start.
        server: The server.
        kind: What it copies.
        arguments: Of `changes()`.
    """

    def __init__(
        self, connect: Connect, server: ChangingServer, kind: str, **arguments: Any
    ) -> None:
        self.copy = Copy()
        self.mark: str | None = None
        self._connect, self._server, self._kind = connect, server, kind
        #: The client of all its starts; None for a new one each time.
        self.client: Any = None
        self.arguments = {"overlap": server.habits.lag} | arguments
        self._voucher_ids = [one.id for one in server.vouchers]
        self._is_resumed = False
        self._begun = server.now

    @property
    def expects(self) -> dict[str, bool]:
        """Which items it copies."""
        return {"vouchers": self._kind != "codes", "codes": self._kind != "vouchers"}

    def connected(self) -> Any:
        """Return a client of the server. Any: of either kind."""
        return self._connect.to(
            CREDENTIALS,
            base_url="http://server",
            transport=self._server.transport,
            retry=RetryPolicy(max_attempts=1),
            circuit_breaker=None,
        )

    def feed(self, **more: Any) -> Any:
        """Return the changes since the mark. Any: of either client."""
        client = self.client or self.connected()
        arguments = self.arguments | {"since": self.mark} | more
        if self._kind == "codes":
            return client.voucher_codes.changes(**{"voucher_ids": self._voucher_ids} | arguments)
        resource = client if self._kind == "property" else client.vouchers
        return resource.changes(**{"service_ids": [SERVICE]} | arguments)

    def start(self, *, killed_after: int | None = None) -> bool:
        """Run once; return whether it was completed. Then nothing older may be missing."""
        if not self._is_resumed:
            self._server.begin_run()
        feed, is_complete = self.feed(), False
        iterator = iter(feed)
        try:
            for number, item in enumerate(iterator):
                if number == killed_after:
                    break
                self.copy.save(item)
                self.mark = feed.mark
            else:
                self.mark, is_complete = feed.mark, True
        except MewsError as error:
            self.mark = error.mark
        finally:
            iterator.close()
        self._is_resumed = not is_complete and self.mark is not None
        return is_complete

    def missing(self, at: float) -> list[str]:
        """Return what the copy lacks of what was shown at a time, and has not changed since.

        What changed since may come in the next run, or in none if it is replaced before.
        """
        server = self._server
        shown = server.shown(**self.expects, at=at)
        changed = {
            item.id
            for item in (*server.vouchers, *server.codes)
            if item.versions[-1].shown > at or not self._is_listed(item, at)
        }
        return [item_id for item_id in self.copy.missing(shown) if item_id not in changed]

    def _is_listed(self, item: Item, at: float) -> bool:
        """Whether the voucher of a code is listed: then the code can be."""
        if self._kind == "property":
            vouchers = self._server.shown(vouchers=True, codes=False, at=at)
            return item.voucher_id is None or item.voucher_id in vouchers
        return self._kind == "vouchers" or item.voucher_id in self._voucher_ids


def filled(habits: Habits) -> ChangingServer:
    """Return a server with some vouchers and codes, which were added over a while."""
    server = ChangingServer(habits)
    for _ in range(4):
        voucher = server.add_voucher()
        for _ in range(3):
            server.wait(server.chance.uniform(0, 10))
            server.add_code(voucher)
    return server


@settings(max_examples=examples(30), phases=UNSHRUNK)
@given(
    habits,
    st.sampled_from(KINDS),
    st.lists(kills, max_size=6),
    listings,
)
def test_no_change_is_missed(
    connect: Connect,
    habits: Habits,
    kind: str,
    starts: list[tuple[int | None, float]],
    options: dict[str, Any],
) -> None:
    """A completed run has all that was shown when it began, whatever happened before.

    The clock of the server is wrong, it shows changes late and in whole seconds, items change while
    they are listed, requests fail, and the program is killed at any moment.
    """
    server = filled(replace(habits))
    with patch.object(time, "monotonic", server.virtual):
        program = Program(connect, server, kind, **options)
        for killed_after, pause in starts:
            is_complete = program.start(killed_after=killed_after)
            if is_complete and options["concurrency"] == 1 and server.first_request is not None:
                assert program.missing(server.first_request) == []
            server.wait(pause)
        server.habits.writes, server.habits.failures = 0, 0.0
        server.wait(habits.lag)
        while not program.start():
            pass
        program.start()
        assert program.missing(server.now) == []


@settings(max_examples=examples(30), phases=UNSHRUNK)
@given(
    st.builds(replace, habits, writes=st.just(0)),
    st.sampled_from(KINDS),
    st.lists(st.integers(0, 12), max_size=6),
    listings,
)
def test_a_program_that_is_killed_repeats_nothing(
    connect: Connect,
    habits: Habits,
    kind: str,
    killed: list[int],
    options: dict[str, Any],
) -> None:
    """The mark after an item leads to the next; later runs have only what has changed since."""
    server = filled(replace(habits))
    server.wait(DAY)
    with patch.object(time, "monotonic", server.virtual):
        program = Program(connect, server, kind, **options)
        for killed_after in killed:
            if program.start(killed_after=killed_after):
                break
        server.habits.failures = 0.0
        program.start()
        program.start()
        assert program.missing(server.now) == []
        assert set(Counter(program.copy.received).values()) == {1}
        server.wait(DAY)
        program.start()
        program.copy.received.clear()
        items = {"vouchers": server.vouchers[:2], "codes": server.codes[:3]}
        changed = [one for name, some in items.items() if program.expects[name] for one in some]
        for item in changed:
            server.change(item, is_active=False)
        server.wait(DAY)
        program.start()
    assert sorted(program.copy.received) == sorted(
        (one.id, one.versions[-1].number) for one in changed
    )
    assert not any(program.copy.active[one.id] for one in changed)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("overlap", [None, 0.0, 600.0])
def test_what_changed_shortly_before_a_run_comes_again(
    connect: Connect, kind: str, overlap: float | None
) -> None:
    """Within the overlap before the first request; two minutes unless told otherwise."""
    server = ChangingServer()
    voucher = server.add_voucher()
    server.wait(DAY)
    old, new = server.add_code(voucher), server.add_code(voucher)
    seconds = 120.0 if overlap is None else overlap
    with patch.object(time, "monotonic", server.virtual):
        program = Program(connect, server, kind)
        program.arguments = {} if overlap is None else {"overlap": overlap}
        items = [voucher, voucher] if kind == "vouchers" else [old, new]
        server.change(items[0])
        server.wait(10)
        server.change(items[1])
        server.wait(seconds - 5)
        for _ in range(3):
            program.start()
        times = Counter(item_id for item_id, _ in program.copy.received)
    again = 3 if overlap != 0.0 else 1
    assert times[items[1].id] == again
    if kind != "vouchers":
        assert times[old.id] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_date_the_next_run_lists_the_same(connect: Connect, kind: str) -> None:
    """If the server never tells its time, nothing is missed, and a mark never moves backwards."""
    server = filled(Habits(lag=30.0))
    server.wait(DAY)
    with patch.object(time, "monotonic", server.virtual):
        program = Program(connect, server, kind)
        program.start()
        mark = program.mark
        server.habits.dates = False
        server.wait(DAY)
        for item in (*server.vouchers, *server.codes):
            server.change(item)
        for killed_after in (2, None, None, None):
            program.start(killed_after=killed_after)
        assert program.missing(server.now) == []
        assert program.mark == mark
        first = Program(connect, server, kind)
        for _ in range(3):
            first.start(killed_after=2)
            first.start()
    number = len(first.copy.numbers)
    assert len(first.copy.received) == 3 * number


def test_a_voucher_that_moves_while_vouchers_are_listed_is_found(connect: Connect) -> None:
    """A server may sort by the last change: then it is on no page, but its codes come."""
    server = filled(Habits(by_update=True))
    server.wait(DAY)
    with patch.object(time, "monotonic", server.virtual):
        program = Program(connect, server, "property", page_size=2, prefetch=False)
        feed = program.feed()
        for number, item in enumerate(feed):
            if number == 0:
                server.change(server.vouchers[0])
            program.copy.save(item)
        program.mark = feed.mark
        program.start()
    assert program.missing(server.now) == []


@pytest.mark.parametrize(
    ("vouchers", "expected"), [(0, (1, 0)), (999, (1, 1)), (1000, (3, 1)), (1500, (3, 2))]
)
def test_what_a_run_without_changes_costs(
    connect: Connect, vouchers: int, expected: tuple[int, int]
) -> None:
    """One request per 1,000 vouchers to list them, one for their codes; one more from 1,000 on.

    With the vouchers given, one per 1,000 of them; of vouchers alone, one.
    """
    server = ChangingServer(Habits(now=time.time()))
    for _ in range(vouchers):
        server.add_voucher()
    server.wait(DAY)
    with patch.object(time, "monotonic", server.virtual):
        for kind in KINDS:
            program = Program(connect, server, kind)
            program.start()
            server.requests.clear()
            assert program.start()
            sent = Counter(operation for operation, _ in server.requests)
            counts = sent["vouchers/getAll"], sent["voucherCodes/getAll"]
            alone = {"vouchers": (1, 0), "codes": (0, -(-vouchers // 1000))}
            assert counts == alone.get(kind, expected)


def test_codes_of_new_vouchers_are_followed(connect: Connect) -> None:
    """Also of a voucher that is added while the program is down; the others do not come again."""
    server = filled(Habits())
    server.wait(DAY)
    with patch.object(time, "monotonic", server.virtual):
        program = Program(connect, server, "property", page_size=2)
        program.start(killed_after=8)
        server.wait(DAY)
        voucher = server.add_voucher()
        code = server.add_code(voucher)
        program.start()
        assert code.id in program.copy.numbers
        program.start()
    assert program.missing(server.now) == []
    times = Counter(item_id for item_id, _ in program.copy.received)
    assert {times.pop(voucher.id), times.pop(code.id)} <= {1, 2}
    assert set(times.values()) == {1}


@pytest.mark.parametrize("killed_after", [2, 8])
def test_a_voucher_that_vanishes_makes_no_mark_useless(connect: Connect, killed_after: int) -> None:
    """The run lists the codes again from their beginning, and misses none."""
    server = filled(Habits())
    server.wait(DAY)
    with patch.object(time, "monotonic", server.virtual):
        program = Program(connect, server, "property", page_size=2)
        program.start(killed_after=killed_after)
        gone = server.vouchers.pop(0)
        assert program.start()
    wanted = {one.id for one in server.codes if one.voucher_id != gone.id}
    assert wanted <= set(program.copy.numbers)


@pytest.mark.parametrize("killed_after", [2, 8])
def test_a_run_is_continued_after_several_failures(connect: Connect, killed_after: int) -> None:
    """Whichever request of the continued run fails, its mark misses and repeats nothing."""
    for number in range(1, 8):
        server = filled(Habits())
        server.wait(DAY)
        with patch.object(time, "monotonic", server.virtual):
            program = Program(connect, server, "property", page_size=2)
            program.start(killed_after=killed_after)
            server.fails_at = {len(server.requests) + number}
            while not program.start():
                pass
        assert program.missing(server.now) == []
        assert set(Counter(program.copy.received).values()) == {1}


def test_a_run_may_wait_for_months_in_the_middle(connect: Connect) -> None:
    """Then it begins again, so that no interval is longer than the vendor allows."""
    server = filled(Habits(now=time.time() - 200 * DAY))
    with patch.object(time, "monotonic", server.virtual):
        program = Program(connect, server, "codes", page_size=2)
        program.client = program.connected()
        program.start()
        for item in server.codes:
            server.change(item)
        server.wait(100 * DAY)
        program.start(killed_after=3)
        server.wait(10 * DAY)
        program.start(killed_after=2)
        server.wait(90 * DAY)
        program.client = None
        server.requests.clear()
        program.start()
    assert program.missing(server.now) == []
    starts = [body["UpdatedUtc"]["StartUtc"] for _, body in server.requests]
    assert datetime.now(UTC) - datetime.fromisoformat(max(starts)) < timedelta(days=63)
    repeated = Counter(one for one in program.copy.received if one[1] > 16)
    assert set(repeated.values()) <= {1, 2}


# --- marks


@pytest.mark.parametrize("kind", KINDS)
def test_a_mark_is_bound_to_its_filters_and_its_method(connect: Connect, kind: str) -> None:
    """Another mark is refused at the call; order and case of the ids do not matter."""
    server = filled(Habits())
    name, ids = "service_ids", [SERVICE]
    if kind == "codes":
        name, ids = "voucher_ids", [one.id for one in server.vouchers]
    others = {"enterprise_ids": [SERVICE]}, {name: [*ids, "a"]}, {name: ids[1:]}
    for killed_after in (None, 2):
        program = Program(connect, server, kind)
        program.start(killed_after=killed_after)
        mark = program.mark
        assert mark is not None
        before = len(server.requests)
        for other in others:
            with pytest.raises(PaginationError, match="invalid mark"):
                program.feed(**other)
        for text in ("", "x", mark[:-1], mark + "0", mark.replace("1.", "2.", 1), mark[::-1]):
            with pytest.raises(PaginationError, match="since=None"):
                program.feed(since=text)
        with pytest.raises(TypeError, match="takes a mark"):
            program.feed(since=5)
        for wrong in set(KINDS) - {kind}:
            with pytest.raises(PaginationError, match="another method"):
                Program(connect, server, wrong).feed(since=mark)
        program.feed(**{name: [one.upper() for one in ids[::-1]]})
        assert len(server.requests) == before


def test_a_mark_is_a_short_text(connect: Connect) -> None:
    """Between two runs and within a run; it survives any storage of ASCII."""
    server = filled(Habits())
    for kind in KINDS:
        program = Program(connect, server, kind)
        program.start(killed_after=9 if kind == "property" else 3)
        program_mark = program.mark or ""
        program.start()
        mark = program.mark or ""
        assert 0 < len(mark) <= 30 < len(program_mark) <= 120
        assert (mark + program_mark).isascii()
        assert len((mark + program_mark).split()) == 1


def test_before_the_first_item_the_mark_is_the_given_one(connect: Connect) -> None:
    """Also on an error, and in each iteration; an error has no checkpoint."""
    server = filled(Habits())
    program = Program(connect, server, "property")
    feed = program.feed()
    assert feed.mark is None
    program.start()
    second = program.feed()
    assert second.mark == program.mark
    server.habits.failures = 1.0
    with pytest.raises(MewsError) as caught:
        list(second)
    assert (caught.value.mark, caught.value.checkpoint) == (program.mark, None)
    server.habits.failures = 0.0
    assert len(list(feed)) == len(list(feed)) == 16
    assert feed.mark is not None


def test_an_error_within_a_run_has_the_mark(connect: Connect) -> None:
    """The mark of the error leads to the next item; it survives pickling."""
    server = filled(Habits())
    feed = Program(connect, server, "codes", page_size=5, prefetch=False).feed()
    found = []

    def save_all() -> None:
        for item in feed:
            found.append(item.id)
            server.habits.failures = float(len(found) == 5)

    with pytest.raises(OutcomeUnknownError) as caught:
        save_all()
    server.habits.failures = 0.0
    mark = pickle.loads(pickle.dumps(caught.value)).mark
    assert mark == feed.mark
    rest = Program(connect, server, "codes").feed(since=mark)
    assert len(found) == 5
    assert sorted(found + [item.id for item in rest]) == sorted(one.id for one in server.codes)


def test_arguments_are_checked_at_the_call(connect: Connect) -> None:
    """Nothing is sent for a mistake in them."""
    server = ChangingServer()
    for kind in KINDS:
        program = Program(connect, server, kind)
        for mistake in (
            {"overlap": -1},
            {"overlap": 2_592_001},
            {"page_size": 0},
            {"concurrency": 17},
        ):
            with pytest.raises(ValueError, match="must be"):
                program.feed(**mistake)
        name = "voucher_ids" if kind == "codes" else "service_ids"
        for wrong in ({"overlap": "1"}, {name: "a"}, {name: [1]}):
            with pytest.raises(TypeError):
                program.feed(**wrong)
        assert list(program.feed(**{name: []})) == []
    assert server.requests == []

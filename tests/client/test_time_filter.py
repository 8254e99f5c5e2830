"""`updated=(start, end)` has its start and not its end, whichever kind of time filter a server has.

Since January 2026 the vendor's excludes its end, and matches exactly that moment where start and
end are the same; before, it included both.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mews_vouchers._operations.table import LIST_CODES
from mews_vouchers._pagination import deduplication
from mews_vouchers._pagination.partitions import Filters
from mews_vouchers.mock import MockMews
from mews_vouchers.mock.faults import respond

from tests.support.clients import Connect
from tests.support.hypothesis_profiles import examples
from tests.support.seeding import listings
from tests.support.time_servers import (
    SECOND,
    VOUCHERS,
    Case,
    Code,
    Interval,
    Kind,
    Shown,
    cases,
    codes_around,
    fractions,
    in_seconds,
    kinds,
    listing,
    moments,
    page_sizes,
    places,
    sent,
    spans,
    three_months_after,
    unreadable,
    widths,
)

PRAGUE = ZoneInfo("Europe/Prague")


@pytest.mark.parametrize("includes_end", [False, True])
@pytest.mark.parametrize("shown", [None, in_seconds])
def test_servers_of_both_kinds_are_listed_alike(
    connect: Connect, shown: Shown | None, *, includes_end: bool
) -> None:
    """Of five codes a second apart come the first four; and the last alone, asked for by itself."""
    times = [datetime(2026, 2, 1, tzinfo=UTC) + number * SECOND for number in range(5)]
    mock = Kind(includes_end, shown).holding([Code(VOUCHERS[0], time) for time in times])
    assert places(listing(connect, mock, Interval(times[0], times[4]))) == [0, 1, 2, 3]
    assert places(listing(connect, mock, Interval(times[4], times[4]))) == [4]


@settings(max_examples=examples(60))
@given(case=cases, data=st.data())
def test_what_is_in_the_interval_comes_once(
    connect: Connect, case: Case, data: st.DataObject
) -> None:
    """However the interval is cut, and however close to a cut they are: all codes, each once."""
    codes = case.codes(connect, data)
    pager = case.pager(connect, case.kind.holding(codes))
    assert places(pager) == case.kind.expected(codes, case.interval)


@settings(max_examples=examples(60))
@given(
    case=cases,
    taken=st.integers(0, 12),
    other=st.fixed_dictionaries({"concurrency": widths, "page_size": page_sizes}),
    data=st.data(),
)
def test_from_a_checkpoint_comes_the_rest(
    connect: Connect, case: Case, taken: int, other: dict[str, int], data: st.DataObject
) -> None:
    """The same where a listing goes on, with another concurrency and page size."""
    codes = case.codes(connect, data)
    mock = case.kind.holding(codes)
    pager = case.pager(connect, mock)
    first = [item for _, item in zip(range(taken), pager, strict=False)]
    rest = case.pager(connect, mock, checkpoint=pager.checkpoint, **other)
    assert sorted(places(first) + places(rest)) == case.kind.expected(codes, case.interval)


@settings(max_examples=examples(40))
@given(
    kind=kinds,
    start=st.builds(lambda moment, part: moment.replace(microsecond=part), moments, fractions),
    steps=st.lists(spans, min_size=1, max_size=4),
    data=st.data(),
)
def test_runs_that_follow_one_another_give_each_code_once(
    connect: Connect, kind: Kind, start: datetime, steps: list[timedelta], data: st.DataObject
) -> None:
    """Where each run starts at the end of the one before: all codes; in full seconds, each once."""
    bounds = [*accumulate(steps, datetime.__add__, initial=start)]
    codes = data.draw(codes_around(bounds))
    mock = kind.holding(codes)
    runs = [listing(connect, mock, Interval(*run)) for run in pairwise(bounds)]
    came = Counter(place for run in runs for place in places(run))
    assert sorted(came) == kind.expected(codes, Interval(start, bounds[-1]))
    assert start.microsecond or set(came.values()) <= {1}


# --- times that cannot be read


@settings(max_examples=examples(40))
@given(case=cases, data=st.data())
def test_what_has_no_readable_time_comes_once(
    connect: Connect, case: Case, data: st.DataObject
) -> None:
    """A code whose time nobody can read is not lost, and its id tells that two windows have it.

    Nothing tells that one is at the very end, if the server includes that.
    """
    kind = Kind(case.kind.includes_end, unreadable)
    codes, full = case.codes(connect, data), case.interval.in_full_seconds()
    assert places(case.pager(connect, kind.holding(codes))) == [
        place
        for place, code in enumerate(codes)
        if full.has(code.updated, includes_end=kind.includes_end)
    ]


def test_windows_that_are_listed_concurrently_share_what_came(connect: Connect) -> None:
    """A code without a readable time that two of them have comes once, whichever is first."""
    border = datetime(2025, 4, 1, tzinfo=UTC)
    mock = Kind(includes_end=True, shown=unreadable).holding([Code(VOUCHERS[0], border)])
    interval = Interval(border - SECOND, border + SECOND)
    assert places(listing(connect, mock, interval, concurrency=2)) == [0]


@settings(max_examples=examples(20))
@given(codes=st.integers(0, 9), taken=st.integers(0, 9), most=st.sampled_from([1, 3, 100]))
def test_and_is_not_lost_where_the_memory_ends(
    connect: Connect, codes: int, taken: int, most: int
) -> None:
    """After a checkpoint, and beyond as many codes as are remembered, it may come again."""
    cut = datetime(2025, 4, 1, tzinfo=UTC)
    year = Interval(datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    mock = Kind(includes_end=True, shown=unreadable).holding([Code(VOUCHERS[0], cut)] * codes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deduplication, "_MAX_TIMELESS", most)
        came = Counter(places(listing(connect, mock, year)))
        pager = listing(connect, mock, year)
        first = [item for _, item in zip(range(taken), pager, strict=False)]
        rest = listing(connect, mock, year, checkpoint=pager.checkpoint)
        resumed = Counter(places(first) + places(rest))
    assert sorted(came) == sorted(resumed) == [*range(codes)]
    assert {*came.values(), *resumed.values()} <= {1, 2}
    assert (2 in came.values()) == (codes > most)


# --- windows


@settings(max_examples=examples(300))
@given(
    start=moments, span=st.timedeltas(0 * SECOND, timedelta(days=900)), wanted=st.integers(1, 64)
)
@example(datetime(2025, 11, 30, tzinfo=UTC), timedelta(days=91) - SECOND, 1)
@example(datetime(2025, 11, 29, tzinfo=UTC), timedelta(days=92) - SECOND, 1)
@example(datetime(2025, 8, 31, tzinfo=UTC), timedelta(days=92) - SECOND, 1)
@example(datetime(2027, 11, 30, tzinfo=UTC), timedelta(days=91), 2)
def test_windows_are_as_long_as_the_vendor_measures(
    start: datetime, span: timedelta, wanted: int
) -> None:
    """Each ends at most three calendar months after its start, and where the next begins."""
    end = (start + span).replace(microsecond=0)
    parts = Filters({"voucher_ids": ["a"]}, (start, end), kinds=LIST_CODES.filters).partitions(
        wanted
    )
    found = [part.properties["updated_utc"] for part in parts][::-1]
    assert all(one.end_utc <= three_months_after(one.start_utc) for one in found)
    assert [one.start_utc for one in found] == [start, *(one.end_utc for one in found[:-1])]
    assert found[-1].end_utc == end
    months = (end.year - start.year) * 12 + end.month - start.month
    assert wanted > 1 or len(found) <= months // 3 + 2


EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("interval", "windows"),
    [
        ((EARLIEST, datetime(1, 3, 1, tzinfo=UTC)), ["0001-01-01T00:00:00Z 0001-03-01T00:00:00Z"]),
        ((EARLIEST, EARLIEST), ["0001-01-01T00:00:00Z 0001-01-01T00:00:00Z"]),
        (
            (datetime(9999, 9, 30, tzinfo=UTC), LATEST),
            [
                "9999-12-30T00:00:00Z 9999-12-31T23:59:59Z",
                "9999-09-30T00:00:00Z 9999-12-30T00:00:00Z",
            ],
        ),
        ((LATEST, LATEST), ["9999-12-31T23:59:59Z 9999-12-31T23:59:59Z"]),
    ],
)
def test_an_interval_may_reach_to_the_ends_of_time(
    connect: Connect, interval: tuple[datetime, datetime], windows: list[str]
) -> None:
    """No window is before the first moment that there is, and none after the last full second."""
    mock = MockMews(seed=7)
    mock.inject(respond(200, '{"VoucherCodes": [], "Cursor": null}'))
    list(listing(connect, mock, Interval(*interval)))
    assert [" ".join(body["UpdatedUtc"].values()) for body in listings(mock)] == windows


# --- moments of any zone


@st.composite
def on_the_wall(draw: st.DrawFn) -> tuple[datetime, datetime]:
    """Draw two times of a night in which the clocks are changed: some come twice, some never."""
    night = draw(st.sampled_from([datetime(2025, 3, 30), datetime(2025, 10, 26)]))  # noqa: DTZ001
    one, other = (
        (night + timedelta(minutes=draw(st.integers(60, 240)))).replace(
            tzinfo=PRAGUE, fold=draw(st.integers(0, 1))
        )
        for _ in range(2)
    )
    return one, other


_SUMMER = datetime(2025, 10, 26, 2, 30, tzinfo=PRAGUE)
_WINTER = datetime(2025, 10, 26, 2, 10, tzinfo=PRAGUE, fold=1)


@settings(max_examples=examples(100))
@given(updated=on_the_wall())
@example((_SUMMER, _WINTER))
@example((_WINTER, _SUMMER))
def test_bounds_are_moments(connect: Connect, updated: tuple[datetime, datetime]) -> None:
    """What counts is which moment is earlier, and not what the clocks on the wall show."""
    mock = MockMews(seed=7)
    interval = Interval(*(moment.astimezone(UTC) for moment in updated))
    if interval.start > interval.end:
        with pytest.raises(ValueError, match="ends before it starts"):
            listing(connect, mock, Interval(*updated))
        return
    list(listing(connect, mock, Interval(*updated)))
    assert list(map(sent, listings(mock))) == [interval]


def test_a_moment_without_a_date_in_utc_is_refused(connect: Connect) -> None:
    """The first moment of a zone that is ahead of UTC cannot be sent, and that is said at once."""
    first = datetime.min.replace(tzinfo=PRAGUE)
    with pytest.raises(ValueError, match="is out of range in UTC"):
        listing(connect, MockMews(seed=7), Interval(first, LATEST))

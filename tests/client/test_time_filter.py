"""`updated=(start, end)` includes its start and not its end, whatever the server's time filter.

Since January 2026 the vendor's filter excludes its end, and matches exactly one datetime if start
and end are equal; before, it included both.
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
    concurrencies,
    datetimes,
    fractions,
    in_seconds,
    kinds,
    listing,
    page_sizes,
    places,
    sent,
    spans,
    three_months_after,
    unreadable,
)

PRAGUE = ZoneInfo("Europe/Prague")


@pytest.mark.parametrize("includes_end", [False, True])
@pytest.mark.parametrize("shown", [None, in_seconds])
def test_servers_of_both_kinds_are_listed_alike(
    connect: Connect, shown: Shown | None, *, includes_end: bool
) -> None:
    """Of five codes a second apart, the first four are listed; the last one by itself."""
    times = [datetime(2026, 2, 1, tzinfo=UTC) + number * SECOND for number in range(5)]
    mock = Kind(includes_end, shown).holding([Code(VOUCHERS[0], time) for time in times])
    assert places(listing(connect, mock, Interval(times[0], times[4]))) == [0, 1, 2, 3]
    assert places(listing(connect, mock, Interval(times[4], times[4]))) == [4]


@settings(max_examples=examples(60))
@given(case=cases, data=st.data())
def test_what_is_in_the_interval_is_listed_once(
    connect: Connect, case: Case, data: st.DataObject
) -> None:
    """However the interval is split, and however close items are to a bound: each code once."""
    codes = case.codes(connect, data)
    pager = case.pager(connect, case.kind.holding(codes))
    assert places(pager) == case.kind.expected(codes, case.interval)


@settings(max_examples=examples(60))
@given(
    case=cases,
    taken=st.integers(0, 12),
    other=st.fixed_dictionaries({"concurrency": concurrencies, "page_size": page_sizes}),
    data=st.data(),
)
def test_a_checkpoint_continues_with_the_rest(
    connect: Connect, case: Case, taken: int, other: dict[str, int], data: st.DataObject
) -> None:
    """The same for a listing that continues with another concurrency and page size."""
    codes = case.codes(connect, data)
    mock = case.kind.holding(codes)
    pager = case.pager(connect, mock)
    first = [item for _, item in zip(range(taken), pager, strict=False)]
    rest = case.pager(connect, mock, checkpoint=pager.checkpoint, **other)
    assert sorted(places(first) + places(rest)) == case.kind.expected(codes, case.interval)


@settings(max_examples=examples(40))
@given(
    kind=kinds,
    start=st.builds(lambda time, part: time.replace(microsecond=part), datetimes, fractions),
    steps=st.lists(spans, min_size=1, max_size=4),
    data=st.data(),
)
def test_consecutive_runs_list_each_code_once(
    connect: Connect, kind: Kind, start: datetime, steps: list[timedelta], data: st.DataObject
) -> None:
    """If each run starts at the end of the last: all codes; with full seconds, each once."""
    bounds = [*accumulate(steps, datetime.__add__, initial=start)]
    codes = data.draw(codes_around(bounds))
    mock = kind.holding(codes)
    runs = [listing(connect, mock, Interval(*run)) for run in pairwise(bounds)]
    counts = Counter(place for run in runs for place in places(run))
    assert sorted(counts) == kind.expected(codes, Interval(start, bounds[-1]))
    assert start.microsecond or set(counts.values()) <= {1}


# --- unreadable times


@settings(max_examples=examples(40))
@given(case=cases, data=st.data())
def test_items_without_a_readable_time_are_listed_once(
    connect: Connect, case: Case, data: st.DataObject
) -> None:
    """A code with an unreadable time is not lost; its id shows that two windows have it.

    Nothing shows that a code is at the very end, if the server includes the end.
    """
    kind = Kind(case.kind.includes_end, unreadable)
    codes, full = case.codes(connect, data), case.interval.in_full_seconds()
    assert places(case.pager(connect, kind.holding(codes))) == [
        place
        for place, code in enumerate(codes)
        if full.has(code.updated, includes_end=kind.includes_end)
    ]


def test_windows_that_are_listed_concurrently_share_what_came(connect: Connect) -> None:
    """A code without a readable time in two concurrent windows is listed once."""
    split_point = datetime(2025, 4, 1, tzinfo=UTC)
    mock = Kind(includes_end=True, shown=unreadable).holding([Code(VOUCHERS[0], split_point)])
    interval = Interval(split_point - SECOND, split_point + SECOND)
    assert places(listing(connect, mock, interval, concurrency=2)) == [0]


@settings(max_examples=examples(20))
@given(codes=st.integers(0, 9), taken=st.integers(0, 9), memory=st.sampled_from([1, 3, 100]))
def test_items_without_a_readable_time_may_repeat(
    connect: Connect, codes: int, taken: int, memory: int
) -> None:
    """After a checkpoint, or beyond the number of remembered ids, a code may be listed again."""
    split_point = datetime(2025, 4, 1, tzinfo=UTC)
    year = Interval(datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    mock = Kind(includes_end=True, shown=unreadable).holding(
        [Code(VOUCHERS[0], split_point)] * codes
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deduplication, "_MAX_TIMELESS", memory)
        counts = Counter(places(listing(connect, mock, year)))
        pager = listing(connect, mock, year)
        first = [item for _, item in zip(range(taken), pager, strict=False)]
        rest = listing(connect, mock, year, checkpoint=pager.checkpoint)
        resumed = Counter(places(first) + places(rest))
    assert sorted(counts) == sorted(resumed) == [*range(codes)]
    assert {*counts.values(), *resumed.values()} <= {1, 2}
    assert (2 in counts.values()) == (codes > memory)


# --- windows


@settings(max_examples=examples(300))
@given(
    start=datetimes, span=st.timedeltas(0 * SECOND, timedelta(days=900)), target=st.integers(1, 64)
)
@example(datetime(2025, 11, 30, tzinfo=UTC), timedelta(days=91) - SECOND, 1)
@example(datetime(2025, 11, 29, tzinfo=UTC), timedelta(days=92) - SECOND, 1)
@example(datetime(2025, 8, 31, tzinfo=UTC), timedelta(days=92) - SECOND, 1)
@example(datetime(2027, 11, 30, tzinfo=UTC), timedelta(days=91), 2)
def test_windows_are_as_long_as_the_vendor_measures(
    start: datetime, span: timedelta, target: int
) -> None:
    """Each window has at most three calendar months, and ends where the next starts."""
    end = (start + span).replace(microsecond=0)
    partitions = Filters({"voucher_ids": ["a"]}, (start, end), kinds=LIST_CODES.filters).partitions(
        target
    )
    found = [part.properties["updated_utc"] for part in partitions][::-1]
    assert all(one.end_utc <= three_months_after(one.start_utc) for one in found)
    assert [one.start_utc for one in found] == [start, *(one.end_utc for one in found[:-1])]
    assert found[-1].end_utc == end
    months = (end.year - start.year) * 12 + end.month - start.month
    assert target > 1 or len(found) <= months // 3 + 2


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
    """No window starts before the first datetime, or ends after the last full second."""
    mock = MockMews(seed=7)
    mock.inject(respond(200, '{"VoucherCodes": [], "Cursor": null}'))
    list(listing(connect, mock, Interval(*interval)))
    assert [" ".join(body["UpdatedUtc"].values()) for body in listings(mock)] == windows


# --- time zones


@st.composite
def local_times(draw: st.DrawFn) -> tuple[datetime, datetime]:
    """Draw two local times of a night with a clock change: some occur twice, some never."""
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
@given(updated=local_times())
@example((_SUMMER, _WINTER))
@example((_WINTER, _SUMMER))
def test_bounds_are_compared_in_utc(connect: Connect, updated: tuple[datetime, datetime]) -> None:
    """The order of the bounds is that in UTC, not that of local time."""
    mock = MockMews(seed=7)
    interval = Interval(*(time.astimezone(UTC) for time in updated))
    if interval.start > interval.end:
        with pytest.raises(ValueError, match="ends before it starts"):
            listing(connect, mock, Interval(*updated))
        return
    list(listing(connect, mock, Interval(*updated)))
    assert list(map(sent, listings(mock))) == [interval]


def test_a_datetime_out_of_range_in_utc_is_refused(connect: Connect) -> None:
    """The first local time of a zone ahead of UTC cannot be sent, which is an error at once."""
    first = datetime.min.replace(tzinfo=PRAGUE)
    with pytest.raises(ValueError, match="is out of range in UTC"):
        listing(connect, MockMews(seed=7), Interval(first, LATEST))

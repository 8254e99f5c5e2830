"""The filter `updated` of a listing, of any length."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mews_vouchers.mock import MockMews

from tests.support.clients import Connect
from tests.support.hypothesis_profiles import examples
from tests.support.listing import NEEDED
from tests.support.seeding import (
    JsonObject,
    SetClock,
    add_codes,
    ids,
    listings,
    scattered,
    unknown_ids,
)

#: The required arguments, with ids that can be sent.
NEEDED_HERE = {
    "voucher_codes": {"voucher_ids": unknown_ids(1)},
    "vouchers": {"service_ids": unknown_ids(1)},
}
START = datetime(2024, 1, 15, 6, 30, tzinfo=UTC)
END = datetime(2025, 1, 15, 6, 30, tzinfo=UTC)
BOUNDS = [START + relativedelta(months=months) for months in (9, 6, 3)]
PRAGUE = ZoneInfo("Europe/Prague")
SECOND = timedelta(seconds=1)
datetimes = st.datetimes(
    min_value=datetime(2019, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2026, 12, 31),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, PRAGUE, ZoneInfo("America/New_York")]),
    allow_imaginary=False,
)


def as_sent(moment: datetime) -> str:
    """Return a datetime as it is sent."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def clock() -> SetClock:
    """Return the clock of `timed`."""
    return SetClock()


@pytest.fixture(params=[False, True], ids=["ends excluded", "ends included"])
def timed(clock: SetClock, request: pytest.FixtureRequest) -> MockMews:
    """Return a mock whose items can have any time, with a time filter of each kind in turn."""
    return MockMews(seed=7, clock=clock, time_filter_includes_end=request.param)


def sent_windows(bodies: list[JsonObject]) -> list[tuple[str, Any]]:
    """Return the intervals of the requests. Any: the end may be null."""
    return [(body["UpdatedUtc"]["StartUtc"], body["UpdatedUtc"]["EndUtc"]) for body in bodies]


def codes_at(
    mock: MockMews, clock: SetClock, voucher_id: str, times: list[datetime]
) -> dict[str, datetime]:
    """Add a code at each of some times; return the times by id, newest first."""
    made: dict[str, datetime] = {}
    for moment in sorted(times):
        clock.now = moment
        made[mock.add_code(voucher_id, "A")] = moment
    return dict(reversed(made.items()))


@settings(max_examples=examples(30))
@given(datetimes, datetimes)
@example(datetime(2024, 2, 28, tzinfo=UTC), datetime(2025, 5, 31, tzinfo=UTC))
@example(datetime(2025, 2, 28, tzinfo=UTC), datetime(2025, 5, 31, tzinfo=UTC))
@example(datetime(2025, 11, 30, tzinfo=UTC), datetime(2026, 2, 28, tzinfo=UTC))
@example(datetime(2025, 11, 29, tzinfo=UTC), datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC))
@example(datetime(2025, 11, 30, tzinfo=UTC), datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC))
@example(datetime(2025, 8, 31, tzinfo=UTC), datetime(2025, 11, 30, 23, 59, 59, tzinfo=UTC))
@example(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC))
@example(datetime(2024, 1, 15, tzinfo=PRAGUE), datetime(2025, 1, 15, tzinfo=PRAGUE))
def test_a_long_interval_is_split_by_three_months(
    connect: Connect, one: datetime, other: datetime
) -> None:
    """Intervals of at most three calendar months are sent, newest first, without a gap."""
    start, end = sorted(moment.astimezone(UTC) for moment in (one, other))
    given = (one, other) if one.astimezone(UTC) == start else (other, one)
    mock = MockMews(seed=7)
    list(connect(mock).voucher_codes.get_all(voucher_ids=unknown_ids(1), updated=given))
    sent = sent_windows(listings(mock))
    assert {request.status for request in mock.requests} == {200}
    full = end + timedelta(seconds=1) if end.microsecond else end
    assert (sent[-1][0], sent[0][1]) == (as_sent(start), as_sent(full))
    assert [older[1] for older in sent[1:]] == [newer[0] for newer in sent[:-1]]
    for first, last in sent:
        begun = datetime.fromisoformat(first)
        assert begun <= datetime.fromisoformat(last) <= begun + relativedelta(months=3)
    months = (end.year - start.year) * 12 + end.month - start.month
    assert len(sent) <= months // 3 + 2


@pytest.mark.parametrize("page_size", [1, 3, 1000])
def test_an_item_on_a_bound_is_listed_once(
    connect: Connect, timed: MockMews, clock: SetClock, page_size: int
) -> None:
    """The start is included, the end is not; an item at a split point is listed once."""
    voucher_id = timed.add_voucher()
    edges = [START, *BOUNDS, END]
    made = codes_at(
        timed,
        clock,
        voucher_id,
        [edge + step for edge in edges for step in (-SECOND, 0 * SECOND, SECOND)],
    )
    pager = connect(timed).voucher_codes.get_all(
        voucher_ids=[voucher_id], updated=(START, END), page_size=page_size
    )
    assert ids(pager) == [one for one, moment in made.items() if START <= moment < END]
    assert list(dict.fromkeys(sent_windows(listings(timed)))) == [
        (as_sent(BOUNDS[0]), as_sent(END)),
        (as_sent(BOUNDS[1]), as_sent(BOUNDS[0])),
        (as_sent(BOUNDS[2]), as_sent(BOUNDS[1])),
        (as_sent(START), as_sent(BOUNDS[2])),
    ]


def test_an_interval_may_be_in_any_zone(connect: Connect, mock: MockMews) -> None:
    """An interval in another time zone is sent in UTC, extended to full seconds."""
    start = datetime.fromisoformat("2025-01-01T01:00:00.9+02:00")
    end = datetime.fromisoformat("2025-02-01T00:00:00.1-05:00")
    list(connect(mock).voucher_codes.get_all(voucher_ids=unknown_ids(1), updated=(start, end)))
    assert sent_windows(listings(mock)) == [("2024-12-31T23:00:00Z", "2025-02-01T05:00:01Z")]


@pytest.mark.parametrize(
    ("updated", "complaint"),
    [
        ((START.replace(tzinfo=None), END), "no time zone"),
        ((START, END.replace(tzinfo=None)), "no time zone"),
        ((END, START), "ends before it starts"),
        ((START + SECOND, START), "ends before it starts"),
    ],
)
@pytest.mark.parametrize("resource", ["voucher_codes", "vouchers"])
def test_an_invalid_interval_is_refused_at_once(
    connect: Connect,
    mock: MockMews,
    resource: str,
    updated: tuple[datetime, datetime],
    complaint: str,
) -> None:
    """A datetime without a zone, or an end before the start, is a `ValueError` at the call."""
    listing = getattr(connect(mock), resource).get_all
    with pytest.raises(ValueError, match=complaint):
        listing(**NEEDED[resource], updated=updated)


@pytest.mark.parametrize(
    "updated",
    [
        ("2025-01-01", "2025-02-01"),
        (START.date(), END.date()),
        (START, 0),
        (START, ()),
        "2025-01-01",
        START,
        (START,),
        (START, END, END),
    ],
)
@pytest.mark.parametrize("resource", ["voucher_codes", "vouchers"])
def test_an_interval_has_two_datetimes(
    connect: Connect, mock: MockMews, resource: str, updated: Any
) -> None:
    """Anything else is a `TypeError` at the call, which says what is meant."""
    listing = getattr(connect(mock), resource).get_all
    with pytest.raises(TypeError, match=r"^updated takes .*datetimes.*, not "):
        listing(**NEEDED[resource], updated=updated)


@pytest.mark.parametrize("resource", ["voucher_codes", "vouchers"])
def test_an_interval_needs_no_start_or_no_end(
    connect: Connect, mock: MockMews, resource: str
) -> None:
    """The bound that is None is not sent; without both there is no filter."""
    now = datetime.now(UTC)
    listing = getattr(connect(mock), resource).get_all
    soon = [(now, None), (now + timedelta(days=999), None), (None, START)]
    for updated in [*soon, (None, None)]:
        list(listing(**NEEDED_HERE[resource], updated=updated, concurrency=2))
    bodies = [body["UpdatedUtc"] for body in listings(mock) if "UpdatedUtc" in body]
    assert len(listings(mock)) == len(bodies) + 1 == 4
    bounds = [
        (as_sent(start) if start else None, as_sent(end) if end else None) for start, end in soon
    ]
    assert [tuple(body.values()) for body in bodies] == bounds


@settings(max_examples=examples(30))
@given(datetimes, st.sampled_from([1, 3]))
def test_an_interval_without_an_end_is_split_as_well(
    connect: Connect, start: datetime, concurrency: int
) -> None:
    """Only its newest part has no end: it starts two months ago, by the server's clock."""
    mock = MockMews(seed=7)
    client = connect(mock)
    filters = {"voucher_ids": unknown_ids(1), "updated": (start, None)}
    list(client.voucher_codes.get_all(**filters, concurrency=concurrency))
    sent = sorted(sent_windows(listings(mock)), key=lambda window: window[0])
    assert {request.status for request in mock.requests} == {200}
    assert (sent[0][0], sent[-1][1]) == (as_sent(start), None)
    assert [older[1] for older in sent[:-1]] == [newer[0] for newer in sent[1:]]
    newest = datetime.fromisoformat(sent[-1][0])
    assert newest >= min(datetime.now(UTC) - timedelta(days=63), start.replace(microsecond=0))


@pytest.mark.parametrize("max_items", [None, 3, 7])
def test_an_interval_and_a_long_filter_are_combined(
    connect: Connect, timed: MockMews, clock: SetClock, max_items: int | None
) -> None:
    """Each chunk of a long filter is listed in each window; each item once, newest first."""
    one, other = timed.seed(vouchers=2)
    first = codes_at(timed, clock, one, [START, *BOUNDS, END - SECOND])
    second = codes_at(timed, clock, other, [START, *BOUNDS, END])
    pager = connect(timed).voucher_codes.get_all(
        voucher_ids=scattered([one, other], unknown_ids(1500)),
        updated=(START, END),
        max_items=max_items,
    )
    found = ids(pager)
    inside = {code: moment for code, moment in (first | second).items() if moment < END}
    if max_items is None:
        assert sorted(found) == sorted(inside)
        assert len(listings(timed)) == 8
    assert len(found) == len(set(found)) == (max_items or 9)
    times = [inside[code] for code in found]
    windows = [sum(moment < bound for bound in BOUNDS) for moment in times]
    assert windows == sorted(windows)


@pytest.mark.parametrize("page_size", [1, 1000])
def test_a_voucher_in_two_windows_and_two_partitions_is_listed_once(
    connect: Connect, timed: MockMews, clock: SetClock, page_size: int
) -> None:
    """A voucher on a bound that also matches two partitions of a filter is listed once."""
    made: list[str] = []
    for moment in sorted([START, *BOUNDS, END - SECOND, END]):
        clock.now = moment
        made += timed.seed()
        add_codes(timed, made[-1], ["EARLY", "LATE"])
    pager = connect(timed).vouchers.get_all(
        service_ids=timed.enterprises[0].service_ids,
        voucher_code_values=scattered(["EARLY", "LATE"], unknown_ids(1500)),
        updated=(START, END),
        page_size=page_size,
    )
    assert ids(pager) == made[-2::-1]  # all but the last, which is at the end

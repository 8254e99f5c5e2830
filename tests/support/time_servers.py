"""Servers whose time filter excludes its end, or includes it, and what their codes are listed by.

The mock can be either. A second server, written here from the vendor's rule alone, also knows
fractions of a second that it does not show.
"""

import json
from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st
from mews_vouchers.mock import Answer, MockMews
from mews_vouchers.mock.faults import Call, answer

from tests.support.clients import Connect
from tests.support.seeding import SetClock, listings, nobodies

SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
#: The vouchers of every mock here: each makes the same ids.
VOUCHERS = MockMews(seed=7).seed(vouchers=3)
#: Any: what a server shows as a time need not be one.
Shown = Callable[[datetime], Any]


class Interval(NamedTuple):
    """An interval of time."""

    start: datetime
    end: datetime

    def has(self, moment: datetime, *, includes_end: bool = False) -> bool:
        """Tell what a time filter makes of a moment: the vendor's rule, or the older one."""
        if includes_end or self.start == self.end:
            return self.start <= moment <= self.end
        return self.start <= moment < self.end

    def in_full_seconds(self) -> "Interval":
        """Return the interval as it is promised to count."""
        start, end = self.start.replace(microsecond=0), self.end.replace(microsecond=0)
        return Interval(start, end if end == self.end else end + SECOND)


def sent(body: dict[str, Any]) -> Interval:
    """Return the interval in the body of a request. Any: JSON."""
    return Interval(*map(datetime.fromisoformat, body["UpdatedUtc"].values()))


def three_months_after(begin: datetime) -> datetime:
    """Return the same day and time three months later, or the last day that the month has."""
    year, month = divmod(begin.year * 12 + begin.month - 1 + 3, 12)
    day = min(begin.day, monthrange(year, month + 1)[1])
    return begin.replace(year=year, month=month + 1, day=day)


def in_seconds(moment: datetime) -> str:
    """Return a moment as the vendor documents it: what is within the second is not shown."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def in_microseconds(moment: datetime) -> str:
    """Return a moment with its fraction of a second."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"


def unreadable(moment: datetime) -> Any:
    """Return what is no time."""
    return [None, "soon", 5][(moment.second + moment.microsecond) % 3]


class Code(NamedTuple):
    """A code: its voucher, and when it was last changed."""

    voucher_id: str
    updated: datetime


class Server:
    """Lists codes in their order, with their places as values; filters by the rule above."""

    def __init__(self, codes: Sequence[Code], shown: Shown, *, includes_end: bool) -> None:
        self._codes = codes
        self._ids = nobodies(len(codes))
        self._shown = shown
        self._includes_end = includes_end

    def __call__(self, call: Call) -> Answer:
        """Answer `voucherCodes/getAll`."""
        interval, limitation = sent(call.body), call.body["Limitation"]
        assert interval.end <= three_months_after(interval.start)
        first = self._ids.index(limitation["Cursor"]) + 1 if "Cursor" in limitation else 0
        found = [
            {
                "Id": self._ids[place],
                "VoucherId": code.voucher_id,
                "Value": str(place),
                "UpdatedUtc": self._shown(code.updated),
            }
            for place, code in enumerate(self._codes)
            if place >= first
            and code.voucher_id in call.body["VoucherIds"]
            and interval.has(code.updated, includes_end=self._includes_end)
        ][: limitation["Count"]]
        cursor = found[-1]["Id"] if found else None
        return answer(200, json.dumps({"VoucherCodes": found, "Cursor": cursor}))(call)


class Kind(NamedTuple):
    """A kind of server."""

    includes_end: bool
    #: How it shows times; None for the mock, which knows no fractions.
    shown: Shown | None

    def holding(self, codes: Sequence[Code]) -> MockMews:
        """Return a server with these codes, that have their places as values."""
        clock = SetClock()
        mock = MockMews(seed=7, clock=clock, time_filter_includes_end=self.includes_end)
        mock.seed(vouchers=3)
        if self.shown is not None:
            mock.inject(Server(codes, self.shown, includes_end=self.includes_end))
            return mock
        for place, code in enumerate(codes):
            clock.now = code.updated
            mock.add_code(code.voucher_id, str(place))
        return mock

    def expected(self, codes: Iterable[Code], interval: Interval) -> list[int]:
        """Return the places of the codes that a listing of an interval must give."""
        full = interval.in_full_seconds()
        times = [
            code.updated.replace(microsecond=0) if self.shown is None else code.updated
            for code in codes
        ]
        return [place for place, time in enumerate(times) if full.has(time)]


class Case(NamedTuple):
    """A server, and how it is listed."""

    kind: Kind
    interval: Interval
    concurrency: int
    page_size: int

    def pager(self, connect: Connect, mock: MockMews, **more: Any) -> Any:
        """Return a pager of the interval. Any: of one client or the other."""
        given = {"concurrency": self.concurrency, "page_size": self.page_size} | more
        return listing(connect, mock, self.interval, **given)

    def codes(self, connect: Connect, data: st.DataObject) -> list[Code]:
        """Draw codes at each bound that is sent, a second beside it, and within these seconds."""
        mock = MockMews(seed=7)
        list(self.pager(connect, mock))
        return data.draw(codes_around({bound for body in listings(mock) for bound in sent(body)}))


def listing(connect: Connect, mock: MockMews, interval: Interval, **more: Any) -> Any:
    """Return a pager of the codes in an interval. Any: of one client or the other."""
    get_all = connect(mock).voucher_codes.get_all
    return get_all(voucher_ids=VOUCHERS, updated=tuple(interval), **more)


def places(items: Iterable[Any]) -> list[int]:
    """Return the places of codes, by which they are known here."""
    return sorted(int(item.value) for item in items)


def codes_around(bounds: Iterable[datetime]) -> st.SearchStrategy[list[Code]]:
    """Draw codes at bounds, a second beside them, and within these seconds."""
    away = [-SECOND, -MICROSECOND, 0 * SECOND, 0 * SECOND, MICROSECOND, SECOND / 2, SECOND]
    times = st.builds(datetime.__add__, st.sampled_from(sorted(bounds)), st.sampled_from(away))
    return st.lists(st.builds(Code, st.sampled_from(VOUCHERS), times), max_size=12)


def _interval(moment: datetime, span: timedelta, first: int, second: int) -> Interval:
    ends = moment.replace(microsecond=first), (moment + span).replace(microsecond=second)
    return Interval(min(ends), max(ends))


#: Many of them are close to the end of a month.
moments = st.builds(
    lambda month, days, seconds: (
        datetime(2023 + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        + timedelta(days=days, seconds=seconds)
    ),
    st.integers(0, 60),
    st.integers(-4, 3) | st.integers(0, 27),
    st.sampled_from([0, 0, 1, 43_200, 86_399]),
)
spans = st.sampled_from([SECOND, 7 * SECOND, *(timedelta(days=days) for days in (40, 200, 400))])
fractions = st.sampled_from([0, 0, 0, 1, 500_000, 999_999])
kinds = st.builds(
    Kind, st.booleans(), st.sampled_from([None, in_seconds, in_seconds, in_microseconds])
)
intervals = st.builds(_interval, moments, st.just(0 * SECOND) | spans, fractions, fractions)
widths = st.sampled_from([1, 1, 2, 5])
page_sizes = st.sampled_from([1, 2, 3, 1_000])
cases = st.builds(Case, kinds, intervals, widths, page_sizes)

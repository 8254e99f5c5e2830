"""Servers whose time filter excludes or includes its end, and listings of their codes.

The mock can be either. A second server, written from the vendor's rule alone, also has fractions of
a second that it does not show.
"""

import json
from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st
from mews_vouchers.mock import MockMews, MockResponse
from mews_vouchers.mock.faults import FaultedCall, respond

from tests.support.clients import Connect
from tests.support.seeding import SetClock, listings, unknown_ids

SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
#: The vouchers of every mock here: all have the same ids.
VOUCHERS = MockMews(seed=7).seed(vouchers=3)
#: Any: a server may send something else than a time.
Shown = Callable[[datetime], Any]


class Interval(NamedTuple):
    """An interval of time."""

    start: datetime
    end: datetime

    def has(self, time: datetime, *, includes_end: bool = False) -> bool:
        """Return whether a time filter matches a time: by the vendor's rule, or the older one."""
        if includes_end or self.start == self.end:
            return self.start <= time <= self.end
        return self.start <= time < self.end

    def in_full_seconds(self) -> "Interval":
        """Return the interval that is promised to be listed."""
        start, end = self.start.replace(microsecond=0), self.end.replace(microsecond=0)
        return Interval(start, end if end == self.end else end + SECOND)


def sent(body: dict[str, Any]) -> Interval:
    """Return the interval in the body of a request. Any: JSON."""
    return Interval(*map(datetime.fromisoformat, body["UpdatedUtc"].values()))


def three_months_after(begin: datetime) -> datetime:
    """Return the same day and time three months later, or the last day of that month."""
    year, month = divmod(begin.year * 12 + begin.month - 1 + 3, 12)
    day = min(begin.day, monthrange(year, month + 1)[1])
    return begin.replace(year=year, month=month + 1, day=day)


def in_seconds(time: datetime) -> str:
    """Return a datetime as the vendor documents it, without fractions of a second."""
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def in_microseconds(time: datetime) -> str:
    """Return a datetime with its fraction of a second."""
    return f"{time:%Y-%m-%dT%H:%M:%S.%fZ}"


def unreadable(time: datetime) -> Any:
    """Return a value that is no datetime."""
    return [None, "soon", 5][(time.second + time.microsecond) % 3]


class Code(NamedTuple):
    """A code: its voucher, and the time of its last change."""

    voucher_id: str
    updated: datetime


class Server:
    """Lists codes in their order, with their positions as values; filters by the rule above."""

    def __init__(self, codes: Sequence[Code], shown: Shown, *, includes_end: bool) -> None:
        self._codes = codes
        self._ids = unknown_ids(len(codes))
        self._shown = shown
        self._includes_end = includes_end

    def __call__(self, call: FaultedCall) -> MockResponse:
        """Respond to `voucherCodes/getAll`."""
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
        return respond(200, json.dumps({"VoucherCodes": found, "Cursor": cursor}))(call)


class Kind(NamedTuple):
    """A kind of server."""

    includes_end: bool
    #: How it formats times; None for the mock, which has no fractions.
    shown: Shown | None

    def holding(self, codes: Sequence[Code]) -> MockMews:
        """Return a server with these codes, with their positions as values."""
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
        """Return the positions of the codes that a listing of an interval must give."""
        full = interval.in_full_seconds()
        times = [
            code.updated.replace(microsecond=0) if self.shown is None else code.updated
            for code in codes
        ]
        return [place for place, time in enumerate(times) if full.has(time)]


class Case(NamedTuple):
    """A server, and the settings of a listing."""

    kind: Kind
    interval: Interval
    concurrency: int
    page_size: int

    def pager(self, connect: Connect, mock: MockMews, **more: Any) -> Any:
        """Return a pager of the interval. Any: of one client or the other."""
        given = {"concurrency": self.concurrency, "page_size": self.page_size} | more
        return listing(connect, mock, self.interval, **given)

    def codes(self, connect: Connect, data: st.DataObject) -> list[Code]:
        """Draw codes at each bound that is sent, a second from it, and within these seconds."""
        mock = MockMews(seed=7)
        list(self.pager(connect, mock))
        return data.draw(codes_around({bound for body in listings(mock) for bound in sent(body)}))


def listing(connect: Connect, mock: MockMews, interval: Interval, **more: Any) -> Any:
    """Return a pager of the codes in an interval. Any: of one client or the other."""
    get_all = connect(mock).voucher_codes.get_all
    return get_all(voucher_ids=VOUCHERS, updated=tuple(interval), **more)


def places(items: Iterable[Any]) -> list[int]:
    """Return the positions of codes."""
    return sorted(int(item.value) for item in items)


def codes_around(bounds: Iterable[datetime]) -> st.SearchStrategy[list[Code]]:
    """Draw codes at bounds, a second from them, and within these seconds."""
    away = [-SECOND, -MICROSECOND, 0 * SECOND, 0 * SECOND, MICROSECOND, SECOND / 2, SECOND]
    times = st.builds(datetime.__add__, st.sampled_from(sorted(bounds)), st.sampled_from(away))
    return st.lists(st.builds(Code, st.sampled_from(VOUCHERS), times), max_size=12)


def _interval(time: datetime, span: timedelta, first: int, second: int) -> Interval:
    ends = time.replace(microsecond=first), (time + span).replace(microsecond=second)
    return Interval(min(ends), max(ends))


#: Datetimes, many of them close to the end of a month.
datetimes = st.builds(
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
intervals = st.builds(_interval, datetimes, st.just(0 * SECOND) | spans, fractions, fractions)
concurrencies = st.sampled_from([1, 1, 2, 5])
page_sizes = st.sampled_from([1, 2, 3, 1_000])
cases = st.builds(Case, kinds, intervals, concurrencies, page_sizes)

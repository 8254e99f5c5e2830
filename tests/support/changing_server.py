"""A server whose vouchers and codes change while they are listed, for tests of `changes()`.

It has a clock of its own, which may be wrong, and shows a change later than the time that it gives
it. It is written from the vendor's facts, shares no code with the mock, and is a transport.
"""

import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from threading import Lock
from typing import Any, NamedTuple

from mews_vouchers import Credentials

from tests.support.http_library import httpx

SERVICE = "5e000000-0000-4000-8000-000000000000"
CREDENTIALS = Credentials(client_token="client", access_token="access", client="Tests 1.0")


class Version(NamedTuple):
    """An item as one write has left it. Times are seconds of the server's clock."""

    number: int
    updated: float
    #: When it is committed: then it is shown.
    shown: float
    is_active: bool


@dataclass
class Item:
    """A voucher or a code, with all its versions; the newest of those that are shown counts."""

    id: str
    order: int
    created: float
    voucher_id: str | None
    versions: list[Version] = field(default_factory=list)

    def at(self, now: float) -> Version | None:
        """Return the version that is shown at a time."""
        shown = [one for one in self.versions if one.shown <= now]
        return max(shown, key=lambda one: (one.updated, one.number), default=None)


@dataclass
class Habits:
    """How a server behaves.

    Attributes:
        now: The time of its clock at the start, in seconds.
        lag: Seconds, how late a change is shown at most.
        whole_seconds: Whether its times have no fractions, in filters as well.
        by_update: Whether it sorts by the last change, and not by creation.
        dates: Whether its responses have a `Date`.
        pace: Seconds that pass around a request, at most.
        writes: How many changes are made while items are listed.
        failures: The share of requests without a response.
        seed: Of what it does by chance.
    """

    now: float = 1_767_225_600.0  # the start of 2026
    lag: float = 0.0
    whole_seconds: bool = True
    by_update: bool = False
    dates: bool = True
    pace: float = 0.0
    writes: int = 0
    failures: float = 0.0
    seed: int = 0


class ChangingServer:
    """A server. Its clock runs with `time.monotonic()`, which `virtual()` moves on.

    Args:
        habits: How it behaves.
    """

    def __init__(self, habits: Habits | None = None) -> None:
        self.habits = habits or Habits()
        self.chance = random.Random(self.habits.seed)  # noqa: S311 - repeatable
        self.vouchers: list[Item] = []
        self.codes: list[Item] = []
        #: The bodies of the listings, and the time of the first since `begin_run()`.
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.first_request: float | None = None
        #: The numbers of the requests that get no response, from 1.
        self.fails_at: set[int] = set()
        self._monotonic = time.monotonic
        self._skipped = 0.0
        self._started = self._monotonic()
        self._number = 0
        self._lock = Lock()
        self.transport = httpx.MockTransport(self._handle)

    # --- time

    def virtual(self) -> float:
        """Return the time for `time.monotonic()`."""
        return self._monotonic() + self._skipped

    @property
    def now(self) -> float:
        """The time of its clock."""
        return self.habits.now + self.virtual() - self._started

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._skipped += seconds

    # --- changes

    def add_voucher(self) -> Item:
        """Add a voucher."""
        item = self._create(len(self.vouchers), None)
        self.vouchers.append(item)
        return item

    def add_code(self, voucher: Item) -> Item:
        """Add a code to a voucher."""
        item = self._create(len(self.codes), voucher.id)
        self.codes.append(item)
        return item

    def change(self, item: Item, *, is_active: bool = True) -> None:
        """Change or delete an item; what is committed later has a later time."""
        lag = self.habits.lag
        self._number += 1
        now = self.now
        shown = max([now + self.chance.uniform(0, lag), *(one.shown for one in item.versions)])
        item.versions.append(Version(self._number, now, min(shown, now + lag), is_active))

    def write_something(self) -> None:
        """Make a change by chance."""
        kind = self.chance.random()
        if kind < 0.2 or not self.vouchers:
            self.add_voucher()
        elif kind < 0.5 or not self.codes:
            self.add_code(self.chance.choice(self.vouchers))
        else:
            item = self.chance.choice([*self.vouchers, *self.codes])
            self.change(item, is_active=kind < 0.85)

    def _create(self, order: int, voucher_id: str | None) -> Item:
        kind = "0c" if voucher_id else "0a"
        item = Item(f"{kind}{order:06x}-0000-4000-8000-000000000000", order, self.now, voucher_id)
        self.change(item)
        return item

    def shown(self, *, vouchers: bool, codes: bool, at: float) -> dict[str, Version]:
        """Return what is shown at a time, by id."""
        items = [*(self.vouchers if vouchers else ()), *(self.codes if codes else ())]
        found = {item.id: item.at(at) for item in items}
        return {item_id: version for item_id, version in found.items() if version is not None}

    # --- requests

    def begin_run(self) -> None:
        """Note the time of the next request."""
        self.first_request = None

    def _handle(self, request: Any) -> Any:
        """Respond to a request. Any: of either HTTP library."""
        with self._lock:
            operation = request.url.path.removeprefix("/api/connector/v1/")
            body = json.loads(request.content)
            self._pass_time()
            self._write()
            if self.first_request is None:
                self.first_request = self.now
            self.requests.append((operation, body))
            is_lost = len(self.requests) in self.fails_at
            if is_lost or self.chance.random() < self.habits.failures:
                raise httpx.ReadError("the connection is closed")
            content = self._list(operation, body)
            self._write()
            self._pass_time()
            date = format_datetime(datetime.fromtimestamp(self.now, UTC), usegmt=True)
            headers = {"Date": date} if self.habits.dates else {}
            return httpx.Response(200, json=content, headers=headers)

    def _pass_time(self) -> None:
        self.wait(self.chance.uniform(0, self.habits.pace))

    def _write(self) -> None:
        while self.habits.writes and self.chance.random() < 0.5:
            self.habits.writes -= 1
            self.write_something()

    def _list(self, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        if operation == "vouchers/getAll":
            items = self.vouchers if SERVICE in body["ServiceIds"] else []
            page, show = self._page(items, body), self._voucher
            return {"Vouchers": [show(*one) for one in page], "Cursor": _cursor(page)}
        wanted = set(body["VoucherIds"])
        page = self._page([one for one in self.codes if one.voucher_id in wanted], body)
        return {"VoucherCodes": [self._code(*one) for one in page], "Cursor": _cursor(page)}

    def _page(self, items: list[Item], body: dict[str, Any]) -> list[tuple[Item, Version]]:
        matches = self._filter(body.get("UpdatedUtc"))
        now, cursor = self.now, body["Limitation"].get("Cursor")
        found = [(item, shown) for item in items if (shown := item.at(now))]
        keys = {item.id: self._key(item, shown) for item, shown in found}
        rest = [
            (item, shown)
            for item, shown in found
            if matches(self._time(shown.updated)) and not (cursor and keys[item.id] >= keys[cursor])
        ]
        rest.sort(key=lambda one: keys[one[0].id], reverse=True)
        return rest[: body["Limitation"]["Count"]]

    def _key(self, item: Item, shown: Version) -> tuple[float, int]:
        return (self._time(shown.updated) if self.habits.by_update else item.created, item.order)

    def _filter(self, interval: dict[str, Any] | None) -> Callable[[float], bool]:
        start, end = (_moment((interval or {}).get(name)) for name in ("StartUtc", "EndUtc"))
        if start is not None and end is not None:
            assert start <= end <= start + 92 * 86_400, "the interval is too long"
        return lambda updated: (
            (start is None or start <= updated) and (end is None or updated < end)
        )

    def _time(self, seconds: float) -> float:
        return float(int(seconds)) if self.habits.whole_seconds else seconds

    def _text(self, seconds: float) -> str:
        moment = datetime.fromtimestamp(self._time(seconds), UTC)
        return f"{moment.replace(tzinfo=None).isoformat()}Z"

    def _voucher(self, item: Item, shown: Version) -> dict[str, Any]:
        return self._common(item, shown) | {
            "ServiceId": SERVICE,
            "EnterpriseId": SERVICE,
            "Name": str(shown.number),
            "Type": "Public",
        }

    def _code(self, item: Item, shown: Version) -> dict[str, Any]:
        return self._common(item, shown) | {
            "VoucherId": item.voucher_id,
            "Value": str(shown.number),
        }

    def _common(self, item: Item, shown: Version) -> dict[str, Any]:
        return {
            "Id": item.id,
            "CreatedUtc": self._text(item.created),
            "UpdatedUtc": self._text(shown.updated),
            "ActivityState": "Active" if shown.is_active else "Deleted",
            "IsActive": shown.is_active,
        }


class Copy:
    """What a program has copied, by id, and how often each version came."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.active: dict[str, bool] = {}
        self.received: list[tuple[str, int]] = []

    def save(self, item: Any) -> None:
        """Replace an item. Any: a voucher or a code."""
        number = int(item.name if hasattr(item, "name") else item.value)
        self.numbers[item.id], self.active[item.id] = number, item.is_active
        self.received.append((item.id, number))

    def missing(self, shown: dict[str, Version]) -> Iterator[str]:
        """Yield the ids of items of which the copy has an older version than is shown, or none."""
        for item_id, version in shown.items():
            if self.numbers.get(item_id, 0) < version.number:
                yield item_id


def _cursor(page: list[tuple[Item, Version]]) -> str | None:
    return page[-1][0].id if page else None


def _moment(text: str | None) -> float | None:
    return None if text is None else datetime.fromisoformat(text).timestamp()

"""The base of the machine: a client, a mock, and how an action is executed with them.

The rules are in the modules beside this one.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from mews_vouchers import BatchError
from mews_vouchers.mock import MockMews, RecordedRequest

from tests.support.clients import Connect
from tests.support.harness import outcomes
from tests.support.seeding import CODES, VOUCHERS, post

from .fault_kinds import OccurredFaults, PlannedFault, injected
from .model import JsonObject, Ledger, Model

#: Any: an error of adding codes or of adding vouchers.
Failed = BatchError[Any, Any]
Data = st.DataObject

EXTERNAL = "ExternalIdentifier"
RARELY = st.sampled_from([False] * 7 + [True])
SOMETIMES = st.sampled_from([False, False, True])
#: Positions in a list, modulo its length, which is known only later.
PLACES = st.lists(st.integers(0, 99), min_size=1, max_size=6, unique=True)


class Clock:
    """Advances by eight hours whenever it is read, so that months pass."""

    def __init__(self) -> None:
        self._now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time, and advance."""
        self._now += timedelta(hours=8)
        return self._now


class Done:
    """The result of one action. Any: what the client returns."""

    def __init__(self, occurred: OccurredFaults) -> None:
        #: The faults that occurred.
        self.occurred = occurred
        self.requests: Sequence[RecordedRequest] = ()
        self.result: Any = None
        self.failed: Failed | None = None

    def tries(self, call: Callable[..., Any], *args: object, **kwargs: object) -> None:
        """Make a call that may fail halfway."""
        try:
            self.result = call(*args, **kwargs)
        except BatchError as error:
            self.failed = error


class Machine(RuleBasedStateMachine):
    """A client, a mock that it must not bypass, and a model of it."""

    def __init__(self, connect: Connect, seen: Counter[str]) -> None:
        super().__init__()
        self.model = Model()
        self._connect = connect
        self._seen = seen
        self._numbers = count(1)

    def begin_with(self, limit: int, *, portfolio: bool, includes_end: bool) -> None:
        """Connect to a mock that has some items."""
        self.mock = MockMews(
            seed=7, enterprises=2, clock=Clock(), time_filter_includes_end=includes_end
        )
        mine, other = self.mock.enterprises
        self.limit = limit
        self.where = {"enterprise_id": mine.id} if portfolio else {}
        self.client = self._connect(self.mock, portfolio=portfolio)
        self.services = list(mine.service_ids)
        self.companies = list(mine.company_ids)
        self.mock.seed(codes_per_voucher=2, enterprise=other)
        self.mock.seed(vouchers=2, codes_per_voucher=1)
        self.model.vouchers.items = self._truth(self.model.vouchers)
        self.model.codes.items = self._truth(self.model.codes)

    def _check_report(self, done: Done, items: Sequence[object]) -> None:
        """Check that an error reports each item once, and none as unknown without a reason."""
        assert done.failed is not None
        reported = outcomes(done.failed)
        assert [one.position for one in reported] == [*range(len(reported))]
        assert [one.item for one in reported] == [*items[: len(reported)]]
        assert done.occurred.loss or not done.failed.unknown

    def _truth(self, ledger: Ledger) -> list[JsonObject]:
        """Return the items of the mock, without the client and without faults."""
        whole = {"Limitation": {"Count": 1_000}}
        if ledger is self.model.vouchers:
            extent = {"Vouchers": True}
            services = self.services
            found = post(self.mock, VOUCHERS, ServiceIds=services, Extent=extent, **whole)
            return list(found["Vouchers"])
        owners = self.model.vouchers.ids()
        return list(post(self.mock, CODES, VoucherIds=owners, **whole)["VoucherCodes"])

    @contextmanager
    def _doing(self, name: str, planned: Sequence[PlannedFault]) -> Iterator[Done]:
        """Execute an action with faults, and note both."""
        self._note(name)
        before = len(self.mock.requests)
        with injected(self.mock, planned, self.limit) as occurred:
            done = Done(occurred)
            yield done
        done.requests = self.mock.requests[before:]
        self._seen.update(occurred.kinds.keys())

    def _note(self, event: str, happened: bool = True) -> None:  # noqa: FBT001, FBT002 - reads well
        if happened:
            self._seen[event] += 1

    def _fresh(self, name: str) -> str:
        """Return a string that occurs nowhere else."""
        return f"{name}-{next(self._numbers)}"

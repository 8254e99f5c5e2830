"""Both clients against a model of what must be true: any calls, in any order, with any faults.

Hypothesis chooses the calls and their faults; `model.py` knows the possible results. Each promise
is tested elsewhere on its own; here all of them must hold together.

What the model takes from the documentation, and accepts from the clients:

- Values, names and external identifiers are unique, because `resume` recognises items by them.
- `resume` looks among active items: an item that was deleted after the failure is added again.
- A delete that is retried counts items that no longer exist as deleted.
- Only the newest error of an `add` is resumed.
"""

import logging
from collections import Counter
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, multiple, run_state_machine_as_test

from tests.model_based.adding import Adding
from tests.model_based.changing import Changing
from tests.model_based.fault_kinds import ALL
from tests.model_based.listing import STEPS, Listing
from tests.model_based.machine import Data
from tests.support.clients import Connect
from tests.support.hypothesis_profiles import examples, with_seeds

#: Without shrinking: a failure prints its steps, and reducing them would take minutes.
SETTINGS = settings(
    max_examples=examples(25),
    stateful_step_count=10,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)

#: What a run must reach, besides all kinds of faults: otherwise it shows nothing.
REACHED = {
    "add vouchers",
    "add codes",
    "add codes in batches",
    "update vouchers",
    "delete vouchers",
    "delete codes",
    "list vouchers",
    "list codes",
    "resume vouchers",
    "resume voucherCodes",
    "resume a pickled error",
    "resume failed again",
    "resume whose look-up failed",
    "resume found unknown items",
    "resume added unknown items",
    "resume rejected without identifiers",
    "an add failed halfway",
    "unknown, and applied",
    "unknown, and not applied",
    "an update failed halfway",
    "a delete failed halfway",
    "a deleted item rejected",
    "succeeded despite a lost response",
    "several batches",
    "several pages",
    "several partitions",
    "continued after an error",
    "continued with another page size",
    "an item that could not be listed",
}


class Overlay(Adding, Changing, Listing):
    """A client, a mock that it must not bypass, and what must be true of it.

    Hypothesis leaves some rules out of most examples. So there are few rules, each for several
    operations, and every example starts with a bit of everything.
    """

    @initialize(
        target=Adding.failures,
        limit=st.integers(1, 4),
        portfolio=st.booleans(),
        includes_end=st.booleans(),
        data=st.data(),
    )
    def begin(
        self, limit: int, data: Data, *, portfolio: bool, includes_end: bool
    ) -> Any:  # for the bundle
        """Connect to a mock that has some items; do a bit of everything."""
        self.begin_with(limit, portfolio=portfolio, includes_end=includes_end)
        left = [self._add(what, 4, data) for what in ("vouchers", "codes")]
        for what in ("codes", "vouchers"):
            self._delete(what, data)
            self._list(what, data.draw(STEPS), data)
        return multiple(*filter(None, left))

    @invariant()
    def nothing_is_lost_or_duplicated(self) -> None:
        """The mock and the client both show what the model has, newest first."""
        vouchers, codes = self.model.vouchers, self.model.codes
        assert self._truth(vouchers) == vouchers.items
        assert self._truth(codes) == codes.items
        pages = self.client.vouchers.get_all(
            service_ids=self.services, page_size=1 + len(vouchers.items) // 2
        ).pages()
        assert [one.to_dict() for page in pages for one in page.items] == vouchers.items
        pages = self.client.voucher_codes.get_all(
            voucher_ids=vouchers.ids(), page_size=1 + len(codes.items) // 2
        ).pages()
        assert [one.to_dict() for page in pages for one in page.items] == codes.items


def test_every_item_exactly_once_whatever_happens(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """With any calls, order and faults, no item is lost, duplicated or reported wrongly.

    The runs must also have reached all situations that they are meant to test.
    """
    caplog.set_level(logging.CRITICAL)  # each retry is a warning: the steps say more
    seen: Counter[str] = Counter()

    class Connected(Overlay):
        def __init__(self) -> None:
            super().__init__(connect, seen)

    for _ in with_seeds(Connected):
        run_state_machine_as_test(Connected, settings=SETTINGS)
        if {*REACHED, *ALL} <= seen.keys():
            return
    missed = {*REACHED, *ALL} - seen.keys()
    pytest.fail(f"never reached, so nothing is shown about: {sorted(missed)}")

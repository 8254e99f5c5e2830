"""Both clients against a model of what must be true: any calls, in any order, whatever goes wrong.

Hypothesis chooses what is done, and which faults its calls meet; `model.py` knows what may
come of it. Each promise by itself is tested elsewhere; here they have to hold together.

What the model takes from the documentation, and does not hold against the clients:

- Values, names and external identifiers are unique, because `resume` recognises items by them.
- `resume` looks among the active ones: what was deleted since the failure is added again.
- A delete that is sent again counts what it finds gone as deleted.
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
from tests.model_based.listing import LEGS, Listing
from tests.model_based.machine import Data
from tests.support.clients import Connect
from tests.support.hypothesis_profiles import examples, with_seeds

#: Without shrinking: a failure prints its steps, and making them fewer would take minutes.
SETTINGS = settings(
    max_examples=examples(25),
    stateful_step_count=10,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)

#: What a run must have reached, besides all kinds of faults; else it has shown nothing.
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
    "resume, which failed again",
    "resume, whose look-up failed",
    "resume, which found what was lost",
    "resume, which found nothing and added it",
    "resume, refused without identifiers",
    "an add stopped half-way",
    "unknown, and there",
    "unknown, and not there",
    "an update stopped half-way",
    "a delete stopped half-way",
    "a deleted item refused",
    "done, although an answer was lost",
    "several batches",
    "several pages",
    "several parts",
    "went on after an error",
    "went on with another page size",
    "an item that nobody could list",
}


class Overlay(Adding, Changing, Listing):
    """A client, a mock that it must not see through, and what must be true of it.

    Hypothesis leaves some rules out of most examples. So these are few, each for several
    operations, and an example begins with some of everything.
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
    ) -> Any:  # what goes into the bundle
        """Connect to a mock that has something; do some of everything."""
        self.begin_with(limit, portfolio=portfolio, includes_end=includes_end)
        left = [self._add(what, 4, data) for what in ("vouchers", "codes")]
        for what in ("codes", "vouchers"):
            self._delete(what, data)
            self._list(what, data.draw(LEGS), data)
        return multiple(*filter(None, left))

    @invariant()
    def nothing_is_lost_and_nothing_doubled(self) -> None:
        """The mock and the client both show what the model knows, newest first."""
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
    """Any calls in any order, and any faults: nothing is lost, doubled or told wrongly.

    And its runs have reached everything that they are there for.
    """
    caplog.set_level(logging.CRITICAL)  # each repeat is a warning: the steps say more
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

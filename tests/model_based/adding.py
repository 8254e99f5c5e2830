"""Adding vouchers and codes, and resuming what failed."""

import pickle
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, consumes, multiple, rule
from mews_vouchers import BatchError, MewsError, Outcome, OutcomeUnknownError, Progress
from mews_vouchers_client.models import (
    VoucherAddParameters,
    VoucherCode,
    VoucherCodeAddParameters,
    VoucherTypeEnum,
)

from tests.support.harness import outcomes

from .fault_kinds import READABLE, troubles
from .machine import EXTERNAL, RARELY, Data, Done, Failed, Machine
from .model import Asked, JsonObject


class Adding(Machine):
    """What adds."""

    failures: Bundle[Failed] = Bundle("failures")

    @rule(
        target=failures,
        what=st.sampled_from(["codes", "codes in batches", "vouchers"]),
        number=st.integers(0, 8),
        data=st.data(),
    )
    def add(self, what: str, number: int, data: Data) -> Any:  # what goes into the bundle
        """Add something: all of it, or an error says what became of each."""
        return _left(self._add(what, number, data))

    def _add(self, what: str, number: int, data: Data) -> Failed | None:
        resource = self.client.vouchers if what == "vouchers" else self.client.voucher_codes
        items = [
            self._new_voucher(data) if what == "vouchers" else self._new_code(data)
            for _ in range(number)
        ]
        add = partial(_joined, resource.add_batches) if what.endswith("batches") else resource.add
        trouble = data.draw(troubles(f"{_path(items)}/add"))
        progress: list[Progress] = []
        with self._doing(f"add {what}", trouble) as done:
            done.tries(add, items, on_progress=progress.append, **self.where)
        self._note("several batches", sum(one.carried_out for one in done.requests) > 1)
        counted = [one.done for one in progress]
        assert counted == sorted(set(counted))
        assert done.failed or not items or counted[-1] == number
        self._settle(items, {*range(number)}, done)
        failed = done.failed
        while failed is not None and data.draw(st.booleans()):  # else later, or never
            failed = self._resume(failed, data, pickled=data.draw(st.booleans()))
        return failed

    def _new_voucher(self, data: Data) -> VoucherAddParameters:
        """Draw a voucher of either service; a few have no identifier of another system."""
        is_identified = not data.draw(RARELY)
        return VoucherAddParameters(
            data.draw(st.sampled_from(self.services)),
            self._fresh("Voucher"),
            VoucherTypeEnum.PUBLIC,
            company_id=data.draw(st.sampled_from([None, *self.companies])),
            external_identifier=self._fresh("X") if is_identified else None,
        )

    def _new_code(self, data: Data) -> VoucherCodeAddParameters:
        """Draw a code, now and then of a deleted voucher: it will be refused."""
        ids = self.model.vouchers.ids(active=True) * 9 + self.model.vouchers.ids(active=False)
        return VoucherCodeAddParameters(data.draw(st.sampled_from(ids)), self._fresh("CODE"))

    @rule(target=failures, error=consumes(failures), pickled=st.booleans(), data=st.data())
    def resume(self, error: Failed, data: Data, *, pickled: bool) -> Any:  # as above
        """Finish adding something: all of it is there once, or a new error says the same."""
        return _left(self._resume(error, data, pickled=pickled))

    def _resume(self, error: Failed, data: Data, *, pickled: bool) -> Failed | None:
        items = [one.item for one in outcomes(error)]
        path = _path(items)
        resource = self.client.vouchers if path == "vouchers" else self.client.voucher_codes
        if path == "vouchers" and not all(one.item.external_identifier for one in error.unknown):
            refused = pytest.raises(OutcomeUnknownError)
            with self._doing("resume, refused without identifiers", []) as done, refused:
                resource.resume(error)
            assert not done.requests
            return None
        there = {one.position: self._there(one.item) for one in error.unknown}
        found = {position for position, item in there.items() if item is not None}
        todo = {*range(len(items))} - {one.position for one in error.succeeded} - found
        trouble = data.draw(troubles(f"{path}/add", f"{path}/getAll", kinds=READABLE))
        again = pickle.loads(pickle.dumps(error)) if pickled else error
        with self._doing(f"resume {path}", trouble) as done:
            try:
                done.tries(resource.resume, again)
            except MewsError:
                assert done.met.kinds, "the look-up failed although nothing went wrong"
                self._note("resume, whose look-up failed")
                return error  # nothing was added, as the invariant will see
        self._note("resume a pickled error", pickled)
        self._note("resume, which failed again", done.failed is not None)
        self._note("resume, which found what was lost", bool(found))
        self._note("resume, which found nothing and added it", found < there.keys())
        self._settle(items, todo, done)
        return done.failed

    def _there(self, item: VoucherAddParameters | VoucherCodeAddParameters) -> JsonObject | None:
        """Return the active item that `resume` recognises as the one asked for."""
        if isinstance(item, VoucherCodeAddParameters):
            return self.model.codes.find(VoucherId=item.voucher_id, Value=item.value)
        return self.model.vouchers.find(
            ServiceId=item.service_id, ExternalIdentifier=item.external_identifier
        )

    def _settle(self, items: list[Any], todo: set[int], done: Done) -> None:
        """Check what adding or resuming says against what is there, and learn it.

        Args:
            items: The whole input.
            todo: The positions of those that were not there before.
            done: What came of it.
        """
        sent = [_sent(item) for item in items]
        if done.failed is None:
            assert len(done.result) == len(items)
            results: dict[int, Any]
            results, possible = dict(enumerate(done.result)), todo
        else:
            self._check_account(done, items)
            results = {one.position: one.result for one in done.failed.succeeded if one.result}
            assert results.keys() >= {*range(len(items))} - todo
            possible = todo & (results.keys() | {one.position for one in done.failed.unknown})
            owners = {one["VoucherId"] for one in sent if "VoucherId" in one}
            is_refused = not owners <= {*self.model.vouchers.ids(active=True)}
            assert done.met.kinds or is_refused, "it failed although nothing went wrong"
        asked = [Asked(sent[one], one in results) for one in sorted(possible)]
        ledger = self.model.vouchers if _path(items) == "vouchers" else self.model.codes
        number = ledger.learn(self._truth(ledger), asked)
        is_partial = done.failed is not None and 0 < len(results) < len(items)
        self._note("an add stopped half-way", is_partial)
        self._note("unknown, and there", number > sum(one.must for one in asked))
        self._note("unknown, and not there", number < len(asked))
        by_id = {item["Id"]: item for item in ledger.items}
        for position in todo & results.keys():
            if isinstance(results[position].id, str):
                assert sent[position].items() <= by_id[results[position].id].items()


def _path(items: Sequence[object]) -> str:
    """Return what the vendor's addresses call the things to add."""
    is_vouchers = isinstance(next(iter(items), None), VoucherAddParameters)
    return "vouchers" if is_vouchers else "voucherCodes"


def _left(failed: Failed | None) -> Any:
    """Return what goes into the bundle, for another time. Any: Hypothesis has no type for it."""
    return multiple() if failed is None else failed


def _sent(item: VoucherAddParameters | VoucherCodeAddParameters) -> JsonObject:
    """Return what an item to add must look like on the wire."""
    if isinstance(item, VoucherCodeAddParameters):
        return {"VoucherId": item.voucher_id, "Value": item.value}
    return {
        "ServiceId": item.service_id,
        "Name": item.name,
        "CompanyId": item.company_id,
        EXTERNAL: item.external_identifier,
    }


def _joined(
    add_batches: Callable[..., Any], items: list[Any], **kwargs: Any
) -> list[VoucherCode]:  # Any: as `add_batches` takes it
    """Add in batches, and look at them as a whole, as `add` does."""
    added: list[VoucherCode] = []
    try:
        for batch in add_batches(items, **kwargs):
            added += batch
    except BatchError as error:
        handed_out = enumerate(zip(items, added, strict=False))
        raise BatchError(
            error.operation,
            error.reason,
            succeeded=[*(Outcome(n, *one) for n, one in handed_out), *error.succeeded],
            rejected=error.rejected,
            unknown=error.unknown,
            not_sent=error.not_sent,
            enterprise_id=error.enterprise_id,
        ) from error
    return added

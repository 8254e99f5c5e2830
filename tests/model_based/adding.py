"""Adding vouchers and codes, and resuming failed adds."""

import pickle
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, consumes, multiple, rule
from mews_vouchers import BatchError, Outcome, OutcomeUnknownError, Progress
from mews_vouchers_client.models import (
    VoucherAddParameters,
    VoucherCode,
    VoucherCodeAddParameters,
    VoucherTypeEnum,
)

from tests.support.harness import outcomes

from .fault_kinds import READABLE, planned_faults
from .machine import EXTERNAL, RARELY, Data, Done, Failed, Machine
from .model import JsonObject, Requested


class Adding(Machine):
    """The rules that add."""

    failures: Bundle[Failed] = Bundle("failures")

    @rule(
        target=failures,
        what=st.sampled_from(["codes", "codes in batches", "vouchers"]),
        number=st.integers(0, 8),
        data=st.data(),
    )
    def add(self, what: str, number: int, data: Data) -> Any:  # for the bundle
        """Add items: all of them are added, or an error reports the outcome of each."""
        return _to_bundle(self._add(what, number, data))

    def _add(self, what: str, number: int, data: Data) -> Failed | None:
        resource = self.client.vouchers if what == "vouchers" else self.client.voucher_codes
        items = [
            self._new_voucher(data) if what == "vouchers" else self._new_code(data)
            for _ in range(number)
        ]
        add = (
            partial(_add_in_batches, resource.add_batches)
            if what.endswith("batches")
            else resource.add
        )
        planned = data.draw(planned_faults(f"{_path(items)}/add"))
        progress: list[Progress] = []
        with self._doing(f"add {what}", planned) as done:
            done.tries(add, items, on_progress=progress.append, **self.where)
        self._note("several batches", sum(one.applied for one in done.requests) > 1)
        counted = [one.done for one in progress]
        assert counted == sorted(set(counted))
        assert done.failed or not items or counted[-1] == number
        self._settle(items, {*range(number)}, done)
        failed = done.failed
        while failed is not None and data.draw(st.booleans()):  # otherwise later, or never
            failed = self._resume(failed, data, pickled=data.draw(st.booleans()))
        return failed

    def _new_voucher(self, data: Data) -> VoucherAddParameters:
        """Draw a voucher of either service; a few have no external identifier."""
        is_identified = not data.draw(RARELY)
        return VoucherAddParameters(
            data.draw(st.sampled_from(self.services)),
            self._fresh("Voucher"),
            VoucherTypeEnum.PUBLIC,
            company_id=data.draw(st.sampled_from([None, *self.companies])),
            external_identifier=self._fresh("X") if is_identified else None,
        )

    def _new_code(self, data: Data) -> VoucherCodeAddParameters:
        """Draw a code, sometimes for a deleted voucher, which is rejected."""
        ids = self.model.vouchers.ids(active=True) * 9 + self.model.vouchers.ids(active=False)
        return VoucherCodeAddParameters(data.draw(st.sampled_from(ids)), self._fresh("CODE"))

    @rule(target=failures, error=consumes(failures), pickled=st.booleans(), data=st.data())
    def resume(self, error: Failed, data: Data, *, pickled: bool) -> Any:  # as above
        """Resume an add: all items are added once, or a new error reports their outcomes."""
        return _to_bundle(self._resume(error, data, pickled=pickled))

    def _resume(self, error: Failed, data: Data, *, pickled: bool) -> Failed | None:
        items = [one.item for one in outcomes(error)]
        path = _path(items)
        resource = self.client.vouchers if path == "vouchers" else self.client.voucher_codes
        again = pickle.loads(pickle.dumps(error)) if pickled else error
        # Anybody may have resumed a copy: then all items are looked up.
        others = (*error.rejected, *error.not_sent) if error.was_copied else ()
        looked_up = [one.item for one in (*error.unknown, *others)]
        if path == "vouchers" and not all(one.external_identifier for one in looked_up):
            with self._doing("resume rejected without identifiers", []) as done:
                done.tries(resource.resume, again, settle=0)
            assert done.failed is not None
            assert isinstance(done.failed.cause, OutcomeUnknownError)
            assert not done.requests
            return None
        added = {one.position: self._find_added(one.item) for one in error.unknown}
        found = {position for position, item in added.items() if item is not None}
        todo = {*range(len(items))} - {one.position for one in error.succeeded} - found
        planned = data.draw(planned_faults(f"{path}/add", f"{path}/getAll", kinds=READABLE))
        with self._doing(f"resume {path}", planned) as done:
            done.tries(resource.resume, again, settle=0)
        if done.failed is not None and done.failed.reason.startswith("the look-up"):
            assert done.occurred.kinds, "the look-up failed without a fault"
            assert outcomes(done.failed) == outcomes(again)
            self._note("resume whose look-up failed")
            return done.failed  # nothing was added, as the invariant checks
        self._note("resume a pickled error", pickled)
        self._note("resume failed again", done.failed is not None)
        self._note("resume found unknown items", bool(found))
        self._note("resume added unknown items", found < added.keys())
        self._settle(items, todo, done)
        return done.failed

    def _find_added(
        self, item: VoucherAddParameters | VoucherCodeAddParameters
    ) -> JsonObject | None:
        """Return the active item that `resume` recognises as the given one."""
        if isinstance(item, VoucherCodeAddParameters):
            return self.model.codes.find(VoucherId=item.voucher_id, Value=item.value)
        return self.model.vouchers.find(
            ServiceId=item.service_id, ExternalIdentifier=item.external_identifier
        )

    def _settle(self, items: list[Any], todo: set[int], done: Done) -> None:
        """Check the result of an add or a resume against the server, and update the model.

        Args:
            items: The whole input.
            todo: The positions of the items that had not been added before.
            done: The result.
        """
        sent = [_as_json(item) for item in items]
        if done.failed is None:
            assert len(done.result) == len(items)
            results: dict[int, Any]
            results, possible = dict(enumerate(done.result)), todo
        else:
            self._check_report(done, items)
            results = {one.position: one.result for one in done.failed.succeeded if one.result}
            assert results.keys() >= {*range(len(items))} - todo
            possible = todo & (results.keys() | {one.position for one in done.failed.unknown})
            owners = {one["VoucherId"] for one in sent if "VoucherId" in one}
            is_rejected = not owners <= {*self.model.vouchers.ids(active=True)}
            assert done.occurred.kinds or is_rejected, "it failed without a fault"
        requested = [Requested(sent[one], one in results) for one in sorted(possible)]
        ledger = self.model.vouchers if _path(items) == "vouchers" else self.model.codes
        number = ledger.learn(self._truth(ledger), requested)
        is_partial = done.failed is not None and 0 < len(results) < len(items)
        self._note("an add failed halfway", is_partial)
        self._note("unknown, and applied", number > sum(one.must for one in requested))
        self._note("unknown, and not applied", number < len(requested))
        by_id = {item["Id"]: item for item in ledger.items}
        for position in todo & results.keys():
            if isinstance(results[position].id, str):
                assert sent[position].items() <= by_id[results[position].id].items()


def _path(items: Sequence[object]) -> str:
    """Return the name of the items in the vendor's paths."""
    is_vouchers = isinstance(next(iter(items), None), VoucherAddParameters)
    return "vouchers" if is_vouchers else "voucherCodes"


def _to_bundle(failed: Failed | None) -> Any:
    """Return what goes into the bundle, for later. Any: Hypothesis has no type for it."""
    return multiple() if failed is None else failed


def _as_json(item: VoucherAddParameters | VoucherCodeAddParameters) -> JsonObject:
    """Return the properties that an added item must have."""
    if isinstance(item, VoucherCodeAddParameters):
        return {"VoucherId": item.voucher_id, "Value": item.value}
    return {
        "ServiceId": item.service_id,
        "Name": item.name,
        "CompanyId": item.company_id,
        EXTERNAL: item.external_identifier,
    }


def _add_in_batches(
    add_batches: Callable[..., Any], items: list[Any], **kwargs: Any
) -> list[VoucherCode]:  # Any: as `add_batches` takes it
    """Add in batches, and return or raise the whole, as `add` does."""
    added: list[Outcome[VoucherCodeAddParameters, VoucherCode]] = []
    try:
        for batch in add_batches(items, **kwargs):
            added += batch
    except BatchError as error:
        raise BatchError(
            error.operation,
            error.reason,
            succeeded=[*added, *error.succeeded],
            rejected=error.rejected,
            unknown=error.unknown,
            not_sent=error.not_sent,
            enterprise_id=error.enterprise_id,
            id=error.id,
            created_at=error.created_at,
            server_time=error.server_time,
        ) from error
    return [one.result for one in added if one.result]

"""Updating vouchers; deleting vouchers and codes."""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.stateful import rule
from mews_vouchers import voucher_update

from tests.support.mock_api import UNKNOWN_ID

from .fault_kinds import planned_faults
from .machine import EXTERNAL, PLACES, SOMETIMES, Data, Done, Machine
from .model import DELETED, JsonObject, Ledger, Requested


class Changing(Machine):
    """The rules that update or delete."""

    @rule(data=st.data())
    def update(self, data: Data) -> None:
        """Update some vouchers; a deleted one is rejected."""
        ids = self._some(data, self.model.vouchers, most=5)
        changes = [self._change(data) for _ in ids]
        updates = [
            voucher_update(one, **dict(change)) for one, change in zip(ids, changes, strict=True)
        ]
        with self._doing("update vouchers", data.draw(planned_faults("vouchers/update"))) as done:
            done.tries(self.client.vouchers.update, updates, **self.where)
        applied, possible = self._positions(ids, updates, done)
        assert done.failed or [one.name for one in done.result] == [one["name"] for one in changes]
        self._note("an update failed halfway", done.failed is not None and bool(applied))
        names = {"name": "Name", "company_id": "CompanyId", "external_identifier": EXTERNAL}
        requested = {
            ids[one]: Requested({names[k]: v for k, v in changes[one].items()}, one in applied)
            for one in possible
        }
        self.model.vouchers.learn(self._truth(self.model.vouchers), changed=requested)

    def _change(self, data: Data) -> JsonObject:
        """Draw new properties, always with a new name, so that there is a change."""
        change: JsonObject = {"name": self._fresh("Voucher")}
        if data.draw(SOMETIMES):
            change["company_id"] = data.draw(st.sampled_from([None, *self.companies]))
        if data.draw(SOMETIMES):
            change["external_identifier"] = data.draw(st.sampled_from([None, self._fresh("X")]))
        return change

    @rule(what=st.sampled_from(["codes", "codes", "vouchers"]), data=st.data())
    def delete(self, what: str, data: Data) -> None:
        """Delete items; already deleted ones are rejected."""
        self._delete(what, data)

    def _delete(self, what: str, data: Data) -> None:
        is_codes = what == "codes"
        ledger = self.model.codes if is_codes else self.model.vouchers
        delete = self.client.voucher_codes.delete if is_codes else self.client.vouchers.delete
        ids = self._some(data, ledger, most=6 if is_codes else 1)
        active = {*ledger.ids(active=True)}
        operation = "voucherCodes/delete" if is_codes else "vouchers/delete"
        with self._doing(f"delete {what}", data.draw(planned_faults(operation))) as done:
            done.tries(delete, ids, **self.where)
        applied, possible = self._positions(ids, ids, done)
        self._note("a delete failed halfway", done.failed is not None and bool(applied))
        requested = {
            ids[one]: Requested(DELETED, one in applied) for one in possible if ids[one] in active
        }
        ledger.learn(self._truth(ledger), changed=requested)

    def _positions(
        self, ids: list[str], items: Sequence[object], done: Done
    ) -> tuple[set[int], set[int]]:
        """Return the positions of items that were applied, and of those that may have been."""
        active = {*self.model.vouchers.ids(active=True), *self.model.codes.ids(active=True)}
        deleted = {position for position, one in enumerate(ids) if one not in active}
        applied = possible = {*range(len(ids))}
        if done.failed is not None:
            self._check_report(done, items)
            applied = {one.position for one in done.failed.succeeded}
            possible = applied | {one.position for one in done.failed.unknown}
            assert done.occurred.kinds or deleted, "it failed without a fault"
            self._note("a deleted item rejected", bool(deleted - possible))
        assert done.occurred.loss or not applied & deleted, (
            "applied to items that were deleted before"
        )
        self._note("succeeded despite a lost response", done.failed is None and done.occurred.loss)
        return applied, possible

    def _some(self, data: Data, ledger: Ledger, most: int) -> list[str]:
        """Draw distinct ids, nearly all of active items."""
        deleted = [*ledger.ids(active=False), UNKNOWN_ID]
        active = ledger.ids(active=True) or deleted
        chosen = data.draw(PLACES)[:most]
        pools = [deleted if place % 25 == 0 else active for place in chosen]
        ids = [pool[place % len(pool)] for pool, place in zip(pools, chosen, strict=True)]
        return [*dict.fromkeys(ids)]

"""Updating vouchers; deleting vouchers and codes."""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.stateful import rule
from mews_vouchers import voucher_update

from tests.support.mock_api import NOBODY

from .fault_kinds import troubles
from .machine import EXTERNAL, PLACES, SOMETIMES, Data, Done, Machine
from .model import DELETED, Asked, JsonObject, Ledger


class Changing(Machine):
    """What changes or deletes what is there."""

    @rule(data=st.data())
    def update(self, data: Data) -> None:
        """Change some vouchers; a deleted one is refused."""
        ids = self._some(data, self.model.vouchers, most=5)
        changes = [self._change(data) for _ in ids]
        updates = [
            voucher_update(one, **dict(change)) for one, change in zip(ids, changes, strict=True)
        ]
        with self._doing("update vouchers", data.draw(troubles("vouchers/update"))) as done:
            done.tries(self.client.vouchers.update, updates, **self.where)
        sure, possible = self._positions(ids, updates, done)
        assert done.failed or [one.name for one in done.result] == [one["name"] for one in changes]
        self._note("an update stopped half-way", done.failed is not None and bool(sure))
        names = {"name": "Name", "company_id": "CompanyId", "external_identifier": EXTERNAL}
        asked = {
            ids[one]: Asked({names[k]: v for k, v in changes[one].items()}, one in sure)
            for one in possible
        }
        self.model.vouchers.learn(self._truth(self.model.vouchers), changed=asked)

    def _change(self, data: Data) -> JsonObject:
        """Draw new properties; the name is one of them, so that there is a change in any case."""
        change: JsonObject = {"name": self._fresh("Voucher")}
        if data.draw(SOMETIMES):
            change["company_id"] = data.draw(st.sampled_from([None, *self.companies]))
        if data.draw(SOMETIMES):
            change["external_identifier"] = data.draw(st.sampled_from([None, self._fresh("X")]))
        return change

    @rule(what=st.sampled_from(["codes", "codes", "vouchers"]), data=st.data())
    def delete(self, what: str, data: Data) -> None:
        """Delete something; what is gone already is refused."""
        self._delete(what, data)

    def _delete(self, what: str, data: Data) -> None:
        is_codes = what == "codes"
        ledger = self.model.codes if is_codes else self.model.vouchers
        delete = self.client.voucher_codes.delete if is_codes else self.client.vouchers.delete
        ids = self._some(data, ledger, most=6 if is_codes else 1)
        active = {*ledger.ids(active=True)}
        operation = "voucherCodes/delete" if is_codes else "vouchers/delete"
        with self._doing(f"delete {what}", data.draw(troubles(operation))) as done:
            done.tries(delete, ids, **self.where)
        sure, possible = self._positions(ids, ids, done)
        self._note("a delete stopped half-way", done.failed is not None and bool(sure))
        asked = {ids[one]: Asked(DELETED, one in sure) for one in possible if ids[one] in active}
        ledger.learn(self._truth(ledger), changed=asked)

    def _positions(
        self, ids: list[str], items: Sequence[object], done: Done
    ) -> tuple[set[int], set[int]]:
        """Return the positions of what surely happened, and of what may have happened."""
        active = {*self.model.vouchers.ids(active=True), *self.model.codes.ids(active=True)}
        gone = {position for position, one in enumerate(ids) if one not in active}
        sure = possible = {*range(len(ids))}
        if done.failed is not None:
            self._check_account(done, items)
            sure = {one.position for one in done.failed.succeeded}
            possible = sure | {one.position for one in done.failed.unknown}
            assert done.met.kinds or gone, "it failed although nothing went wrong"
            self._note("a deleted item refused", bool(gone - possible))
        assert done.met.loss or not sure & gone, "done to what was gone before"
        self._note("done, although an answer was lost", done.failed is None and done.met.loss)
        return sure, possible

    def _some(self, data: Data, ledger: Ledger, most: int) -> list[str]:
        """Draw ids, each once: nearly all of active items."""
        gone = [*ledger.ids(active=False), NOBODY]
        active = ledger.ids(active=True) or gone
        chosen = data.draw(PLACES)[:most]
        pools = [gone if place % 25 == 0 else active for place in chosen]
        ids = [pool[place % len(pool)] for pool, place in zip(pools, chosen, strict=True)]
        return [*dict.fromkeys(ids)]

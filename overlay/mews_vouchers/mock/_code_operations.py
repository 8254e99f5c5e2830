"""The three operations on voucher codes: their rules, for a body that matches the schema."""

from ._answers import JsonObject
from ._call import Call, State, active_item
from ._store import VoucherCode, in_sequence, page
from ._wire import code_to_wire


def add(state: State, call: Call) -> JsonObject:
    """Carry out `voucherCodes/add`. A value that exists already makes one more code."""
    enterprise, asked = call.enterprise(), call.body["VoucherCodeParameters"]
    vouchers = [
        active_item(
            state.store.vouchers,
            one["VoucherId"],
            enterprise,
            "VoucherId",
            f"VoucherCodeParameters[{position}]",
        )
        for position, one in enumerate(asked)
    ]
    # From here on nothing can fail: a batch is added as a whole or not at all.
    added = [
        state.store.add_code(
            voucher, one["Value"], one.get("ValidityStartUtc"), one.get("ValidityEndUtc"), call.now
        )
        for voucher, one in zip(vouchers, asked, strict=True)
    ]
    return {"VoucherCodes": [code_to_wire(code) for code in added]}


def delete(state: State, call: Call) -> JsonObject:
    """Carry out `voucherCodes/delete`, also for codes of a deleted voucher (our choice)."""
    enterprise = call.enterprise()
    codes = [
        active_item(state.store.codes, code_id, enterprise, "VoucherCodeIds")
        for code_id in call.ids("VoucherCodeIds") or ()
    ]
    for code in codes:
        code.is_active = False
        code.updated = call.now
    return {}


def get_all(state: State, call: Call) -> JsonObject:
    """Carry out `voucherCodes/getAll`."""
    updated = call.updated(state)
    found = page(
        _runs(state, call),
        before=call.item_before(state.store.codes),
        size=call.page_size(),
        keep=lambda code: code.updated in updated,
    )
    return {
        "VoucherCodes": [code_to_wire(code) for code in found],
        "Cursor": found[-1].id if found else None,
    }


def _runs(state: State, call: Call) -> list[list[VoucherCode]]:
    """Return the lists that make up the result; ids that nobody has match nothing (our choice)."""
    store, enterprise_ids = state.store, call.enterprise_ids()
    vouchers = [
        voucher
        for voucher in map(store.vouchers.get, call.ids("VoucherIds") or ())
        if voucher is not None and voucher.enterprise_id in enterprise_ids
    ]
    code_ids = call.ids("VoucherCodeIds")
    if code_ids is None:
        return [voucher.codes for voucher in vouchers]
    wanted, codes = set(vouchers), filter(None, map(store.codes.get, code_ids))
    return [in_sequence(code for code in codes if code.voucher in wanted)]

"""The three operations on voucher codes, for bodies that match the schema.

Where the vendor does not say how the API behaves, a comment says "our choice".
"""

from mews_vouchers.mock._contract.responses import JsonObject
from mews_vouchers.mock._state.store import VoucherCode, page, sorted_by_sequence

from .context import Context, MockState, active_item
from .serialization import serialize_code


def add(state: MockState, context: Context) -> JsonObject:
    """Handle `voucherCodes/add`. A value that exists already is added once more."""
    enterprise, requested = context.target_enterprise(), context.body["VoucherCodeParameters"]
    vouchers = [
        active_item(
            state.store.vouchers,
            one["VoucherId"],
            enterprise,
            "VoucherId",
            f"VoucherCodeParameters[{position}]",
        )
        for position, one in enumerate(requested)
    ]
    # Nothing below can fail: a batch is applied completely or not at all.
    added = [
        state.store.add_code(
            voucher,
            one["Value"],
            one.get("ValidityStartUtc"),
            one.get("ValidityEndUtc"),
            context.now,
        )
        for voucher, one in zip(vouchers, requested, strict=True)
    ]
    return {"VoucherCodes": [serialize_code(code) for code in added]}


def delete(state: MockState, context: Context) -> JsonObject:
    """Handle `voucherCodes/delete`, also for codes of a deleted voucher (our choice)."""
    enterprise = context.target_enterprise()
    codes = [
        active_item(state.store.codes, code_id, enterprise, "VoucherCodeIds")
        for code_id in context.ids("VoucherCodeIds") or ()
    ]
    for code in codes:
        code.is_active = False
        code.updated = context.now
    return {}


def get_all(state: MockState, context: Context) -> JsonObject:
    """Handle `voucherCodes/getAll`."""
    updated = context.updated_filter(state)
    items = page(
        _candidates(state, context),
        before=context.cursor_item(state.store.codes),
        size=context.page_size(),
        predicate=lambda code: code.updated in updated,
    )
    return {
        "VoucherCodes": [serialize_code(code) for code in items],
        "Cursor": items[-1].id if items else None,
    }


def _candidates(state: MockState, context: Context) -> list[list[VoucherCode]]:
    """Return sorted lists that contain all matches; unknown ids match nothing (our choice)."""
    store, enterprise_ids = state.store, context.enterprise_ids()
    vouchers = [
        voucher
        for voucher in map(store.vouchers.get, context.ids("VoucherIds") or ())
        if voucher is not None and voucher.enterprise_id in enterprise_ids
    ]
    code_ids = context.ids("VoucherCodeIds")
    if code_ids is None:
        return [voucher.codes for voucher in vouchers]
    requested, codes = set(vouchers), filter(None, map(store.codes.get, code_ids))
    return [sorted_by_sequence(code for code in codes if code.voucher in requested)]

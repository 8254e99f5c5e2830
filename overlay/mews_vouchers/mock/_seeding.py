"""Vouchers and codes without requests: what a test starts with. No rule of any operation.

A single item goes the way of its operation, and so by its rules; items by the thousand do not.
"""

import json

from ._answers import JsonObject, Refusal, encode
from ._call import Call
from ._http import OPERATIONS, Api
from ._store import Store, VoucherDetails
from ._world import Access, Enterprise

#: Any text does: nothing checks the tokens of what is put in directly.
_TOKENS = dict.fromkeys(("ClientToken", "AccessToken", "Client"), "seeding")


def add_voucher(api: Api, enterprise: Enterprise, properties: JsonObject) -> str:
    """Add a voucher, and return its id."""
    usual = {"ServiceId": enterprise.service_ids[0], "Name": "A voucher", "Type": "Public"}
    body: JsonObject = {"VoucherParameters": [usual | properties]}
    voucher_id: str = _add(api, "vouchers/add", enterprise, body)["Vouchers"][0]["Id"]
    return voucher_id


def add_code(api: Api, voucher_id: str, properties: JsonObject) -> str:
    """Add a code, and return its id."""
    body: JsonObject = {"VoucherCodeParameters": [{"VoucherId": voucher_id} | properties]}
    enterprise = _owner(api, voucher_id)
    code_id: str = _add(api, "voucherCodes/add", enterprise, body)["VoucherCodes"][0]["Id"]
    return code_id


def seed(api: Api, enterprise: Enterprise, vouchers: int, codes_per_voucher: int) -> list[str]:
    """Add many vouchers with many codes, and return the ids of the vouchers, from old to new."""
    if vouchers < 0 or codes_per_voucher < 0:
        raise ValueError("there cannot be fewer than 0 vouchers or codes")
    with api.lock:
        store, now = api.state.store, api.now()
        first = len(store.vouchers) + 1
        return [
            _seed_voucher(store, enterprise, number, codes_per_voucher, now)
            for number in range(first, first + vouchers)
        ]


def _seed_voucher(store: Store, enterprise: Enterprise, number: int, codes: int, now: str) -> str:
    details = VoucherDetails(f"Voucher {number}", "Public", None, (), None, None, None)
    voucher = store.add_voucher(enterprise.id, enterprise.service_ids[0], details, now)
    for code in range(1, codes + 1):
        store.add_code(voucher, f"CODE-{number}-{code:06}", None, None, now)
    return voucher.id


def _add(api: Api, operation: str, enterprise: Enterprise, body: JsonObject) -> JsonObject:
    access = Access((enterprise,), is_portfolio=False)
    body = json.loads(encode(body))  # what is no JSON fails here, in words
    with api.lock:
        try:
            api.state.contract.check(operation, _TOKENS | body)
            return OPERATIONS[operation](api.state, Call(body, access, api.now()))
        except Refusal as refusal:
            where = refusal.details or {"Parameter": "body", "Reason": refusal.message}
            raise ValueError(f"{where['Parameter']} {where['Reason']}") from None


def _owner(api: Api, voucher_id: str) -> Enterprise:
    voucher = api.state.store.vouchers.get(voucher_id.lower())
    for enterprise in api.state.world.enterprises:
        if voucher is not None and enterprise.id == voucher.enterprise_id:
            return enterprise
    raise ValueError("there is no such voucher")

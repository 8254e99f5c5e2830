"""Adds vouchers and codes without requests, as the initial data of a test.

A single item is added by its operation, and so by its rules; bulk data goes directly to the store.
"""

import json

from mews_vouchers.mock._contract.responses import HTTPError, JsonObject, encode_json
from mews_vouchers.mock._state.reference_data import Access, Enterprise
from mews_vouchers.mock._state.store import Store, VoucherDetails

from .context import Context
from .dispatch import OPERATIONS, Dispatcher

#: Any string is valid: tokens are not checked here.
_TOKENS = dict.fromkeys(("ClientToken", "AccessToken", "Client"), "seeding")


def add_voucher(
    dispatcher: Dispatcher, enterprise: Enterprise | None, properties: JsonObject
) -> str:
    """Add a voucher to an enterprise, by default the first one, and return its id."""
    owner = _enterprise_or_first(dispatcher, enterprise)
    defaults = {"ServiceId": owner.service_ids[0], "Name": "A voucher", "Type": "Public"}
    body: JsonObject = {"VoucherParameters": [defaults | properties]}
    voucher_id: str = _add(dispatcher, "vouchers/add", owner, body)["Vouchers"][0]["Id"]
    return voucher_id


def add_code(dispatcher: Dispatcher, voucher_id: str, properties: JsonObject) -> str:
    """Add a code, and return its id."""
    body: JsonObject = {"VoucherCodeParameters": [{"VoucherId": voucher_id} | properties]}
    owner = _owner(dispatcher, voucher_id)
    code_id: str = _add(dispatcher, "voucherCodes/add", owner, body)["VoucherCodes"][0]["Id"]
    return code_id


def seed(
    dispatcher: Dispatcher, enterprise: Enterprise | None, vouchers: int, codes_per_voucher: int
) -> list[str]:
    """Add many vouchers with many codes, and return the ids of the vouchers, oldest first."""
    owner = _enterprise_or_first(dispatcher, enterprise)
    if vouchers < 0 or codes_per_voucher < 0:
        raise ValueError("vouchers and codes_per_voucher must be >= 0")
    with dispatcher.lock:
        store, now = dispatcher.state.store, dispatcher.now()
        first = len(store.vouchers) + 1
        return [
            _seed_voucher(store, owner, number, codes_per_voucher, now)
            for number in range(first, first + vouchers)
        ]


def _seed_voucher(store: Store, owner: Enterprise, number: int, codes: int, now: str) -> str:
    details = VoucherDetails(f"Voucher {number}", "Public", None, (), None, None, None)
    voucher = store.add_voucher(owner.id, owner.service_ids[0], details, now)
    for code in range(1, codes + 1):
        store.add_code(voucher, f"CODE-{number}-{code:06}", None, None, now)
    return voucher.id


def _add(dispatcher: Dispatcher, operation: str, owner: Enterprise, body: JsonObject) -> JsonObject:
    access = Access((owner,), is_portfolio=False)
    body = json.loads(encode_json(body))  # fails with a clear message if a value is not JSON
    with dispatcher.lock:
        try:
            dispatcher.state.validator.validate(operation, _TOKENS | body)
            context = Context(body, access, dispatcher.now())
            return OPERATIONS[operation](dispatcher.state, context)
        except HTTPError as error:
            details = error.details or {"Parameter": "body", "Reason": error.message}
            raise ValueError(f"{details['Parameter']} {details['Reason']}") from None


def _enterprise_or_first(dispatcher: Dispatcher, enterprise: Enterprise | None) -> Enterprise:
    enterprises = dispatcher.state.reference_data.enterprises
    if enterprise is None:
        return enterprises[0]
    if enterprise not in enterprises:
        raise ValueError("the enterprise must be one of `enterprises` of this mock")
    return enterprise


def _owner(dispatcher: Dispatcher, voucher_id: str) -> Enterprise:
    voucher = dispatcher.state.store.vouchers.get(voucher_id.lower())
    for enterprise in dispatcher.state.reference_data.enterprises:
        if voucher is not None and enterprise.id == voucher.enterprise_id:
            return enterprise
    raise ValueError("there is no voucher with this id")

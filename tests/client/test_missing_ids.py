"""An id that the server left out is never sent as a text, such as `UNSET` or `None`.

Whatever is no id is refused before anything is sent: a server that takes it for one, or refuses
the other items of its request because of it, is not asked.
"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import BatchError, InvalidItemError, voucher_update
from mews_vouchers.mock import MockMews
from mews_vouchers_client import UNSET
from mews_vouchers_client.models import (
    Voucher,
    VoucherAddParameters,
    VoucherCode,
    VoucherCodeAddParameters,
    VoucherTypeEnum,
)

from tests.support.clients import Connect
from tests.support.hypothesis_profiles import examples
from tests.support.listing import NEEDED
from tests.support.mock_api import UNKNOWN_ID

#: A call with an id in one place. Any: a client of either kind, and what a program may pass.
Call = Callable[[Any, Any], object]

#: Every place of an id in the arguments of the methods.
CALLS: dict[str, Call] = {
    "voucher_codes.delete": lambda client, id_: client.voucher_codes.delete([UNKNOWN_ID, id_]),
    "voucher_codes.add": lambda client, id_: client.voucher_codes.add([code(id_)]),
    "voucher_codes.add_batches": lambda client, id_: list(
        client.voucher_codes.add_batches([code(id_)])
    ),
    "vouchers.delete": lambda client, id_: client.vouchers.delete([UNKNOWN_ID, id_]),
    "vouchers.add": lambda client, id_: client.vouchers.add([voucher(id_)]),
    "vouchers.add, company": lambda client, id_: client.vouchers.add([voucher(company_id=id_)]),
    "vouchers.add, rate": lambda client, id_: client.vouchers.add(
        [voucher(assigned_rate_ids=[UNKNOWN_ID, id_])]
    ),
    "vouchers.update": lambda client, id_: client.vouchers.update([voucher_update(id_)]),
    "vouchers.update, company": lambda client, id_: client.vouchers.update(
        [voucher_update(UNKNOWN_ID, company_id=id_)]
    ),
    "vouchers.update, rate": lambda client, id_: client.vouchers.update(
        [voucher_update(UNKNOWN_ID, assigned_rate_ids=[UNKNOWN_ID, id_])]
    ),
}
ENTERPRISE_CALLS: dict[str, Call] = {
    "voucher_codes.delete": lambda client, id_: client.voucher_codes.delete(
        [UNKNOWN_ID], enterprise_id=id_
    ),
    "voucher_codes.add": lambda client, id_: client.voucher_codes.add(
        [code(UNKNOWN_ID)], enterprise_id=id_
    ),
    "voucher_codes.add_batches": lambda client, id_: list(
        client.voucher_codes.add_batches([code(UNKNOWN_ID)], enterprise_id=id_)
    ),
    "vouchers.delete": lambda client, id_: client.vouchers.delete([UNKNOWN_ID], enterprise_id=id_),
    "vouchers.add": lambda client, id_: client.vouchers.add([voucher()], enterprise_id=id_),
    "vouchers.update": lambda client, id_: client.vouchers.update(
        [voucher_update(UNKNOWN_ID)], enterprise_id=id_
    ),
}
FILTERS = [
    ("voucher_codes", "voucher_ids"),
    ("voucher_codes", "voucher_code_ids"),
    ("voucher_codes", "enterprise_ids"),
    ("vouchers", "service_ids"),
    ("vouchers", "voucher_ids"),
    ("vouchers", "company_ids"),
    ("vouchers", "enterprise_ids"),
]
#: What a program makes of an id that is missing.
MISSING = {
    "str": str(VoucherCode.from_dict({}).id),
    "format": f"{Voucher.from_dict({}).id}",
    "repr": repr(VoucherCode.from_dict({}).voucher_id),
    "null": str(None),
}
each_missing = pytest.mark.parametrize("missing", MISSING.values(), ids=list(MISSING))
each_filter = pytest.mark.parametrize(("resource", "name"), FILTERS)


def code(voucher_id: Any) -> VoucherCodeAddParameters:
    """Return a code to add to a voucher."""
    return VoucherCodeAddParameters(voucher_id, "SPRING")


def voucher(service_id: Any = UNKNOWN_ID, **changes: Any) -> VoucherAddParameters:
    """Return a voucher to add to a service."""
    return VoucherAddParameters(service_id, "Spring", VoucherTypeEnum.PUBLIC, **changes)


@each_missing
@pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))
def test_a_write_refuses_a_missing_id(
    connect: Connect, mock: MockMews, call: Call, missing: str
) -> None:
    """The item is refused with its position, and nothing of its batch is sent."""
    with pytest.raises(BatchError) as caught:
        call(connect(mock), missing)
    (refused,) = caught.value.rejected
    assert isinstance(refused.error, InvalidItemError)
    assert mock.requests == []


@each_missing
@pytest.mark.parametrize("call", ENTERPRISE_CALLS.values(), ids=list(ENTERPRISE_CALLS))
def test_a_write_refuses_a_missing_enterprise(
    connect: Connect, mock: MockMews, call: Call, missing: str
) -> None:
    """It would spoil every request of the call, so the call itself is refused."""
    with pytest.raises(ValueError, match=r"^enterprise_id: .* is no UUID of 36 characters$"):
        call(connect(mock), missing)
    with pytest.raises(TypeError, match=r"^enterprise_id must be a string, not UNSET$"):
        call(connect(mock), UNSET)
    assert mock.requests == []


@each_filter
@each_missing
def test_a_filter_refuses_a_missing_id(
    connect: Connect, mock: MockMews, resource: str, name: str, missing: str
) -> None:
    """In any place of any list of ids, when the listing is created."""
    listing = getattr(connect(mock), resource).get_all
    with pytest.raises(ValueError, match=rf"^{name}: .* is no UUID of 36 characters$"):
        listing(**NEEDED[resource] | {name: [UNKNOWN_ID, missing, UNKNOWN_ID]})
    with pytest.raises(TypeError, match=rf"^{name}: every value must be a string, not UNSET$"):
        listing(**NEEDED[resource] | {name: [UNKNOWN_ID, UNSET]})
    assert mock.requests == []


@settings(max_examples=examples(100))
@given(st.uuids().map(str), st.text(max_size=5), st.data())
def test_only_ids_are_taken_for_ids(connect: Connect, id_: str, more: str, data: Any) -> None:
    """An id with a character more or less, or another one in it, is none; its case is free."""
    listing = connect(MockMews()).voucher_codes.get_all
    listing(voucher_ids=[id_, id_.upper()])
    at = data.draw(st.integers(0, len(id_) - 1))
    wrong = [id_[:at] + id_[at + 1 :], f"{id_}{more or '0'}", id_[:at] + "g" + id_[at + 1 :]]
    for text in (*wrong, f"{id_}\n", id_.replace("-", ""), f"{{{id_}}}"):
        with pytest.raises(ValueError, match="no UUID"):
            listing(voucher_ids=[id_, text])


@pytest.mark.parametrize("name", ["voucher_code_values", "external_identifiers"])
def test_a_filter_of_texts_never_sends_the_name_of_nothing(
    connect: Connect, mock: MockMews, name: str
) -> None:
    """A text that is missing has no name that could be that of a code."""
    missing = VoucherCode.from_dict({}).value
    list(connect(mock).vouchers.get_all(service_ids=[UNKNOWN_ID], **{name: [str(missing)]}))
    (request,) = mock.requests
    assert "UNSET" not in str(request.body)
    with pytest.raises(BatchError):
        connect(mock).voucher_codes.add([VoucherCodeAddParameters(UNKNOWN_ID, str(missing))])
    assert len(mock.requests) == 1

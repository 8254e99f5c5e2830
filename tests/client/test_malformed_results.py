"""Responses to a write that violate the contract: items without a result are unknown."""

import pytest
from mews_vouchers import OutcomeUnknownError, voucher_update
from mews_vouchers_client.models import VoucherAddParameters, VoucherTypeEnum

from tests.support.clients import Connect
from tests.support.harness import Harness, change_items, check_report, failure
from tests.support.seeding import too_many_above


def test_a_response_with_only_some_codes(connect: Connect) -> None:
    """Codes with a result have succeeded; the others are unknown."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(3))
    harness.mock.inject(change_items(lambda found: found[1:]))
    codes = harness.numbered(5)
    failed = failure(harness.client.voucher_codes.add, codes)
    check_report(failed, codes)
    assert [one.item.value for one in failed.succeeded] == ["1"]
    assert [one.item.value for one in failed.unknown] == ["0"]
    assert isinstance(failed.unknown[0].error, OutcomeUnknownError)
    assert len(failed.not_sent) == 3


def test_a_response_with_only_some_of_equal_codes(connect: Connect) -> None:
    """A result belongs to one code: of two equal codes with one result, one is unknown."""
    harness = Harness(connect)
    harness.mock.inject(change_items(lambda found: found[1:]))
    failed = failure(harness.client.voucher_codes.add, harness.codes("aa"))
    assert len(failed.succeeded) == len(failed.unknown) == 1


@pytest.mark.parametrize(
    "strange",
    [None, "text", {}, [None], [[]], [1], [{}], [{"Id": [], "VoucherId": {}, "Value": [[]]}]],
    ids=repr,
)
def test_a_response_without_a_list(connect: Connect, strange: object) -> None:
    """After a 200 without a usable list, the items that were sent are unknown."""
    harness = Harness(connect)
    harness.mock.inject(change_items(lambda found: strange))
    codes = harness.numbered(2)
    failed = failure(harness.client.voucher_codes.add, codes)
    check_report(failed, codes)
    assert [one.item for one in failed.unknown] == codes
    updates = [voucher_update(harness.voucher_id, name="New")]
    assert [one.item for one in failure(harness.client.vouchers.update, updates).unknown] == updates


def test_a_result_is_not_that_of_another_voucher(connect: Connect) -> None:
    """The result of one of two vouchers, with another name, is not taken for the other."""
    harness = Harness(connect)
    harness.mock.inject(change_items(lambda found: [found[1] | {"Name": "C"}]))
    vouchers = [
        VoucherAddParameters(harness.service_id, name, VoucherTypeEnum.PUBLIC) for name in "AB"
    ]
    failed = failure(harness.client.vouchers.add, vouchers)
    check_report(failed, vouchers)
    assert [one.item.name for one in failed.unknown] == ["A", "B"]

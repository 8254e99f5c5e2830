"""Answers to a write that break the contract: what they do not mention is unknown."""

import pytest
from mews_vouchers import OutcomeUnknownError, voucher_update
from mews_vouchers_client.models import VoucherAddParameters, VoucherTypeEnum

from tests.support.clients import Connect
from tests.support.harness import Harness, changed, check_report, failure
from tests.support.seeding import too_many_above


def test_an_answer_that_mentions_only_some_codes(connect: Connect) -> None:
    """What the answer does not mention is unknown, what it does has succeeded."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(3))
    harness.mock.inject(changed(lambda found: found[1:]))
    codes = harness.numbered(5)
    failed = failure(harness.client.voucher_codes.add, codes)
    check_report(failed, codes)
    assert [one.item.value for one in failed.succeeded] == ["1"]
    assert [one.item.value for one in failed.unknown] == ["0"]
    assert isinstance(failed.unknown[0].error, OutcomeUnknownError)
    assert len(failed.not_sent) == 3


def test_an_answer_that_mentions_only_some_of_equal_codes(connect: Connect) -> None:
    """A result stands for one code: of two equal ones, one is unknown if only one is mentioned."""
    harness = Harness(connect)
    harness.mock.inject(changed(lambda found: found[1:]))
    failed = failure(harness.client.voucher_codes.add, harness.codes("aa"))
    assert len(failed.succeeded) == len(failed.unknown) == 1


@pytest.mark.parametrize(
    "strange",
    [None, "text", {}, [None], [[]], [1], [{}], [{"Id": [], "VoucherId": {}, "Value": [[]]}]],
    ids=repr,
)
def test_an_answer_that_makes_no_sense(connect: Connect, strange: object) -> None:
    """A 200 without a usable list loses nothing: what was sent is unknown, and known as such."""
    harness = Harness(connect)
    harness.mock.inject(changed(lambda found: strange))
    codes = harness.numbered(2)
    failed = failure(harness.client.voucher_codes.add, codes)
    check_report(failed, codes)
    assert [one.item for one in failed.unknown] == codes
    updates = [voucher_update(harness.voucher_id, name="New")]
    assert [one.item for one in failure(harness.client.vouchers.update, updates).unknown] == updates


def test_a_result_is_not_that_of_another_voucher(connect: Connect) -> None:
    """An answer that mentions one of two vouchers, spelt otherwise, is not taken for the other."""
    harness = Harness(connect)
    harness.mock.inject(changed(lambda found: [found[1] | {"Name": "b"}]))
    vouchers = [
        VoucherAddParameters(harness.service_id, name, VoucherTypeEnum.PUBLIC) for name in "AB"
    ]
    failed = failure(harness.client.vouchers.add, vouchers)
    check_report(failed, vouchers)
    assert [one.item.name for one in failed.unknown] == ["A", "B"]

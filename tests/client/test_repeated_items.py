"""A rate that a new voucher has twice: the API rejects it, so the client does so before sending."""

import json
import pickle
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import InvalidItemError, voucher_update
from mews_vouchers_client import serialization
from mews_vouchers_client.errors import RepeatedItemError
from mews_vouchers_client.models import (
    MultipleVoucherAddParameters,
    VoucherAddParameters,
    VoucherTypeEnum,
)

from tests.support.clients import Connect
from tests.support.documented import JsonObject, validator
from tests.support.harness import Harness, check_report, failure
from tests.support.hypothesis_profiles import examples
from tests.support.mock_api import MockApi
from tests.support.strategies import json_values

FIELD = "VoucherAddParameters.assigned_rate_ids"
API = MockApi()
RATES = API.enterprise.rate_ids
is_allowed = validator("VoucherAddParameters", "AssignedRateIds").is_valid


def plain(*rates: str) -> JsonObject:
    """Return a voucher to add, as JSON."""
    return {
        "ServiceId": API.service_id,
        "Name": "A",
        "Type": "Public",
        "AssignedRateIds": list(rates),
    }


def serialized(body: JsonObject, *, fast: bool) -> JsonObject | tuple[str, int, int]:
    """Serialise a request, with or without msgspec; return the JSON or the error's attributes."""
    request = MultipleVoucherAddParameters.from_dict(API.credentials | body)
    with pytest.MonkeyPatch.context() as patch:
        if not fast:
            patch.setattr(serialization, "encode_fast", lambda body: None)
        try:
            content: JsonObject = json.loads(bytes(serialization.write_body(request.to_dict())))
        except RepeatedItemError as error:
            return error.field, error.position, error.earlier
        return content


@settings(max_examples=examples(60))
@given(
    rates=st.lists(st.sampled_from(RATES), max_size=10),
    others=st.sampled_from([0, 3, 60]),
    place=st.integers(0, 60),
)
def test_client_mock_and_document_agree(rates: list[str], others: int, place: int) -> None:
    """A request of any length is serialised on both paths exactly if the document allows it.

    What is not serialised is what the mock rejects.
    """
    vouchers = [plain(RATES[0])] * others
    body: JsonObject = {"VoucherParameters": [*vouchers[:place], plain(*rates), *vouchers[place:]]}
    found = [serialized(body, fast=fast) for fast in (True, False)]
    if is_allowed(rates):
        assert found == [API.credentials | body] * 2
        API.call("vouchers/add", **body)
    else:
        position = next(n for n, rate in enumerate(rates) if rate in rates[:n])
        assert found == [(FIELD, position, rates.index(rates[position]))] * 2
        assert API.refusal("vouchers/add", **body) == "Invalid AssignedRateIds: has duplicate items"


@given(items=json_values | st.lists(json_values | st.sampled_from(RATES)))
def test_only_repeated_strings_are_an_error(items: Any) -> None:
    """In any value, only a string that is twice in one list is an error."""
    texts = [one for one in items if isinstance(one, str)] if isinstance(items, list) else []
    if len(texts) == len(set(texts)):
        assert serialization.require_unique(items, FIELD) is items
    else:
        with pytest.raises(RepeatedItemError):
            serialization.require_unique(items, FIELD)


def new(harness: Harness, *places: int) -> VoucherAddParameters:
    """Return a voucher to add, with these of the enterprise's rates."""
    rates = [harness.enterprise.rate_ids[place] for place in places]
    return VoucherAddParameters(
        harness.service_id, "A", VoucherTypeEnum.PUBLIC, assigned_rate_ids=rates
    )


@pytest.mark.parametrize("concurrency", [1, 4])
def test_nothing_is_sent_of_the_first_batch(connect: Connect, concurrency: int) -> None:
    """The error has the position of the voucher, the property and both positions; no rate."""
    harness = Harness(connect)
    vouchers = [new(harness, 0), new(harness), new(harness, 0, 2, 1, 2)]
    failed = failure(harness.client.vouchers.add, vouchers, concurrency=concurrency)
    check_report(failed, vouchers)
    assert harness.sent == []
    (rejected,) = pickle.loads(pickle.dumps(failed)).rejected
    assert str(rejected.error) == (
        "vouchers/add: the item at position 2 was not sent: its assigned_rate_ids[3] repeats the "
        "item at position 1"
    )


def test_in_a_later_batch(connect: Connect) -> None:
    """Earlier batches are reported; the batch with the mistake is not sent."""
    harness = Harness(connect)
    vouchers = [new(harness, 0)] * 1_001 + [new(harness, 1, 1), new(harness)]
    failed = failure(harness.client.vouchers.add, vouchers)
    check_report(failed, vouchers)
    assert len(failed.succeeded) == 1_000
    assert [one.position for one in failed.rejected] == [1_001]
    assert [one.position for one in failed.not_sent] == [1_000, 1_002]
    assert failed.reason.endswith("its assigned_rate_ids[1] repeats the item at position 0")
    assert harness.sizes("vouchers/add") == [1_000]


def test_an_update_may_name_a_rate_twice(connect: Connect) -> None:
    """The vendor's rule is for new vouchers only: an update is sent unchanged."""
    harness = Harness(connect)
    rate_id = harness.enterprise.rate_ids[0]
    update = voucher_update(harness.voucher_id, assigned_rate_ids=[rate_id, rate_id])
    harness.client.vouchers.update([update])
    (sent,) = harness.mock.requests[-1].body["VoucherUpdates"]
    assert sent["AssignedRateIds"] == {"Value": [rate_id, rate_id]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("occupiable_interval_start_utc", datetime(2026, 1, 1)),  # noqa: DTZ001 - it is wrong
        ("external_identifier", float("nan")),
        ("assigned_rate_ids", [uuid4()]),
        ("assigned_rate_ids", {"a", "b"}),
    ],
    ids=["no zone", "nan", "no string", "a set"],
)
def test_other_mistakes_have_the_position_of_the_item(
    connect: Connect, name: str, value: Any
) -> None:
    """Whatever makes an item unserialisable, its error names position and property."""
    harness = Harness(connect)
    vouchers = [new(harness), new(harness)]
    setattr(vouchers[1], name, value)
    failed = failure(harness.client.vouchers.add, vouchers)
    check_report(failed, vouchers)
    (rejected,) = failed.rejected
    assert isinstance(rejected.error, InvalidItemError)
    assert rejected.error.position == rejected.position == 1
    assert rejected.error.property.startswith(name)
    assert harness.sent == []


def test_a_mistake_outside_the_items_names_no_item(connect: Connect) -> None:
    """If every item can be serialised, the error names no item."""
    harness = Harness(connect)
    enterprise_id: Any = uuid4()  # it must be a string
    with pytest.raises(TypeError) as caught:
        harness.client.vouchers.add([new(harness)], enterprise_id=enterprise_id)
    assert not hasattr(caught.value, "__notes__")
    assert harness.sent == []

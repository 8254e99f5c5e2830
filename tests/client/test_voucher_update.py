"""`voucher_update`: omitted means keep, None means clear, any other value is set."""

import inspect
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import voucher_update
from mews_vouchers_client.errors import NaiveDatetimeError
from mews_vouchers_client.models import VoucherTypeEnum, VoucherUpdateParameters

from tests.support.clients import Connect
from tests.support.harness import Harness
from tests.support.hypothesis_profiles import examples
from tests.support.mock_api import UNKNOWN_ID
from tests.support.operations import wire_name
from tests.support.seeding import VOUCHERS, post

SCENE_RATES = 3
DATETIMES = ("occupiable_interval_start_utc", "occupiable_interval_end_utc")

zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
datetimes = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001
datetimes = datetimes.map(lambda moment: moment.replace(microsecond=0))
texts = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=20)
#: The values of each argument, unless it is omitted. Any: each has a type of its own.
values: dict[str, st.SearchStrategy[Any]] = {
    "name": texts,
    "type_": st.sampled_from(VoucherTypeEnum),
    "company_id": st.none() | st.uuids().map(str),
    "assigned_rate_ids": st.none() | st.lists(st.uuids().map(str), max_size=10),
    "occupiable_interval_start_utc": st.none() | datetimes,
    "occupiable_interval_end_utc": st.none() | datetimes,
    "external_identifier": st.none() | texts,
}
arguments = st.fixed_dictionaries({}, optional=values)
WIRE = {name: wire_name(name) for name in values}


def as_json(value: object) -> object:
    """Return a value as it is sent."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def test_every_property_can_be_changed() -> None:
    """Exactly the properties of `VoucherUpdateParameters` are arguments, with the same names."""
    fields = [field.name for field in attrs.fields(VoucherUpdateParameters)]
    fields.remove("additional_properties")
    parameters = inspect.signature(voucher_update).parameters
    assert list(parameters) == fields
    assert list(WIRE) == list(values) == fields[1:]


@given(given_=arguments)
def test_values_are_wrapped_and_the_rest_is_omitted(given_: dict[str, Any]) -> None:
    """A value is `{"Value": x}`, None is `{"Value": null}`, and the others are omitted."""
    expected = {WIRE[name]: {"Value": as_json(value)} for name, value in given_.items()}
    assert voucher_update(UNKNOWN_ID, **given_).to_dict() == {"VoucherId": UNKNOWN_ID, **expected}


@settings(max_examples=examples(30))
@given(given_=arguments, data=st.data())
def test_an_update_changes_only_what_it_names(
    connect: Connect, given_: dict[str, Any], data: st.DataObject
) -> None:
    """On the server, values are set, None clears, and the rest is unchanged."""
    harness = Harness(connect)
    enterprise = harness.enterprise
    if given_.get("company_id"):
        given_["company_id"] = data.draw(st.sampled_from(enterprise.company_ids))
    if given_.get("assigned_rate_ids"):
        given_["assigned_rate_ids"] = data.draw(
            st.lists(st.sampled_from(enterprise.rate_ids), unique=True, max_size=SCENE_RATES)
        )
    if given_.get("company_id", UNKNOWN_ID) is None:
        given_["type_"] = VoucherTypeEnum.PUBLIC  # the others need a company
    voucher_id = harness.mock.add_voucher(
        CompanyId=enterprise.company_ids[0],
        AssignedRateIds=[enterprise.rate_ids[0]],
        OccupiableIntervalStartUtc="2026-01-01T00:00:00Z",
        OccupiableIntervalEndUtc="2026-12-31T00:00:00Z",
        ExternalIdentifier="before",
    )
    before, rates_before = state(harness, voucher_id)
    (updated,) = harness.client.vouchers.update([voucher_update(voucher_id, **given_)])
    after, rates_after = state(harness, voucher_id)
    shown = set(before) - {"UpdatedUtc", "TravelAgencyId", *map(WIRE.get, given_)}
    assert {name: after[name] for name in shown} == {name: before[name] for name in shown}
    for name in set(given_) - {"assigned_rate_ids"}:
        assert after[WIRE[name]] == as_json(given_[name])
    expected = given_.get("assigned_rate_ids", rates_before)
    assert rates_after == sorted(expected or [])
    assert updated.id == voucher_id
    assert updated.name == after["Name"]


def state(harness: Harness, voucher_id: str) -> tuple[dict[str, Any], list[str]]:
    """Return the voucher and its rates on the server."""
    page = post(
        harness.mock,
        VOUCHERS,
        ServiceIds=[harness.service_id],
        VoucherIds=[voucher_id],
        Extent={"Vouchers": True, "VoucherAssignments": True},
        Limitation={"Count": 1},
    )
    rates = sorted(one["RateId"] for one in page["VoucherAssignments"] or [])
    return page["Vouchers"][0], rates


@pytest.mark.parametrize("name", DATETIMES)
def test_a_naive_datetime_is_refused(name: str) -> None:
    """A datetime without a zone is an error at once, which names the argument."""
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    arguments: dict[str, Any] = {name: naive}
    with pytest.raises(NaiveDatetimeError, match=rf"voucher_update\.{name}: 2026-01-01T00:00:00"):
        voucher_update(UNKNOWN_ID, **arguments)


@pytest.mark.parametrize("name", DATETIMES)
@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00Z"),
        (datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Prague")), "2025-12-31T23:00:00Z"),
        (datetime(2026, 7, 1, tzinfo=ZoneInfo("Europe/Prague")), "2026-06-30T22:00:00Z"),
        (datetime(2026, 1, 1, 0, 0, 0, 999_999, tzinfo=UTC), "2026-01-01T00:00:00Z"),
    ],
)
def test_a_datetime_in_any_zone_is_sent_in_utc(name: str, moment: datetime, text: str) -> None:
    """Datetimes are sent in UTC, to the second."""
    arguments: dict[str, Any] = {name: moment}
    assert voucher_update(UNKNOWN_ID, **arguments).to_dict()[WIRE[name]] == {"Value": text}


@pytest.mark.parametrize("made", [list, tuple, iter, dict.fromkeys])
def test_rates_may_be_any_iterable(made: Callable[[list[str]], Any]) -> None:
    """The rates of an update may be any iterable."""
    update = voucher_update(UNKNOWN_ID, assigned_rate_ids=made([UNKNOWN_ID]))
    assert update.to_dict()["AssignedRateIds"] == {"Value": [UNKNOWN_ID]}


def test_a_string_is_no_list_of_rates() -> None:
    """A string in place of the rates is rejected: its letters are not rates."""
    with pytest.raises(TypeError, match="list"):
        voucher_update(UNKNOWN_ID, assigned_rate_ids=UNKNOWN_ID)


def test_an_update_of_nothing_keeps_everything(connect: Connect) -> None:
    """An update that only names its voucher changes nothing."""
    harness = Harness(connect)
    before, _ = state(harness, harness.voucher_id)
    harness.client.vouchers.update([voucher_update(harness.voucher_id)])
    after, _ = state(harness, harness.voucher_id)
    assert after | {"UpdatedUtc": None} == before | {"UpdatedUtc": None}

"""`voucher_update`: left out means keep, None means clear, anything else is set."""

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
from tests.support.mock_api import NOBODY
from tests.support.operations import wire_name
from tests.support.seeding import VOUCHERS, post

SCENE_RATES = 3
MOMENTS = ("occupiable_interval_start_utc", "occupiable_interval_end_utc")

zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001
moments = moments.map(lambda moment: moment.replace(microsecond=0))
texts = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=20)
#: What each argument may be, besides being left out. Any: each has a type of its own.
values: dict[str, st.SearchStrategy[Any]] = {
    "name": texts,
    "type_": st.sampled_from(VoucherTypeEnum),
    "company_id": st.none() | st.uuids().map(str),
    "assigned_rate_ids": st.none() | st.lists(st.uuids().map(str), max_size=10),
    "occupiable_interval_start_utc": st.none() | moments,
    "occupiable_interval_end_utc": st.none() | moments,
    "external_identifier": st.none() | texts,
}
arguments = st.fixed_dictionaries({}, optional=values)
WIRE = {name: wire_name(name) for name in values}


def on_the_wire(value: object) -> object:
    """Return a value as it is sent."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def test_every_property_can_be_changed() -> None:
    """Each property of `VoucherUpdateParameters` is an argument of the same name, and no other."""
    fields = [field.name for field in attrs.fields(VoucherUpdateParameters)]
    fields.remove("additional_properties")
    parameters = inspect.signature(voucher_update).parameters
    assert list(parameters) == fields
    assert list(WIRE) == list(values) == fields[1:]


@given(given_=arguments)
def test_what_is_given_is_wrapped_and_the_rest_left_out(given_: dict[str, Any]) -> None:
    """A value is `{"Value": x}`, None is `{"Value": null}`, and what is left out is not there."""
    expected = {WIRE[name]: {"Value": on_the_wire(value)} for name, value in given_.items()}
    assert voucher_update(NOBODY, **given_).to_dict() == {"VoucherId": NOBODY, **expected}


@settings(max_examples=examples(30))
@given(given_=arguments, data=st.data())
def test_an_update_changes_what_it_says(
    connect: Connect, given_: dict[str, Any], data: st.DataObject
) -> None:
    """On the server, what was given is there, None has cleared, and the rest is as it was."""
    harness = Harness(connect)
    enterprise = harness.enterprise
    if given_.get("company_id"):
        given_["company_id"] = data.draw(st.sampled_from(enterprise.company_ids))
    if given_.get("assigned_rate_ids"):
        given_["assigned_rate_ids"] = data.draw(
            st.lists(st.sampled_from(enterprise.rate_ids), unique=True, max_size=SCENE_RATES)
        )
    if given_.get("company_id", NOBODY) is None:
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
        assert after[WIRE[name]] == on_the_wire(given_[name])
    expected = given_.get("assigned_rate_ids", rates_before)
    assert rates_after == sorted(expected or [])
    assert updated.id == voucher_id
    assert updated.name == after["Name"]


def state(harness: Harness, voucher_id: str) -> tuple[dict[str, Any], list[str]]:
    """Return what the server has of a voucher, and of its rates."""
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


@pytest.mark.parametrize("name", MOMENTS)
def test_a_naive_datetime_is_refused(name: str) -> None:
    """A datetime without a zone is an error at once, which names the argument."""
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    arguments: dict[str, Any] = {name: naive}
    with pytest.raises(NaiveDatetimeError, match=rf"voucher_update\.{name}: 2026-01-01T00:00:00"):
        voucher_update(NOBODY, **arguments)


@pytest.mark.parametrize("name", MOMENTS)
@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00Z"),
        (datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Prague")), "2025-12-31T23:00:00Z"),
        (datetime(2026, 7, 1, tzinfo=ZoneInfo("Europe/Prague")), "2026-06-30T22:00:00Z"),
        (datetime(2026, 1, 1, 0, 0, 0, 999_999, tzinfo=UTC), "2026-01-01T00:00:00Z"),
    ],
)
def test_a_moment_of_any_zone_is_sent_in_utc(name: str, moment: datetime, text: str) -> None:
    """Datetimes are written as the API wants them, to the second, in UTC."""
    arguments: dict[str, Any] = {name: moment}
    assert voucher_update(NOBODY, **arguments).to_dict()[WIRE[name]] == {"Value": text}


@pytest.mark.parametrize("made", [list, tuple, iter, dict.fromkeys])
def test_rates_come_as_any_iterable(made: Callable[[list[str]], Any]) -> None:
    """The rates of an update are taken from any iterable."""
    update = voucher_update(NOBODY, assigned_rate_ids=made([NOBODY]))
    assert update.to_dict()["AssignedRateIds"] == {"Value": [NOBODY]}


def test_one_rate_is_no_list() -> None:
    """A text in place of the rates is refused: its letters are no rates."""
    with pytest.raises(TypeError, match="list"):
        voucher_update(NOBODY, assigned_rate_ids=NOBODY)


def test_an_update_of_nothing_keeps_everything(connect: Connect) -> None:
    """An update that only names its voucher changes nothing about it."""
    harness = Harness(connect)
    before, _ = state(harness, harness.voucher_id)
    harness.client.vouchers.update([voucher_update(harness.voucher_id)])
    after, _ = state(harness, harness.voucher_id)
    assert after | {"UpdatedUtc": None} == before | {"UpdatedUtc": None}

"""Deviations from the document are reported: once, to the callback, without data.

That nothing else is, stands in `test_reading`.
"""

import logging
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mews_vouchers_client import Deviation, on_deviation
from mews_vouchers_client.deviations import MAX_REPORTS, MAX_UNKNOWN, Problem, unknown_names
from mews_vouchers_client.models import Voucher, VoucherCodeResult

from tests.support.documented import UNKNOWN, UNKNOWN_VALUE
from tests.support.items import CODE, VOUCHER


def without(body: dict[str, Any], name: str) -> dict[str, Any]:
    """Return `body` without one property."""
    return {key: value for key, value in body.items() if key != name}


@pytest.mark.parametrize(
    ("body", "name", "problem"),
    [
        (without(VOUCHER, "IsActive"), "IsActive", Problem.MISSING),
        (VOUCHER | {"Name": None}, "Name", Problem.NULL),
        (VOUCHER | {"Name": 7}, "Name", Problem.WRONG_TYPE),
        (VOUCHER | {"IsActive": "true"}, "IsActive", Problem.WRONG_TYPE),
        (VOUCHER | {"Type": UNKNOWN_VALUE}, "Type", Problem.UNKNOWN_VALUE),
        (VOUCHER | {"Type": ["Public"]}, "Type", Problem.WRONG_TYPE),
        (VOUCHER | {"CreatedUtc": "soon"}, "CreatedUtc", Problem.MALFORMED),
        (VOUCHER | {"CreatedUtc": "2026-01-01T00:00:00.5Z"}, "CreatedUtc", Problem.MALFORMED),
        (VOUCHER | {UNKNOWN: "e"}, UNKNOWN, Problem.UNKNOWN_PROPERTY),
    ],
)
def test_each_kind_of_deviation_is_named(
    body: dict[str, Any], name: str, problem: Problem, deviations: list[Deviation]
) -> None:
    """A report has the schema, the JSON name of the property, and the problem."""
    Voucher.from_dict(body)
    assert deviations == [Deviation("Voucher", name, problem)]


def test_once_per_schema_and_property(deviations: list[Deviation]) -> None:
    """A thousand codes with the same deviation make one report, and a second deviation one more."""
    page = {"VoucherCodes": [CODE | {"IsActive": None}] * 1000}
    VoucherCodeResult.from_dict(page)
    VoucherCodeResult.from_dict(page)
    assert [str(report) for report in deviations] == [
        "VoucherCode.IsActive is null and must not be"
    ]
    VoucherCodeResult.from_dict({"VoucherCodes": [CODE | {"Value": 1}]})
    assert len(deviations) == 2


def test_the_log_has_no_value_of_the_body(caplog: pytest.LogCaptureFixture) -> None:
    """Without a callback, a deviation is one warning of the package's logger, without data."""
    on_deviation(None)
    Voucher.from_dict(VOUCHER | {"Name": ["guest@example.com"], "Type": "secret-type"})
    assert [(record.name, record.levelno) for record in caplog.records] == [
        ("mews_vouchers_client", logging.WARNING)
    ] * 2
    assert "Voucher.Name" in caplog.text
    assert "guest@example.com" not in caplog.text
    assert "secret-type" not in caplog.text


def test_a_failing_callback_does_not_lose_the_page(caplog: pytest.LogCaptureFixture) -> None:
    """An exception in the callback is logged, and the page is still read."""

    def fail(deviation: Deviation) -> None:
        raise RuntimeError(str(deviation))

    on_deviation(fail)
    page = VoucherCodeResult.from_dict({"VoucherCodes": [CODE | {"Value": 1}]})
    on_deviation(None)
    assert page.to_dict()["VoucherCodes"] == [CODE | {"Value": 1}]
    assert "the callback passed to on_deviation() failed" in caplog.text


def test_invented_names_do_not_fill_the_memory(deviations: list[Deviation]) -> None:
    """After a thousand different reports, there are no more."""
    for number in range(MAX_REPORTS + 50):
        Voucher.from_dict(VOUCHER | {f"{UNKNOWN}{number}": 1})
    assert len(deviations) == MAX_REPORTS


@pytest.mark.usefixtures("deviations")
def test_of_unknown_names_the_first_of_each_schema_are_expected() -> None:
    """Of the names that a server invents, a few per schema are remembered, if well-formed."""
    for number in range(MAX_UNKNOWN + 5):
        more = {f"not a name {number}": 1, f"{UNKNOWN}{number}": 1}
        VoucherCodeResult.from_dict({"VoucherCodes": [CODE | more]} | more)
    expected = {f"{UNKNOWN}{number}" for number in range(MAX_UNKNOWN)}
    assert set(unknown_names()) == {
        (schema, name) for schema in ("VoucherCode", "VoucherCodeResult") for name in expected
    }


@given(st.text().filter(lambda name: not re.fullmatch("[A-Za-z][A-Za-z0-9]{0,47}", name)))
@example("E0" * 16 + "-" + "D2" * 16)
@example("Name\n")
@example("N" * 49)
def test_a_name_that_does_not_look_like_one_is_not_shown(name: str) -> None:
    """A name that may be an echoed token is reported without the name."""
    reports: list[Deviation] = []
    on_deviation(reports.append)
    assert Voucher.from_dict(VOUCHER | {name: 1})[name] == 1
    on_deviation(None)
    assert [str(one) for one in reports] == ["Voucher.(not a property name) is not in the document"]

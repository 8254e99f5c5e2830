"""Reading is tolerant: whatever the server sends, no data is lost and nothing raises."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers_client import UNSET, Deviation, models, on_deviation
from mews_vouchers_client.deviations import Problem
from mews_vouchers_client.models import (
    ActivityState,
    Voucher,
    VoucherCode,
    VoucherCodeResult,
    VoucherTypeEnum,
)

from tests.support.documented import UNKNOWN, UNKNOWN_TOO, UNKNOWN_VALUE, validator
from tests.support.hypothesis_profiles import UNSHRUNK, examples
from tests.support.items import CODE, VOUCHER
from tests.support.operations import OPERATIONS
from tests.support.strategies import BREAKABLE, RESPONSES, damaged, invalid, same, valid
from tests.support.vendor_examples import VENDOR_EXAMPLES


@pytest.mark.parametrize(
    "example", VENDOR_EXAMPLES, ids=lambda example: f"{example['operation']} {example['kind']}"
)
def test_documented_examples_survive(example: dict[str, Any]) -> None:
    """Every example of the vendor's pages is read and written back without loss."""
    operation = OPERATIONS[example["operation"]]
    model = operation.request if example["kind"] == "request" else operation.result
    assert model.from_dict(example["body"]).to_dict() == example["body"]


@pytest.mark.parametrize("schema", RESPONSES)
@settings(max_examples=examples(60), phases=UNSHRUNK)
@given(data=st.data())
def test_valid_bodies_survive(
    schema: str, data: st.DataObject, deviations: list[Deviation]
) -> None:
    """A valid response is read and written back without loss.

    And without a report, except of properties that we do not know.
    """
    body = data.draw(valid(schema))
    deviations.clear()
    on_deviation(deviations.append)  # starts again: what was reported before is forgotten
    assert same(getattr(models, schema).from_dict(body).to_dict(), body)
    assert {report.problem for report in deviations} <= {Problem.UNKNOWN_PROPERTY}


def surviving(schema: str, bodies: st.SearchStrategy[Any], number: int) -> set[str]:
    """Read bodies and write them back; return the distinct invalid ones."""
    broken: set[str] = set()

    @settings(max_examples=examples(number), phases=UNSHRUNK)
    @given(bodies)
    def survives(body: dict[str, Any]) -> None:
        if not validator(schema).is_valid(body):
            broken.add(json.dumps(body, sort_keys=True))
        assert same(getattr(models, schema).from_dict(body).to_dict(), body)

    survives()
    return broken


@pytest.mark.hypothesis
@pytest.mark.parametrize("schema", BREAKABLE)
def test_broken_bodies_survive(schema: str) -> None:
    """A thousand responses that are invalid anywhere are read and written back without loss."""
    from_above = surviving(schema, invalid(schema), 15)
    anywhere = surviving(schema, damaged(schema), 700)
    assert len(from_above | anywhere) >= 1000 / len(BREAKABLE)


def test_values_become_what_their_types_say() -> None:
    """Documented values become strings, datetimes in UTC, enum members and booleans."""
    code = VoucherCode.from_dict(CODE)
    assert code.id == CODE["Id"]
    assert type(code.id) is str
    assert code.activity_state is ActivityState.ACTIVE
    assert code.validity_start_utc is None
    assert code.validity_end_utc == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert code.is_active is True
    assert Voucher.from_dict(VOUCHER).type_ is VoucherTypeEnum.PUBLIC


def test_a_missing_required_property_is_unset() -> None:
    """A missing required property is `UNSET`, and is omitted when writing."""
    body = {key: value for key, value in VOUCHER.items() if key != "IsActive"}
    voucher = Voucher.from_dict(body)
    assert voucher.is_active is UNSET  # type: ignore[comparison-overlap]
    assert voucher.to_dict() == body


def test_an_unknown_enum_value_is_kept_as_a_string() -> None:
    """An enum value that the document does not list is kept as a string."""
    voucher = Voucher.from_dict(VOUCHER | {"Type": UNKNOWN_VALUE})
    assert voucher.type_ == UNKNOWN_VALUE
    assert voucher.to_dict()["Type"] == UNKNOWN_VALUE


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2026-02-30T00:00:00Z",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "",
        "0001-01-01T00:00:00+02:00",
        "9999-12-31T23:59:59-01:00",
    ],
)
def test_a_malformed_date_is_kept_as_a_string(text: str) -> None:
    """A malformed datetime, or one without a zone or out of range, is kept as a string."""
    code = VoucherCode.from_dict(CODE | {"CreatedUtc": text})
    assert code.created_utc == text
    assert code.to_dict()["CreatedUtc"] == text


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-01T02:00:00+02:00", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01T00:00:00.250Z", datetime(2026, 1, 1, 0, 0, 0, 250_000, tzinfo=UTC)),
    ],
)
def test_another_spelling_of_a_date_is_the_same_instant(text: str, instant: datetime) -> None:
    """A datetime with another zone or a fraction is converted to UTC without loss."""
    code = VoucherCode.from_dict(CODE | {"CreatedUtc": text})
    assert code.created_utc == instant
    assert code.created_utc.utcoffset() == instant.utcoffset()  # type: ignore[union-attr]
    assert datetime.fromisoformat(code.to_dict()["CreatedUtc"]) == instant


@pytest.mark.parametrize(
    "text", ["2026-W01-4T00:00:00Z", "20260101T000000+0000", "2026-01-01 00:00:00Z"]
)
def test_an_undocumented_form_of_a_date_is_reported(text: str, deviations: list[Deviation]) -> None:
    """A datetime in a format that only Python knows is read, and reported."""
    code = VoucherCode.from_dict(CODE | {"CreatedUtc": text})
    assert code.created_utc == datetime(2026, 1, 1, tzinfo=UTC)
    assert [report.property for report in deviations] == ["CreatedUtc"]


def test_unknown_properties_are_reachable_and_written_back() -> None:
    """An unknown property is accessible under its own name, and is written back."""
    voucher = Voucher.from_dict(VOUCHER | {UNKNOWN: "e"})
    assert voucher[UNKNOWN] == "e"
    assert UNKNOWN in voucher
    assert voucher.additional_properties == {UNKNOWN: "e"}
    assert voucher.to_dict() == VOUCHER | {UNKNOWN: "e"}


@pytest.mark.parametrize("malformed", [None, 7, "text", [], {"Id": 3, "IsActive": "yes"}])
def test_a_malformed_item_does_not_affect_the_items_beside_it(malformed: Any) -> None:
    """A malformed item is kept as received; the items beside it are read as usual."""
    page = VoucherCodeResult.from_dict({"VoucherCodes": [CODE, malformed, CODE], "Cursor": None})
    assert [page.voucher_codes[0], page.voucher_codes[2]] == [VoucherCode.from_dict(CODE)] * 2
    assert page.to_dict() == {"VoucherCodes": [CODE, malformed, CODE], "Cursor": None}


@pytest.mark.parametrize("malformed", [None, "none", 0, {"first": CODE}])
def test_something_else_where_a_list_is_expected_is_kept(malformed: Any) -> None:
    """A value that should be a list and is none is kept as received."""
    page = VoucherCodeResult.from_dict({"VoucherCodes": malformed})
    assert page.voucher_codes == malformed
    assert page.to_dict() == {"VoucherCodes": malformed}


def test_reading_leaves_its_source_alone() -> None:
    """Reading does not change the dictionary."""
    body = VOUCHER | {UNKNOWN: 1}
    before = dict(body)
    Voucher.from_dict(body)[UNKNOWN_TOO] = 2
    assert body == before


def test_a_whole_number_may_be_written_with_a_point() -> None:
    """`10.0` is an integer in JSON Schema, and becomes an `int`; `10.5` is kept as received."""
    read = models.Limitation.from_dict
    assert (read({"Count": 10.0}).count, type(read({"Count": 10.0}).count)) == (10, int)
    assert read({"Count": 10.5}).to_dict() == {"Count": 10.5}

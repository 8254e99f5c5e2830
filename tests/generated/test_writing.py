"""Writing is strict: an ambiguous datetime is an error, any other is written in UTC."""

import copy
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mews_vouchers_client import UNSET, Unset
from mews_vouchers_client.errors import NaiveDatetimeError
from mews_vouchers_client.models import (
    MultipleVoucherCodeAddParameters,
    TimeFilterInterval,
    VoucherCodeAddParameters,
    VoucherUpdateParameters,
)

from tests.support.documented import UNKNOWN


def code(start: datetime) -> VoucherCodeAddParameters:
    """Return a code to add that is valid from `start`."""
    return VoucherCodeAddParameters(voucher_id="v", value="SPRING", validity_start_utc=start)


def test_a_naive_datetime_is_an_error_that_names_the_field() -> None:
    """A datetime without a zone is rejected; the error names the field and the remedy."""
    with pytest.raises(NaiveDatetimeError) as caught:
        code(datetime(2026, 1, 1, 12)).to_dict()  # noqa: DTZ001
    assert str(caught.value) == (
        "VoucherCodeAddParameters.validity_start_utc: 2026-01-01T12:00:00 has no time zone; "
        "pass one (tzinfo=datetime.UTC or a ZoneInfo)"
    )
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_naive_datetime_is_found_deep_inside() -> None:
    """The whole body is rejected, however deeply the datetime without a zone is nested."""
    body = MultipleVoucherCodeAddParameters(
        client_token="c",
        access_token="a",
        client="Test 1.0",
        voucher_code_parameters=[
            code(datetime(2026, 1, 1, tzinfo=UTC)),
            code(datetime(2026, 1, 1)),  # noqa: DTZ001
        ],
    )
    with pytest.raises(NaiveDatetimeError, match="validity_start_utc"):
        body.to_dict()


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2026, 7, 1, 12, 30, tzinfo=UTC), "2026-07-01T12:30:00Z"),
        (datetime(2026, 7, 1, 12, 30, tzinfo=ZoneInfo("Europe/Prague")), "2026-07-01T10:30:00Z"),
        (datetime(2026, 7, 1, 1, tzinfo=timezone(timedelta(hours=2))), "2026-06-30T23:00:00Z"),
        (datetime(2026, 7, 1, 12, 30, 0, 999_999, tzinfo=UTC), "2026-07-01T12:30:00Z"),
        (datetime(987, 1, 2, tzinfo=UTC), "0987-01-02T00:00:00Z"),
    ],
)
def test_any_zone_is_written_in_utc_to_the_second(instant: datetime, text: str) -> None:
    """A datetime with any zone is written as `YYYY-MM-DDThh:mm:ssZ`."""
    assert code(instant).to_dict()["ValidityStartUtc"] == text


@given(
    st.datetimes(
        min_value=datetime(2, 1, 1),  # noqa: DTZ001
        max_value=datetime(9998, 1, 1),  # noqa: DTZ001
        timezones=st.timezones(),
    )
)
def test_the_instant_is_the_same(instant: datetime) -> None:
    """A datetime that is written and read back is the same instant, to the second."""
    written = TimeFilterInterval(start_utc=instant).to_dict()["StartUtc"]
    read = datetime.fromisoformat(written)
    assert len(written) == len("YYYY-MM-DDThh:mm:ssZ")
    assert timedelta(0) <= instant.astimezone(UTC) - read < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2026, 1, 1), "is a date"),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))), "is out of range in UTC"),
    ],
)
def test_an_invalid_datetime_is_an_error_that_names_the_field(value: date, words: str) -> None:
    """A date, and a datetime that is out of range in UTC, are errors that name the field."""
    with pytest.raises((TypeError, ValueError), match=words) as caught:
        code(value).to_dict()  # type: ignore[arg-type]
    assert str(caught.value).startswith("VoucherCodeAddParameters.validity_start_utc: ")


def test_each_field_is_named_as_itself() -> None:
    """The error names the field with the datetime without a zone, not the one beside it."""
    with pytest.raises(NaiveDatetimeError, match=r"TimeFilterInterval\.end_utc"):
        TimeFilterInterval(end_utc=datetime(2026, 1, 1)).to_dict()  # noqa: DTZ001


def test_left_out_and_null_are_two_things() -> None:
    """`UNSET` omits a property from the request; None sends null."""
    assert VoucherUpdateParameters(voucher_id="v").to_dict() == {"VoucherId": "v"}
    assert VoucherUpdateParameters(voucher_id="v", name=None).to_dict() == {
        "VoucherId": "v",
        "Name": None,
    }


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_unset_survives_pickle_and_copy(protocol: int) -> None:
    """`UNSET` is the same object after pickle, copy and deepcopy, alone and inside a model."""
    model = VoucherUpdateParameters(voucher_id="v")
    for again in (copy.copy(model), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert again == model
        assert again.name is UNSET
    assert pickle.loads(pickle.dumps(UNSET, protocol)) is UNSET
    assert copy.deepcopy(UNSET) is UNSET
    assert isinstance(UNSET, Unset)
    assert not UNSET
    assert repr(UNSET) == "UNSET"


@given(st.sampled_from(["{}", "{0!s}", "{:s}", "%s"]))
def test_unset_is_no_text(form: str) -> None:
    """A missing value that is made a string is empty: no word that could be sent or stored."""
    assert str(UNSET) == ""
    assert (form % UNSET if "%" in form else form.format(UNSET)) == ""


def test_a_copy_is_written_like_its_original() -> None:
    """A deep copy of a request gives the same body, and is independent of the original."""
    original = code(datetime(2026, 1, 1, tzinfo=UTC))
    again = copy.deepcopy(original)
    again[UNKNOWN] = 1
    assert again.to_dict() == original.to_dict() | {UNKNOWN: 1}

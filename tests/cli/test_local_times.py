"""Times as people write them are read in the only way they can be meant, or refused."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from mews_vouchers.cli._local_times import (
    AmbiguousDatesError,
    LocalTime,
    find_order,
    in_zone,
    read_time,
)

PARIS = ZoneInfo("Europe/Paris")

#: How a time is written, and the order that this needs.
FORMS = {
    "%d/%m/%Y %H:%M:%S": "day-first",
    "%d-%m-%Y %H:%M:%S": "day-first",
    "%m/%d/%Y %H:%M:%S": "month-first",
    "%m/%d/%Y %I:%M:%S %p": "month-first",
    "%d/%m/%Y %I:%M:%S%p": "day-first",
    "%d.%m.%Y %H:%M:%S": None,
    "%Y-%m-%d %H:%M:%S": None,
    "%Y-%m-%dT%H:%M:%S": None,
    "%Y/%m/%d %H:%M:%S": None,
    "%Y%m%dT%H%M%S": None,
}
times = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 30)).map(  # noqa: DTZ001
    lambda one: one.replace(microsecond=0)
)


@pytest.mark.parametrize(("form", "order"), FORMS.items())
@given(values=st.lists(times, min_size=1))
def test_every_form(form: str, order: str | None, values: list[datetime]) -> None:
    """A column in any form is read as it was written, once one of its days is after the 12th."""
    assume(order is None or any(one.day > 12 for one in values))
    texts = [one.strftime(form) for one in values]
    found = find_order([f" {text} " for text in texts])
    assert found == order
    assert [read_time(text, found) for text in texts] == [
        LocalTime(one, is_date=False) for one in values
    ]


@given(value=st.datetimes(timezones=st.timezones()))
def test_a_time_with_its_offset(value: datetime) -> None:
    """ISO 8601 with an offset needs no zone and no order."""
    offset = value.utcoffset()
    assume(offset is not None and not offset.microseconds)
    text = value.isoformat()
    assert find_order([text]) is None
    read = read_time(text, None)
    assert isinstance(read, datetime)
    assert (read.replace(tzinfo=None), read.utcoffset()) == (value.replace(tzinfo=None), offset)


@given(days=st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), min_size=1))
def test_ambiguous_dates(days: list[tuple[int, int]]) -> None:
    """If no day is after the 12th, or both numbers are, the order cannot be known."""
    texts = [f"{first}/{second}/2026" for first, second in days]
    with pytest.raises(AmbiguousDatesError, match="can start with the day or with the month"):
        find_order(texts)
    with pytest.raises(AmbiguousDatesError, match="some dates start with the day, others"):
        find_order([*texts, "13/1/2026", "1/13/2026"])


@given(value=times)
def test_a_date_alone(value: datetime) -> None:
    """A date without a time is midnight, and known as a date."""
    midnight = value.replace(hour=0, minute=0, second=0)
    for form in ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y"):
        assert read_time(value.strftime(form), "day-first") == LocalTime(midnight, is_date=True)
    text = value.strftime("%d.%m.%Y %H:%M")
    assert read_time(text, None) == LocalTime(value.replace(second=0), is_date=False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is no time such as"),
        ("soon", "is no time such as"),
        ("46023", "is no time such as"),
        ("46023.5", "is no time such as"),
        ("31/01/26", "has a year without four digits"),
        ("26-01-31", "has a year without four digits"),
        ("31/02/2026", "is no time: day is out of range for month"),
        ("13/13/2026", "is no time: month must be in 1..12"),
        ("1/1/2026 25:00", "is no time: hour must be in 0..23"),
        ("1/1/2026 10:60", "is no time: minute must be in 0..59"),
        ("1/1/2026 13:00 PM", "has an hour that is none of a half day"),
        ("1/1/2026 0:00 AM", "has an hour that is none of a half day"),
        ("1/1-2026", "is no time such as"),
        ("1/1/2026 10", "is no time such as"),
    ],
)
def test_what_is_no_time(text: str, reason: str) -> None:
    """Anything else is refused, with the reason."""
    with pytest.raises(ValueError, match=reason):
        read_time(text, "day-first")


def test_noon_and_midnight() -> None:
    """12 AM is midnight, 12 PM noon, in each spelling."""
    for half, hour in (("AM", 0), ("a.m.", 0), ("PM", 12), ("p.m.", 12), ("pm", 12)):
        read = read_time(f"1/31/2026 12:30 {half}", "month-first")
        assert read == LocalTime(datetime(2026, 1, 31, hour, 30), is_date=False)  # noqa: DTZ001


@given(value=times)
def test_a_zone(value: datetime) -> None:
    """A local time that exists once is that of its zone; others are refused with their reason."""
    instants = {value.replace(tzinfo=PARIS, fold=fold).astimezone(UTC) for fold in (0, 1)}
    assume(len(instants) == 1)
    assert in_zone(value, PARIS).astimezone(UTC) in instants


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-03-29T02:30", "does not exist in Europe/Paris, because the clocks change"),
        ("2026-10-25T02:30", "is twice in Europe/Paris, because the clocks change"),
    ],
)
def test_hours_at_the_change_of_clocks(text: str, reason: str) -> None:
    """The hour that is left out and the one that is twice are refused."""
    value = datetime.fromisoformat(text)
    with pytest.raises(ValueError, match=reason):
        in_zone(value, PARIS)
    for hours in (-1, 1):
        near = in_zone(value + timedelta(hours=hours), PARIS)
        assert near.astimezone(UTC).tzinfo is UTC

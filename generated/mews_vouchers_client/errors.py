# Copied from openapi/runtime/errors.py by `make generate`: do not edit.
"""The exceptions of this package: mistakes in a request body, found before it is sent.

A response of any status raises nothing. Failures of the connection are exceptions of httpx
or httpx2, such as `httpx.TransportError`.
"""

from datetime import datetime

__all__ = ["NaiveDatetimeError", "RepeatedItemError"]


class NaiveDatetimeError(ValueError):
    """A datetime in a request body has no time zone, so that its meaning is ambiguous.

    Pass a time zone, for example `datetime(2026, 1, 31, 12, tzinfo=ZoneInfo("Europe/Prague"))`.
    """

    def __init__(self, field: str, value: datetime) -> None:
        super().__init__(field, value)
        #: Model and attribute, for example `VoucherCodeAddParameters.validity_start_utc`.
        self.field = field
        #: The datetime without a time zone.
        self.value = value

    def __str__(self) -> str:
        return (
            f"{self.field}: {self.value.isoformat()} has no time zone; "
            "pass one (tzinfo=datetime.UTC or a ZoneInfo)"
        )


class RepeatedItemError(ValueError):
    """A list in a request body contains an item twice, but the API requires unique items."""

    def __init__(self, field: str, position: int, earlier: int) -> None:
        super().__init__(field, position, earlier)
        #: Model and attribute, for example `VoucherAddParameters.assigned_rate_ids`.
        self.field = field
        #: The index of the repeated item, counted from 0.
        self.position = position
        #: The index of its first occurrence.
        self.earlier = earlier

    def __str__(self) -> str:
        return (
            f"{self.field}: the item at position {self.position} repeats the item at position "
            f"{self.earlier}; pass each item once"
        )

"""What the package itself raises: nothing for an answer of any status, these for a mistake of ours.

Errors of the transport (no connection, a timeout) are httpx's own: `httpx.TransportError`.
"""

from datetime import datetime

__all__ = ["NaiveDatetimeError", "RepeatedItemError"]


class NaiveDatetimeError(ValueError):
    """A datetime without a time zone was about to be sent: nobody can say which instant it is.

    Give it its zone, for example `datetime(2026, 1, 31, 12, tzinfo=ZoneInfo("Europe/Prague"))`.
    """

    def __init__(self, field: str, value: datetime) -> None:
        super().__init__(field, value)
        #: Model and attribute, such as `VoucherCodeAddParameters.validity_start_utc`.
        self.field = field
        self.value = value

    def __str__(self) -> str:
        return (
            f"{self.field}: {self.value.isoformat()} has no time zone; "
            "give it one (tzinfo=datetime.UTC, or a ZoneInfo)"
        )


class RepeatedItemError(ValueError):
    """A list was about to be sent with an item twice, although the API takes each only once."""

    def __init__(self, field: str, position: int, earlier: int) -> None:
        super().__init__(field, position, earlier)
        #: Model and attribute, such as `VoucherAddParameters.assigned_rate_ids`.
        self.field = field
        #: Where in the list the item stands again, counted from 0.
        self.position = position
        #: Where it stands first.
        self.earlier = earlier

    def __str__(self) -> str:
        return (
            f"{self.field}: the item at position {self.position} is that of position "
            f"{self.earlier} again; give each item once"
        )

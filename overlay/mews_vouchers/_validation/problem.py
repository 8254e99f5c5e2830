"""What is wrong with an item: the property and the reason, never the value."""

from typing import NamedTuple


class Problem(NamedTuple):
    """Why an item must not be sent. It can be shown and logged: no value is in it."""

    #: The property as it is written in Python, such as `assigned_rate_ids[2]` or `name.value`.
    #: Empty if the item itself is wrong, such as an id of a delete.
    property: str
    #: The rest of the sentence, such as `is longer than 128 characters`.
    reason: str
    #: Whether the item itself, not one of its properties, is of another type.
    is_wrong_type: bool = False

    def __str__(self) -> str:
        return f"{self.property} {self.reason}".lstrip()

    def within(self, place: str) -> "Problem":
        """Return the problem of a value as that of the list or the model that it is in."""
        return Problem(place + self.property, self.reason)


def wrong_type(value: object, expected: str) -> Problem:
    """Return the problem of a value of another type. It names the type."""
    found = "None" if value is None else f"of type {type(value).__name__}"
    return Problem("", f"is {found}, not {expected}", is_wrong_type=True)

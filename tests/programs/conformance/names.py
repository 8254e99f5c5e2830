"""Names for everything whose value differs between servers: ids, times, the marker of the run.

With names, a step is written once, and the responses of two servers can be compared. Requests and
comparisons are elsewhere.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

#: An id that no item has.
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"

_NAME = re.compile(r"@([a-z]+\d?)")


class NotAddedError(Exception):
    """A step uses an item that no step before it has added."""


class Names:
    """The meaning of the names of a run on one server.

    Args:
        run: The marker, which is part of the name, external identifier or value of our items.
        service_id: The service to add vouchers to.
    """

    def __init__(self, run: str, service_id: str) -> None:
        now = datetime.now(UTC)
        self.run = run
        self.service_id = service_id
        #: The names of all items that were added, by id.
        self.added: dict[str, str] = {}
        self._values = {
            "run": run,
            "service": service_id,
            "unknown": UNKNOWN_ID,
            "yesterday": _text(now - timedelta(days=1)),
            "tomorrow": _text(now + timedelta(days=1)),
        }

    def give(self, name: str, item_id: str) -> None:
        """Name an item that was just added; an earlier item with this name loses it."""
        self._values[name] = item_id
        self.added[item_id] = name

    def __getitem__(self, name: str) -> str:
        """Return the value of a name."""
        if name not in self._values:
            raise NotAddedError(name)
        return self._values[name]

    def of(self, text: str) -> str | None:
        """Return the name of an id, or a string with the marker replaced; None for others."""
        name = self.added.get(text)
        if name is not None and self._values[name] == text:
            return name
        return repr(text.replace(self.run, "@run")) if self.run in text else None

    # Any: JSON of any shape.
    def fill(self, template: Any) -> Any:
        """Return JSON with its names, such as `@voucher`, replaced by their values."""
        if isinstance(template, dict):
            return {key: self.fill(value) for key, value in template.items()}
        if isinstance(template, list):
            return [self.fill(value) for value in template]
        if isinstance(template, str):
            return _NAME.sub(lambda found: self[found[1]], template)
        return template


def _text(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")

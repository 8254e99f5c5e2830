"""Names for all that is another text on each server: ids, times, the marker of the run.

With them a step can be written down once, and answers of two servers can be compared. What is sent
and what is compared is elsewhere.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

#: An id that nothing has.
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"

_NAME = re.compile(r"@([a-z]+\d?)")


class NotMadeError(Exception):
    """A step speaks of an item that no step before it has made."""


class Names:
    """What the names of a run stand for on one server.

    Args:
        run: The marker: it is in the name, the external identifier or the value of all we make.
        service_id: The service to add vouchers to.
    """

    def __init__(self, run: str, service_id: str) -> None:
        now = datetime.now(UTC)
        self.run = run
        self.service_id = service_id
        #: All that was ever made, by id.
        self.made: dict[str, str] = {}
        self._texts = {
            "run": run,
            "service": service_id,
            "nobody": UNKNOWN_ID,
            "yesterday": _text(now - timedelta(days=1)),
            "tomorrow": _text(now + timedelta(days=1)),
        }

    def give(self, name: str, item_id: str) -> None:
        """Name an item that we have just made; one that had the name before loses it."""
        self._texts[name] = item_id
        self.made[item_id] = name

    def __getitem__(self, name: str) -> str:
        """Return the text that a name stands for."""
        if name not in self._texts:
            raise NotMadeError(name)
        return self._texts[name]

    def of(self, text: str) -> str | None:
        """Return the name of an id, or how a text with the marker was written; None for others."""
        name = self.made.get(text)
        if name is not None and self._texts[name] == text:
            return name
        return repr(text.replace(self.run, "@run")) if self.run in text else None

    # Any: JSON of any shape.
    def fill(self, template: Any) -> Any:
        """Return JSON with what the names in it, such as `@voucher`, stand for."""
        if isinstance(template, dict):
            return {key: self.fill(value) for key, value in template.items()}
        if isinstance(template, list):
            return [self.fill(value) for value in template]
        if isinstance(template, str):
            return _NAME.sub(lambda found: self[found[1]], template)
        return template


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

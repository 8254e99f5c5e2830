"""Marks: how far a copy is, as a text that is kept between two runs.

Marks are kept for months: a later release has to read those of an earlier one.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..errors import PaginationError

_VERSION = "1"
_NONE = "-"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a run needs to know of the one before, or of its own first part."""

    #: The server's time when the run began, in UTC; None if it is not known. Whatever changed
    #: later comes in the next run.
    began: datetime | None
    #: Of a run that is not completed, where it is: a text of the run; None if it is completed.
    position: str | None = None
    #: Of a run that is not completed: it lists what changed since then; None if everything.
    start: datetime | None = None


def encode_mark(mark: Mark, fingerprint: str) -> str:
    """Return a mark as a text, with a checksum that is bound to the filters."""
    text = _seconds(mark.began)
    if mark.position is not None:
        text += f".{_seconds(mark.start)}.{mark.position}"
    return f"{_VERSION}.{_checksum(text, fingerprint)}.{text}"


def decode_mark(mark: str, fingerprint: str) -> Mark:
    """Return the mark of a text.

    Raises:
        TypeError: It is no string.
        PaginationError: It was taken with different filters, or is corrupt.
    """
    given: object = mark
    if not isinstance(given, str):
        raise TypeError(f"since takes a mark, a string, not {given!r}")
    version, _, rest = mark.partition(".")
    checksum, _, text = rest.partition(".")
    if version != _VERSION or checksum != _checksum(text, fingerprint):
        raise PaginationError(
            "invalid mark: it is corrupt, or was taken with different filters or by another "
            "method; since=None lists everything again"
        )
    began, *progress = text.split(".", 2)
    if not progress:
        return Mark(_moment(began))
    start, position = progress
    return Mark(_moment(began), position, _moment(start))


def fingerprint_of(method: str, filters: Mapping[str, list[str] | None]) -> str:
    """Return a short string that differs for different filters."""
    given = {name: values for name, values in filters.items() if values is not None}
    text = json.dumps([method, given], sort_keys=True)
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]


def _seconds(moment: datetime | None) -> str:
    return _NONE if moment is None else str(int(moment.timestamp()))


def _moment(seconds: str) -> datetime | None:
    return None if seconds == _NONE else _EPOCH + timedelta(seconds=int(seconds))


def _checksum(text: str, fingerprint: str) -> str:
    content = f"{_VERSION}.{fingerprint}.{text}"
    return hashlib.sha256(content.encode(errors="replace")).hexdigest()[:12]

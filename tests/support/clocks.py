"""Clocks whose time a test decides. No test belongs here."""

from datetime import UTC, datetime, timedelta, tzinfo
from types import SimpleNamespace

import pytest
from mews_vouchers import _local_clock


class Clock:
    """A clock that moves only when it is set."""

    def __init__(self, now: float = 1_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now


def set_clock(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Set the clock of this machine, as writes see it, so many seconds ahead of the right time."""

    def now(zone: tzinfo | None = None) -> datetime:
        return datetime.now(zone) + timedelta(seconds=seconds)

    monkeypatch.setattr(_local_clock, "datetime", SimpleNamespace(now=now))


def stop_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock of this machine, as writes see it."""
    stopped = datetime.now(UTC)
    monkeypatch.setattr(_local_clock, "datetime", SimpleNamespace(now=lambda _: stopped))

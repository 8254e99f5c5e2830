"""A clock for limits and circuits, whose time a test decides. No test belongs here."""


class Clock:
    """A clock that moves only when it is set."""

    def __init__(self, now: float = 1_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now

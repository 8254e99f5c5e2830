"""What both feeds of changes share: the mark. No I/O."""

from collections.abc import Callable
from typing import Generic, TypeVar

from .run import Run

Item = TypeVar("Item")


class BaseChanges(Generic[Item]):
    """Base class of both feeds.

    Args:
        since: The mark that the user passed.
        create_run: Returns a run from there.
    """

    def __init__(self, since: str | None, create_run: Callable[[], Run]) -> None:
        create_run()  # mistakes in the arguments are found at once
        self._since = since
        self._create_run = create_run
        #: The iteration that advanced last.
        self._run: Run | None = None

    @property
    def mark(self) -> str | None:
        """The mark after the last item; after all items, the one for the next run.

        Before the first item it is what was passed as `since`.
        """
        return self._since if self._run is None else self._run.mark

"""`AsyncChanges`: what `changes()` returns."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TypeVar

from .._changes.feed import BaseChanges
from .._changes.run import Run
from .._runners.client_state import ClientState
from ..errors import MewsError
from .pager import AsyncPager

Item = TypeVar("Item")


class AsyncChanges(BaseChanges[Item]):
    """What changed since a mark. Iterate it for items; no request is sent before.

    Each iteration starts at the same mark. `mark` is that of the iteration that advanced last.

    Example:
        feed = client.voucher_codes.changes(voucher_ids=voucher_ids, since=mark)
        async for code in feed:
            save(code)
        mark = feed.mark
    """

    def __init__(
        self, state: ClientState, since: str | None, create_run: Callable[[], Run]
    ) -> None:
        super().__init__(since, create_run)
        self._state = state

    async def __aiter__(self) -> AsyncGenerator[Item]:
        self._run = run = self._create_run()
        try:
            for query in run.queries():
                run.pager = pager = AsyncPager(self._state, query)
                async with aclosing(aiter(pager)) as items:
                    async for item in items:
                        if run.accept(item):
                            self._run = run
                            yield item
        except MewsError as error:
            error.mark, error.checkpoint = run.mark, None
            raise

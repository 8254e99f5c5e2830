"""The async pager: iterates a listing."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeVar

from .._pagination.pager import BasePager, PagerState
from .._pagination.query import FetchedPage, ListQuery, Page
from .._runners.client_state import ClientState
from .._runners.tasks import TaskRunner
from ..errors import MewsError

Item = TypeVar("Item")
Result = TypeVar("Result")


class AsyncPager(BasePager[Item, Result]):
    """A listing. Iterate it for items, or `pages()` for pages; no request is sent before.

    Each iteration starts where the listing was started. `checkpoint` is that of the iteration that
    advanced last.

    Example:
        pager = client.voucher_codes.get_all(voucher_ids=[voucher_id])
        async for code in pager:
            save(code, pager.checkpoint)
    """

    def __init__(self, state: ClientState, query: ListQuery[Item, Result]) -> None:
        super().__init__(query)
        self._client_state = state

    def __aiter__(self) -> AsyncGenerator[Item]:
        return self._items(PagerState(self._query))

    async def _items(self, state: PagerState[Item, Result]) -> AsyncGenerator[Item]:
        async with aclosing(self._fetch(state)) as pages:
            async for fetched in pages:
                for index, item in enumerate(fetched.page.items):
                    self._last, state.current = state, (fetched, index)
                    yield item

    async def pages(self) -> AsyncGenerator[Page[Item, Result]]:
        """Iterate page by page; `checkpoint` is then at the end of the page."""
        state = PagerState(self._query)
        async with aclosing(self._fetch(state)) as pages:
            async for fetched in pages:
                self._last, state.current = state, (fetched, len(fetched.page.items) - 1)
                yield fetched.page

    async def _fetch(
        self, state: PagerState[Item, Result]
    ) -> AsyncGenerator[FetchedPage[Item, Result]]:
        """Fetch the pages for the user."""
        try:
            async with TaskRunner(self._client_state) as runner:
                listing = state.start()
                while await runner.step(listing):
                    fetched = listing.take_page()
                    if fetched is not None and self._query.prefetch:
                        runner.fill(listing)
                    if fetched is not None and state.accept(fetched):
                        yield fetched
        except MewsError as error:
            error.checkpoint = state.checkpoint
            raise

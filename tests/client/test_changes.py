"""`changes(since=mark)`: every change comes at least once, and little comes twice."""

import time
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import MewsError, RetryPolicy

from tests.support.changing_server import (
    CREDENTIALS,
    SERVICE,
    ChangingServer,
    Copy,
    Habits,
    Item,
)
from tests.support.clients import Connect
from tests.support.hypothesis_profiles import UNSHRUNK, examples

KINDS = ("vouchers", "codes", "property")
DAY = 86_400.0
habits = st.builds(
    Habits,
    now=st.sampled_from([0.0, 978_307_200.5, 1_767_225_600.25, 4_102_444_800.75]),
    lag=st.sampled_from([0.0, 7.0, 25.0]),
    whole_seconds=st.booleans(),
    by_update=st.booleans(),
    pace=st.sampled_from([0.0, 1.5, 20.0]),
    writes=st.integers(0, 25),
    failures=st.sampled_from([0.0, 0.1]),
)


class Program:
    """A program that keeps a copy, and is killed now and then: it keeps only the mark.

    Args:
        connect: Creates its client, a new one for each start.
        server: The server.
        kind: What it copies.
        arguments: Of `changes()`.
    """

    def __init__(
        self, connect: Connect, server: ChangingServer, kind: str, **arguments: Any
    ) -> None:
        self.copy, self.mark = Copy(), None
        self._connect, self._server, self._kind = connect, server, kind
        self._arguments = {"overlap": server.habits.lag} | arguments
        self._voucher_ids = [one.id for one in server.vouchers]
        self._is_resumed = False
        self._begun = server.now

    @property
    def expects(self) -> dict[str, bool]:
        """Which items it copies."""
        return {"vouchers": self._kind != "codes", "codes": self._kind != "vouchers"}

    def feed(self) -> Any:
        """Return the changes since the mark. Any: of either client."""
        client = self._connect.to(
            CREDENTIALS,
            base_url="http://server",
            transport=self._server.transport,
            retry=RetryPolicy(max_attempts=1),
            circuit_breaker=None,
        )
        arguments = self._arguments | {"since": self.mark}
        if self._kind == "codes":
            return client.voucher_codes.changes(voucher_ids=self._voucher_ids, **arguments)
        resource = client if self._kind == "property" else client.vouchers
        return resource.changes(service_ids=[SERVICE], **arguments)

    def start(self, *, killed_after: int | None = None) -> bool:
        """Run once; return whether it was completed. Then nothing older may be missing."""
        if not self._is_resumed:
            self._server.begin_run()
        feed, is_complete = self.feed(), False
        iterator = iter(feed)
        try:
            for number, item in enumerate(iterator):
                if number == killed_after:
                    break
                self.copy.save(item)
                self.mark = feed.mark
            else:
                self.mark, is_complete = feed.mark, True
        except MewsError as error:
            self.mark = error.mark
        finally:
            iterator.close()
        self._is_resumed = not is_complete and self.mark is not None
        return is_complete

    def missing(self, at: float) -> list[str]:
        """Return what the copy lacks of what was shown at a time, and has not changed since.

        What changed since may come in the next run, or in none if it is replaced before.
        """
        server = self._server
        shown = server.shown(**self.expects, at=at)
        changed = {
            item.id
            for item in (*server.vouchers, *server.codes)
            if item.versions[-1].shown > at or not self._is_listed(item, at)
        }
        return [item_id for item_id in self.copy.missing(shown) if item_id not in changed]

    def _is_listed(self, item: Item, at: float) -> bool:
        """Whether the voucher of a code is listed: then the code can be."""
        if self._kind == "property":
            vouchers = self._server.shown(vouchers=True, codes=False, at=at)
            return item.voucher_id is None or item.voucher_id in vouchers
        return self._kind == "vouchers" or item.voucher_id in self._voucher_ids


def filled(habits: Habits, seed: int) -> ChangingServer:
    """Return a server with some vouchers and codes, which were added over a while."""
    server = ChangingServer(habits, seed)
    for _ in range(4):
        voucher = server.add_voucher()
        for _ in range(3):
            server.wait(server.chance.uniform(0, 10))
            server.add_code(voucher)
    return server


@settings(max_examples=examples(150), phases=UNSHRUNK)
@given(
    habits,
    st.integers(0, 10**6),
    st.sampled_from(KINDS),
    st.lists(
        st.tuples(st.none() | st.integers(0, 12), st.sampled_from([0.0, 3.0, 60.0, 100 * DAY]))
    ),
    st.integers(1, 5),
    st.booleans(),
    st.sampled_from([1, 3]),
)
def test_no_change_is_missed(
    connect: Connect,
    habits: Habits,
    seed: int,
    kind: str,
    starts: list[tuple[int | None, float]],
    page_size: int,
    prefetch: bool,  # noqa: FBT001
    concurrency: int,
) -> None:
    """A completed run has all that was shown when it began, whatever happened before.

    The clock of the server is wrong, it shows changes late and in whole seconds, items change while
    they are listed, requests fail, and the program is killed at any moment.
    """
    server = filled(replace(habits), seed)
    with patch.object(time, "monotonic", server.virtual):
        program = Program(
            connect,
            server,
            kind,
            page_size=page_size,
            prefetch=prefetch,
            concurrency=concurrency,
        )
        for killed_after, pause in starts:
            is_complete = program.start(killed_after=killed_after)
            if is_complete and concurrency == 1 and server.first_request is not None:
                assert program.missing(server.first_request) == []
            server.wait(pause)
        server.habits.writes, server.habits.failures = 0, 0.0
        server.wait(habits.lag)
        while not program.start():
            pass
        program.start()
        assert program.missing(server.now) == []

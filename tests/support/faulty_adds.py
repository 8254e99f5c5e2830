"""Adds of codes with random faults, interruptions, copies and resumes. No test belongs here.

A `SystemUnderTest` is a server with clients; `FaultyAdd` is one add in it, until each code is
added. It checks each report that it gets, and in the end the server. All it does depends on its
seed, apart from the times of interruptions.
"""

import copy
import gc
import pickle
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from random import Random
from typing import Any

from mews_vouchers import BatchError, MewsError
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.independent_server import KINDS, IndependentServer, RandomFaults
from tests.support.writing_clients import CLIENTS, WritingClient, report_on

# Any, in this module: items, results and outcomes.
#: All but "twice", which no client can repair.
FAULTS = tuple(one for one in KINDS if one != "twice")
_RESPELLING = ("shown_as", "stored_as")
#: No client can look up what a listing does not show.
_LIES = ("double", "forget", "foreign")
_RESUMES = 12
#: Seconds: longer than a server whose faults are late by `_LATE` takes, on a busy machine.
_SETTLE = 0.4
_LATE = 0.02


class SystemUnderTest:
    """A server and some clients, for several adds."""

    def __init__(self, kind: str, seed: int) -> None:
        chance = Random(seed)  # noqa: S311 - repeatable
        offset = chance.choice((0, 0, -7_200, 5_000, 86_400 * 3))
        self.server = IndependentServer(seed=seed, clock_offset=offset)
        self._kind = kind
        self.clients: list[WritingClient] = []
        self.add_client()

    def add_client(self) -> None:
        """Add another client, as another process would."""
        self.clients.append(CLIENTS[self._kind](self.server))

    def close(self) -> None:
        """Close all clients and the server."""
        self.server.plan()
        self.server.hurry()
        gc.collect()  # tracebacks of interruptions keep threads alive, and closing waits for them
        for client in self.clients:
            client.close()
        self.server.close()


class FaultyAdd:
    """One add, until each code is added."""

    def __init__(self, system: SystemUnderTest, seed: int) -> None:
        self._system = system
        self._server = system.server
        self._chance = chance = Random(seed)  # noqa: S311 - repeatable
        self._server.settings.refused = {}
        self._server.settings.max_body = None
        self._server.forget_requests()
        self._vouchers = [self._server.add_voucher() for _ in range(chance.choice((1, 1, 2, 3)))]
        kinds = chance.sample(FAULTS, chance.randint(1, 6))
        self._is_respelled = any(one in _RESPELLING for one in kinds)
        self._items = [self._item() for _ in range(self._size())]
        self._set_limits()
        #: Whether requests may be applied late while a resume runs: it then has to wait.
        self._waits = chance.random() < 0.005 and len(self._items) < 50
        late_by = _LATE if self._waits else None
        share = chance.choice((0, 0.3, 0.6)) / len(kinds)
        likelihood = dict.fromkeys(kinds, share)
        in_listings = dict.fromkeys((one for one in kinds if one not in _LIES), share)
        self._plans = (
            RandomFaults(seed, likelihood, ["voucherCodes/add"], late_by),
            RandomFaults(seed, in_listings, ["voucherCodes/getAll"], late_by),
        )
        self._before = self._add_before()
        self._is_iterator = chance.random() < 0.3
        #: The rest of the input, if it is an iterator.
        self._input: Iterator[Any] = iter(self._items)
        #: The outcomes that a stream has yielded, by position.
        self._saved: dict[int, Any] = {}
        #: What is being resumed: if the look-up is interrupted, it is the report.
        self._resumed: BatchError | None = None
        self.resumes = 0

    def run(self) -> None:
        """Add, and resume until it succeeds; check all on the way."""
        self._server.plan(*self._plans)
        errors: list[BatchError] = []
        results = self._attempt(self._add, errors)
        while results is None:
            self.resumes += 1
            is_last = self.resumes > _RESUMES or self._chance.random() < 0.2
            if is_last:
                self._settle_server()
                self._server.settings.refused = {}
                self._server.plan()
            results = self._attempt(partial(self._resume, errors, is_last=is_last), errors)
        self._check_end(results)
        if errors and errors[0].is_complete and self._chance.random() < 0.5:
            self._server.plan()
            error = self._copy(self._chance.choice(errors))
            again = self._client().resume(error, None, settle=0)
            left = [one.id for one in results if one.id not in self._saved_before(error)]
            assert sorted(one.id for one in again) == sorted(left)  # equal items may be swapped
            self._check_end(results)

    def _saved_before(self, error: BatchError) -> set[str]:
        positions = {one.position for one in outcomes_of(error)}
        return {one.result.id for at, one in self._saved.items() if at not in positions}

    # --- what is added

    def _size(self) -> int:
        kind = self._chance.random()
        if kind < 0.01:
            return self._chance.randint(1_000, 2_500)
        return self._chance.randint(13, 60) if kind < 0.1 else self._chance.randint(1, 12)

    def _item(self) -> VoucherCodeAddParameters:
        chance = self._chance
        voucher_id = chance.choice(self._vouchers)
        if chance.random() < 0.1:
            voucher_id = voucher_id.upper()
        texts = ["A", "B", f"Code {chance.randrange(10**9)}", f"Äé\u0301ß {chance.randrange(99)}"]
        if self._is_respelled:
            texts.append(f"{chance.randrange(99)} ")
        else:
            texts += ["a", "b", " A", "e\u0301", "é"]
        start = end = None
        if chance.random() < 0.2:
            zone = chance.choice((UTC, timezone(timedelta(hours=2))))
            start = datetime(2027, 1, chance.randint(1, 3), 12, tzinfo=zone)
            end = start + timedelta(days=3) if chance.random() < 0.5 else None
        return VoucherCodeAddParameters(voucher_id, chance.choice(texts), start, end)

    def _set_limits(self) -> None:
        chance = self._chance
        if chance.random() < 0.7:
            largest = chance.randint(1, 5) if len(self._items) < 100 else 400
            self._server.settings.max_body = 400 + 160 * largest
        if chance.random() < 0.15:
            self._server.settings.refused = {self._items[-1].value: chance.choice((400, 403))}

    def _add_before(self) -> list[str]:
        """Add codes like ours, before the add begins; return their ids."""
        # If the clock of the server is days off, nothing is excluded because of its age.
        if self._chance.random() < 0.5 or abs(self._server.clock.offset) > 86_400:
            return []
        item = self._chance.choice(self._items)
        now = datetime.now(UTC) + timedelta(seconds=self._server.clock.offset)
        created = now - timedelta(seconds=self._chance.randint(100, 9_000))
        return self._server.add_codes(item.voucher_id.lower(), [item.value] * 2, created=created)

    # --- how it is added

    def _client(self) -> WritingClient:
        if self._chance.random() < 0.03:
            self._system.add_client()
        return self._chance.choice(self._system.clients)

    def _options(self) -> dict[str, Any]:
        chance = self._chance
        options: dict[str, Any] = {
            "concurrency": chance.choice((1, 1, 2, 5, 16)),
            "on_rejected": chance.choice(("stop", "isolate")),
        }
        if chance.random() < 0.1:
            left = [chance.randint(1, 3)]

            def on_progress(_: object) -> None:
                left[0] -= 1
                if not left[0]:
                    raise RuntimeError("the callback failed")

            options["on_progress"] = on_progress
        return options

    def _interruption(self) -> Random | None:
        chance = self._chance
        seed = chance.random()
        return Random(seed) if chance.random() < 0.4 else None  # noqa: S311 - repeatable

    def _add(self) -> list[Any]:
        given: Iterable[Any] = self._input if self._is_iterator else self._items
        client, options, interruption = self._client(), self._options(), self._interruption()
        if self._chance.random() < 0.7:
            return client.add(given, interruption, **options)
        limit = self._chance.choice((1, 2, 100, 100, 100))

        def save(outcomes: list[Any]) -> bool:
            nonlocal limit
            self._saved |= {one.position: one for one in outcomes}
            limit -= 1
            return limit > 0

        error = client.stream(given, save, interruption, **options)
        if error is not None:
            raise error
        return []

    def _resume(self, errors: list[BatchError], *, is_last: bool) -> list[Any]:
        chance = self._chance
        newest = errors[-1]
        # An older one knows nothing of what was read from the iterator later.
        can_be_older = errors[0].is_complete and chance.random() < 0.2
        error = self._copy(chance.choice(errors) if can_be_older else newest)
        self._resumed = error
        settle = 0.0
        if self._waits and not is_last:
            settle = _SETTLE
        else:
            self._settle_server()
        options: dict[str, Any] = {"settle": settle}
        if not error.is_complete:
            options["remaining"] = self._input
        if is_last:
            return self._client().resume(error, None, **options)
        return self._client().resume(error, self._interruption(), **options, **self._options())

    def _copy(self, error: BatchError) -> BatchError:
        copies: tuple[Callable[[BatchError], BatchError], ...] = (
            lambda one: one,
            lambda one: one,
            lambda one: BatchError.from_json(one.to_json()),
            lambda one: pickle.loads(pickle.dumps(one)),
            copy.copy,
            copy.deepcopy,
            lambda one: one.without([]),
        )
        for _ in range(self._chance.choice((0, 1, 1, 2))):
            error = self._chance.choice(copies)(error)
        return error

    def _settle_server(self) -> None:
        """Let everything be applied that was sent."""
        time.sleep(0.002)  # what was sent may not have arrived
        self._server.hurry()
        self._server.wait_until_idle()

    # --- what came of it

    def _attempt(self, call: Callable[[], list[Any]], errors: list[BatchError]) -> list[Any] | None:
        """Return the results, or None and note the error."""
        try:
            results = call()
        except BaseException as exception:
            error = report_on(exception)
            if error is None and self.resumes > 2 * _RESUMES:
                raise
            if error is None and not errors:
                # The report is the input, if nothing was sent.
                if isinstance(exception, MewsError) or self._added():
                    raise
                raise Nothing from exception
            if error is None:
                return None
            if error not in (*errors, self._resumed):
                if not self._waits:
                    self._settle_server()
                if not self._tells_nothing_new(error):
                    self._check(error)
                errors.append(error)
            return None
        saved = [self._saved[at].result for at in sorted(self._saved)]
        return sorted_results(self._items, saved, self._saved, results)

    def _tells_nothing_new(self, error: BatchError) -> bool:
        """Return whether a look-up was not done: an old report need not be true any more."""
        older = self._resumed
        return older is not None and all(
            {one.position for one in getattr(error, status)}
            == {one.position for one in getattr(older, status)}
            for status in ("succeeded", "rejected", "unknown")
        )

    def _added(self) -> list[dict[str, Any]]:
        """Return the codes on the server that were not there before."""
        vouchers, before = set(self._vouchers), set(self._before)
        return [
            one
            for one in self._server.active_codes()
            if one["VoucherId"] in vouchers and one["Id"] not in before
        ]

    def _check(self, error: BatchError) -> None:
        """Check a report. While requests are applied late, only what it says of the input."""
        outcomes = outcomes_of(error)
        positions = sorted(one.position for one in outcomes)
        yielded = set(self._saved)
        known = len(self._items) if error.is_complete else error.items_read
        assert sorted({*positions, *yielded}) == list(range(known)), (positions, error)
        assert len(positions) == len(set(positions)), positions
        assert not yielded & {*positions}, (yielded, positions)
        assert all(one.item == self._items[one.position] for one in outcomes)
        # Any: results of codes.
        results: list[Any] = [one.result for one in (*error.succeeded, *self._saved.values())]
        done = {one.id for one in results}
        assert len(done) == len(error.succeeded) + len(self._saved), "an id twice"
        if self._waits:
            return
        added = {one["Id"]: one for one in self._added()}
        assert done <= set(added), "a code that is not on the server"
        succeeded = (*error.succeeded, *self._saved.values())
        for one, result in zip(succeeded, results, strict=True):
            assert key_of_shown(added[result.id]) == key_of(one.item)
        # An older report that was resumed does not know what the newer ones have added.
        rest = Counter(key_of_shown(one) for at, one in added.items() if at not in done)
        unknown = Counter(key_of(one.item) for one in error.unknown)
        assert rest <= unknown, ("not unknown, but added", rest - unknown, error)

    def _check_end(self, results: list[Any]) -> None:
        self._settle_server()
        added = self._added()
        wanted = [key_of(one) for one in self._items]
        counted = Counter(map(key_of_shown, added))
        assert counted == Counter(wanted), (
            "lost",
            Counter(wanted) - counted,
            "doubled",
            counted - Counter(wanted),
        )
        assert [(one.voucher_id.lower(), folded(one.value)) for one in results] == wanted
        assert sorted(one.id for one in results) == sorted(one["Id"] for one in added)


class Nothing(Exception):  # noqa: N818 - no error
    """The call was stopped before it began."""


def outcomes_of(error: BatchError) -> list[Any]:
    """Return all outcomes of a report."""
    return [*error.succeeded, *error.rejected, *error.unknown, *error.not_sent]


def sorted_results(
    items: list[Any], saved: list[Any], by_position: dict[int, Any], results: list[Any]
) -> list[Any]:
    """Return the results of all items, in their order: those of a stream, and the others."""
    assert len(saved) + len(results) == len(items), (len(saved), len(results), len(items))
    rest = iter(results)
    return [by_position[at].result if at in by_position else next(rest) for at in range(len(items))]


def folded(text: str) -> str:
    """Return the form that all spellings of a text share."""
    return unicodedata.normalize("NFKC", text.casefold()).strip()


def key_of(item: Any) -> tuple[str, str]:
    """Return what an item is compared by."""
    return item.voucher_id.lower(), folded(item.value)


def key_of_shown(code: dict[str, Any]) -> tuple[str, str]:
    """Return the same of a code on the server."""
    return code["VoucherId"], folded(code["Value"])

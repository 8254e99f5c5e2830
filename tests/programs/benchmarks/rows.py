"""Rows of figures, and how variants are measured. Nothing is printed here.

Variants take turns, so that a slow moment of the machine affects all of them, and only figures of
the same round are compared: a ratio is the median of the ratios of all rounds, and its spread is
their middle half.
"""

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from tqdm import tqdm

Variants = Mapping[str, Callable[[], object]]
_WARM_UP = 5


class Spread(NamedTuple):
    """A median, and the middle half around it."""

    low: float
    middle: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Return the quartiles of values; there may be only one value."""
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    return Spread(*statistics.quantiles(values, n=4, method="inclusive"))


class Row(NamedTuple):
    """One variant of a measurement."""

    #: For example "reading codes": rows with the same value belong together.
    what: str
    #: For example "ours", or "10,000 items".
    variant: str
    unit: str
    #: One for each round.
    values: Sequence[float]
    #: The values of the same rounds that they are compared with, if there are any.
    reference: Sequence[float] = ()
    #: For a plot: what grows, for example the number of items.
    size: int = 0

    @property
    def median(self) -> float:
        """The median of all rounds."""
        return statistics.median(self.values)

    @property
    def ratio(self) -> Spread | None:
        """The ratio to the reference, with its spread."""
        if not self.reference:
            return None
        return spread([mine / its for mine, its in zip(self.values, self.reference, strict=True)])


class Table(NamedTuple):
    """The rows of a benchmark, and what a reader must know about them."""

    title: str
    note: str
    rows: list[Row]


def compare(
    what: str, variants: Variants, rounds: int, reference: str, *, in_a_row: int = 1
) -> list[Row]:
    """Measure variants in turn, in milliseconds, and compare them with one of them.

    Args:
        what: What is measured.
        variants: The variants by name.
        rounds: The number of rounds.
        reference: The variant that all are compared with.
        in_a_row: The number of runs per turn. The figure is their mean: a single short run would
        also measure what others left in the processor's caches.
    """
    times: dict[str, list[float]] = {name: [] for name in variants}
    for run in variants.values():
        for _ in range(_WARM_UP):
            run()
    gc.collect()
    gc.freeze()  # loaded objects are not garbage, and need not be examined between rounds
    for _ in tqdm(range(rounds), desc=what, leave=False):
        for name, run in variants.items():
            gc.collect()  # no variant collects the garbage of another
            start = time.perf_counter()
            for _ in range(in_a_row):
                run()
            times[name].append((time.perf_counter() - start) * 1_000 / in_a_row)
    gc.unfreeze()
    return [Row(what, name, "ms", values, times[reference]) for name, values in times.items()]

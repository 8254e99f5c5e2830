"""What benchmarks find out: rows of figures, and how variants are measured. Nothing is shown.

Variants take turns, so that a slow moment of the machine hits all of them, and only figures of the
same round are compared: a ratio is the median of the ratios of all rounds, and its spread is where
the middle half of them lies.
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
    """Return the quartiles of values, of which there may be one only."""
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    return Spread(*statistics.quantiles(values, n=4, method="inclusive"))


class Row(NamedTuple):
    """One variant of what was measured."""

    #: Such as "reading codes": rows of the same thing belong together.
    what: str
    #: Such as "ours", or "10,000 items".
    variant: str
    unit: str
    #: One for each round.
    values: Sequence[float]
    #: Those of the same rounds that they are compared with; none for a figure that stands alone.
    reference: Sequence[float] = ()
    #: For a plot: what grows, such as the number of items.
    size: int = 0

    @property
    def median(self) -> float:
        """The median of all rounds."""
        return statistics.median(self.values)

    @property
    def ratio(self) -> Spread | None:
        """How much of the reference it is, and the spread."""
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
        what: What they do.
        variants: The ways to do it, by name.
        rounds: How often each comes to its turn.
        reference: The one that all are compared with.
        in_a_row: How often each does it in its turn. The figure is the mean: of something short, a
            single one would tell as much about what others left in the processor's caches.
    """
    times: dict[str, list[float]] = {name: [] for name in variants}
    for run in variants.values():
        for _ in range(_WARM_UP):
            run()
    gc.collect()
    gc.freeze()  # what is loaded is nobody's garbage, and is not looked through between rounds
    for _ in tqdm(range(rounds), desc=what, leave=False):
        for name, run in variants.items():
            gc.collect()  # nobody clears up after another
            start = time.perf_counter()
            for _ in range(in_a_row):
                run()
            times[name].append((time.perf_counter() - start) * 1_000 / in_a_row)
    gc.unfreeze()
    return [Row(what, name, "ms", values, times[reference]) for name, values in times.items()]

"""The pictures: SVG, the same bytes for the same figures. The measurements are elsewhere.

Only `make bench` installs matplotlib.
"""

import importlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.programs.benchmarks import growth
from tests.programs.benchmarks.report import LABELS, MAIN
from tests.programs.benchmarks.rows import Row, Table, spread

#: Letters become shapes, so that no font is needed. No date, no random names.
_SETTINGS = {
    "svg.fonttype": "path",
    "svg.hashsalt": "mews-vouchers",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
}
_METADATA = {"Date": None, "Creator": None}
# One colour each, distinguishable with a red-green deficiency; ours is the darkest.
_COLOURS = ("#1b3a57", "#6f8fae", "#d55e00", "#e69f00", "#cc79a7", "#009e73", "#b3b3b3")
_BEFORE, _AFTER = _COLOURS[0], _COLOURS[2]


def draw(tables: Iterable[Table], folder: Path) -> None:
    """Draw `relative.svg` and `growth.svg` into a folder."""
    rows = [row for table in tables for row in table.rows]
    matplotlib = importlib.import_module("matplotlib")
    matplotlib.use("svg")  # no screen is needed
    pyplot = importlib.import_module("matplotlib.pyplot")
    with matplotlib.rc_context(_SETTINGS):
        for name, drawn in (("relative", _relative), ("growth", _growth)):
            figure = drawn(pyplot, rows)
            figure.savefig(folder / f"{name}.svg", metadata=_METADATA, facecolor="white")
            pyplot.close(figure)


# Any: matplotlib is imported when it is needed.
def _relative(pyplot: Any, rows: Sequence[Row]) -> Any:
    """Draw the ratios of all variants as bars, grouped by what was measured."""
    figure, axes = pyplot.subplots(figsize=(9, 4), layout="constrained")
    ratios = {(row.what, row.variant): row.ratio for row in rows if row.ratio is not None}
    variants = [name for name in LABELS if any((what, name) in ratios for what in MAIN)]
    width = 0.85 / len(variants)
    for place, variant in enumerate(variants):
        measured = [what for what in MAIN if (what, variant) in ratios]
        found = [(MAIN.index(what), ratios[what, variant]) for what in measured]
        axes.bar(
            [at + (place - (len(variants) - 1) / 2) * width for at, _ in found],
            [ratio.middle for _, ratio in found],
            width * 0.9,
            yerr=[
                [ratio.middle - ratio.low for _, ratio in found],
                [ratio.high - ratio.middle for _, ratio in found],
            ],
            error_kw={"elinewidth": 0.8},
            color=_COLOURS[place],
            label=LABELS[variant],
        )
    axes.axhline(1, color=_COLOURS[0], linewidth=0.8, linestyle=":")
    axes.set_xticks(range(len(MAIN)), MAIN)
    axes.set_ylabel("time, as a multiple of this client's")
    axes.grid(axis="y", linewidth=0.3)
    axes.legend(frameon=False, ncols=2)
    return figure


def _growth(pyplot: Any, rows: Sequence[Row]) -> Any:
    """Draw each growth in a panel."""
    figure, panels = pyplot.subplots(2, 2, figsize=(9, 6), layout="constrained")
    items, memory, share, per_property = panels.flat
    _lines(items, rows, {growth.LISTING: "listing", growth.ADDING: "adding"})
    items.set(title="processor time per 1,000 codes", ylabel="ms", xlabel="codes", xscale="log")
    _lines(memory, rows, {growth.LISTING_MEMORY: "listing", growth.ADDING_MEMORY: "adding"})
    memory.axhline(32, color="black", linewidth=0.8, linestyle=":")
    memory.set(title="memory over that of 10,000 codes", ylabel="MiB", xlabel="codes", xscale="log")
    _lines(share, rows, {growth.SHARE: "of the requests that the limit allows"})
    share.axhline(97, color="black", linewidth=0.8, linestyle=":")
    share.set(title="share of the rate limit", ylabel="%", xlabel="concurrent requests")
    share.set_xscale("log", base=2)
    share.set_xticks(growth.CONCURRENCY, growth.CONCURRENCY)
    _lines(per_property, rows, {growth.PROPERTY: "listing 1,000 codes of each"})
    per_property.set(title="processor time per property", ylabel="ms", xlabel="properties")
    for panel in panels.flat:
        panel.set_ylim(bottom=0)
        panel.grid(linewidth=0.3)
        panel.legend(frameon=False)
    return figure


def _lines(panel: Any, rows: Sequence[Row], labels: dict[str, str]) -> None:
    """Draw medians over sizes, with their spread, one line for each measurement."""
    for colour, (what, label) in zip((_BEFORE, _AFTER), labels.items(), strict=False):
        found = [(row.size, spread(row.values)) for row in rows if row.what == what and row.size]
        panel.errorbar(
            [size for size, _ in found],
            [values.middle for _, values in found],
            yerr=[
                [values.middle - values.low for _, values in found],
                [values.high - values.middle for _, values in found],
            ],
            color=colour,
            marker="o",
            markersize=4,
            label=label,
        )

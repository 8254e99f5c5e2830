"""The pictures: SVG, the same bytes for the same figures. The measurements are elsewhere.

    python -m tests.programs.benchmarks.pictures  # draws relative.svg again, from RESULTS.md

Only `make bench` installs matplotlib.
"""

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.programs.benchmarks import growth
from tests.programs.benchmarks.report import HERE, MAIN, RESULTS, ratios, summary, table_in
from tests.programs.benchmarks.rows import Row, Spread, Table, spread

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
    tables = list(tables)
    draw_relative(summary(tables), folder)
    rows = [row for table in tables for row in table.rows]
    _save(folder / "growth.svg", lambda pyplot: _growth(pyplot, rows))


def draw_relative(table: str, folder: Path) -> None:
    """Draw `relative.svg` from the table that it is a picture of: that of RESULTS.md."""
    found = ratios(table)
    _save(folder / "relative.svg", lambda pyplot: _relative(pyplot, found))


# Any: matplotlib is imported when it is needed.
def _save(file: Path, drawn: Callable[[Any], Any]) -> None:
    matplotlib = importlib.import_module("matplotlib")
    matplotlib.use("svg")  # no screen is needed
    pyplot = importlib.import_module("matplotlib.pyplot")
    with matplotlib.rc_context(_SETTINGS):
        figure = drawn(pyplot)
        figure.savefig(file, metadata=_METADATA, facecolor="white")
        pyplot.close(figure)


def _relative(pyplot: Any, ratios: Mapping[str, Mapping[str, Spread]]) -> Any:
    """Draw the ratios of all variants as bars, grouped by what was measured."""
    figure, axes = pyplot.subplots(figsize=(9, 4.6), layout="constrained")
    width = 0.85 / len(ratios)
    for place, (variant, measured) in enumerate(ratios.items()):
        offset = (place - (len(ratios) - 1) / 2) * width
        found = list(measured.values())
        axes.bar(
            [MAIN.index(what) + offset for what in measured],
            [ratio.middle for ratio in found],
            width * 0.9,
            yerr=[
                [ratio.middle - ratio.low for ratio in found],
                [ratio.high - ratio.middle for ratio in found],
            ],
            error_kw={"elinewidth": 0.8},
            color=_COLOURS[place],
            label=variant,
        )
    axes.axhline(1, color=_COLOURS[0], linewidth=0.8, linestyle=":")
    axes.set_xticks(range(len(MAIN)), MAIN)
    axes.set_ylabel("time, as a multiple of this client's")
    axes.set_title("Shorter bars are better", loc="left", fontweight="bold")
    axes.grid(axis="y", linewidth=0.3)
    figure.legend(loc="outside lower center", frameon=False, ncols=4)  # below, never over bars
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


if __name__ == "__main__":
    draw_relative(table_in(RESULTS.read_text(encoding="utf-8")), HERE)

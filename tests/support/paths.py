"""Where the project's files are. Beside an installed wheel, only `tests/` is there."""

from pathlib import Path

ROOT = Path(__file__).parents[2]

"""`python -m tests.programs.site FOLDER`: print the problems of a site; exit with 1 if any."""

import sys
from pathlib import Path

from .browser import find_chromium, problems
from .links import dead_links


def main(folder: Path) -> int:
    """Check a site, and return the exit code."""
    found = list(dead_links(folder))
    chromium = find_chromium()
    if chromium is None:
        print("no Chromium: the pages are not checked in a browser")
    else:
        found += problems(folder, chromium)
    print("\n".join(found) or f"{folder}: no problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

"""Check whether the last commit can be released, and build what is to be published into dist/.

make release

The table has a line for each check, and below it what to do if it fails. Nothing is published, and
no tag is created.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from tests.support.paths import ROOT

from . import artifacts, sources
from .project import NotReadyError, Project

#: In this order: what is built is checked after the build.
CHECKS: dict[str, Callable[[Project], str]] = {
    "version": sources.version,
    "changelog": sources.changelog,
    "tag": sources.tag,
    "clean tree": sources.clean_tree,
    "step of the version": sources.step,
    "vendor's documentation": sources.docs_state,
    "links of the README": sources.links,
    "addresses": sources.urls,
    "reproducible build": artifacts.build,
    "package's page": artifacts.page,
    "contents of the wheel": artifacts.contents,
    "installation": artifacts.install,
}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0 if everything is ready, and 1 otherwise."""
    parser = argparse.ArgumentParser(
        prog="make release", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--root", type=Path, default=ROOT, help="a clone of the repository")
    project = Project(parser.parse_args(arguments).root)
    failed = [name for name, check in CHECKS.items() if not is_passed(name, check, project)]
    if failed:
        print(f"\nNot ready: {len(failed)} of {len(CHECKS)} checks fail.")
        return 1
    print(f"\nReady, and not published yet. CONTRIBUTING says what is next for {project.tag}.")
    return 0


def is_passed(name: str, check: Callable[[Project], str], project: Project) -> bool:
    """Run a check, and print its lines."""
    try:
        found, todo = check(project), ""
    except NotReadyError as error:
        found, todo = error.found, error.todo
    except (OSError, KeyError, ValueError) as error:  # a file is missing, or malformed
        found, todo = f"{type(error).__name__}: {error}", "correct this file"
    lines = [*found.splitlines(), *([f"-> {todo}"] if todo else [])]
    indented = f"\n{'':29}".join(lines)
    print(f"{'FAIL' if todo else 'ok':<5}{name:<24}{indented}", flush=True)
    return not todo


if __name__ == "__main__":
    sys.exit(main())

"""Opens every page in Chromium, as wide as a phone, and uses the search."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as BrowserTimeoutError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: CSS pixels: a small phone.
WIDTH = 360
#: What the search has to find.
SEARCH = "search.html?q=resume"
#: Milliseconds.
TIMEOUT = 15_000


def find_chromium() -> str | None:
    """Return the path of a Chromium of this machine; None if there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def problems(folder: Path, chromium: str) -> list[str]:
    """Return what a reader would notice: errors, horizontal scrolling, a search without results."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    found: list[str] = []
    with _served(folder) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page(viewport={"width": WIDTH, "height": 740})
        page.set_default_timeout(TIMEOUT)
        errors = _noted_errors(page)
        for name in [*names, SEARCH]:
            page.goto(f"{address}/{name}")
            if (width := page.evaluate("document.documentElement.scrollWidth")) > WIDTH:
                errors.append(f"{width} pixels wide")
            if name == SEARCH and not _has_results(page):
                errors.append("no results")
            found += [f"{name}: {error}" for error in errors]
            errors.clear()
        browser.close()
    return found


def _noted_errors(page: Page) -> list[str]:
    """Return a list to which the errors of a page are added as they happen."""
    errors: list[str] = []
    page.on("console", lambda one: errors.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "response",
        lambda one: errors.append(f"{one.status}: {one.url}") if one.status >= 400 else None,
    )
    return errors


def _has_results(page: Page) -> bool:
    try:
        page.locator("#search-results li a").first.wait_for()
    except BrowserTimeoutError:
        return False
    return True


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve a folder on the loopback: the search of a page in a file is not allowed to read."""
    handler = partial(_QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Print nothing."""

"""The documentation site is complete, and `make docs` finds what is wrong with it."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import mews_vouchers
import mews_vouchers_client
import pytest
from mews_vouchers import mock
from mews_vouchers_client import models

from tests.programs.site.__main__ import main
from tests.programs.site.browser import find_chromium, problems
from tests.programs.site.links import dead_links
from tests.support.text_examples import DOCS

pytestmark = pytest.mark.source

SEARCH = """<div id="search-results"></div><script>
if (location.search === "?q=resume")
    document.getElementById("search-results").innerHTML = "<li><a href='index.html'>it</a></li>";
</script>"""

needs_chromium = pytest.mark.skipif(find_chromium() is None, reason="there is no Chromium")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a folder with a site without problems: two pages, of which one is its search."""
    pages = {"index.html": "<p id='top'>Text</p>", "search.html": SEARCH}
    for name, body in pages.items():
        add(tmp_path, name, body)
    return tmp_path


def add(folder: Path, name: str, body: str) -> None:
    """Add a page."""
    head = '<!doctype html><link rel="icon" href="data:,"><meta charset="utf-8">'
    (folder / name).write_text(head + body, encoding="utf-8")


# --- the site of this project


def test_it_is_built_without_a_warning(tmp_path: Path) -> None:
    """Sphinx finds nothing wrong in pages and docstrings; no link between its pages is dead."""
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-n", DOCS, tmp_path],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(dead_links(tmp_path)) == []


def test_the_reference_has_every_public_name() -> None:
    """Each name that users can import is documented once."""
    pages = "".join(path.read_text("utf-8") for path in DOCS.glob("reference/*.md"))
    documented = Counter(re.findall(r"^\.\. auto\w+:: (\S+)$", pages, re.MULTILINE))
    names = {
        f"{module.__name__}.{name}"
        for module in (mews_vouchers, mews_vouchers_client, mock)
        for name in module.__all__
    }
    names |= {f"{models.__name__}.{name}" for name in dir(models) if name[0].isupper()} - {
        f"{models.__name__}.TYPE_CHECKING"
    }
    assert names - set(documented) == set()
    assert [name for name, count in documented.items() if count > 1] == []


# --- its check


def test_a_good_site_passes(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With or without a browser."""
    assert main(site) == 0
    assert capsys.readouterr().out.endswith(f"{site}: no problems\n")


def test_without_a_browser_it_says_so(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says that the pages are not opened; the links are checked all the same."""
    monkeypatch.setenv("PATH", "")
    add(site, "bad.html", "<a href='missing.html'>x</a>")
    assert main(site) == 1
    assert capsys.readouterr().out.splitlines() == [
        "no Chromium: the pages are not checked in a browser",
        "bad.html: dead link: missing.html",
    ]


@pytest.mark.parametrize(
    ("link", "is_dead"),
    [
        ("index.html", False),
        ("index.html#top", False),
        ("./#top", False),
        ("#here", False),
        ("#nowhere", True),
        ("index.html#nowhere", True),
        ("missing.html", True),
        ("../index.html", True),
        ("https://docs.mews.com/connector-api", False),
        ("https://docs", True),
        ("http://docs.mews.com", True),
        ("https://docs.mews.com/a b", True),
        ("mailto:someone@mews.example", True),
    ],
)
def test_dead_links_are_found(site: Path, link: str, *, is_dead: bool) -> None:
    """A link leads to a page or an anchor of the site, or has the form of an address on the web."""
    add(site, "page.html", f"<p id='here'><a href='{link}'>x</a></p>")
    assert list(dead_links(site)) == ([f"page.html: dead link: {link}"] if is_dead else [])


@needs_chromium
@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("index.html", "<script>console.error('Oh.')</script>", "index.html: Oh."),
        ("index.html", "<script>throw new Error('Oh.')</script>", "index.html: Oh."),
        ("index.html", "<img src='missing.png'>", "index.html: 404: "),
        ("index.html", "<div style='width: 500px'>x</div>", "index.html: 508 pixels wide"),
        ("search.html", "nothing", "search.html?q=resume: no results"),
    ],
)
def test_what_readers_would_notice_is_found(
    site: Path, monkeypatch: pytest.MonkeyPatch, name: str, body: str, said: str
) -> None:
    """Errors on the console, missing files, horizontal scrolling, a search without results."""
    monkeypatch.setattr("tests.programs.site.browser.TIMEOUT", 2_000)
    add(site, name, body)
    chromium = find_chromium()
    assert chromium is not None
    assert any(one.startswith(said) for one in problems(site, chromium))

"""Runs `make docs-diff` in this process, on files as its users have them, and reads its report."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

from comparison import docs_diff

from tests.support.vendor_docs import TEXT, Node


class Printed(NamedTuple):
    """The output of the command."""

    status: int
    out: str
    err: str


class Compared(NamedTuple):
    """The report on one source, with one line for each difference."""

    status: int
    news: set[str]
    differences: set[str]
    texts: set[str]
    notes: list[str]
    left_out: list[str]
    #: The whole report. Any: JSON.
    data: dict[str, Any]

    @property
    def is_silent(self) -> bool:
        """Whether nothing is to be done, and the exit status says so."""
        return not (self.status or self.news or self.differences or self.texts or self.notes)


def written(folder: Path, texts: dict[str, str]) -> list[str]:
    """Write files; return their names."""
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return [str(folder / name) for name in texts]


def printed(*arguments: str) -> Printed:
    """Run the command."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        status = docs_diff.main([*arguments])
    return Printed(status, out.getvalue(), err.getvalue())


def compared(*arguments: str) -> Compared:
    """Run the command on one source, or on pages; return what it reports."""
    status, out, err = printed(*arguments, "--format", "json")
    assert err == ""
    (data,) = json.loads(out)
    news, differences = lines(data["news"]), lines(data["differences"])
    texts = set(data["texts"])
    return Compared(status, news, differences, texts, data["notes"], data["left_out"], data)


def lines(entries: list[dict[str, Any]]) -> set[str]:
    """Return differences as one line each: the place, what differs, and whom it concerns."""
    return {"{operation} {place}: {what}, {effect}".format(**one) for one in entries}


def without_texts(found: set[str]) -> set[str]:
    """Return differences without those of texts."""
    return {line for line in found if not line.endswith(TEXT)}


def refused(*arguments: str) -> str:
    """Run the command on an unusable source; return its one line of output."""
    status, out, err = printed(*arguments)
    assert (status, out, err.count("\n")) == (2, "", 1), err
    return err.removeprefix("error: ").rstrip("\n")


class Folder:
    """A folder with a record of its own, without departures.

    Args:
        path: The folder.
        known: A document that is recorded, and used as ours.
    """

    def __init__(self, path: Path, known: Node | None = None) -> None:
        self.path = path
        (departures,) = written(path, {"departures.yaml": "departures: []\n"})
        self.vendor = str(path / "vendor.json")
        self.options = ["--vendor", self.vendor, "--departures", departures]
        if known:
            self.options += ["--document", self.document(known, "ours.json")]
            self.record(self.document(known))

    def record(self, *sources: str) -> str:
        """Record sources, as `make docs-diff RECORD=1` does; return the text of the record."""
        assert printed(*sources, *self.options, "--record").err == ""
        return Path(self.vendor).read_text("utf-8")

    def document(self, document: Node, name: str = "published.json") -> str:
        """Write a document; return its name."""
        return written(self.path, {name: json.dumps(document)})[0]

    def compared(self, path: Path, texts: dict[str, str]) -> Compared:
        """Write texts, as one document or as pages, and return the report on them."""
        return compared(*written(path, texts), *self.options)

    def news(self, older: Node, newer: Node) -> Compared:
        """Return the news of a document since an older one was recorded, and nothing else.

        The older one is also used as ours, so that both questions have the same result.
        """
        written(self.path, {"vendor.json": json.dumps({"document": older})})
        ours = self.document(older, "ours.json")
        return compared(self.document(newer), "--document", ours, *self.options)

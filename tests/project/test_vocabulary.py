"""The repository uses standard terms: a list of words to avoid, with the words to use instead."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.source

#: Regular expressions for words and phrases, and what to use instead. Names count as words, too:
#: `told_of` and `ToldOf` are "told of". A line break counts as a space.
INSTEAD = {
    r"accounts?": "report, destination",
    r"anew": "again",
    r"answers?": "response, respond",
    r"as ever": "as usual",
    r"awaiting (?:client|one)": "async client",
    r"be it": "whether it is",
    r"blocking client": "sync client",
    r"cut (?:into|off|short|in parts)|(?:is|are|be) cut": "split, truncate, cancel",
    r"drivers?": "runner",
    r"exchanges?": "request",
    r"fleets?": "processes that share a limit through Redis",
    r"gates?": "rate limiter",
    r"given up": "abandoned; of a retry: failed",
    r"(?:hand|hands|handed) out": "yield, return",
    r"heed(?:s|ed)?": "obey",
    r"(?:hold|holds|held|holding) (?:\w+ ){0,3}against": "compare with, check against",
    r"lanes?": "worker, batch",
    r"moments": "datetimes, times",
    r"nobodies|(?:of|for) nobody": "unknown",
    r"odd (?:cell|error|page|response|value)s?": "malformed, unexpected",
    r"pages? ahead": "prefetched page",
    r"rivals?": "competitors",
    r"side by side": "concurrently",
    r"spelt": "written, encoded",
    r"strangers?": "others, unknown",
    r"teams?": "workers",
    r"(?:tell|tells|told) of": "report",
    r"under way": "in flight, in progress",
    r"who(?:so)?ever": "the caller, anyone who",
}
#: Where a word of the list is the right one: questions have answers, customers have accounts.
RIGHT_USES = re.compile(
    r"questions? it answers|answers two questions|tree that answers"
    r"|no account to try|account that this company is linked to"
)
#: The CHANGELOG keeps the old names that it is about.
EXCLUDED = ("CHANGELOG.md", "tests/project/test_vocabulary.py")
FOLDERS = (".ci", ".github", "openapi", "overlay", "tests")
SUFFIXES = {"", ".jinja", ".md", ".py", ".toml", ".yaml", ".yml"}
_SPACE = r"[ \t]*(?:\n[ \t]*(?:#:?[ \t]*)?|[ \t])"
_WORDS = re.compile(
    "|".join(
        rf"(?P<w{number}>\b(?:{words.replace(' ', _SPACE)})\b)"
        for number, words in enumerate(INSTEAD)
    )
)
_BOUNDARY = re.compile(r"_+|-|(?<=[a-z0-9])(?=[A-Z])")


def texts() -> Iterator[Path]:
    """Yield the text files that people write."""
    files = [*ROOT.iterdir(), *(path for one in FOLDERS for path in (ROOT / one).rglob("*"))]
    for path in sorted(files):
        name = path.relative_to(ROOT).as_posix()
        is_hidden = path.name.startswith(".") or "node_modules" in name
        if path.is_file() and path.suffix in SUFFIXES and name not in EXCLUDED and not is_hidden:
            yield path


def found_in(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the line, the word, and what to use instead."""
    text = RIGHT_USES.sub("", _BOUNDARY.sub(" ", text).lower())
    for match in _WORDS.finditer(text):
        index = int((match.lastgroup or "w0").removeprefix("w"))
        word = " ".join(match[0].replace("#", " ").split())
        yield text.count("\n", 0, match.start()) + 1, word, list(INSTEAD.values())[index]


def test_only_standard_terms_are_used() -> None:
    """No file has a word of the list."""
    found = [
        f"{path.relative_to(ROOT)}:{line}: {word!r}; use instead: {instead}"
        for path in texts()
        for line, word, instead in found_in(path.read_text("utf-8"))
    ]
    assert not found, "\n".join(["words to avoid:", *found])


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("They run side by side.", "side by side"),
        ("# they run side\n    # by side", "side by side"),
        ("def close_the_gate():", "gate"),
        ("class RedisFleet:", "fleet"),
        ("what it was told of", "told of"),
    ],
)
def test_a_word_of_the_list_is_found(text: str, word: str) -> None:
    """In prose, also across lines, and in names of any style: with its line."""
    assert [found[:2] for found in found_in(f"\n{text}")] == [(2, word)]


@pytest.mark.parametrize(
    "text",
    ["a workflow", "delegates", "an aggregate", "planes", "steam", "the question it answers"],
)
def test_other_words_are_not_found(text: str) -> None:
    """Words that contain a word of the list are allowed, and so are its right uses."""
    assert not list(found_in(text))

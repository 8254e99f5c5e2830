"""The mock sends all that the document lists; `conftest.py` runs nothing else until it does."""

from collections.abc import Callable

import pytest

from tests import conftest
from tests.support import completeness, documented


def test_the_mock_sends_each_documented_property() -> None:
    """No property of any answer is missing in what the mock sends."""
    assert completeness.gaps() == []


@pytest.mark.parametrize("schema", sorted(documented.ANSWERS | documented.ITEMS))
def test_a_new_property_is_told_with_the_file_to_edit(
    monkeypatch: pytest.MonkeyPatch, schema: str
) -> None:
    """One more property in the document, anywhere, is one line: what it is and where it goes."""
    properties = documented.SCHEMAS[schema].setdefault("properties", {})
    monkeypatch.setitem(properties, documented.UNKNOWN, {"type": "string"})
    (line,) = completeness.gaps()
    told, _, file = line.partition(": add it in ")
    assert told == f"the mock sends no {schema}.{documented.UNKNOWN}"
    siblings = [f'"{name}"' for name in properties if name != documented.UNKNOWN]
    text = conftest.SOURCES.parent.joinpath(file).read_text(encoding="utf-8")
    assert all(name in text for name in siblings)


def test_an_example_without_a_required_property_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """An example of the document that breaks its contract is a line with its name."""
    monkeypatch.setitem(documented.SCHEMAS["Unit"], "required", [documented.UNKNOWN])
    (line,) = completeness.gaps()
    assert line.startswith(
        f"the example Deleted has no Unit.{documented.UNKNOWN}: add it in openapi/"
    )


def test_an_object_that_is_never_sent_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the mock sends in no answer at all is missing, too."""
    schemas = documented.SCHEMAS
    monkeypatch.setitem(schemas, documented.UNKNOWN, {"properties": {documented.UNKNOWN_TOO: {}}})
    monkeypatch.setattr(completeness, "ITEMS", {documented.UNKNOWN})
    (line,) = completeness.gaps()
    assert line.startswith(f"the mock sends no {documented.UNKNOWN}.{documented.UNKNOWN_TOO}: ")


def ask(monkeypatch: pytest.MonkeyPatch, session: pytest.Session, gaps: object) -> None:
    """Begin a run, as its first process, with another answer to the question."""
    monkeypatch.setattr(conftest, "gaps", gaps)
    monkeypatch.delattr(session.config, "workerinput", raising=False)
    conftest.pytest_sessionstart(session)


def broken() -> list[str]:
    """Fail as a mock does that is broken in some other way."""
    raise RuntimeError("broken")


@pytest.mark.parametrize("find", [list, broken])
def test_a_run_goes_on_where_nothing_is_told(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, find: Callable[[], list[str]]
) -> None:
    """A complete mock ends no run, and neither does one that is broken in another way."""
    ask(monkeypatch, request.session, find)


def test_a_gap_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Where something is missing, no test runs, and the last words are what and where."""
    with pytest.raises(pytest.exit.Exception) as caught:
        ask(monkeypatch, request.session, lambda: ["one", "two"])
    assert (caught.value.msg, caught.value.returncode) == ("one\ntwo", 1)

"""The mock sends every documented property; until it does, `conftest.py` runs no other test."""

from collections.abc import Callable

import pytest

from tests import conftest
from tests.support import completeness, documented


def test_the_mock_sends_each_documented_property() -> None:
    """No property is missing in the responses of the mock."""
    assert completeness.gaps() == []


@pytest.mark.parametrize("schema", sorted(documented.RESPONSES | documented.ITEMS))
def test_a_new_property_is_reported_with_the_file_to_edit(
    monkeypatch: pytest.MonkeyPatch, schema: str
) -> None:
    """Each new property of the document is reported in one line, with the file to edit."""
    properties = documented.SCHEMAS[schema].setdefault("properties", {})
    monkeypatch.setitem(properties, documented.UNKNOWN, {"type": "string"})
    (line,) = completeness.gaps()
    told, _, file = line.partition(": add it in ")
    assert told == f"the mock sends no {schema}.{documented.UNKNOWN}"
    siblings = [f'"{name}"' for name in properties if name != documented.UNKNOWN]
    text = conftest.SOURCES.parent.joinpath(file).read_text(encoding="utf-8")
    assert all(name in text for name in siblings)


def test_an_example_without_a_required_property_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An example of the document without a required property is reported in one line."""
    monkeypatch.setitem(documented.SCHEMAS["Unit"], "required", [documented.UNKNOWN])
    (line,) = completeness.gaps()
    assert line.startswith(
        f"the example Deleted has no Unit.{documented.UNKNOWN}: add it in openapi/"
    )


def test_an_object_that_is_never_sent_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """An object that the mock never sends is reported, too."""
    schemas = documented.SCHEMAS
    monkeypatch.setitem(schemas, documented.UNKNOWN, {"properties": {documented.UNKNOWN_TOO: {}}})
    monkeypatch.setattr(completeness, "ITEMS", {documented.UNKNOWN})
    (line,) = completeness.gaps()
    assert line.startswith(f"the mock sends no {documented.UNKNOWN}.{documented.UNKNOWN_TOO}: ")


def ask(monkeypatch: pytest.MonkeyPatch, session: pytest.Session, gaps: object) -> None:
    """Start a test run with another result of `gaps`."""
    monkeypatch.setattr(conftest, "gaps", gaps)
    monkeypatch.delattr(session.config, "workerinput", raising=False)
    conftest.pytest_sessionstart(session)


def broken() -> list[str]:
    """Fail like a mock that is broken in another way."""
    raise RuntimeError("broken")


@pytest.mark.parametrize("find", [list, broken])
def test_a_run_continues_where_nothing_is_reported(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, find: Callable[[], list[str]]
) -> None:
    """Neither a complete mock nor one that is broken in another way ends the run."""
    ask(monkeypatch, request.session, find)


def test_a_gap_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """If a property is missing, no test runs, and the last lines say what to add where."""
    with pytest.raises(pytest.exit.Exception) as caught:
        ask(monkeypatch, request.session, lambda: ["one", "two"])
    assert (caught.value.msg, caught.value.returncode) == ("one\ntwo", 1)

"""The mutants of `make mutants` fit the sources as they are, so that the list cannot rot."""

import ast

import pytest

from tests.programs.mutants.catalogue import Mutant, load, mutated
from tests.support.paths import ROOT

pytestmark = pytest.mark.source

MUTANTS = load()


def test_there_are_enough() -> None:
    """There are at least 25, each with a name of its own, in seven groups."""
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 25
    assert {mutant.group for mutant in MUTANTS} == {
        "mock",
        "overlay",
        "templates",
        "runtime",
        "document",
        "workflows",
        "comparison",
    }


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_the_tests_that_are_tried_first_are_there(mutant: Mutant) -> None:
    """Each mutant names tests that exist, so that a test that moves takes its mutants along."""
    assert mutant.tests
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert f"def {name.partition('[')[0]}" in (ROOT / file).read_text(encoding="utf-8"), test


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_each_can_be_planted(mutant: Mutant) -> None:
    """What a mutant changes is there exactly once, and is still Python when it is changed."""
    for path, text in mutated(mutant, ROOT).items():
        assert text != path.read_text(encoding="utf-8")
        if path.suffix == ".py":
            ast.parse(text)

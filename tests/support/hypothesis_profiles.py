"""How many examples property tests try: the profiles of Hypothesis.

`make test` uses the profile "repeatable", `make fuzz` the profile "fuzz". No test belongs here.
"""

import os
from collections.abc import Iterator

import hypothesis
from hypothesis import HealthCheck, Phase, settings

#: For tests whose examples are requests or responses: shrinking one can take minutes, and
#: the example shows by itself what is wrong.
UNSHRUNK = (Phase.explicit, Phase.generate)

_FUZZ = "fuzz"
_MOST_RUNS = 12
_COMMON = settings(
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def register_profiles() -> None:
    """Register both profiles, and load the default one."""
    # The same examples in every run: a failure on one machine is a failure on all of them.
    settings.register_profile("repeatable", _COMMON, derandomize=True)
    # Other examples in every run; --hypothesis-seed says which.
    settings.register_profile(_FUZZ, _COMMON, max_examples=100 * _times())
    settings.load_profile("repeatable")


def examples(number: int) -> int:
    """Return the number of examples of a test: this number, or a multiple of it under "fuzz"."""
    # A plain number in @settings would override the profile.
    return number * (_times() if settings.get_current_profile_name() == _FUZZ else 1)


def with_seeds(machine: type) -> Iterator[None]:
    """Run a state machine with one seed after the other, until its test has seen enough.

    What a run reaches depends on the versions of Python and Hypothesis. A test that must reach
    all situations ends when it has, and fails if that takes too long.
    """
    for number in range(_MOST_RUNS):
        hypothesis.seed(seed() + number)(machine)
        yield


def seed() -> int:
    """Return the seed for schemathesis, which would choose one and ignore --hypothesis-seed."""
    return int(os.environ.get("SEED", "1"))


def _times() -> int:
    return int(os.environ.get("EXAMPLES", "20"))

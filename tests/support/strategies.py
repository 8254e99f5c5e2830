"""Strategies for the bodies of responses: valid ones, and ones that are invalid in any way.

Schemathesis generates them: the document's response schemas become the request bodies of an
imaginary API, for which it generates valid and invalid bodies.
"""

import operator
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime
from functools import cache, partial
from random import Random
from typing import Any

import schemathesis
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from tests.support import documented
from tests.support.documented import UNKNOWN, document, validator
from tests.support.hypothesis_profiles import examples

#: Schemas of whole responses, in an order that is always the same.
RESPONSES = sorted(documented.RESPONSES)
#: `Unit` is any object, so no object can violate it.
BREAKABLE = [schema for schema in RESPONSES if schema != "Unit"]


def _imaginary_api() -> Any:
    components = document()["components"]
    operation = {
        name: {
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}
                    },
                },
                "responses": {"200": {"description": "read"}},
            }
        }
        for name in RESPONSES
    }
    return schemathesis.openapi.from_dict(
        {
            "openapi": "3.1.0",
            "info": {"title": "Responses", "version": "1"},
            "paths": {f"/{name}": item for name, item in operation.items()},
            "components": {"schemas": components["schemas"]},
        }
    )


_API = _imaginary_api()


def valid(schema: str) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies that are valid for the document's schema."""
    return _bodies(schema, GenerationMode.POSITIVE)


def invalid(schema: str) -> st.SearchStrategy[Any]:
    """Objects that violate the schema somewhere, often near the top."""
    return _bodies(schema, GenerationMode.NEGATIVE).filter(lambda body: isinstance(body, dict))


def _bodies(schema: str, mode: GenerationMode) -> st.SearchStrategy[Any]:
    strategy: st.SearchStrategy[Any] = _API[f"/{schema}"]["POST"].as_strategy(generation_mode=mode)
    return strategy.map(lambda case: case.body)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10)
    | st.sampled_from(
        ["2026-01-01", "2026-01-01T00:00:00", "9999-12-31T23:59:59-01:00", "2026-02-30T00:00:00Z"]
    ),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3)
    ),
    max_leaves=5,
)


def damaged(schema: str) -> st.SearchStrategy[dict[str, Any]]:
    """Valid bodies with values replaced, removed and added anywhere, until they are invalid.

    One draw decides everything: drawing a body, or each damage, with Hypothesis takes far
    longer.
    """
    bodies, values = _some_valid(schema), _some_values()
    return st.randoms(use_true_random=True).map(
        lambda random: _damage(deepcopy(random.choice(bodies)), schema, values, random)
    )


def _damage(body: dict[str, Any], schema: str, values: list[Any], random: Random) -> dict[str, Any]:
    least = random.randint(1, 5)
    for number in range(30):  # an object without properties may never become invalid
        if number >= least and not validator(schema).is_valid(body):
            break
        random.choice(list(_places(body)))(deepcopy(random.choice(values)))
    return body


@cache
def _some_valid(schema: str) -> list[dict[str, Any]]:
    # The larger half: an empty object has nothing to damage.
    made = sorted(_sample(valid(schema), 40), key=lambda body: len(str(body)))
    return made[len(made) // 2 :]


@cache
def _some_values() -> list[Any]:
    return _sample(json_values, 200)


def _sample(strategy: st.SearchStrategy[Any], number: int) -> list[Any]:
    """Return examples of a strategy, to be reused."""
    made: list[Any] = []

    @settings(max_examples=examples(number), phases=[Phase.generate])
    @given(strategy)
    def collect(value: Any) -> None:
        made.append(value)

    collect()
    return made


def _places(value: Any) -> Iterator[Callable[[Any], None]]:
    """Yield functions, one or two per place below `value`, that damage this place."""
    if isinstance(value, dict):
        yield partial(operator.setitem, value, UNKNOWN)
        for key in value:
            yield partial(operator.setitem, value, key)
            yield partial(_remove, value, key)
    for index, child in enumerate(value) if isinstance(value, list) else value.items():
        if isinstance(value, list):
            yield partial(operator.setitem, value, index)
        if isinstance(child, dict | list):
            yield from _places(child)


def _remove(value: dict[str, Any], key: str, _: Any) -> None:
    del value[key]


def same(one: Any, other: Any) -> bool:
    """Return whether two JSON values are equal; a date may be written in two ways."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other) or _instant(one) == _instant(other) != None  # noqa: E711


def _instant(value: Any) -> datetime | None:
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return instant if instant.tzinfo else None

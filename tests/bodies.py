"""Strategies for the bodies of answers: as the document has them, and broken in every way.

Schemathesis makes them: the document's response schemas are handed to it as the request bodies of
an imaginary API, which it knows how to fill rightly and wrongly.
"""

import operator
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

import schemathesis
from hypothesis import strategies as st
from operations import OPERATIONS, document
from schemathesis import GenerationMode

#: Schemas of whole answers.
ANSWERS = sorted(
    {operation.result.__name__ for operation in OPERATIONS.values()}
    | {"ConnectorApiExceptionResult"}
)


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
        for name in ANSWERS
    }
    return schemathesis.openapi.from_dict(
        {
            "openapi": "3.1.0",
            "info": {"title": "Answers", "version": "1"},
            "paths": {f"/{name}": item for name, item in operation.items()},
            "components": {"schemas": components["schemas"]},
        }
    )


_API = _imaginary_api()


def valid(schema: str) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies that keep the document's schema."""
    return _bodies(schema, GenerationMode.POSITIVE)


def invalid(schema: str) -> st.SearchStrategy[Any]:
    """Objects that break the schema somewhere, often near the top."""
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


@st.composite
def damaged(draw: st.DrawFn, bodies: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    """Take a body and replace, remove or add up to five values anywhere below its top."""
    body = draw(bodies)
    for _ in range(draw(st.integers(1, 5))):
        places = list(_places(body))
        if not places:
            break
        draw(st.sampled_from(places))(draw(json_values))
    return body


def _places(value: Any) -> Iterator[Callable[[Any], None]]:
    """Yield functions, one or two per place below `value`, that damage this place."""
    if isinstance(value, dict):
        yield partial(operator.setitem, value, "Unheard")
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
    """Tell whether two JSON values say the same; a date may be spelt in two ways."""
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

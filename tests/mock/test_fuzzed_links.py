"""The document's links, followed by schemathesis from one answer to the next request.

Single requests are in `test_fuzzed_requests`. That each link is well written is held by
`tests/openapi/test_document.py`.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from hypothesis import Phase, settings
from schemathesis.core.failures import FailureGroup

from tests.support.documented import document
from tests.support.fuzzed_mock import FuzzedMock, load, new_mock
from tests.support.hypothesis_profiles import examples, with_seeds
from tests.support.operations import OPERATIONS, Operation

#: A link: the path it starts from, its name there, and what it says.
Link = tuple[str, str, dict[str, Any]]


def links() -> Iterator[Link]:
    """Yield every link of the document."""
    whole = document()
    written = whole["components"]["links"]
    for operation in OPERATIONS.values():
        answer = whole["paths"][operation.path]["post"]["responses"]["200"]
        for name, link in answer.get("links", {}).items():
            yield operation.path, name, written[link["$ref"].rpartition("/")[2]]


def target(link: dict[str, Any]) -> Operation:
    """Return the operation that a link leads to."""
    return OPERATIONS[link["operationId"].replace("_", "/")]


def label(link: Link) -> str:
    """Return the name of a link at schemathesis."""
    source, name, written = link
    return f"POST {source} -> [200] {name} -> POST {target(written).path}"


def plain_document() -> dict[str, Any]:
    """Return the document cut to what the links give: another filter or item would find nothing."""
    plain = document()
    schemas = plain["components"]["schemas"]
    kept = {name: {*schemas[name]["required"]} for name in _requests()}
    for _, _, link in links():
        kept[target(link).request.__name__] |= link["requestBody"].keys()
    for name, names in kept.items():
        properties = schemas[name]["properties"]
        schemas[name]["properties"] = {one: properties[one] for one in properties if one in names}
        for listed in (one for one in schemas[name]["properties"].values() if "items" in one):
            listed["maxItems"] = 1
        schemas[name].pop("dependentRequired")
    # Without the vouchers themselves, no link leads on from a page.
    schemas["VoucherExtent"]["properties"] = {"Vouchers": {"const": True}}
    schemas["VoucherExtent"]["required"] = ["Vouchers"]
    return plain


def _requests() -> Iterator[str]:
    return (operation.request.__name__ for operation in OPERATIONS.values())


def found_something(response: Any) -> bool:
    """Tell whether a request did what it was to do, and a page is not empty."""
    return response.status_code == 200 and response.json().get("Cursor", "no page") is not None


#: Any: schemathesis makes the class, out of the links, when it runs.
_Machine: Any = load(plain_document()).as_state_machine()


class Walk(_Machine):  # type: ignore[misc]
    """Steps from answer to answer, each checked like a single request."""

    led_somewhere: ClassVar[Counter[str]] = Counter()
    wrong: ClassVar[list[str]] = []

    def setup(self) -> None:
        """Start with a fresh mock."""
        self.fuzzed = FuzzedMock(new_mock())

    def step(self, input: Any) -> Any:  # noqa: A002 - the base class's name
        """Take a step, and count it if it followed a link in full and led somewhere."""
        output = super().step(input)
        link = input.transition
        if link and len(input.applied_parameters) == len(link.request_body.definition):
            self.led_somewhere[link.id] += found_something(output.response)
        return output

    def before_call(self, case: Any) -> None:
        """Make a case one about the mock."""
        self.verdict = self.fuzzed.prepare(case)

    def get_call_kwargs(self, case: Any) -> dict[str, Any]:
        """Say how the mock is reached."""
        del case
        return self.fuzzed.reached

    def validate_response(self, response: Any, case: Any, **reached: Any) -> None:
        """Check an answer."""
        # Not raised: Hypothesis would walk again, and report only that it went elsewhere.
        try:
            self.fuzzed.check(
                case, self.verdict, response, transport_kwargs=reached, recorder=self.recorder
            )
        except (AssertionError, FailureGroup) as error:
            self.wrong.append(f"{case.operation.label}: {error}")


@pytest.mark.hypothesis
def test_every_link_leads_somewhere() -> None:
    """Along every link there are requests that succeed, and lists that are not empty."""
    effort = settings(max_examples=examples(15), stateful_step_count=20, phases=[Phase.generate])
    every = {label(link) for link in links()}
    for _ in with_seeds(Walk):
        Walk.run(settings=effort)
        assert not Walk.wrong, Walk.wrong[0]
        if every == {*+Walk.led_somewhere}:
            return
    pytest.fail(f"nowhere led {every - {*+Walk.led_somewhere}}")

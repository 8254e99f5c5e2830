"""Flows without a driver: what holds whoever performs their effects."""

from collections.abc import Generator
from typing import Any

from mews_vouchers._flow import Wait, collect


def test_a_flow_that_is_given_up_closes_its_stream() -> None:
    """A flow that nobody goes on with lets the stream that it drives tidy up, and be done."""
    events: list[str] = []

    # Any: what a stream yields and gets is between it and its driver.
    def stream() -> Generator[Any, Any]:
        try:
            yield Wait(1.0)
        except Exception:  # noqa: BLE001 - as streams do: an outcome is theirs to judge
            events.append("took the end for an outcome")
        finally:
            events.append("tidied up")

    flow = collect(stream(), events.append)
    assert isinstance(next(flow), Wait)
    flow.close()
    assert events == ["tidied up"]

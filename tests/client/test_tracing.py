"""OpenTelemetry: one span per request, one per attempt below it; nothing if it is not used."""

import sys
from collections.abc import Iterator

import pytest
from mews_vouchers import MewsError
from mews_vouchers.mock.faults import drop_before, error
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.support.clients import Connect
from tests.support.harness import Harness

_exporter = InMemorySpanExporter()


@pytest.fixture(scope="module", autouse=True)
def _provider() -> None:
    """Record all spans of the process: OpenTelemetry has one provider for ever."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(_exporter))
    trace.set_tracer_provider(provider)


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    """Yield what has the finished spans of this test."""
    _exporter.clear()
    yield _exporter
    _exporter.clear()


@pytest.fixture
def harness(connect: Connect) -> Harness:
    """Return a client of a mock."""
    return Harness(connect)


def named(exporter: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    """Return the spans of a name."""
    return [span for span in exporter.get_finished_spans() if span.name == name]


def test_a_request_has_a_span_and_each_attempt_one_below_it(
    harness: Harness, exporter: InMemorySpanExporter
) -> None:
    """By the conventions for HTTP clients: method, address, status, and how often it was resent."""
    harness.mock.inject(error(503), calls=1)
    harness.list_codes()
    (request,) = named(exporter, "mews voucherCodes/getAll")
    attempts = named(exporter, "POST")
    assert request.context is not None
    assert [span.parent and span.parent.span_id for span in attempts] == [
        request.context.span_id
    ] * 2
    assert [dict(span.attributes or {}) for span in attempts] == [
        {
            "http.request.method": "POST",
            "server.address": "mock",
            "server.port": 80,
            "url.full": "http://mock/api/connector/v1/voucherCodes/getAll",
            "http.response.status_code": 503,
            "error.type": "503",
        },
        {
            "http.request.method": "POST",
            "http.request.resend_count": 1,
            "server.address": "mock",
            "server.port": 80,
            "url.full": "http://mock/api/connector/v1/voucherCodes/getAll",
            "http.response.status_code": 200,
        },
    ]
    assert request.status.is_unset


def test_a_failure_is_marked(harness: Harness, exporter: InMemorySpanExporter) -> None:
    """With the class of the error, and without its message."""
    harness.mock.inject(drop_before())
    with pytest.raises(MewsError):
        harness.list_codes()
    (request,) = named(exporter, "mews voucherCodes/getAll")
    for span in (request, *named(exporter, "POST")):
        assert not span.status.is_ok
        assert not span.status.is_unset
        assert (span.attributes or {})["error.type"] == "OutcomeUnknownError"
        assert not span.events


def test_they_are_below_the_span_of_the_caller(
    harness: Harness, exporter: InMemorySpanExporter
) -> None:
    """Also where requests run in other threads and tasks, several at a time."""
    codes = harness.numbered(3_000)
    with trace.get_tracer("a test").start_as_current_span("a job") as job:
        harness.client.voucher_codes.add(codes, concurrency=3)
    requests = named(exporter, "mews voucherCodes/add")
    assert [span.parent and span.parent.span_id for span in requests] == [
        job.get_span_context().span_id
    ] * 3
    assert len(named(exporter, "POST")) == 3


def test_without_opentelemetry_nothing_is_traced(
    harness: Harness, exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that has not imported it has no spans."""
    monkeypatch.delitem(sys.modules, "opentelemetry.trace")
    harness.list_codes()
    assert not exporter.get_finished_spans()

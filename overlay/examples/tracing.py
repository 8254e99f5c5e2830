"""OpenTelemetry: the spans of a program, of this package, and of the instrumentation of httpx.

    python -m mews_vouchers.mock --vouchers 1 --codes 3    # and paste the lines that it prints
    python overlay/examples/tracing.py

It prints its spans, each below its parent:

    an export                      your own span
      mews vouchers/getAll         one per request, with all its attempts and waits
        POST                       one per attempt: status, address, number of the attempt
          POST                     the instrumentation of httpx: adds `traceparent` to the request

- This package makes its spans as soon as a program imports OpenTelemetry; nothing is switched on.
- The instrumentation of httpx is needed only if the server, or a proxy of yours, reads
  `traceparent`. It says the same as the span of the attempt: then count only one of them.
- No span has a body, a token or the message of an error.
"""

import os
from collections.abc import Sequence

from mews_vouchers import Credentials, VoucherClient
from opentelemetry import trace
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


def export(client: VoucherClient, service_id: str) -> int:
    """Return the number of codes of a service, within a span."""
    with trace.get_tracer("my.program").start_as_current_span("an export") as span:
        vouchers = client.vouchers.get_all(service_ids=[service_id])
        voucher_ids = [voucher.id for voucher in vouchers]
        # Several requests at a time, in threads: their spans are below this one all the same.
        listing = client.voucher_codes.get_all(voucher_ids=voucher_ids, concurrency=4)
        number = sum(1 for _ in listing)
        span.set_attribute("codes", number)
        return number


def tree(spans: Sequence[ReadableSpan], parent: int | None = None, depth: int = 0) -> list[str]:
    """Return a line for each span below a parent, indented, in the order of their starts."""
    lines = []
    for span in sorted(spans, key=lambda one: one.start_time or 0):
        if span.context is not None and (span.parent and span.parent.span_id) == parent:
            attributes = span.attributes or {}
            status = attributes.get("http.response.status_code", "")
            lines.append(f"{'  ' * depth}{span.name} {status}".rstrip())
            lines += tree(spans, span.context.span_id, depth + 1)
    return lines


def main() -> None:
    """Trace an export, and print its spans."""
    # Yours goes to a collector: BatchSpanProcessor(OTLPSpanExporter()).
    exporter = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "voucher-export"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    # Before the first client: it instruments the transports of httpx.
    HTTPXClientInstrumentor().instrument()

    with VoucherClient(Credentials.from_environment()) as client:
        number = export(client, os.environ["MEWS_SERVICE_ID"])
    provider.shutdown()
    print(f"{number} codes")
    print("\n".join(tree(exporter.get_finished_spans())))


if __name__ == "__main__":
    main()

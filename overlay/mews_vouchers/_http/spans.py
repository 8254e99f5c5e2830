"""Spans of OpenTelemetry: one per request, and below it one per attempt.

They cost nothing unless the program has imported OpenTelemetry. No span has a body or a token.

Source: the semantic conventions of OpenTelemetry for HTTP clients.
"""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any
from urllib.parse import urlsplit

# Any: OpenTelemetry may not be installed.


class Span:
    """A span, or nothing if the program does not use OpenTelemetry."""

    def __init__(self, span: Any = None) -> None:
        self._span = span

    def set_status_code(self, status: int | None) -> None:
        """Note the HTTP status of the response, if there was one."""
        if self._span is not None and status is not None:
            self._span.set_attribute("http.response.status_code", status)

    def fail(self, error: str) -> None:
        """Mark it as failed, with the class of the error or the HTTP status."""
        if self._span is not None:
            trace: Any = sys.modules["opentelemetry.trace"]
            self._span.set_attribute("error.type", error)
            self._span.set_status(trace.Status(trace.StatusCode.ERROR))


_UNTRACED = nullcontext(Span())


def request_span(operation: str) -> AbstractContextManager[Span]:
    """Trace one request with all its attempts.

    Args:
        operation: Such as `voucherCodes/add`.
    """
    if "opentelemetry.trace" not in sys.modules:
        return _UNTRACED
    return _span(f"mews {operation}", "INTERNAL", {})


def attempt_span(url: str, attempt: int) -> AbstractContextManager[Span]:
    """Trace one attempt.

    Args:
        url: The address of the operation.
        attempt: Its number, from 1.
    """
    if "opentelemetry.trace" not in sys.modules:
        return _UNTRACED
    address = urlsplit(url)
    attributes = {
        "http.request.method": "POST",
        "server.address": address.hostname,
        "server.port": address.port or (443 if address.scheme == "https" else 80),
        "url.full": url,
    }
    if attempt > 1:
        attributes["http.request.resend_count"] = attempt - 1
    return _span("POST", "CLIENT", attributes)


@contextmanager
def _span(name: str, kind: str, attributes: dict[str, Any]) -> Iterator[Span]:
    trace: Any = sys.modules["opentelemetry.trace"]
    # Exceptions are not recorded: their messages may be about a guest.
    with trace.get_tracer("mews_vouchers").start_as_current_span(
        name,
        kind=trace.SpanKind[kind],
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        yield Span(span)

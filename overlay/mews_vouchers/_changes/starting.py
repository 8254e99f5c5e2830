"""Checks the arguments of `changes()`; returns what creates a run, for each iteration one."""

from collections.abc import Callable, Iterable

from .._http.request_factory import RequestFactory
from .listing_run import ListingRun
from .marks import fingerprint_of
from .property_run import PropertyRun
from .queries import ListOptions, code_query, normalised, voucher_query
from .run import Run, Since


def start_vouchers(
    factory: RequestFactory,
    since: str | None,
    overlap: float,
    options: ListOptions,
    **ids: Iterable[str] | None,
) -> Callable[[], Run]:
    """Return what creates a run over vouchers."""
    filters = normalised(**ids)
    begin = Since(since, fingerprint_of("vouchers", filters), overlap, factory.clock)
    return lambda: ListingRun(begin, lambda at: voucher_query(factory, options, at, **filters))


def start_codes(
    factory: RequestFactory,
    since: str | None,
    overlap: float,
    options: ListOptions,
    **ids: Iterable[str] | None,
) -> Callable[[], Run]:
    """Return what creates a run over codes."""
    filters = normalised(**ids)
    begin = Since(since, fingerprint_of("voucherCodes", filters), overlap, factory.clock)
    return lambda: ListingRun(begin, lambda at: code_query(factory, options, at, **filters))


def start_property(
    factory: RequestFactory,
    since: str | None,
    overlap: float,
    options: ListOptions,
    **ids: Iterable[str] | None,
) -> Callable[[], Run]:
    """Return what creates a run over vouchers and their codes."""
    filters = normalised(**ids)
    begin = Since(since, fingerprint_of("property", filters), overlap, factory.clock)
    return lambda: PropertyRun(begin, factory, options, filters)

"""The operation that lists vouchers, with its filters and extents.

Where the vendor is silent, a comment says that the choice is ours.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from ._answers import JsonObject
from ._call import Call, State
from ._store import Store, Voucher, in_sequence, page
from ._wire import activity_state, assignment_to_wire, code_to_wire, voucher_to_wire
from ._world import World


def get_all(state: State, call: Call) -> JsonObject:
    """Carry out `vouchers/getAll`."""
    found = page(
        _runs(state.store, call),
        before=call.item_before(state.store.vouchers),
        size=call.page_size(),
        keep=_filter(state, call),
    )
    asked = call.body["Extent"]
    # Only what is asked for is looked up: an extent can be many times the size of the page.
    extents = {
        name: list(look_up(state.world, found)) if asked.get(name) else None
        for name, look_up in _EXTENTS.items()
    }
    return {**extents, "Cursor": found[-1].id if found else None}


def _runs(store: Store, call: Call) -> list[Sequence[Voucher]]:
    """Return lists that hold all matches; ids and values of nobody match nothing (our choice)."""
    chosen: list[set[Voucher]] = []
    voucher_ids, values = call.ids("VoucherIds"), call.body.get("VoucherCodeValues")
    if voucher_ids is not None:
        chosen.append(set(filter(None, map(store.vouchers.get, voucher_ids))))
    if values is not None:
        # Codes that are deleted count, as they are still listed (our choice).
        chosen.append({voucher for value in values for voucher in store.vouchers_with_code(value)})
    if chosen:
        return [in_sequence(chosen[0].intersection(*chosen[1:]))]
    return [store.vouchers_of_service(service_id) for service_id in call.ids("ServiceIds") or ()]


def _filter(state: State, call: Call) -> Callable[[Voucher], bool]:
    """Return the test for the filters that `_runs` leaves over."""
    enterprise_ids, service_ids = call.enterprise_ids(), set(call.ids("ServiceIds") or ())
    company_ids, external_ids = call.ids("CompanyIds"), call.body.get("ExternalIdentifiers")
    # An empty list of states means the same as none (our choice).
    states = call.body.get("ActivityStates") or ()
    updated = call.updated(state)

    def keep(voucher: Voucher) -> bool:
        return (
            voucher.enterprise_id in enterprise_ids
            and voucher.service_id in service_ids
            and voucher.updated in updated
            and (not states or activity_state(voucher) in states)
            and (company_ids is None or voucher.details.company_id in company_ids)
            and (external_ids is None or voucher.details.external_identifier in external_ids)
        )

    return keep


def _vouchers(_world: World, found: Iterable[Voucher]) -> Iterator[JsonObject]:
    return map(voucher_to_wire, found)


def _codes(_world: World, found: Iterable[Voucher]) -> Iterator[JsonObject]:
    return (code_to_wire(code) for voucher in found for code in reversed(voucher.codes))


def _assignments(_world: World, found: Iterable[Voucher]) -> Iterator[JsonObject]:
    for voucher in found:
        for rate_id in voucher.details.rate_ids:
            yield assignment_to_wire(voucher, rate_id)


def _rates(world: World, found: Iterable[Voucher]) -> Iterator[JsonObject]:
    rate_ids = (rate_id for voucher in found for rate_id in voucher.details.rate_ids)
    return (world.rates[rate_id] for rate_id in dict.fromkeys(rate_ids))


def _companies(world: World, found: Iterable[Voucher]) -> Iterator[JsonObject]:
    company_ids = dict.fromkeys(voucher.details.company_id for voucher in found)
    return (world.companies[company_id] for company_id in company_ids if company_id is not None)


_EXTENTS: dict[str, Callable[[World, Iterable[Voucher]], Iterator[JsonObject]]] = {
    "Vouchers": _vouchers,
    "VoucherCodes": _codes,
    "VoucherAssignments": _assignments,
    "Rates": _rates,
    "Companies": _companies,
}

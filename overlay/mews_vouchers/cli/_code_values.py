"""Finds the codes that have certain values, to delete them."""

from collections import defaultdict
from collections.abc import Mapping

from mews_vouchers import VoucherClient

from ._console import Verbosity, counted, say
from ._failures import ExitCode, Failure
from ._journals import show_problems
from ._listing import Selection, find_voucher_ids, list_codes


def find_codes(
    client: VoucherClient, selection: Selection, places: Mapping[str, int | str], shown: Verbosity
) -> list[str]:
    """Return the ids of the active codes with the selected values.

    A value whose codes are all deleted has none: an earlier run has deleted it.

    Args:
        client: Lists the codes.
        selection: Its values are those.
        places: Where a value is in the input, for messages.
        shown: What is shown.

    Raises:
        Failure: A value has no code, or several active ones.
    """
    wanted = frozenset(selection.values)
    active: dict[str, list[str]] = defaultdict(list)
    for code in list_codes(client, selection, find_voucher_ids(client, selection)):
        if isinstance(code.value, str) and code.value in wanted:
            active[code.value] += [code.id] if code.is_active else []
    problems = [
        (places.get(value, repr(value)), reason)
        for value in selection.values
        if (reason := _problem(active.get(value)))
    ]
    if problems:
        show_problems(shown, problems)
        raise Failure(
            f"{counted(len(problems), 'values')} without one code of its own; nothing was deleted",
            ExitCode.INPUT,
        )
    found = [one for value in selection.values for one in active[value]]
    deleted = len(selection.values) - len(found)
    if deleted and not shown.quiet:
        say(f"{counted(deleted, 'codes')} deleted already")
    return found


def _problem(ids: list[str] | None) -> str | None:
    if ids is None:
        return "no code has this value"
    if len(ids) > 1:
        return f"{len(ids)} codes have this value: delete them by id, or name one --voucher"
    return None

"""How is a journal opened? For a call with its parameters, or to be read."""

import os
from collections.abc import Mapping

from ..errors import JournalError
from .connection import SharedConnection
from .file import JournalFile
from .owner import JournalOwner
from .parameters import differing_parameters
from .store import JournalStore


def open_journal(
    path: str | os.PathLike[str],
    parameters: Mapping[str, str],
    tokens: Mapping[str, str] | None = None,
    owner: JournalOwner | None = None,
) -> JournalStore:
    """Open the journal of a call, or create it.

    Args:
        path: The file; an empty one counts as new.
        parameters: What identifies the call, such as its operation and base URL, by name.
        tokens: The tokens that it uses, by name. Only salted digests of them are stored.
        owner: Who opens it. Once that has ended, the next one may take the journal over.

    Raises:
        JournalError: It belongs to another call, is not a journal, is damaged, or is in use.

    Example:
        with open_journal("spring.journal", {"operation": "voucherCodes/add"}) as journal:
            journal.register(enumerate(texts))
    """
    connection = _open(path, create=True, owner=owner)
    try:
        with connection.transaction() as opened:
            names = differing_parameters(opened, parameters, tokens or {})
    except BaseException:
        connection.close()
        raise
    if names:
        connection.close()
        raise JournalError(
            connection.path,
            f"belongs to another call, with another {', '.join(names)}: "
            "repeat that call, or choose another path",
        )
    return JournalStore(connection)


def read_journal(path: str | os.PathLike[str]) -> JournalStore:
    """Open an existing journal, of whatever call.

    Raises:
        JournalError: It does not exist, is not a journal, is damaged, or is in use.
    """
    store = JournalStore(_open(path, create=False))
    is_read = False
    try:
        is_read = bool(store.parameters)
    finally:
        if not is_read:
            store.close()
    if not is_read:  # the call was killed before it stored them
        raise JournalError(store.path, "is empty: there is nothing to read")
    return store


def _open(
    path: str | os.PathLike[str], *, create: bool, owner: JournalOwner | None = None
) -> SharedConnection:
    return SharedConnection(JournalFile(path, create=create, owner=owner))

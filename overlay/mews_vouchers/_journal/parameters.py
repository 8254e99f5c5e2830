"""Does a journal belong to this call? Its parameters, and fingerprints of its tokens.

A token itself is never in the file: only its PBKDF2 digest, with a random salt of the file.
"""

import hashlib
import secrets
import sqlite3
from collections.abc import Mapping

from .stored_values import store_values, stored_values

#: Tokens are random, so that not even one round could be reversed; this also protects short ones
#: of tests, and costs some 30 ms.
_ROUNDS = 100_000


def differing_parameters(
    connection: sqlite3.Connection, parameters: Mapping[str, str], tokens: Mapping[str, str]
) -> list[str]:
    """Return the names of the parameters that differ from those of the file, sorted.

    A file without parameters gets these. The caller has begun a transaction.
    """
    stored = stored_values(connection, "parameter") | stored_values(connection, "token")
    salt = stored_values(connection, "state").get("salt") or secrets.token_hex(16)
    fingerprints = {name: _fingerprint(token, salt) for name, token in tokens.items()}
    if not stored:
        store_values(connection, "state", [("salt", salt)])
        store_values(connection, "parameter", parameters.items())
        store_values(connection, "token", fingerprints.items())
        return []
    given = {**parameters, **fingerprints}
    return sorted(name for name in given | stored if given.get(name) != stored.get(name))


def _fingerprint(token: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", token.encode(), salt.encode(), _ROUNDS).hex()

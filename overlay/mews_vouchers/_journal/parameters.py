"""Does a journal belong to this call? Its parameters, and fingerprints of its tokens.

A token itself is never in the file: only its PBKDF2 digest, with a random salt of the file.
"""

import hashlib
import secrets
import sqlite3
from collections.abc import Mapping

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
        rows = [("state", "salt", salt)]
        rows += [("parameter", name, value) for name, value in parameters.items()]
        rows += [("token", name, value) for name, value in fingerprints.items()]
        connection.executemany("INSERT OR REPLACE INTO setting VALUES (?, ?, ?)", rows)
        return []
    given = {**parameters, **fingerprints}
    return sorted(name for name in given | stored if given.get(name) != stored.get(name))


def stored_values(connection: sqlite3.Connection, kind: str) -> dict[str, str]:
    """Return the settings of a kind, by name."""
    return dict(connection.execute("SELECT name, value FROM setting WHERE kind = ?", (kind,)))


def _fingerprint(token: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", token.encode(), salt.encode(), _ROUNDS).hex()

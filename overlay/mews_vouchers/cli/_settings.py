"""The settings of the command: tokens and server, from the environment or from a file.

A token is a `Secret` from the moment it is read, and is never an argument of the command.
"""

import os
import re
import shlex
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mews_vouchers_client.http_types import HttpClient
from mews_vouchers_client.types import Secret

from mews_vouchers import Credentials, Environment, VoucherClient

from .._settings.version import version
from ._failures import ExitCode, Failure

_PREFIX = "MEWS_"
_TOKENS = ("MEWS_CLIENT_TOKEN", "MEWS_ACCESS_TOKEN")
_LINE = re.compile(r"(?:export\s+)?(MEWS_\w+)\s*=\s*(.*)")
#: Permissions of others than the owner.
_OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Settings:
    """What a client is created with."""

    #: By name, such as `MEWS_ACCESS_TOKEN`. Those of the file come first.
    values: Mapping[str, Secret]
    #: Where the values come from, for messages.
    source: str
    environment: Environment | None = None

    def get(self, name: str) -> str:
        """Return a value that is no token; an empty string if it is not set."""
        return self.values[name].reveal() if name in self.values else ""

    def service_ids(self, given: tuple[str, ...]) -> list[str]:
        """Return the ids of the services: as given, or `MEWS_SERVICE_ID`.

        Raises:
            Failure: There are none.
        """
        ids = [*given] or self.get("MEWS_SERVICE_ID").replace(",", " ").split()
        if not ids:
            raise Failure(
                "no service: pass --service ID, or set MEWS_SERVICE_ID "
                "(mews-vouchers check lists the services)",
                ExitCode.USAGE,
            )
        return ids

    @property
    def client(self) -> str:
        """The name of the program, for the server."""
        return self.get("MEWS_CLIENT") or f"mews-vouchers {version()}"

    def open_client(self, http_client: HttpClient | None = None) -> VoucherClient:
        """Return a client that leaves places in the rate limit to other programs.

        Args:
            http_client: Sends the requests, instead of one of its own.

        Raises:
            Failure: A token is not set.
            ValueError: No server is set, or its address is wrong.
        """
        missing = [name for name in _TOKENS if not self.values.get(name)]
        if missing:
            raise Failure(
                f"{' and '.join(missing)} not set in {self.source}: see mews-vouchers --help",
                ExitCode.USAGE,
            )
        client_token, access_token = (self.values[name] for name in _TOKENS)
        return VoucherClient(
            Credentials(client_token=client_token, access_token=access_token, client=self.client),
            environment=self.environment,
            base_url=None if self.environment else self.values.get("MEWS_BASE_URL"),
            http_client=http_client,
            priority="background",
        )


def read_settings(tokens: Path | None, environment: str | None) -> Settings:
    """Read the settings.

    Args:
        tokens: The file; None for `MEWS_TOKENS_FILE`, or the environment alone.
        environment: `demo` or `production`; None for `MEWS_BASE_URL`.

    Raises:
        Failure: The file cannot be read, or others may read it.
    """
    of_process = {
        name: Secret(value) for name, value in os.environ.items() if name.startswith(_PREFIX)
    }
    named = of_process.get("MEWS_TOKENS_FILE")
    path = tokens or (Path(named.reveal()) if named else None)
    chosen = None if environment is None else Environment[environment.upper()]
    if path is None:
        return Settings(of_process, "the environment", chosen)
    return Settings({**of_process, **_read_file(path)}, f"{path} or the environment", chosen)


def _read_file(path: Path) -> dict[str, Secret]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            # Of the open file: its name may stand for another one a moment later.
            mode = os.fstat(file.fileno()).st_mode
            if os.name == "posix" and mode & _OF_OTHERS:
                raise Failure(f"others may use {path}: run chmod 600 {path}", ExitCode.USAGE)
            lines = file.read().splitlines()
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}", ExitCode.USAGE) from None
    except UnicodeDecodeError:
        raise Failure(f"{path} is no text in UTF-8", ExitCode.USAGE) from None
    values: dict[str, Secret] = {}
    for number, line in enumerate(lines, 1):
        values.update(_read_line(Secret(line), f"{path}, line {number}"))
    return values


def _read_line(line: Secret, place: str) -> dict[str, Secret]:
    """Return the setting of a line, if it has one. Messages do not show the line.

    The value is the rest of the line, or a word in quotes as shells write it.
    """
    text = line.reveal().strip()
    if not text or text.startswith("#"):
        return {}
    match = _LINE.fullmatch(text)
    words = [match[2]] if match else []
    if match and match[2][:1] in {"'", '"'}:
        try:
            words = shlex.split(match[2])
        except ValueError:
            words = []
    if match is None or len(words) != 1:
        raise Failure(f"{place} is not of the form MEWS_ACCESS_TOKEN=...", ExitCode.USAGE)
    return {match[1]: Secret(words[0])}

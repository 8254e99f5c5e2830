"""What a client shares with its resources, its calls and its iterations."""

import os
from dataclasses import dataclass, field
from typing import Any

from mews_vouchers_client import Client

from .._http.request_factory import RequestFactory
from ..errors import ClosedError
from .workers import Workers


@dataclass(eq=False, slots=True)
class ClientState:
    """The connections of a client, and what is running on them. Any: of threads, or of tasks."""

    api: Client
    request_factory: RequestFactory
    is_closed: bool = False
    #: The runners of calls and iterations in progress.
    runners: set[Any] = field(default_factory=set[Any])
    #: The threads of a sync client.
    workers: Workers = field(default_factory=Workers)
    #: Requests in the background: their thread or cancel scope, and its runner.
    background: dict[Any, Any] = field(default_factory=dict[Any, Any])
    process: int = field(default_factory=os.getpid)

    def check(self) -> None:
        """Raise `ClosedError` if the client must not be used."""
        self.check_process()
        if self.is_closed:
            raise ClosedError("this client is closed: create a new one")

    def check_process(self) -> None:
        """Raise `ClosedError` after a fork.

        The connections are the parent's as well: each would read responses that are for the other.
        """
        if os.getpid() != self.process:
            raise ClosedError(
                "this client was created before the process was forked: create a new one"
            )


def discard(result: object) -> None:
    """Close what a function has opened for a caller that was interrupted. Any: of any type."""
    close: Any = getattr(result, "close", None)
    if close is not None:
        close()

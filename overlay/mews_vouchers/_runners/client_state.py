"""What a client shares with its resources, its calls and its iterations."""

import os
from dataclasses import dataclass, field, replace
from typing import Any, Self

from mews_vouchers_client import Client

from .._http.request_factory import RequestFactory
from .._http.request_options import RequestOptions
from ..errors import ClosedError
from .workers import Workers


@dataclass(eq=False, slots=True)
class Lifetime:
    """Whether a client can be used. A client shares it with its views."""

    is_closed: bool = False
    process: int = field(default_factory=os.getpid)
    #: The event loop that the connections of an async client belong to; None before the first.
    event_loop: object = None


@dataclass(eq=False, slots=True)
class ClientState:
    """The connections of a client, and what is running on them. Any: of threads, or of tasks."""

    api: Client
    request_factory: RequestFactory
    lifetime: Lifetime = field(default_factory=Lifetime)
    #: The runners of calls and iterations in progress.
    runners: set[Any] = field(default_factory=set[Any])
    #: The threads of a sync client.
    workers: Workers = field(default_factory=Workers)
    #: Requests in the background: their thread or cancel scope, and its runner.
    background: dict[Any, Any] = field(default_factory=dict[Any, Any])

    def view(self, options: RequestOptions) -> Self:
        """Return the state of a view: it shares everything but the options of requests."""
        return replace(self, request_factory=replace(self.request_factory, options=options))

    def check(self) -> None:
        """Raise `ClosedError` if the client must not be used."""
        self.check_process()
        if self.lifetime.is_closed:
            raise ClosedError("this client is closed: create a new one")
        owner = self.api.http_client
        if owner is not None and owner.is_closed:
            raise ClosedError("http_client is closed: create new clients")

    @property
    def is_inherited(self) -> bool:
        """Whether this is a child process of the one that created the client."""
        return os.getpid() != self.lifetime.process

    def check_process(self) -> None:
        """Raise `ClosedError` after a fork.

        The connections are the parent's as well: each would read responses that are for the other.
        """
        if self.is_inherited:
            raise ClosedError(
                "this client was created before the process was forked: create a new one"
            )


def discard(result: object) -> None:
    """Close what a function has opened for a caller that was interrupted. Any: of any type."""
    close: Any = getattr(result, "close", None)
    if close is not None:
        close()

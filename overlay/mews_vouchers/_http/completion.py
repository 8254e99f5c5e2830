"""How a request ended, as its runner hands it back."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ..errors import ClosedError
from .effects import Cancelled
from .request import Request

Result = TypeVar("Result")


@dataclass(slots=True)
class Completion(Generic[Result]):
    """A request with its result, or with the exception that ended it.

    Neither is in the repr: an exception of a transport may contain what the server sent, and a
    server may echo the tokens.
    """

    request: Request[Result]
    result: Result | None = field(default=None, repr=False)
    error: BaseException | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if isinstance(self.error, Cancelled):
            self.error = ClosedError("this client was closed meanwhile: create a new one")

    def unwrap(self) -> Result | None:
        """Return the result, or raise the exception."""
        if self.error is not None:
            raise self.error
        return self.result

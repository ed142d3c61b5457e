"""What the gateway asks for a token: named where it is used, served by whoever keeps credentials."""

from typing import NamedTuple, Protocol

from pipeline.domain.graph.failures import CredentialDeadError


class Token(NamedTuple):
    """An access token, and the version of the credential it came from."""

    value: str
    version: int

    def __repr__(self) -> str:
        return f"Token(version={self.version})"


class Keyring(Protocol):
    """Where tokens come from. Raises CredentialDeadError, TokenBusyError."""

    def token(self) -> Token:
        """One that should be taken."""
        ...

    def renewed(self, refused: Token) -> Token:
        """Another in place of one that was refused."""
        ...

    def give_up(self, refused: Token, reason: str) -> CredentialDeadError:
        """Note that a renewed one was refused too; the error to raise."""
        ...


class OneToken:
    """A token that is used before anything is stored of it: at a login."""

    def __init__(self, value: str) -> None:
        self._token = Token(value, 0)

    def token(self) -> Token:
        """It."""
        return self._token

    def renewed(self, refused: Token) -> Token:
        """There is no other. Raises CredentialDeadError."""
        raise self.give_up(refused, "X refuses it")

    def give_up(self, refused: Token, reason: str) -> CredentialDeadError:
        """The error to raise."""
        del refused
        return CredentialDeadError(f"the token can't be used: {reason}")

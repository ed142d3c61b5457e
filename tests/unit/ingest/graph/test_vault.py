"""Secrets at rest."""

import pytest

from pipeline.ingest.graph.tokens import Tokens, opened
from pipeline.ingest.graph.vault import SealError, Vault

TOKENS = Tokens("access", "refresh", "client")


def test_what_was_sealed_is_opened_with_the_same_key() -> None:
    sealed = TOKENS.seal(Vault(b"a key"))
    assert b"access" not in sealed
    assert opened(sealed, Vault(b"a key")) == TOKENS


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    vault = Vault(b"a key")
    assert vault.seal(b"x") != vault.seal(b"x")


@pytest.mark.parametrize("key", [b"another", b"a key ", b""])
def test_another_key_says_what_to_do(key: bytes) -> None:
    with pytest.raises(SealError, match="AFTERWORD_TOKEN_KEY"):
        Vault(key).open(Vault(b"a key").seal(b"x"))


@pytest.mark.parametrize("spoilt", [b"", b"x", b"gAAAAA", b"\xff" * 200])
def test_what_nobody_sealed_is_not_opened(spoilt: bytes) -> None:
    with pytest.raises(SealError):
        Vault(b"a key").open(spoilt)


def test_a_changed_seal_is_noticed() -> None:
    vault = Vault(b"a key")
    sealed = bytearray(vault.seal(b"x"))
    sealed[20] ^= 1
    with pytest.raises(SealError):
        vault.open(bytes(sealed))


def test_nothing_shows() -> None:
    assert repr(Vault(b"a key")) == "Vault()"
    assert repr(TOKENS) == str(TOKENS) == "Tokens(…)"

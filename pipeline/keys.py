"""Secrets Afterword makes for itself: kept in HOME/secrets, readable by its user alone."""

import os
import secrets
from pathlib import Path

from pipeline.errors import StartError
from pipeline.settings import Settings

_MODE = 0o600


def instance_key(settings: Settings) -> bytes:
    """The key of author digests. Losing it only makes known authors unknown."""
    if settings.instance_key is not None:
        return settings.instance_key.encode()
    return _kept(settings.home, "instance_key").encode()


def token_key(settings: Settings) -> bytes:
    """The key that networks' tokens are sealed with. Losing it means logging in again everywhere."""
    if settings.token_key is not None:
        return settings.token_key.encode()
    return _kept(settings.home, "token_key").encode()


def admin_password(settings: Settings) -> str:
    """The password of Flower and the admin pages."""
    if settings.admin_password is not None:
        return settings.admin_password
    return _kept(settings.home, "admin_password")


def password_is_new(settings: Settings) -> bool:
    """Whether `admin_password` would make one: then it is shown, once."""
    return settings.admin_password is None and not _path(settings.home, "admin_password").exists()


def _path(home: Path, name: str) -> Path:
    return home / "secrets" / name


def _kept(home: Path, name: str) -> str:
    path = _path(home, name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _create(path, secrets.token_urlsafe(18))
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise StartError(
            f"{path} can't be made or read ({error}): give AFTERWORD_HOME a folder that this user"
            f" may write, or set AFTERWORD_{name.upper()}"
        ) from error


def _create(path: Path, value: str) -> None:
    """Write the file whole, unless another process was first."""
    if path.exists():
        return
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _MODE)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(value + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:  # another process was first
        pass
    finally:
        draft.unlink()

"""The first `afterword.toml`: its text, and writing it without overwriting another."""

import base64
import json
import os
import secrets
from pathlib import Path

import msgspec

from pipeline.errors import SettingsError, StartError
from pipeline.settings import Site

_SECRET_BYTES = 32
_TEMPLATE = """\
# The settings of Afterword. `afterword doctor` checks them.
# A variable of the environment, such as AFTERWORD_PORT, comes before a line of this file.

[sites.blog]
url = {url}
allowed_origins = [{url}]

# The blog itself, which signs what it sends (standardwebhooks.com) with this secret.
[sources.blog]
scheme = "standard-webhooks"
site = "blog"
secrets = ["{secret}"]

# The comment form on the blog's pages.
[sources.form]
scheme = "form"
site = "blog"
"""


def new_secret() -> str:
    """A shared secret of Standard Webhooks (1.0.0, "Signature scheme": 24 to 64 random bytes)."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def first_settings(url: str, secret: str) -> str:
    """Settings of one site with a signed source and a form. Raises SettingsError for an odd URL."""
    try:
        site = msgspec.convert({"url": url.rstrip("/")}, Site)
    except msgspec.ValidationError as error:
        raise SettingsError("--url", was=url, expected="like https://blog.example") from error
    # A JSON string is a TOML basic string (TOML 1.0.0, "String").
    return _TEMPLATE.format(url=json.dumps(site.url), secret=secret)


def write_new(path: Path, text: str) -> None:
    """Write a file that only its owner may read. Raises StartError where there is one already."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise StartError(f"{error.filename} is there already: edit it, or move it away") from error
    except OSError as error:
        raise StartError(
            f"{path} can't be written ({error.strerror}): set AFTERWORD_HOME to a folder that this"
            " user may write"
        ) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)

"""The first `afterword.toml`: one site, a signed source and the browser's door, ready to be edited."""

import base64
import secrets
from pathlib import Path

from pipeline.errors import StartError

_TEMPLATE = """\
# Afterword's settings. Every AFTERWORD_ variable may stand here too (port = 8000, host = …).

[sites.blog]
url = "https://blog.example"          # your blog's address
# Pages that may post comments from a browser. The last two are this machine, for trying it out.
allowed_origins = ["https://blog.example", "http://127.0.0.1:{port}", "http://localhost:{port}"]
# Where your posts are, for search: hugo, jekyll, eleventy, feed, sitemap, ghost or wordpress.
# content = {{ kind = "hugo", path = "/srv/blog" }}

[sources.blog]                        # your blog's server: POST /webhooks/blog
scheme = "standard-webhooks"
site = "blog"
secrets = ["{secret}"]
rate = "50/s"

[sources.form]                        # your readers' browsers: POST /comments
scheme = "form"
site = "blog"
rate = "5/s"

[moderation]
publish_below = 0.4                   # a lower score is published
reject_from = 0.9                     # a higher one is rejected; between the two it is held for you
# signals = {{ shouting = 0.5, flood = "off" }}
"""


def new_secret() -> str:
    """A Standard Webhooks secret of 32 random bytes."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def write_starter(path: Path, *, port: int) -> None:
    """Write the file, readable by its owner alone; it holds a secret.

    Raises StartError where it can't be written, FileExistsError where there is one.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            path.chmod(0o600)
            file.write(_TEMPLATE.format(port=port, secret=new_secret()))
    except FileExistsError:
        raise
    except OSError as error:
        raise StartError(
            f"{path} can't be written ({error}): give AFTERWORD_HOME or AFTERWORD_CONFIG a place"
            " that this user may write"
        ) from error

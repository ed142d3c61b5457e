"""The throw-away state of a demo: a folder, its afterword.toml, and the environment of the set."""

import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from pipeline.errors import StartError
from pipeline.starter import new_secret

SOURCE = "demo"

_PREFIX = "AFTERWORD_"
_PORTS = ("AFTERWORD_PORT", "AFTERWORD_FLOWER_PORT")
_TEMPLATE = """\
[sites.demo]
url = "http://127.0.0.1:{port}"       # there is no blog here: the threads stand for its pages

[sources.demo]
scheme = "standard-webhooks"
site = "demo"
secrets = ["{secret}"]
rate = "none"

[sources.form]                        # the form below each thread
scheme = "form"
site = "demo"

[moderation]
signals = {{ flood = "off" }}           # what a blog gets in months arrives here in a second
"""


@contextmanager
def scratch_home(*, keep: bool) -> Iterator[Path]:
    """A fresh folder, removed at the end unless it is kept. Raises StartError for none."""
    try:
        home = Path(tempfile.mkdtemp(prefix="afterword-demo-"))
    except OSError as error:
        raise StartError(
            f"no folder can be made for the demo ({error}): set TMPDIR to one with room"
        ) from error
    try:
        yield home
    finally:
        if not keep:
            shutil.rmtree(home)


def environment(outer: Mapping[str, str], home: Path) -> dict[str, str]:
    """`outer` with this HOME, and with free ports where it names none.

    No other setting is passed on: a demo must not write into somebody's real database or Redis.
    """
    kept = {name: value for name, value in outer.items() if not name.startswith(_PREFIX)}
    named = {name: outer[name] for name in _PORTS if outer.get(name)}
    missing = [name for name in _PORTS if name not in named]
    found = dict(zip(missing, map(str, free_ports(len(missing))), strict=True))
    return kept | named | found | {"AFTERWORD_HOME": str(home)}


def free_ports(count: int) -> list[int]:
    """Loopback ports that nobody has at this moment, all different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(closing(socket.socket())) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


def write_settings(home: Path, *, port: str) -> None:
    """Write afterword.toml: one site, one signed source, one form, no rate limit, no flood signals."""
    path = home / "afterword.toml"
    path.touch(mode=0o600)
    path.write_text(_TEMPLATE.format(port=port, secret=new_secret()), encoding="utf-8")

"""A judge of markup in a real browser: what in it is alive?"""

import html
import json
import re
import subprocess
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

_SCRIPT = Path(__file__).with_name("judge.js")
_RESULT = re.compile(r'<pre id="findings">(.*?)</pre>', re.DOTALL)
_SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--virtual-time-budget=600000",
)
_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Fragment:
    """Markup as a page would hold it, and a name to know it by."""

    name: str
    html: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something alive: where (fragment; shown by server or innerHTML), and what it does."""

    fragment: str
    place: str
    what: str


class JudgeError(Exception):
    """The browser did not come to a judgement."""


def judge(
    chromium: Path,
    fragments: Sequence[Fragment],
    folder: Path,
    *,
    expected: Collection[str] = (),
) -> list[Finding]:
    """Show every fragment in Chromium and return what is alive in it; nothing, where all is safe.

    Alive are: calls of dialogs, requests and `pwn`; elements that run, load, send or restyle;
    event handlers; identifiers; addresses other than http, https and mailto; and leaving its place.
    Elements named in `expected` are the page's own and pass. `folder` takes the page and a profile.
    Raises JudgeError where the browser fails or does not finish.
    """
    page = folder / "judge.html"
    page.write_text(_page(fragments, expected), encoding="utf-8")
    dump = _dump(chromium, page, folder / "profile")
    result = _RESULT.search(dump)
    if result is None or not result[1]:
        raise JudgeError(f"{chromium} wrote no findings into {page}: {dump[-500:]!r}")
    found = json.loads(html.unescape(result[1]))
    if found["judged"] != len(fragments):
        raise JudgeError(f"{found['judged']} of {len(fragments)} fragments were judged")
    return [Finding(**finding) for finding in found["findings"]]


def _page(fragments: Sequence[Fragment], expected: Collection[str]) -> str:
    given = {
        "fragments": [asdict(fragment) for fragment in fragments],
        "expected": sorted(expected),
    }
    # JSON inside a script element ends at the first `</script`.
    data = json.dumps(given).replace("<", "\\u003c")
    return (
        '<!doctype html><meta charset="utf-8"><title>Judge</title><pre id="findings"></pre>'
        f'<script type="application/json" id="input">{data}</script>'
        f"<script>{_SCRIPT.read_text(encoding='utf-8')}</script>"
    )


def _dump(chromium: Path, page: Path, profile: Path) -> str:
    command = [str(chromium), *_SWITCHES, f"--user-data-dir={profile}", "--dump-dom", page.as_uri()]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS)  # noqa: S603 - fixed words
    except subprocess.TimeoutExpired as error:
        raise JudgeError(f"{chromium} did not finish within {_SECONDS} s") from error
    except subprocess.CalledProcessError as error:
        raise JudgeError(
            f"{chromium} ended with {error.returncode}: {error.stderr[-500:]!r}"
        ) from error
    return done.stdout.decode(errors="replace")

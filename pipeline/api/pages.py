"""The templates, with everything that is filled in escaped."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

STYLE = (
    "#comments{max-width:46rem;overflow-wrap:anywhere;line-height:1.5}"
    "#comments ol{list-style:none;padding-left:clamp(.5rem,3vw,2rem)}"
    "#comments .meta{margin-bottom:0}#comments .meta img{vertical-align:middle;border-radius:50%}"
    "#comments pre{overflow-x:auto}#comments textarea,#comments input{max-width:100%}"
)
"""What makes a thread readable where the page around it brings no style of its own."""


def style_hash() -> str:
    """The style as a Content-Security-Policy names it (CSP Level 3, hash-source)."""
    return "sha256-" + b64encode(sha256(STYLE.encode()).digest()).decode()


_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
)


def fill(template: str, **values: object) -> str:
    """A template of `pipeline/api/templates`, filled in."""
    return _environment.get_template(template).render(values)


def compile_templates() -> None:
    """Compile every template now, not at its first use."""
    for name in _environment.list_templates():
        _environment.get_template(name)

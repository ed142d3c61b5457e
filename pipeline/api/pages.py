"""The templates, with everything that is filled in escaped."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
)


def fill(template: str, **values: object) -> str:
    """A template of `pipeline/api/templates`, filled in."""
    return _environment.get_template(template).render(values)

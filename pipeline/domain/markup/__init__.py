"""What strangers write, made safe to show: comments as HTML, names and websites as plain values.

A comment is Markdown. A parser turns it into HTML once, and a cleaner, reading HTML as browsers do,
lets a handful of elements through. The result is kept with `RENDERER`, so that comments can be
rendered again when the rules change.
"""

from pipeline.domain.markup.identity import clean_name, clean_website
from pipeline.domain.markup.limits import LIMITS, Limits
from pipeline.domain.markup.rendering import RENDERER, Rendered, render

__all__ = ["LIMITS", "RENDERER", "Limits", "Rendered", "clean_name", "clean_website", "render"]

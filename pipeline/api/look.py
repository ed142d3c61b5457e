"""How pages of our own look, such as /search: one style for light and dark, and no script."""

from base64 import b64encode
from hashlib import sha256

from markupsafe import Markup

STYLE = Markup(
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1rem;"
    "overflow-wrap:anywhere;color:#1b1b1b;background:#fff}"
    "form{display:flex;gap:.5rem;flex-wrap:wrap}input[type=search]{flex:1 1 14rem;font:inherit;"
    "padding:.5rem;border:1px solid #767676;border-radius:.25rem}"
    "button{font:inherit;padding:.5rem 1rem;border:1px solid #1b4f8a;border-radius:.25rem;"
    "background:#1b4f8a;color:#fff}"
    "ol.hits{list-style:none;padding:0}ol.hits li{margin:1.5rem 0}h2{font-size:1.15rem;margin:0}"
    "p{margin:.25rem 0}summary{cursor:pointer}mark{background:#fff0a8}"
    ".meta,.count,summary{color:#555;font-size:.9rem}"
    "nav ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:.25rem 0}"
    "nav b{font-weight:600}a{color:#1b4f8a}"
    "@media(prefers-color-scheme:dark){body{background:#16181b;color:#e6e6e6}a{color:#8cb8ee}"
    ".meta,.count,summary{color:#a8a8a8}mark{background:#6b5a00;color:#fff}"
    "input[type=search]{background:#22252a;color:inherit}}"
)
_HASH = "sha256-" + b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
    f" style-src '{_HASH}'"
)
"""The Content-Security-Policy of such a page."""

"""How a source proves that a webhook is its own."""

from enum import StrEnum


class Scheme(StrEnum):
    """The `scheme` of a source in afterword.toml."""

    STANDARD_WEBHOOKS = "standard-webhooks"
    GITHUB = "github"
    GHOST = "ghost"
    NETLIFY = "netlify"
    CLOUDFLARE = "cloudflare"
    WOOCOMMERCE = "woocommerce"
    X = "x"
    BEARER = "bearer"
    FORM = "form"

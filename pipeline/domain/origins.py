"""Origins: scheme, host and port of a URL, as a browser writes them (RFC 6454)."""

from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> str | None:
    """Scheme, host and port of a URL as a browser writes them in Origin; None for no such URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = _DEFAULT_PORTS[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if port in (None, default) else f":{port}")


def host_of(url: str) -> str | None:
    """Host and port of a URL, without its scheme; None for no such URL."""
    origin = origin_of(url)
    return None if origin is None else origin.partition("://")[2]

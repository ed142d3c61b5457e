"""What the owner sees when the set is ready: addresses, the first password, a curl that works."""

from urllib.parse import quote

from pipeline.domain.schemes import Scheme
from pipeline.processes.flower import USER
from pipeline.settings import Settings


def banner(settings: Settings, new_password: str | None) -> str:
    """The text to print. `new_password` is shown once: at the start that made it."""
    address = f"http://{settings.host}:{settings.port}"
    lines = [
        "",
        f"Afterword is ready.   Ctrl-C stops it; state is in {settings.home}",
        "",
        f"  comments   {address}/api/comments?page=/hello/",
        *(f"  search     {address}{path}" for path in _searches(settings)),
        f"  health     {address}/readyz",
        f"  Flower     http://{settings.host}:{settings.flower_port}   (user {USER})",
    ]
    if new_password is not None:
        kept = settings.home / "secrets" / "admin_password"
        lines += [
            f"  password   {new_password}",
            f"             shown this once; kept in {kept}",
        ]
    lines += ["", *_curl(settings, address), ""]
    return "\n".join(lines)


def _searches(settings: Settings) -> list[str]:
    """Of several sites each has its own."""
    names = settings.sites if len(settings.sites) > 1 else ()
    return [f"/search?site={quote(name)}" for name in names] or ["/search"]


def _curl(settings: Settings, address: str) -> list[str]:
    doors = [source for source in settings.sources.values() if source.scheme is Scheme.FORM]
    site = settings.sites.get(doors[0].site or "") if doors else None
    if site is None:
        return [f'No source of scheme "form" in {settings.config}: browsers can\'t post yet.']
    return [
        "Post a comment, then look at the first address:",
        "",
        f"  curl -i {address}/comments -H 'Origin: {site.url.rstrip('/')}' \\",
        "    -d page=/hello/ -d name=Ada -d text='Hello, Afterword.'",
    ]

"""Settings: read once, checked whole, frozen.

This module is the only reader of the environment.
A value comes from AFTERWORD_NAME, else from the file that AFTERWORD_NAME_FILE names, else from
`afterword.toml` (same name in lower case, without the prefix), else from the default.
"""

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from pipeline.config.wording import problem_in
from pipeline.errors import SettingsError
from pipeline.settings import Graph, Moderation, Settings, Site, Source
from pipeline.settings.sections import Factor
from pipeline.settings.sites import check_sources

PREFIX = "AFTERWORD_"
_TABLES: Mapping[str, Any] = {"sites": Site, "sources": Source}
_OWN = ("home", "config", "moderation", "graph", *_TABLES)
_SCHEMES = {
    "database_url": ("sqlite:///", "postgresql://", "postgresql+psycopg://"),
    "redis_url": ("redis://", "rediss://", "redis+socket://"),
    "elasticsearch_url": ("http://", "https://"),
    "x_api_url": ("http://", "https://"),
}


class _Found(NamedTuple):
    """A value, and the name under which its owner wrote it."""

    label: str
    raw: Any


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment and `afterword.toml`.

    Raises SettingsError that names the variable, what it was, and what it may be.
    """
    env = os.environ if environ is None else environ  # noqa: TID251 - the one reader
    home = Path(env.get(PREFIX + "HOME") or "var").absolute()
    path = config_path(env, home)
    file = _read_toml(path, required=PREFIX + "CONFIG" in env)
    values: dict[str, Any] = {"home": home, "config": path}
    for field in msgspec.structs.fields(Settings):
        if field.name in _OWN:
            continue
        found = _find(env, file, path.name, field.name)
        if found is not None:
            values[field.name] = _value(found, field.name, field.type)
    for name, type_ in _TABLES.items():
        values[name] = _table(_Found(f"{path.name}: {name}", file.get(name, {})), type_)
    moderation = _Found(f"{path.name}: moderation", file.get("moderation", {}))
    values["moderation"] = _moderation(moderation)
    values["graph"] = _convert(
        _Found(f"{path.name}: graph", file.get("graph", {})), Graph, secret=False
    )
    settings = Settings(**values)
    check_sources(settings.sources, settings.sites)
    _check(settings)
    return settings


def config_path(environ: Mapping[str, str], home: Path) -> Path:
    """Where `afterword.toml` is looked for: AFTERWORD_CONFIG, else beside the state in HOME."""
    named = environ.get(PREFIX + "CONFIG")
    return Path(named).absolute() if named else home / "afterword.toml"


def _find(
    env: Mapping[str, str], file: Mapping[str, Any], file_name: str, name: str
) -> _Found | None:
    variable = PREFIX + name.upper()
    if variable in env:
        return _Found(variable, env[variable])
    if (named := env.get(variable + "_FILE")) is not None:
        try:
            return _Found(variable, Path(named).read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8"
            raise SettingsError(
                variable + "_FILE", was=named, expected=f"a readable UTF-8 file ({reason})"
            ) from error
    return _Found(f"{file_name}: {name}", file[name]) if name in file else None


def _read_toml(path: Path, *, required: bool) -> Mapping[str, Any]:
    if not path.exists():
        if required:
            raise SettingsError(PREFIX + "CONFIG", was=str(path), expected="a file that exists")
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(str(path), was="not readable", expected=f"TOML: {error}") from error
    known = {field.name for field in msgspec.structs.fields(Settings)} - {"home", "config"}
    for name in table:
        if name in {"home", "config"}:
            expected = f"left to {PREFIX}{name.upper()}: it says where this file is"
            raise SettingsError(f"{path.name}: {name}", was=table[name], expected=expected)
        if name not in known:
            # Its value is not shown: it may be a secret under a mistyped name.
            expected = f"one of {', '.join(sorted(known))}"
            raise SettingsError(f"{path.name}: {name}", was="…", expected=expected)
    return table


def _value(found: _Found, name: str, type_: Any) -> Any:
    secret = any(word in name for word in ("password", "url", "key", "token", "secret"))
    value = _convert(found, type_, secret=secret)
    schemes = _SCHEMES.get(name)
    if schemes and value is not None and not value.startswith(schemes):
        # Before the colon there is no password.
        was = f"{value.partition(':')[0]}:…" if ":" in value else "…"
        raise SettingsError(found.label, was=was, expected=f"{' or '.join(schemes)}…")
    return value


def _table(found: _Found, type_: Any) -> dict[str, Any]:
    entries = _convert(found, dict[str, dict[str, Any]], secret=True)
    return {
        name: _convert(_Found(f"{found.label}.{name}", entry), type_, secret=False)
        for name, entry in entries.items()
    }


def _moderation(found: _Found) -> Moderation:
    signals = found.raw.get("signals") if isinstance(found.raw, dict) else None
    for name, factor in signals.items() if isinstance(signals, dict) else ():
        # One by one: msgspec does not say which entry of a table is wrong.
        _convert(_Found(f"{found.label}.signals.{name}", factor), Factor, secret=False)
    moderation: Moderation = _convert(found, Moderation, secret=False)
    return moderation


def _convert(found: _Found, type_: Any, *, secret: bool) -> Any:
    try:
        return msgspec.convert(found.raw, type_, strict=False)
    except msgspec.ValidationError as error:
        raise problem_in(found.label, found.raw, type_, error, secret=secret) from error


def _check(settings: Settings) -> None:
    for name, value in (("PORT", settings.port), ("FLOWER_PORT", settings.flower_port)):
        if not 0 < value < 65_536:  # noqa: PLR2004 - the range of TCP ports
            raise SettingsError(PREFIX + name, was=value, expected="a port, 1 to 65535")
    if not settings.host:
        raise SettingsError(PREFIX + "HOST", was="", expected="an address, such as 127.0.0.1")
    for network in settings.trusted_proxies:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise SettingsError(
                PREFIX + "TRUSTED_PROXIES", was=network, expected="addresses like 10.0.0.0/8"
            ) from error
    low, high = settings.moderation.publish_below, settings.moderation.reject_from
    if not 0 <= low <= high <= 1:
        raise SettingsError(
            "moderation",
            was=f"publish_below={low}, reject_from={high}",
            expected="0 <= publish_below <= reject_from <= 1",
        )

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
from typing import Any

import msgspec

from pipeline.errors import SettingsError
from pipeline.settings import Moderation, Settings, Site, Source, check_sources

PREFIX = "AFTERWORD_"
_TABLES = ("sites", "sources", "moderation")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment and `afterword.toml`.

    Raises SettingsError that names the variable, what it was, and what it may be.
    """
    env = os.environ if environ is None else environ  # noqa: TID251 - the one reader
    home = Path(_text(env, {}, "home") or "var").absolute()
    path = config_path(env, home)
    file = _read_toml(path, required=_text(env, {}, "config") is not None)
    values: dict[str, Any] = {"home": home, "config": path}
    for field in msgspec.structs.fields(Settings):
        if field.name not in values and field.name not in _TABLES:
            raw = _text(env, file, field.name)
            if raw is not None:
                values[field.name] = _convert(field.name, raw, field.type)
    sites = _convert("sites", file.get("sites", {}), dict[str, Site])
    sources = _convert("sources", file.get("sources", {}), dict[str, Source])
    check_sources(sources, sites)
    moderation = _convert("moderation", file.get("moderation", {}), Moderation)
    values |= {"sites": sites, "sources": sources, "moderation": moderation}
    settings = Settings(**values)
    _check(settings)
    return settings


def config_path(environ: Mapping[str, str], home: Path) -> Path:
    """Where `afterword.toml` is looked for: AFTERWORD_CONFIG, else beside the state in HOME."""
    named = environ.get(PREFIX + "CONFIG")
    return Path(named).absolute() if named else home / "afterword.toml"


def _text(env: Mapping[str, str], file: Mapping[str, Any], name: str) -> Any | None:
    variable = PREFIX + name.upper()
    if variable in env:
        return env[variable]
    if (secret_file := env.get(variable + "_FILE")) is not None:
        try:
            return Path(secret_file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                variable + "_FILE", was=secret_file, expected=f"a readable UTF-8 file ({error})"
            ) from error
    return file.get(name)


def _read_toml(path: Path, *, required: bool) -> Mapping[str, Any]:
    if not path.exists():
        if required:
            raise SettingsError(PREFIX + "CONFIG", was=str(path), expected="a file that exists")
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(str(path), was="not readable", expected=f"TOML: {error}") from error
    known = {field.name for field in msgspec.structs.fields(Settings)}
    for name in table:
        if name not in known:
            raise SettingsError(
                f"{path.name}: {name}",
                was=table[name],
                expected=f"one of {', '.join(sorted(known))}",
            )
    return table


def _convert(name: str, raw: Any, type_: Any) -> Any:
    try:
        return msgspec.convert(raw, type_, strict=False)
    except msgspec.ValidationError as error:
        label = name if name in _TABLES else PREFIX + name.upper()
        shown = "…" if _is_secret(name) else raw
        raise SettingsError(label, was=shown, expected=str(error)) from error


def _is_secret(name: str) -> bool:
    return any(word in name for word in ("password", "secret", "sources", "url", "key"))


def _check(settings: Settings) -> None:
    for name, value in (("PORT", settings.port), ("FLOWER_PORT", settings.flower_port)):
        if not 0 < value < 65_536:  # noqa: PLR2004 - the range of TCP ports
            raise SettingsError(PREFIX + name, was=value, expected="a port, 1 to 65535")
    for network in settings.trusted_proxies:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise SettingsError(
                PREFIX + "TRUSTED_PROXIES", was=network, expected="addresses like 10.0.0.0/8"
            ) from error
    url = settings.database_url
    if url is not None and not url.startswith(("sqlite:///", "postgresql")):
        raise SettingsError(
            PREFIX + "DATABASE_URL",
            was=url.split(":", 1)[0] + ":…",
            expected="sqlite:///PATH or postgresql://…",
        )
    _check_thresholds(settings)


def _check_thresholds(settings: Settings) -> None:
    low, high = settings.moderation.publish_below, settings.moderation.reject_from
    if not 0 <= low <= high <= 1:
        raise SettingsError(
            "moderation",
            was=f"publish_below={low}, reject_from={high}",
            expected="0 <= publish_below <= reject_from <= 1",
        )

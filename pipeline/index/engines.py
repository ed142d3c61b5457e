"""Which engine the settings ask for. The other one's library is never imported."""

import ssl
from pathlib import Path

from pipeline.domain.search.synonyms import Synonyms
from pipeline.errors import SettingsError
from pipeline.index.engine import Engine
from pipeline.settings import Settings

_MOST_PROBLEMS = 5
"""Wrong lines of a file that are named at once."""


def make_engine(settings: Settings) -> Engine:
    """Elasticsearch where the settings name one, else FTS5 in a file of HOME. Connects to nothing."""
    if settings.elasticsearch_url is not None:
        return _elastic(settings, settings.elasticsearch_url)
    from pipeline.index.fts5 import Fts5Engine  # noqa: PLC0415 - see above

    return Fts5Engine(settings.home / "search.db", synonyms=synonyms_of(settings))


def _elastic(settings: Settings, url: str) -> Engine:
    from pipeline.index.elastic import ElasticEngine, Server  # noqa: PLC0415 - it weighs 15 MB

    if settings.elasticsearch_ca_certs is not None:
        _require_certificates(settings.elasticsearch_ca_certs)
    server = Server(
        url,
        prefix=settings.elasticsearch_index,
        api_key=settings.elasticsearch_api_key,
        ca_certs=settings.elasticsearch_ca_certs,
    )
    return ElasticEngine(server, synonyms=synonyms_of(settings))


def _require_certificates(path: str) -> None:
    """The client would only say that the server can't be reached."""
    try:
        ssl.create_default_context(cafile=path)
    except OSError as error:  # SSLError is one
        raise SettingsError(
            "AFTERWORD_ELASTICSEARCH_CA_CERTS",
            was=path,
            expected=f"a readable PEM file of certificates ({error.strerror or error})",
        ) from error


def synonyms_of(settings: Settings) -> dict[str, Synonyms]:
    """Each site's synonyms, from its file. Raises SettingsError that names file and line."""
    return {
        name: _synonyms(f"sites.{name}.synonyms", settings.config.parent / site.synonyms)
        for name, site in settings.sites.items()
        if site.synonyms is not None
    }


def _synonyms(setting: str, path: Path) -> Synonyms:
    try:
        found = Synonyms(path.read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeError) as error:
        raise SettingsError(setting, was=str(path), expected="a readable UTF-8 file") from error
    if found.problems:
        named = "; ".join(found.problems[:_MOST_PROBLEMS])
        raise SettingsError(setting, was=str(path), expected=f"a file of rules ({named})")
    return found

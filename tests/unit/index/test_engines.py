"""What the settings of an engine may not be."""

from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.index.engines import make_engine
from pipeline.settings import Settings


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_certificates_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_text(content)
    settings = Settings(
        home=tmp_path,
        config=tmp_path / "afterword.toml",
        elasticsearch_url="https://search.example:9200",
        elasticsearch_ca_certs=str(path),
    )
    with pytest.raises(SettingsError, match="AFTERWORD_ELASTICSEARCH_CA_CERTS") as caught:
        make_engine(settings)
    assert str(path) in str(caught.value)

"""What is printed when the set is ready."""

from pathlib import Path

from pipeline.settings import Settings, Site
from pipeline.supervisor.banner import banner


def shown(*names: str) -> list[str]:
    """The addresses of searches."""
    sites = {name: Site(url=f"https://{name}.example") for name in names}
    text = banner(Settings(home=Path("h"), config=Path("c"), sites=sites), None)
    rows = [line.split() for line in text.splitlines()]
    return [row[1] for row in rows if row[:1] == ["search"]]


def test_every_search_that_is_shown_has_an_answer() -> None:
    address = "http://127.0.0.1:8000/search"
    assert shown("blog") == [address]
    assert shown("blog", "shop") == [f"{address}?site=blog", f"{address}?site=shop"]

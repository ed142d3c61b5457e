"""A site's synonyms, as every engine applies them to a query."""

from pipeline.domain.search import Document
from tests.support.posts import GLOSSARY, Index, post


def listed(post_id: str, title: str, body: str = "") -> Document:
    return post(post_id, title, body, site=GLOSSARY)


def test_each_word_of_a_rule_finds_the_others(index: Index) -> None:
    index.write(listed("long", "Javascript"), listed("none", "Java"))

    assert index.find("js", site=GLOSSARY) == ["long"]
    assert index.find("javascript", site=GLOSSARY) == ["long"]


def test_another_form_of_a_synonym_is_found(index: Index) -> None:
    index.write(listed("a", "Javascripts of the world"))

    assert index.find("js", site=GLOSSARY) == ["a"]


def test_one_word_may_mean_several(index: Index) -> None:
    index.write(
        listed("both", "Continuous integration"),
        listed("one", "Integration of all"),
        listed("short", "CI at last"),
    )

    assert set(index.find("ci", site=GLOSSARY)) == {"both", "short"}


def test_several_words_may_mean_one(index: Index) -> None:
    index.write(
        listed("both", "Integration goes on", "A continuous effort."),
        listed("one", "Integration of all"),
        listed("short", "CI at last"),
    )

    assert set(index.find("continuous integration", site=GLOSSARY)) == {"both", "short"}


def test_several_words_that_mean_one_count_as_one(index: Index) -> None:
    index.write(
        listed("both", "Continuous integration", "Rent a server."),
        listed("short", "CI", "Rent a server."),
        listed("without", "Continuous integration", "Rent a room."),
    )

    assert set(index.find("continuous integration server", site=GLOSSARY)) == {"both", "short"}


def test_an_arrow_replaces_what_is_typed(index: Index) -> None:
    index.write(listed("meant", "Kubernetes"), listed("typed", "K8s"))

    assert index.find("k8s", site=GLOSSARY) == ["meant"]
    assert index.find("kubernetes", site=GLOSSARY) == ["meant"]


def test_what_is_typed_stands_before_its_synonym(index: Index) -> None:
    index.write(listed("other", "Javascript today"), listed("typed", "JS today"))

    assert index.find("js", site=GLOSSARY) == ["typed", "other"]


def test_synonyms_are_marked(index: Index) -> None:
    index.write(listed("a", "Javascript", "With continuous integration."))

    assert index.ask("js", site=GLOSSARY).hits[0].title_html == "<mark>Javascript</mark>"
    marked = index.ask("ci", site=GLOSSARY).hits[0].body_html
    assert "<mark>continuous" in marked
    assert "integration</mark>" in marked


def test_another_site_has_its_own(index: Index) -> None:
    index.write(post("a", "Javascript"))

    assert index.find("js") == []

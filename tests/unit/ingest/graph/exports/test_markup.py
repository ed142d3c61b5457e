"""GraphML and GEXF: well-formed whatever people call themselves."""

import io
from typing import Any

import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.graph.kinds import EndReason
from pipeline.ingest.graph.exports.markup import Markup
from pipeline.ingest.graph.exports.service import Format
from tests.support.examples import SHARED
from tests.support.graphs import Graphs, day

GEXF = "{http://gexf.net/1.3}"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
HOSTILE = ('"><script>', "a\x00\x08b", "&amp;", "\ud800", "\ufffe", "\U0001f600", "]]>", "  a\n b ")
STORED = [name for name in HOSTILE if "\x00" not in name and "\ud800" not in name]
QUIRKS = settings(SHARED, max_examples=20)


def data(element: Any) -> dict[str, str]:
    return {each.get("key"): each.text for each in element.iter(f"{GRAPHML}data")}


@pytest.fixture
def key(graphs: Graphs) -> Any:
    """ada's list: bob stays, cyd was there twice, dan was not found by the last reading."""
    ada, bob, cyd, dan = graphs.people("ada", "bob", "cyd", "dan", name="A name")
    key = graphs.read(ada, [bob, dan])
    graphs.gone(key, cyd, EndReason.UNFOLLOWED, to_lo=day(2), to_hi=day(3))
    graphs.spans([graphs.edge(key, cyd, from_lo=day(4), from_hi=day(5))])
    graphs.suspect(key, dan, day(6), day(7))
    return key


def test_gexf_has_a_spell_for_every_time_an_edge_was_there(key: Any, export: Any) -> None:
    assert key
    root = ElementTree.fromstring(export(Format.GEXF))
    assert (root.tag, root.get("version")) == (f"{GEXF}gexf", "1.3")
    graph = root.find(f"{GEXF}graph")
    assert dict(graph.attrib) == {
        "mode": "dynamic",
        "defaultedgetype": "directed",
        "idtype": "string",
        "timeformat": "dateTime",
        "timerepresentation": "interval",
    }
    labels = {node.get("id"): node.get("label") for node in graph.iter(f"{GEXF}node")}
    spells = {
        labels[edge.get("target")]: [dict(spell.attrib) for spell in edge.iter(f"{GEXF}spell")]
        for edge in graph.iter(f"{GEXF}edge")
    }
    assert spells == {
        "bob": [{"start": "2026-03-01T00:00:00Z"}],
        "cyd": [
            {"start": "2026-03-01T00:00:00Z", "end": "2026-03-03T00:00:00Z"},
            {"start": "2026-03-06T00:00:00Z"},
        ],
        "dan": [{"start": "2026-03-01T00:00:00Z", "end": "2026-03-07T00:00:00Z"}],
    }


def test_gexf_carries_the_outer_bounds_as_attributes_of_the_spell(key: Any, export: Any) -> None:
    assert key
    root = ElementTree.fromstring(export(Format.GEXF))
    declared = {each.get("id") for each in root.iter(f"{GEXF}attribute")}
    cyd = next(e for e in root.iter(f"{GEXF}edge") if len(list(e.iter(f"{GEXF}spell"))) == 2)
    values = [tuple(each.attrib.values()) for each in cyd.iter(f"{GEXF}attvalue")]
    start, end = "2026-03-01T00:00:00Z", "2026-03-03T00:00:00Z"
    assert values == [
        ("to_hi", "2026-03-04T00:00:00Z", start, end),
        ("reason", "unfollowed", start, end),
        ("from_lo", "2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z"),
    ]
    assert {value[0] for value in values} <= declared


def test_gexf_ids_are_unique_and_every_edge_has_its_nodes(key: Any, export: Any) -> None:
    assert key
    root = ElementTree.fromstring(export(Format.GEXF))
    nodes = [node.get("id") for node in root.iter(f"{GEXF}node")]
    edges = list(root.iter(f"{GEXF}edge"))
    assert len(set(nodes)) == len(nodes) == 4
    assert len({edge.get("id") for edge in edges}) == 3
    assert {edge.get(end) for edge in edges for end in ("source", "target")} == set(nodes)


def test_graphml_is_the_graph_at_a_moment_and_says_what_is_certain(key: Any, export: Any) -> None:
    assert key
    root = ElementTree.fromstring(export(Format.GRAPHML))
    labels = {node.get("id"): data(node)["label"] for node in root.iter(f"{GRAPHML}node")}
    now = {
        labels[edge.get("target")]: data(edge)["certain"] for edge in root.iter(f"{GRAPHML}edge")
    }
    assert now == {"bob": "true", "cyd": "true", "dan": "false"}
    then = ElementTree.fromstring(export(Format.GRAPHML, at=day(2.5)))
    certain = {
        labels[edge.get("target")]: data(edge)["certain"] for edge in then.iter(f"{GRAPHML}edge")
    }
    assert certain == {"bob": "true", "cyd": "false", "dan": "true"}
    keys = {each.get("id") for each in root.iter(f"{GRAPHML}key")}
    assert {each.get("key") for each in root.iter(f"{GRAPHML}data")} <= keys


def test_graphml_has_an_edge_once_also_where_two_spans_may_be_meant(
    graphs: Graphs, export: Any
) -> None:
    ada, bob = graphs.people("ada", "bob")
    key = graphs.read(ada, [])
    graphs.gone(key, bob, EndReason.UNFOLLOWED, to_lo=day(2), to_hi=day(6))
    graphs.spans([graphs.edge(key, bob, from_lo=day(3), from_hi=day(7))])
    root = ElementTree.fromstring(export(Format.GRAPHML, at=day(4)))
    assert len(list(root.iter(f"{GRAPHML}edge"))) == 1


@pytest.mark.parametrize("format_", [Format.GEXF, Format.GRAPHML])
@pytest.mark.parametrize("name", STORED)
def test_hostile_names_leave_it_well_formed(
    graphs: Graphs, export: Any, format_: Format, name: str
) -> None:
    ada, bad = graphs.people("ada", name, name=name)
    graphs.read(ada, [bad])
    assert ElementTree.fromstring(export(format_)) is not None


def legal(character: str) -> bool:
    """XML 1.0, production 2."""
    code = ord(character)
    return code in {9, 10, 13} or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code > 0xFFFF


@QUIRKS
@given(st.text() | st.sampled_from(HOSTILE))
def test_any_text_is_read_again_as_it_was_but_for_what_xml_has_no_place_for(text: str) -> None:
    out = io.BytesIO()
    with Markup.into(out) as xml:
        xml.element("a", {"b": text}, text)
    read = ElementTree.fromstring(out.getvalue())
    expected = "".join(each if legal(each) else "\ufffd" for each in text)
    assert (read.get("b"), read.text or "") == (expected, expected)

"""GEXF 1.3, dynamic: edges with the intervals of their being there, for a timeline.

A spell is what is certain: from the first time an edge was seen to the last. The outer bounds are
attributes of the same interval.
"""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from pipeline.ingest.graph.exports.markup import Markup
from pipeline.ingest.graph.exports.source import Source, written
from pipeline.store.graph.edges import Edge

_SPACE = "http://gexf.net/1.3"
_NODE_ATTRIBUTES = ("name",)
_EDGE_ATTRIBUTES = ("from_lo", "to_hi", "reason")
_GRAPH = {
    "mode": "dynamic",
    "defaultedgetype": "directed",
    "idtype": "string",
    "timeformat": "dateTime",
    "timerepresentation": "interval",
}
_ABOUT = (
    "Who follows whom. A spell is from the first to the last time an edge was seen;"
    " from_lo and to_hi are the readings before and after, at which it was not there."
)


def write_gexf(source: Source, out: BinaryIO, scratch: Path) -> int:
    """Write every edge with its spells; how many edges there are."""
    del scratch
    with Markup.into(out) as xml, xml.inside("gexf", {"xmlns": _SPACE, "version": "1.3"}):
        with xml.inside("meta", {"lastmodifieddate": source.now.date().isoformat()}):
            xml.element("creator", text="Afterword")
            xml.element("description", text=_ABOUT)
        with xml.inside("graph", _GRAPH):
            _write_attributes(xml, "node", "static", _NODE_ATTRIBUTES)
            _write_attributes(xml, "edge", "dynamic", _EDGE_ATTRIBUTES)
            _write_nodes(xml, source)
            return _write_edges(xml, source)


def _write_attributes(xml: Markup, owner: str, mode: str, names: Iterable[str]) -> None:
    with xml.inside("attributes", {"class": owner, "mode": mode}):
        for name in names:
            xml.element("attribute", {"id": name, "title": name, "type": "string"})


def _write_nodes(xml: Markup, source: Source) -> None:
    with xml.inside("nodes"):
        for node in source.nodes():
            with xml.inside("node", {"id": node.id, "label": node.handle or node.id}):
                if node.name:
                    with xml.inside("attvalues"):
                        xml.element("attvalue", {"for": "name", "value": node.name})


def _write_edges(xml: Markup, source: Source) -> int:
    number = 0
    with xml.inside("edges"):
        by_edge = groupby(source.edges(), key=lambda edge: (edge.src, edge.dst))
        for number, ((src, dst), spans) in enumerate(by_edge, 1):
            with xml.inside("edge", {"id": str(number), "source": src, "target": dst}):
                _write_spells(xml, list(spans))
    return number


def _write_spells(xml: Markup, spans: list[Edge]) -> None:
    with xml.inside("attvalues"):
        for span in spans:
            interval = _interval(span)
            bounds = (written(span.bounds.from_lo), written(span.bounds.to_hi))
            for name, value in zip(_EDGE_ATTRIBUTES, (*bounds, span.reason or ""), strict=True):
                if value:
                    xml.element("attvalue", {"for": name, "value": value, **interval})
    with xml.inside("spells"):
        for span in spans:
            xml.element("spell", _interval(span))


def _interval(span: Edge) -> dict[str, str]:
    interval = {"start": written(span.bounds.from_hi)}
    if span.bounds.to_lo or span.bounds.to_hi:
        interval["end"] = written(span.bounds.to_lo or span.bounds.from_hi)
    return interval

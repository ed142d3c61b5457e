"""GraphML: the graph at one moment."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from pipeline.domain.graph.bounds import Bounds
from pipeline.ingest.graph.exports.markup import Markup
from pipeline.ingest.graph.exports.source import Source, written
from pipeline.store.graph.edges import Edge

_SPACE = "http://graphml.graphdrawing.org/xmlns"
_NODE_KEYS = ("label", "name")
_EDGE_KEYS = (*Bounds._fields, "reason")


def write_graphml(source: Source, out: BinaryIO, scratch: Path) -> int:
    """Write the edges that may be there at `chosen.at`, or now; how many there are."""
    del scratch
    moment = source.chosen.at or source.now
    at_moment = source._replace(chosen=source.chosen._replace(at=moment))
    count = 0
    with Markup.into(out) as xml, xml.inside("graphml", {"xmlns": _SPACE}):
        _write_keys(xml)
        with xml.inside("graph", {"id": written(moment), "edgedefault": "directed"}):
            for node in at_moment.nodes():
                with xml.inside("node", {"id": node.id}):
                    xml.element("data", {"key": "label"}, node.handle or node.id)
                    if node.name:
                        xml.element("data", {"key": "name"}, node.name)
            for edge in _each_once(at_moment.edges(), moment):
                count += 1
                _write_edge(xml, edge, certain=edge.bounds.certain_at(moment))
    return count


def _write_keys(xml: Markup) -> None:
    for key in _NODE_KEYS:
        _write_key(xml, key, "node", "string")
    _write_key(xml, "certain", "edge", "boolean")
    for key in _EDGE_KEYS:
        _write_key(xml, key, "edge", "string")


def _write_key(xml: Markup, key: str, owner: str, kind: str) -> None:
    attributes = {"id": key, "for": owner, "attr.name": key, "attr.type": kind}
    xml.element("key", attributes)


def _each_once(edges: Iterator[Edge], moment: datetime) -> Iterator[Edge]:
    """One span per edge: where two may be of the moment, the one that is certain, or the newer."""
    for _, spans in groupby(edges, key=lambda edge: (edge.src, edge.dst)):
        yield max(spans, key=lambda span: (span.bounds.certain_at(moment), span.bounds.from_hi))


def _write_edge(xml: Markup, edge: Edge, *, certain: bool) -> None:
    with xml.inside("edge", {"source": edge.src, "target": edge.dst}):
        xml.element("data", {"key": "certain"}, "true" if certain else "false")
        values = (*map(written, edge.bounds), edge.reason or "")
        for key, value in zip(_EDGE_KEYS, values, strict=True):
            if value:
                xml.element("data", {"key": key}, value)

"""A family as GraphML, for Gephi, yEd, NetworkX and their like: typed fields on nodes and edges."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lineage.engine.document import Artefact, Derivation
from lineage.formats.exported_family import ExportedFamily, bounds
from lineage.picture.xml_text import escaped

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
    'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">'
)

#: The fields with their types. What is not known has no value at all.
NODE_FIELDS: Final[Mapping[str, str]] = {
    "id": "string",
    "label": "string",
    "subject": "boolean",
    "state": "string",
    "licence": "string",
    "licensor": "string",
    "published_on": "string",
    "sha256": "string",
    "url": "string",
    "page": "string",
    "undisclosed_parents": "boolean",
    "planned": "boolean",
}
EDGE_FIELDS: Final[Mapping[str, str]] = {
    "method": "string",
    "share": "double",
    "certain": "boolean",
    "obtained_from": "string",
    "obtained_until": "string",
    "reaccepted_on": "string",
}


def graphml(family: ExportedFamily) -> str:
    """Nodes are numbered, as ids of XML take few characters; the artefact's own id is a field."""
    numbers = {artefact.id: f"n{number}" for number, artefact in enumerate(family.artefacts)}
    lines = [_HEAD, *_keys("node", NODE_FIELDS), *_keys("edge", EDGE_FIELDS), '<graph id="G" edgedefault="directed">']
    for artefact in family.artefacts:
        values = _data("node", _node(family, artefact))
        lines += [f'<node id="{numbers[artefact.id]}">', *values, "</node>"]
    for number, made in enumerate(family.derivations):
        ends = f'source="{numbers[made.parent]}" target="{numbers[made.child]}"'
        lines += [f'<edge id="e{number}" {ends}>', *_data("edge", _edge(made)), "</edge>"]
    return "\n".join([*lines, "</graph>", "</graphml>", ""])


def _keys(kind: str, fields: Mapping[str, str]) -> Iterator[str]:
    for name, type in fields.items():
        yield f'<key id="{kind}_{name}" for="{kind}" attr.name="{name}" attr.type="{type}"/>'


def _data(kind: str, values: Iterable[tuple[str, object]]) -> Iterator[str]:
    for name, value in values:
        if value is not None and value != "":
            text = str(value).lower() if isinstance(value, bool) else str(value)
            yield f'<data key="{kind}_{name}">{escaped(text)}</data>'


def _node(family: ExportedFamily, artefact: Artefact) -> Iterator[tuple[str, object]]:
    grant = family.pedigree.timeline(artefact.id).on(family.on)
    yield "id", artefact.id
    yield "label", artefact.name
    yield "subject", artefact.id == family.subject
    yield "state", family.state(artefact.id)
    yield "licence", grant.licence if grant else None
    yield "licensor", artefact.licensor
    yield "published_on", artefact.published_on
    yield "sha256", artefact.sha256
    yield "url", artefact.url
    yield "page", family.link(artefact.id)
    yield "undisclosed_parents", artefact.undisclosed_parents
    yield "planned", artefact.id in family.planned


def _edge(made: Derivation) -> Iterator[tuple[str, object]]:
    starts, until = bounds(made.obtained_on)
    yield "method", made.method
    yield "share", None if made.share is None else float(made.share)
    yield "certain", made.certain
    yield "obtained_from", starts
    yield "obtained_until", until
    yield "reaccepted_on", made.reaccepted_on

"""GraphML is well-formed and typed, whatever the record holds."""

import xml.etree.ElementTree as ET
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.formats.exported_family import ExportedFamily
from lineage.formats.graphml import graphml
from tests.lineage.formats.exported import a_family_of_all_kinds, bra, families, shuffled

NS = "{http://graphml.graphdrawing.org/xmlns}"
READ: dict[str, Callable[[str], object]] = {
    "string": str,
    "boolean": {"true": True, "false": False}.__getitem__,
    "double": float,
}


def parsed(text: str) -> tuple[dict[str, dict[str, object]], list[tuple[str, str, dict[str, object]]]]:
    """Nodes by number and edges, with their fields read by the types that the head declares."""
    root = ET.fromstring(text)
    keys = {key.get("id"): key for key in root.findall(f"{NS}key")}

    def fields(element: ET.Element) -> dict[str, object]:
        found = {}
        for data in element.findall(f"{NS}data"):
            key = keys[data.get("key")]
            assert key.get("for") == element.tag.removeprefix(NS)
            found[key.get("attr.name") or ""] = READ[key.get("attr.type") or ""](data.text or "")
        return found

    graph = root.find(f"{NS}graph")
    assert graph is not None and graph.get("edgedefault") == "directed"
    nodes = {node.get("id") or "": fields(node) for node in graph.findall(f"{NS}node")}
    edges = [(edge.get("source") or "", edge.get("target") or "", fields(edge)) for edge in graph.findall(f"{NS}edge")]
    return nodes, edges


def test_nodes_and_edges_carry_typed_fields_and_the_unknown_has_none() -> None:
    nodes, edges = parsed(graphml(a_family_of_all_kinds()))

    child = next(node for node in nodes.values() if node["id"] == "child")
    assert child["subject"] is True and child["undisclosed_parents"] is True and "sha256" not in child
    told = {(nodes[source]["id"], nodes[target]["id"]): fields for source, target, fields in edges}
    assert told["base", "child"] == {
        "method": "merge",
        "share": 0.5,
        "certain": True,
        "obtained_from": "2022-03-01",
    }
    assert told["painter", "child"]["obtained_until"] == "2022-08-01"
    assert "share" not in told["base", "copy"] and ("painter", "base") not in told


def test_states_are_those_of_the_day() -> None:
    nodes, _ = parsed(graphml(bra()))

    states = {node["id"]: node["state"] for node in nodes.values()}
    assert states["bra-v4"] == "tainted" and states["stable-diffusion-1.5"] == "clean"


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(families(), st.integers(0, 3))
def test_any_family_is_well_formed_and_always_the_same(family: ExportedFamily, seed: int) -> None:
    nodes, edges = parsed(graphml(family))

    assert len(nodes) == len(family.artefacts) and len(edges) == len(family.derivations)
    assert {end for source, target, _ in edges for end in (source, target)} <= set(nodes)
    assert graphml(shuffled(family, seed)) == graphml(family)

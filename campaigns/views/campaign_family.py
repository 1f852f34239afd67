"""The family tree on a campaign's page, and the short one on the first page."""

from dataclasses import dataclass, replace
from itertools import pairwise

from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.views.campaign_lineage import Why
from lineage.picture import Edge, Node, Tree, draw
from lineage.verdicts import FamilyView, family_of, family_view, picture_words

LEFT_OUT = "…"


@dataclass(frozen=True, slots=True)
class ShortTree:
    """Two pictures of one way, as SVG: `broad` has the clean version beside it, `slim` below it, for a phone."""

    broad: str
    slim: str


def family_tree(campaign: Campaign, reasons: Why) -> FamilyView:
    """The tainted version with its ancestors, and beside it the clean one that is to take its place."""
    return family_view(reasons.record, planned=campaign.clean_version)


def short_tree(campaign: Campaign, reasons: Why) -> ShortTree | None:
    """Five models at most: the first way by which restrictions came, the clean version, and where that begins.

    Where models in between are left out, the line says so. None for a family of which not everybody is judged here:
    where a way begins would then not be known.
    """
    family = family_of(reasons.record, planned=campaign.clean_version)
    if family.reduced == "few":
        return None
    tree = family.whole
    clean = campaign.clean_version.slug if campaign.clean_version else ""
    way = _shortened([slug for slug, _ in reasons.ways[0].path])
    begin = _beginning(tree, clean)
    drawn = {(edge.parent, edge.child): edge for edge in tree.edges}
    wanted = [Edge(parent, child, LEFT_OUT, tainting=True) for parent, child in pairwise(way)]
    if begin != clean:
        wanted.append(Edge(begin, clean, LEFT_OUT, planned=True))
    if (begin, way[0]) in drawn:
        wanted.append(drawn[begin, way[0]])
    shown = {*way, begin, clean}
    small = Tree(
        nodes=tuple(_in_few_words(node) for node in tree.nodes if node.id in shown),
        edges=tuple(_wordless(drawn.get((edge.parent, edge.child), edge)) for edge in wanted),
    )
    return ShortTree(draw(small, picture_words(), ident="short"), _slim(small, way, clean))


def _slim(tree: Tree, way: list[str], clean: str) -> str:
    """The way alone, and below its end what is to take its place."""
    words = picture_words()
    shown = [replace(node, beside="") for node in tree.nodes if node.id in {*way, clean}]
    nodes = tuple(replace(node, note=words.instead) if node.id == clean else node for node in shown)
    edges = tuple(edge for edge in tree.edges if {edge.parent, edge.child} <= {*way})
    turn = (Edge(way[-1], clean, planned=True),) if clean else ()
    return draw(Tree(nodes, edges + turn), replace(words, description=_slim_description()), ident="slim")


def _slim_description() -> str:
    return _("How a restriction came, from the model where it starts, and the model that is to take its place.")


def _in_few_words(node: Node) -> Node:
    """Only the licence that restricts is told here, so that what is drawn can be large."""
    return node if node.restricting else replace(node, licence_label="", note="")


def _wordless(edge: Edge) -> Edge:
    """How a model was made is told where the family is drawn in full; here only what is left out."""
    return edge if edge.label == LEFT_OUT else replace(edge, label="")


def _shortened(way: list[str]) -> list[str]:
    """Where it starts, one in the middle, and where it arrives."""
    return way if len(way) <= 3 else [way[0], way[(len(way) - 1) // 2], way[-1]]


def _beginning(tree: Tree, slug: str) -> str:
    """The first model that was made from none on record, going up from this one; itself if it has no parents."""
    parents: dict[str, list[str]] = {}
    for edge in tree.edges:
        parents.setdefault(edge.child, []).append(edge.parent)
    met, waiting = {slug}, [slug]
    while waiting:
        here = waiting.pop(0)
        if here not in parents:
            return here
        fresh = sorted(set(parents[here]) - met)
        met.update(fresh)
        waiting.extend(fresh)
    return slug

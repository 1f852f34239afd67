"""The family tree on a campaign's page, and the short one on the first page."""

from itertools import pairwise

from campaigns.models import Campaign
from campaigns.views.campaign_lineage import Why
from lineage.picture import Edge, Row, TooLarge, Tree, draw, listing_rows, nested_list
from lineage.verdicts import family_of, picture_words

LEFT_OUT = "…"


def family_tree(campaign: Campaign, reasons: Why) -> tuple[str, list[Row]]:
    """The picture, empty when the family is too large for one, and the same as rows of a list."""
    record = reasons.record
    tree = family_of(record, planned=campaign.clean_version).tree
    rows = listing_rows(nested_list(tree, record.version.slug))
    try:
        return draw(tree, picture_words(), ident="family", described_by="family-list"), rows
    except TooLarge:
        return "", rows


def short_tree(campaign: Campaign, reasons: Why) -> str:
    """Five models at most: the first way by which restrictions came, the clean version, and where that begins.

    Where models in between are left out, the line says so.
    """
    tree = family_of(reasons.record, planned=campaign.clean_version).tree
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
        nodes=tuple(node for node in tree.nodes if node.id in shown),
        edges=tuple(drawn.get((edge.parent, edge.child), edge) for edge in wanted),
    )
    return draw(small, picture_words(), ident="short")


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

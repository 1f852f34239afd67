"""The family tree on a campaign's page: the tainted model with where it comes from, the clean one beside it."""

from campaigns.models import Campaign
from campaigns.views.campaign_lineage import Why
from lineage.picture import Row, TooLarge, Tree, draw, listing_rows, nested_list
from lineage.verdicts import family_of, picture_words

MOST_IN_SHORT = 8


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
    """The first way alone: the models that it passes, the clean version, and what that is made from."""
    tree = family_of(reasons.record, planned=campaign.clean_version).tree
    clean = campaign.clean_version.slug if campaign.clean_version else ""
    shown = {slug for slug, _ in reasons.ways[0].path} | {clean}
    shown |= {edge.parent for edge in tree.edges if edge.child == clean}
    small = Tree(
        nodes=tuple(node for node in tree.nodes if node.id in shown),
        edges=tuple(edge for edge in tree.edges if edge.parent in shown and edge.child in shown),
    )
    return draw(small, picture_words(), ident="short") if len(small.nodes) <= MOST_IN_SHORT else ""

"""The family tree on a campaign's page: the tainted model with where it comes from, the clean one beside it."""

from campaigns.models import Campaign
from campaigns.views.campaign_lineage import Why
from lineage.picture import Row, TooLarge, draw, listing_rows, nested_list
from lineage.verdicts import family_of, picture_words


def family_tree(campaign: Campaign, reasons: Why) -> tuple[str, list[Row]]:
    """The picture, empty when the family is too large for one, and the same as rows of a list."""
    record = reasons.record
    tree = family_of(record, planned=campaign.clean_version).tree
    rows = listing_rows(nested_list(tree, record.version.slug))
    try:
        return draw(tree, picture_words(), ident="family", described_by="family-list"), rows
    except TooLarge:
        return "", rows

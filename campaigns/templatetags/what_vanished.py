"""On the page of a version that takes the place of another: what is gone. Only a campaign knows that other one."""

from django import template

from campaigns.lifecycle import PUBLIC, Stage
from campaigns.models import Campaign
from lineage.verdicts import Asker, FamilyTooLarge, Record, Vanished, vanished

register = template.Library()
LARGEST_FAMILY = 1_000


@register.inclusion_tag("lineage/_what_vanished.html")
def what_vanished(record: Record, asker: Asker) -> dict[str, object]:
    """Nothing where no public campaign makes this version, and where nothing is gone."""
    made = Campaign.objects.filter(stage__in=PUBLIC, clean_version=record.version, tainted_version__isnull=False)
    campaign = made.exclude(stage=Stage.CANCELLED).select_related("tainted_version").first()
    return {"found": _found(campaign, record, asker) if campaign else None, "campaign": campaign}


def _found(campaign: Campaign, record: Record, asker: Asker) -> Vanished | None:
    old = campaign.tainted_version
    if old is None:
        return None
    try:
        found = vanished(old, record, asker, largest=LARGEST_FAMILY)
    except FamilyTooLarge:
        return None
    return found if found.gone or found.before != found.after else None

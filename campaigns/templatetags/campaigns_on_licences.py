"""What a licence's page shows of campaigns: those that would make a model again which carries it."""

from collections.abc import Iterable

from django import template

from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from lineage.models import Version

register = template.Library()
MOST = 12


@register.inclusion_tag("campaigns/_on_licence.html")
def campaigns_on_licence(versions: Iterable[Version]) -> dict[str, object]:
    """Those that take coins now."""
    carrying = [version.pk for version in versions]
    open_now = Campaign.objects.filter(stage=Stage.OPEN, tainted_version__in=carrying).order_by("deadline", "pk")
    return {"campaigns": list(open_now.select_related("tainted_version", "clean_version")[:MOST])}

"""Campaigns on their way, for a list of versions at once. Lineage does not know them; its templates call these tags."""

from collections.abc import Iterable, Mapping

from django import template

from campaigns.lifecycle import PUBLIC, Stage
from campaigns.models import Campaign
from lineage.models import Version

register = template.Library()

ON_THEIR_WAY = PUBLIC - {Stage.RELEASED, Stage.ABANDONED, Stage.CANCELLED}


@register.simple_tag
def running_campaigns(versions: Iterable[Version]) -> dict[int, Campaign]:
    """For each version that a campaign would replace, by its key, the one that began last."""
    about = Campaign.objects.filter(stage__in=ON_THEIR_WAY, tainted_version__in=list(versions)).order_by("pk")
    return {each.tainted_version_id: each for each in about if each.tainted_version_id is not None}


@register.filter
def of_version(campaigns: Mapping[int, Campaign], version: Version) -> Campaign | None:
    return campaigns.get(version.pk)

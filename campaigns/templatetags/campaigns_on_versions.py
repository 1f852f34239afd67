"""What a lineage page shows of campaigns. Lineage itself does not know them; its templates call these tags."""

from django import template
from django.db.models import Case, QuerySet, Value, When

from campaigns.lifecycle import PUBLIC, Stage
from campaigns.models import Campaign, Update
from lineage.models import Version

register = template.Library()
MOST = 20


@register.inclusion_tag("campaigns/_freeing.html")
def freeing_campaign(version: Version) -> dict[str, object]:
    """The campaign on its way that would replace this version: of several that which closes first."""
    on_their_way = _replacing(version).exclude(stage__in=(Stage.RELEASED, Stage.ABANDONED, Stage.UNFUNDED))
    return {"campaign": on_their_way.first()}


@register.inclusion_tag("campaigns/_of_version.html")
def campaigns_of_version(version: Version) -> dict[str, object]:
    """Campaigns that would replace this version, and the one that makes it; empty when there is none."""
    public = Campaign.objects.filter(stage__in=PUBLIC).select_related("tainted_version", "clean_version")
    return {
        "version": version,
        "replacing": list(_replacing(version)[:MOST]),
        "making": list(public.filter(clean_version=version)[:MOST]),
    }


@register.inclusion_tag("campaigns/_replacing_version.html")
def replacing_version(version: Version) -> dict[str, object]:
    """The campaigns that would replace this version by a clean one, as lines."""
    return {"replacing": list(_replacing(version)[:MOST])}


@register.inclusion_tag("campaigns/_plans_of_version.html")
def plans_of_version(version: Version) -> dict[str, object]:
    """Campaigns whose planned or made clean version could stand in the place of this one; one for each such version."""
    public = Campaign.objects.filter(stage__in=PUBLIC, tainted_version=version, clean_version__isnull=False)
    plans = public.exclude(stage=Stage.CANCELLED).order_by("clean_version_id", "pk").distinct("clean_version_id")
    return {"plans": list(plans.select_related("clean_version")[:MOST])}


@register.inclusion_tag("campaigns/_updates_of_version.html")
def updates_of_version(version: Version) -> dict[str, object]:
    """The updates that are tied to this version's record, newest first."""
    told = Update.objects.filter(version=version, campaign__stage__in=PUBLIC)
    updates = told.select_related("campaign", "version", "author")
    return {"version": version, "updates": list(updates[:MOST])}


def _replacing(version: Version) -> QuerySet[Campaign]:
    """Public ones that would replace it: those that take coins first, and among them that which closes first."""
    public = Campaign.objects.filter(stage__in=PUBLIC, tainted_version=version).exclude(stage=Stage.CANCELLED)
    open_first = Case(When(stage=Stage.OPEN, then=Value(0)), default=Value(1))
    return public.select_related("tainted_version", "clean_version").order_by(open_first, "deadline", "pk")

"""What the newest weighing says of one version, for its page."""

from django import template
from django.db.models import Subquery

from lineage.models import Standing, Version, Weighing

register = template.Library()


@register.inclusion_tag("lineage/_would_free.html")
def would_free(version: Version) -> dict[str, object]:
    """Nothing for a version that was not weighed yet, or that would free nothing."""
    ranked = Standing.objects.filter(version=version, version__planned=False, place__isnull=False)
    return {"standing": ranked.annotate(on=Subquery(Weighing.objects.values("on")[:1])).first()}

"""What the head of a page says to other sites: `{% block social %}{% campaign_social now %}{% endblock %}`."""

from html import unescape
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone

from campaigns.models import Update
from campaigns.views import social
from campaigns.views.faces import Judged
from campaigns.views.shared import is_shown
from campaigns.views.standing import Standing, standing
from lineage.models import Licence
from lineage.verdicts import ONE_PERSON, Asker, Record, StripItem, strip_of

register = template.Library()
Context = dict[str, Any]


@register.inclusion_tag("_social.html", takes_context=True)
def home_social(context: Context) -> Context:
    return {"social": social.of_home(), "shell": context.get("shell")}


@register.inclusion_tag("_social.html", takes_context=True)
def campaign_social(context: Context, now: Standing) -> Context:
    """Nothing is said of a campaign that is not public."""
    return {"social": social.of_campaign(now), "shell": context.get("shell")}


@register.inclusion_tag("_social.html", takes_context=True)
def update_social(context: Context, update: Update) -> Context:
    """An update's own page shows its campaign's picture."""
    title = unescape(render_to_string("campaigns/_update_title.html", {"update": update})).strip()
    now = standing(update.campaign, at=timezone.now())
    return {"social": social.of_campaign(now, update=title), "shell": context.get("shell")}


@register.inclusion_tag("_social.html", takes_context=True)
def version_social(context: Context, record: Record, strip: tuple[StripItem, ...], asker: Asker) -> Context:
    """The picture is of today and for one person who sells images, whoever looks at the page.

    A page that shows another day, or a plan of a draft, has none.
    """
    if record.on != timezone.localdate() or not is_shown(record.version):
        return {"social": None}
    told = strip if asker == ONE_PERSON else strip_of(record)
    found = Judged(record.version, record.state, record.on, told)
    return {"social": social.of_version(found), "shell": context.get("shell")}


@register.inclusion_tag("_social.html", takes_context=True)
def licence_social(context: Context, licence: Licence) -> Context:
    return {"social": social.of_licence(licence), "shell": context.get("shell")}

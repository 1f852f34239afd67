"""The deadlines of campaigns as calendars to subscribe to."""

import hashlib
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from campaigns.sharing.calendar import Event, calendar
from campaigns.sharing.plain_text import one_line
from campaigns.templatetags.money import first_in_words
from campaigns.views.shared import lasting, public_campaign_or_404, reader, whole

MOST = 200
STILL_OPEN = (Stage.OPEN, Stage.PAUSED, Stage.CLOSING)
HALF_AN_HOUR = 1800


@require_safe
def site_calendar(request: HttpRequest) -> HttpResponse:
    """What has not closed yet, the next deadline first."""
    campaigns = Campaign.objects.filter(stage__in=STILL_OPEN, deadline__isnull=False).order_by("deadline", "pk")[:MOST]
    return _calendar(request, _("Deadlines on Genseki"), campaigns, "genseki")


@require_safe
def campaign_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = public_campaign_or_404(slug)
    return _calendar(request, one_line(campaign.heading, 120), [campaign], slug)


def _calendar(request: HttpRequest, name: str, campaigns: Iterable[Campaign], file: str) -> HttpResponse:
    body = calendar(name, (_event(one) for one in campaigns if one.deadline), language=reader())
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{file}.ics"'
    return lasting(request, answer, etag=hashlib.sha256(body).hexdigest()[:16], seconds=HALF_AN_HOUR)


def _event(campaign: Campaign) -> Event:
    """An event only changes when the campaign takes a step, so its stamp is that of the row."""
    assert campaign.deadline is not None
    address = whole(reverse("campaign", args=[campaign.slug]))
    goal = first_in_words(campaign.goal, campaign.currency)
    text = _("The last moment to give a coin. The goal is %(goal)s.") % {"goal": goal}
    return Event(
        uid=f"campaign-{campaign.slug}@{urlsplit(settings.SITE_URL).hostname}",
        at=campaign.deadline,
        changed=campaign.changed_at,
        sequence=campaign.stage_version,
        title=_("Closes: %(campaign)s") % {"campaign": one_line(campaign.heading, 120)},
        text=f"{text}\n{one_line(campaign.text('summary'), 300)}\n{address}",
        address=address,
        cancelled=campaign.stage == Stage.CANCELLED,
    )

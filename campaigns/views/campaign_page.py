"""A campaign's own page, the numbers on it, and its supporters."""

import hashlib
from functools import cache

from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.template.loader import get_template, render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaigns.models import Campaign
from campaigns.templatetags.deadlines import time_left_at
from campaigns.views.access import roles_of
from campaigns.views.campaign_contents import contents
from campaigns.views.demo_staff import may_close_now
from campaigns.views.standing import Standing, seconds_to_next_look, standing
from campaigns.views.wall import supporters_of, wall

PEOPLE_ON_A_PAGE = 60
FRAGMENT = (
    "campaigns/_live.html",
    "campaigns/_bar.html",
    "campaigns/_three_sums.html",
    "campaigns/_matches.html",
)


def campaign_or_404(request: HttpRequest, slug: str) -> Campaign:
    """A draft, and one in review, exists only for those who work on it."""
    found = get_object_or_404(
        Campaign.objects.select_related("organiser", "trainer", "tainted_version", "clean_version"), slug=slug
    )
    if not found.is_public and not (isinstance(request.user, User) and roles_of(request.user, found)):
        raise Http404
    return found


@require_safe
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    found = campaign_or_404(request, slug)
    shown = contents(found, at=timezone.now())
    now = shown["now"]
    assert isinstance(now, Standing)
    shown["can_close_now"] = may_close_now(request, giving=now.giving)
    return render(request, "campaigns/campaign.html", shown)


@require_safe
def live(request: HttpRequest, slug: str) -> HttpResponse:
    """The numbers alone. What asked for them before and knows them already gets 304 and no body."""
    found = campaign_or_404(request, slug)
    at = timezone.now()
    now = standing(found, at=at)
    tag = _tag(now, time_left_at(found.deadline, at))
    answer: HttpResponse
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        answer = HttpResponseNotModified()
    else:
        answer = HttpResponse(render_to_string("campaigns/_live.html", {"now": now, "campaign": found}, request))
    answer["ETag"] = tag
    answer["Cache-Control"] = "no-cache, private"
    answer["X-Next-Poll"] = str(seconds_to_next_look(now, at=at))
    return answer


@require_safe
def supporters(request: HttpRequest, slug: str) -> HttpResponse:
    found = campaign_or_404(request, slug)
    page = Paginator(supporters_of(found), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"campaign": found, "page": page, "people": wall(page), "now": standing(found, at=timezone.now())}
    return render(request, "campaigns/supporters.html", context)


def _tag(now: Standing, left: str) -> str:
    """Everything that the fragment shows, and the fragment itself, in one short word."""
    campaign = now.campaign
    shown = (
        campaign.stage,
        campaign.giving_paused,
        now.site_paused,
        campaign.deadline,
        campaign.closed_at,
        campaign.zone,
        now.giving,
        now.progress,
        now.matches,
        now.promised_then,
        now.at_close,
        left,
    )
    digest = hashlib.sha256(repr((shown, get_language(), _shape())).encode()).hexdigest()
    return f'"{digest[:24]}"'


@cache
def _shape() -> str:
    """Another template makes another fragment of the same numbers."""
    sources = "".join(get_template(name).template.source for name in FRAGMENT)  # type: ignore[attr-defined]
    return hashlib.sha256(sources.encode()).hexdigest()

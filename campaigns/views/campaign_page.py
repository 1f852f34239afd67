"""A campaign's own page, the numbers on it, and its supporters."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from campaigns.lifecycle import PUBLIC
from campaigns.models import Campaign
from campaigns.stripe_silence import is_stripe_silent
from campaigns.views.access import roles_of
from campaigns.views.campaign_contents import contents
from campaigns.views.demo_staff import is_demo_staff, may_close_now
from campaigns.views.live_pace import pace_in_words, seconds_to_next_look
from campaigns.views.live_snapshot import one_moment
from campaigns.views.shared import public_campaign_or_404
from campaigns.views.standing import Standing, standing
from campaigns.views.wall import supporters_of, wall
from lineage.kept_pages import kept_page

PEOPLE_ON_A_PAGE = 60


def campaign_or_404(request: HttpRequest, slug: str) -> Campaign:
    """A draft, and one in review, exists only for those who work on it."""
    found = get_object_or_404(
        Campaign.objects.select_related("organiser", "trainer", "tainted_version", "clean_version"), slug=slug
    )
    if not found.is_public and not (isinstance(request.user, User) and roles_of(request.user, found)):
        raise Http404
    return found


@require_safe
@gzip_page
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """What is public is the same for everybody, but for the staff of a demo."""
    template, at = "campaigns/campaign.html", timezone.now()
    public = Campaign.objects.filter(slug=slug, stage__in=PUBLIC).values_list("zone", "deadline").first()
    if public and not is_demo_staff(request):
        zone, deadline = public
        # Another day is judged anew, and after the deadline nothing is offered: at once, and not seconds later.
        key = (at.astimezone(ZoneInfo(zone)).date(), deadline is not None and deadline <= at)
        return kept_page(request, template, lambda: _shown(lambda: public_campaign_or_404(slug)), key=key)
    shown = _shown(lambda: campaign_or_404(request, slug))
    shown["can_close_now"] = may_close_now(request, giving=shown["now"].giving)
    return render(request, template, shown)


def _shown(find: Callable[[], Campaign]) -> dict[str, Any]:
    at = timezone.now()
    # While the page is open, its numbers go on from this moment and never back behind it.
    with one_moment() as version:
        shown: dict[str, Any] = contents(find(), at=at)
    now: Standing = shown["now"]
    shown |= {"version": version, "next_look": pace_in_words(seconds_to_next_look(now, at=at))}
    shown["streams"] = bool(settings.LIVE_STREAM_URL)
    shown["stripe_silent"] = now.giving and is_stripe_silent(at=at)
    return shown


@require_safe
def supporters(request: HttpRequest, slug: str) -> HttpResponse:
    found = campaign_or_404(request, slug)
    page = Paginator(supporters_of(found), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"campaign": found, "page": page, "people": wall(page), "now": standing(found, at=timezone.now())}
    return render(request, "campaigns/supporters.html", context)

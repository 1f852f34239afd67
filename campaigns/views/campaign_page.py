"""A campaign's own page, the numbers on it, and its supporters."""

from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from campaigns.models import Campaign
from campaigns.views.access import roles_of
from campaigns.views.campaign_contents import contents
from campaigns.views.demo_staff import may_close_now
from campaigns.views.live_pace import pace_in_words, seconds_to_next_look
from campaigns.views.live_snapshot import one_moment
from campaigns.views.standing import Standing, standing
from campaigns.views.wall import supporters_of, wall

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
    at = timezone.now()
    # While the page is open, its numbers go on from this moment and never back behind it.
    with one_moment() as version:
        shown = contents(campaign_or_404(request, slug), at=at)
    now = shown["now"]
    assert isinstance(now, Standing)
    shown |= {"version": version, "next_look": pace_in_words(seconds_to_next_look(now, at=at))}
    shown["can_close_now"] = may_close_now(request, giving=now.giving)
    return render(request, "campaigns/campaign.html", shown)


@require_safe
def supporters(request: HttpRequest, slug: str) -> HttpResponse:
    found = campaign_or_404(request, slug)
    page = Paginator(supporters_of(found), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"campaign": found, "page": page, "people": wall(page), "now": standing(found, at=timezone.now())}
    return render(request, "campaigns/supporters.html", context)

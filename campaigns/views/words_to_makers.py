"""What supporters wrote to those who make the campaign, also what they wrote to nobody else."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns.views.access import ORGANISER, TRAINER, campaign_for
from campaigns.views.wall import supporters_of, wall

WORDS_ON_A_PAGE = 60


@never_cache
@login_required
@require_safe
def words_to_makers(request: HttpRequest, slug: str) -> HttpResponse:
    """People stay as unnamed here as they chose to be on the wall: a message is private, not signed."""
    campaign = campaign_for(request, slug, (ORGANISER, TRAINER))
    page = Paginator(supporters_of(campaign).exclude(message=""), WORDS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"campaign": campaign, "page": page, "people": wall(page, private=True)}
    return render(request, "campaigns/creator/words.html", context)

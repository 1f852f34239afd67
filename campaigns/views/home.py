"""The first page, the list of campaigns, and how it all works."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaigns.lifecycle import PUBLIC, Stage
from campaigns.models import Campaign
from campaigns.views.home_contents import contents, listed
from campaigns.views.standing import standings

CARDS_ON_A_PAGE = 12
GROUPS: dict[str, tuple[Stage, ...]] = {
    "open": (Stage.OPEN, Stage.PAUSED, Stage.CLOSING),
    "funded": (Stage.FUNDED, Stage.TRAINING, Stage.UNFUNDED),
    "released": (Stage.RELEASED,),
    "over": (Stage.CANCELLED, Stage.ABANDONED),
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "campaigns/home.html", contents(at=timezone.now()))


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """All campaigns, or those of one group of stages (?stage=funded)."""
    group = request.GET.get("stage", "")
    page = Paginator(_in_group(group), CARDS_ON_A_PAGE).get_page(request.GET.get("page"))
    cards = standings(list(page), at=timezone.now())
    context = {"group": group if group in GROUPS else "", "page": page, "cards": cards}
    return render(request, "campaigns/campaigns.html", context)


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    language = "ja" if (get_language() or "en").startswith("ja") else "en"
    return render(request, f"campaigns/how_it_works.{language}.html")


def _in_group(group: str) -> QuerySet[Campaign]:
    return listed(GROUPS.get(group, tuple(PUBLIC))).order_by("-opened_at", "-pk")

"""What belongs to whoever is logged in: their coins, whom they follow, and where their account is kept in order."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from campaigns.actions.follow_campaign import stop_following
from campaigns.views.access import signed_in
from campaigns.views.my_coins import (
    MOST_FOLLOWS,
    as_coins,
    coins_of,
    follows_of,
    given,
    proven_addresses,
    with_going_back,
    years,
)

ON_A_PAGE = 20


@never_cache
@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    coins = coins_of(person)
    page = Paginator(with_going_back(coins), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "coins": as_coins(page.object_list),
        "given": given(coins),
        "years": years(coins),
        "follows": follows_of(person)[:MOST_FOLLOWS],
        "addresses": proven_addresses(person),
    }
    return unseen(render(request, "campaigns/account/me.html", context))


@login_required
@require_POST
def stop_follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Only what goes to a proven address of this account; anything else does not exist."""
    follower = get_object_or_404(follows_of(signed_in(request)), pk=pk)
    stop_following(follower.token, at=timezone.now())
    messages.success(
        request, _("No more emails about “%(campaign)s” come to you.") % {"campaign": follower.campaign.heading}
    )
    return redirect("me")


def unseen(answer: HttpResponse) -> HttpResponse:
    """What belongs to one person is for nobody's cache and nobody's index."""
    answer["Cache-Control"] = "no-store, private"
    answer["X-Robots-Tag"] = "noindex"
    return answer

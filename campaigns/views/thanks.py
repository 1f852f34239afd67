"""The page that a supporter comes back to, and where a pledge is taken back. Both are opened by a secret link.

What is shown is what the database knows; the address claims nothing.
"""

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.actions.merge_facts import DoesNotMatch
from campaigns.actions.refund_pledge import TakeBackRefused
from campaigns.actions.refund_pledge import take_back as give_back
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.lifecycle import Stage
from campaigns.models import Attempt, Pledge
from campaigns.stripe_gateway import StripeBusy, StripeRefuses, StripeSilent
from campaigns.views.campaign_contents import share
from campaigns.views.standing import standing

log = logging.getLogger(__name__)


@never_cache
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    pledge = _pledge_or_404(token)
    if pledge.state == Pledge.State.CHECKOUT and "back" in request.GET:
        pledge = _look_at_stripe(pledge)
    part = "part" in request.GET
    answer = render(request, "campaigns/_thanks.html" if part else "campaigns/thanks.html", _contents(request, pledge))
    if part:
        answer["X-Next-Poll"] = "3" if _state(request, pledge) == "processing" else "0"
    answer["Referrer-Policy"] = "no-referrer"
    return _unseen(answer)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, token: str) -> HttpResponse:
    """A GET asks, a POST does it: programs that read mails open links, but send no forms."""
    pledge = _pledge_or_404(token)
    possible = pledge.state == Pledge.State.PAID and pledge.campaign.stage in (Stage.OPEN, Stage.PAUSED)
    if request.method == "POST":
        try:
            give_back(pledge, at=timezone.now())
            return _unseen(redirect("thanks", token=token))
        except TakeBackRefused:
            pledge, possible = _pledge_or_404(token), False
    context = {"pledge": pledge, "campaign": pledge.campaign, "possible": possible, "giving_back": _giving_back(pledge)}
    return _unseen(render(request, "campaigns/take_back.html", context, status=200 if possible else 409))


def _pledge_or_404(token: str) -> Pledge:
    pledge = Pledge.objects.select_related("campaign__clean_version").filter(token=token).first()
    if pledge is None:
        raise Http404
    return pledge


def _look_at_stripe(pledge: Pledge) -> Pledge:
    """Whoever comes back from Stripe need not wait for its event. If Stripe does not answer, the event will come."""
    try:
        settle_pledge(pledge.pk, at=timezone.now())
    except (StripeSilent, StripeBusy, StripeRefuses, DoesNotMatch) as error:
        log.warning("Pledge %s could not be looked at: %s", pledge.pk, error)
    return _pledge_or_404(pledge.token)


def _state(request: HttpRequest, pledge: Pledge) -> str:
    """confirmed, processing, unfinished, expired, refunded or giving-back."""
    if pledge.state == Pledge.State.PAID:
        return "giving-back" if _giving_back(pledge) else "confirmed"
    if pledge.state in (Pledge.State.EXPIRED, Pledge.State.REFUNDED):
        return str(pledge.state)
    came_back = "back" in request.GET or "part" in request.GET
    return "processing" if pledge.state == Pledge.State.PROCESSING or came_back else "unfinished"


def _giving_back(pledge: Pledge) -> bool:
    refunds = pledge.attempts.filter(kind=Attempt.Kind.REFUND, state__in=Attempt.OPEN)
    return pledge.state == Pledge.State.PAID and (pledge.came_late or refunds.exists())


def _contents(request: HttpRequest, pledge: Pledge) -> dict[str, object]:
    at = timezone.now()
    payable = bool(pledge.session_url) and pledge.session_expires_at is not None and pledge.session_expires_at > at
    return {
        "pledge": pledge,
        "campaign": pledge.campaign,
        "state": _state(request, pledge),
        "now": standing(pledge.campaign, at=at),
        "share": share(pledge.campaign),
        "can_pay": payable and pledge.state == Pledge.State.CHECKOUT,
        "can_take_back": pledge.campaign.stage in (Stage.OPEN, Stage.PAUSED),
    }


def _unseen(answer: HttpResponse) -> HttpResponse:
    """A secret address is for nobody's cache and nobody's index."""
    answer["Cache-Control"] = "no-store, private"
    answer["X-Robots-Tag"] = "noindex"
    return answer

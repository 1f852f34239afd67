"""The page that a supporter comes back to, and where a pledge is taken back. Both are opened by a secret link.

What is shown is what the database knows; the address claims nothing.
"""

import logging
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.actions.consent import latest_charge_day
from campaigns.actions.merge_facts import DoesNotMatch
from campaigns.actions.open_checkout import CheckoutUnavailable
from campaigns.actions.refund_pledge import TakeBackRefused
from campaigns.actions.refund_pledge import take_back as give_back
from campaigns.actions.renew_card import NothingToRenew, TooManyPages, renew_card
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.withdraw_pledge import can_withdraw, withdraw_pledge
from campaigns.lifecycle import Stage
from campaigns.models import Bundle, Pledge
from campaigns.models.going_back import refunds_going_back
from campaigns.stripe_gateway import StripeBusy, StripeRefuses, StripeSilent
from campaigns.views import bundle_thanks
from campaigns.views.give import unavailable
from campaigns.views.share_links import share
from campaigns.views.sign_up import sign_up_page
from campaigns.views.standing import standing

SAID_AS_THEY_ARE = (
    Pledge.State.EXPIRED,
    Pledge.State.REFUNDED,
    Pledge.State.AUTHORISED,
    Pledge.State.RELEASED,
    Pledge.State.WITHDRAWN,
    Pledge.State.FAILED,
)
log = logging.getLogger(__name__)


@never_cache
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    bundle = Bundle.objects.filter(token=token).first()
    if bundle is not None:
        return _unseen(bundle_thanks.thanks(request, bundle))
    pledge = _pledge_or_404(token)
    if pledge.bundle is not None:
        return _unseen(redirect("thanks", token=pledge.bundle.token))
    if pledge.state == Pledge.State.CHECKOUT and "back" in request.GET:
        pledge = _look_at_stripe(pledge)
    part = "part" in request.GET
    answer = render(request, "campaigns/_thanks.html" if part else "campaigns/thanks.html", _contents(request, pledge))
    if part:
        answer["X-Next-Poll"] = "3" if _state(request, pledge) == "processing" else "0"
    # With "no-referrer" a browser sends the form of this page without an origin, and the CSRF check refuses it.
    answer["Referrer-Policy"] = "same-origin"
    return _unseen(answer)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, token: str) -> HttpResponse:
    """A GET asks, a POST does it: programs that read mails open links, but send no forms."""
    pledge = _pledge_or_404(token)
    possible = _can_take_back(pledge)
    if request.method == "POST":
        try:
            undo = withdraw_pledge if pledge.state != Pledge.State.PAID and pledge.charged_at_the_close else give_back
            undo(pledge, at=timezone.now())
            return _unseen(redirect("thanks", token=token))
        except TakeBackRefused:
            pledge, possible = _pledge_or_404(token), False
    context = {"pledge": pledge, "campaign": pledge.campaign, "possible": possible, "giving_back": _giving_back(pledge)}
    return _unseen(render(request, "campaigns/take_back.html", context, status=200 if possible else 409))


def _can_take_back(pledge: Pledge) -> bool:
    if pledge.charged_at_the_close:
        return pledge.state == Pledge.State.SAVED and can_withdraw(pledge, at=timezone.now())
    return pledge.state == Pledge.State.PAID and pledge.campaign.stage in (Stage.OPEN, Stage.PAUSED)


@never_cache
@require_POST
def renew(request: HttpRequest, token: str) -> HttpResponse:
    """On to Stripe's page for another card."""
    pledge = _pledge_or_404(token)
    try:
        return HttpResponseRedirect(renew_card(pledge, at=timezone.now()), status=303)
    except NothingToRenew:
        messages.warning(request, gettext("The campaign has closed, so no other card can be saved."))
    except TooManyPages:
        messages.warning(request, gettext("Another card was asked for too often today. Try again tomorrow."))
    except CheckoutUnavailable as silence:
        log.warning("No page for another card for pledge %s: %s", pledge.pk, silence)
        messages.error(request, unavailable())
    return _unseen(redirect("thanks", token=token))


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
    """confirmed, promised, authorised, released, withdrawn, failed, processing, unfinished, expired, refunded or
    giving-back."""
    if pledge.state == Pledge.State.PAID:
        return "giving-back" if _giving_back(pledge) else "confirmed"
    if pledge.state == Pledge.State.SAVED:
        return "promised"
    if pledge.state in SAID_AS_THEY_ARE:
        return str(pledge.state)
    came_back = "back" in request.GET or "part" in request.GET
    return "processing" if pledge.state == Pledge.State.PROCESSING or came_back else "unfinished"


def _giving_back(pledge: Pledge) -> bool:
    refunds = refunds_going_back().filter(pledge=pledge)
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
        "can_take_back": _can_take_back(pledge),
        "charge_by": latest_charge_day(pledge.campaign) if pledge.state == Pledge.State.SAVED else None,
        "card": _trouble_with_card(pledge, at=at),
        "sign_up": sign_up_page(),
    }


def _trouble_with_card(pledge: Pledge, *, at: datetime) -> str:
    """confirm, declined or expires where a saved card may not do; else empty."""
    if pledge.state != Pledge.State.SAVED:
        return ""
    if pledge.confirm_until is not None and pledge.confirm_until > at:
        return "confirm"
    if pledge.failure:
        return "declined"
    ends = pledge.card_expires_on
    runs_out = ends is not None and ends < latest_charge_day(pledge.campaign)
    return "expires" if runs_out and can_withdraw(pledge, at=at) else ""


def _unseen(answer: HttpResponse) -> HttpResponse:
    """A secret address is for nobody's cache and nobody's index."""
    answer["Cache-Control"] = "no-store, private"
    answer["X-Robots-Tag"] = "noindex"
    return answer

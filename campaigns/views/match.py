"""Match the coins of others: name a cap, agree, and go on to Stripe's page. Nothing is charged before the close."""

import logging

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from campaigns import money
from campaigns.actions.consent import consent_for, latest_charge_day
from campaigns.actions.open_checkout import CheckoutUnavailable, open_checkout
from campaigns.actions.refuse_insiders import match_left
from campaigns.actions.start_pledge import PledgeRefused, start_pledge
from campaigns.forms.match import MatchForm
from campaigns.views.access import ORGANISER, TRAINER, roles_of
from campaigns.views.campaign_page import campaign_or_404
from campaigns.views.give import REFUSED, STATUS, UNAVAILABLE, says_of_refusal, unavailable
from campaigns.views.giver import giver_of, known_of
from campaigns.views.sign_up import on_to_stripe
from campaigns.views.standing import Standing, standing

log = logging.getLogger(__name__)


@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("email")
def match(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaign_or_404(request, slug)
    if not campaign.is_public:
        raise Http404
    now = standing(campaign, at=timezone.now())
    if request.method != "POST":
        return _page(request, now, _form(request, now))
    form = _form(request, now)
    if not form.is_valid():
        return _page(request, now, form, status=REFUSED)
    return _send_on(request, now, form)


def _send_on(request: HttpRequest, now: Standing, form: MatchForm) -> HttpResponse:
    campaign, at, given = now.campaign, timezone.now(), form.cleaned_data
    cap = given["cap"]
    try:
        pledge = start_pledge(
            campaign,
            giver_of(request, given),
            amount=cap,
            cover_fee=False,
            form_nonce=given["form_nonce"],
            at=at,
            matches_up_to=cap,
            consent=consent_for(campaign, None, 0, get_language() or "en", matches_up_to=cap),
        )
        return on_to_stripe(request, open_checkout(pledge, at=at), given["email"])
    except PledgeRefused as refusal:
        form.add_error("cap" if refusal.reason == "match-too-large" else None, says_of_refusal(campaign, refusal))
        return _page(request, standing(campaign, at=at), form, status=STATUS.get(refusal.reason, REFUSED))
    except CheckoutUnavailable as silence:
        log.warning("No page to save a card at for %s: %s", campaign.slug, silence)
        form.add_error(None, unavailable())
        return _page(request, standing(campaign, at=at), form, status=UNAVAILABLE)


def _form(request: HttpRequest, now: Standing) -> MatchForm:
    posted = request.POST if request.method == "POST" else None
    return MatchForm(posted, currency=now.campaign.currency, most=_most(request, now), initial=known_of(request))


def _most(request: HttpRequest, now: Standing) -> int | None:
    """The largest match that is possible now, as far as we know who asks; None for no limit."""
    limits = [] if now.progress.room is None else [now.progress.room]
    if _is_insider(request, now):
        limits.append(match_left(now.campaign))
    return min(limits, default=None)


def _is_insider(request: HttpRequest, now: Standing) -> bool:
    return isinstance(request.user, User) and bool(roles_of(request.user, now.campaign) & {ORGANISER, TRAINER})


def _page(request: HttpRequest, now: Standing, form: MatchForm, status: int = 200) -> HttpResponse:
    campaign, most = now.campaign, _most(request, now)
    context: dict[str, object] = {
        "campaign": campaign,
        "now": now,
        "form": form,
        "is_organiser": _is_insider(request, now),
        "nothing_left": most is not None and most < money.CURRENCIES[campaign.currency].least,
        "cancelled": "cancelled" in request.GET and request.method != "POST",
    }
    if now.giving:
        said = consent_for(campaign, None, 0, get_language() or "en", matches_up_to=0)
        context |= {"consent": said.text, "charge_by": latest_charge_day(campaign)}
    return render(request, "campaigns/match.html", context, status=status)

"""Give a coin: choose, say how to be shown, and go on to Stripe's page. Nothing is charged here."""

import logging
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from campaigns import money
from campaigns.actions.consent import Consent, consent_for, latest_charge_day
from campaigns.actions.open_checkout import CheckoutUnavailable, open_checkout
from campaigns.actions.start_pledge import PledgeRefused, start_pledge
from campaigns.forms.give import OTHER, GiveForm, Offer, offer
from campaigns.models import Campaign
from campaigns.stripe_silence import is_stripe_silent
from campaigns.views.campaign_page import campaign_or_404
from campaigns.views.giver import giver_of, known_of
from campaigns.views.sign_up import on_to_stripe
from campaigns.views.standing import Standing, standing

log = logging.getLogger(__name__)
STATUS = {"closed": 409, "paused": 409, "more-than-left": 422, "too-many-tries": 429}
REFUSED, UNAVAILABLE = 422, 503


@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("email", "message")
def give(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaign_or_404(request, slug)
    if not campaign.is_public:
        raise Http404
    now = standing(campaign, at=timezone.now())
    if request.method != "POST":
        return _page(request, now, _empty_form(request, now))
    form = GiveForm(request.POST, currency=campaign.currency, offers=offers_of(now), later=now.later)
    if not form.is_valid():
        return _page(request, now, form, status=422)
    return _send_on(request, now, form)


def offers_of(now: Standing) -> tuple[Offer, ...]:
    """The coin (or the rest, where less is left) and the other amounts that still fit."""
    currency = now.campaign.currency
    first = now.next_coin or now.campaign.coin or money.CURRENCIES[currency].presets[0]
    is_rest = now.campaign.coin is not None and first < now.campaign.coin
    presets = now.presets[:4] if now.giving else ()
    return (offer(first, currency, is_rest=is_rest), *(offer(one, currency) for one in presets))


def _send_on(request: HttpRequest, now: Standing, form: GiveForm) -> HttpResponse:
    campaign, at, given = now.campaign, timezone.now(), form.cleaned_data
    try:
        pledge = start_pledge(
            campaign,
            giver_of(request, given),
            amount=given["amount"],
            cover_fee=given["cover_fee"],
            form_nonce=given["form_nonce"],
            at=at,
            consent=_consent(now, given) if now.later else None,
        )
        return on_to_stripe(request, open_checkout(pledge, at=at), given["email"])
    except PledgeRefused as refusal:
        form.add_error("amount" if refusal.reason == "more-than-left" else None, says_of_refusal(campaign, refusal))
        return _page(request, standing(campaign, at=at), form, status=STATUS.get(refusal.reason, REFUSED))
    except CheckoutUnavailable as silence:
        log.warning("No page to pay at for %s: %s", campaign.slug, silence)
        form.add_error(None, unavailable())
        return _page(request, standing(campaign, at=at), form, status=UNAVAILABLE)


def _empty_form(request: HttpRequest, now: Standing) -> GiveForm:
    """The address may bring an amount (?amount=500): a radio where it is one, else typed into the field."""
    currency, offers = now.campaign.currency, offers_of(now)
    initial: dict[str, object] = {"preset": money.plain(offers[0].amount, currency)}
    if (asked := request.GET.get("amount")) is not None:
        initial = {"preset": OTHER}
        try:
            minor = money.parse(asked, currency)
            known = any(one.amount == minor for one in offers)
            plain = money.plain(minor, currency)
            initial = {"preset": plain} if known else {"preset": OTHER, "amount": plain}
        except money.AmountNotUnderstood:
            pass
    return GiveForm(currency=currency, offers=offers, later=now.later, initial=initial | known_of(request))


def _page(request: HttpRequest, now: Standing, form: GiveForm, status: int = 200) -> HttpResponse:
    # What can be given may have changed while the form was on its way.
    form.offer(offers_of(now))
    context = {
        "campaign": now.campaign,
        "now": now,
        "form": form,
        "cancelled": "cancelled" in request.GET and request.method != "POST",
        "limits": money.CURRENCIES[now.campaign.currency],
        "later": now.later,
        "stripe_away": status == UNAVAILABLE,
        "stripe_silent": status != UNAVAILABLE and now.giving and is_stripe_silent(at=timezone.now()),
    }
    if now.later and now.giving:
        context |= {"consents": _consents(now.campaign, form.offers), "charge_by": latest_charge_day(now.campaign)}
    return render(request, "campaigns/give.html", context, status=status)


def _consent(now: Standing, given: Mapping[str, Any]) -> Consent:
    """The text that stood on the page for this amount."""
    amount, currency = given["amount"], now.campaign.currency
    covered = money.fee_to_cover(amount, currency) if given["cover_fee"] else 0
    return consent_for(now.campaign, amount, covered, get_language() or "en")


def _consents(campaign: Campaign, offers: tuple[Offer, ...]) -> list[tuple[str, str]]:
    """What is agreed to, without and with the fee covered, for each offer; at last for an amount that is typed."""
    language = get_language() or "en"
    typed = consent_for(campaign, None, 0, language).text
    each = [[consent_for(campaign, one.amount, fee, language).text for fee in (0, one.cover)] for one in offers]
    return [*((without, covered) for without, covered in each), (typed, typed)]


def unavailable() -> str:
    return gettext(
        "The payment company cannot be reached. Nothing was charged. Please try again now, or a little later."
    )


def says_of_refusal(campaign: Campaign, refusal: PledgeRefused) -> str:
    """A refusal in the reader's words, and what to do."""
    if refusal.reason == "more-than-left":
        rest = money.with_code(refusal.room or 0, campaign.currency, get_language() or "en")
        return gettext("Only %(rest)s is left to the ceiling. You can give that.") % {"rest": rest}
    if refusal.reason == "match-too-large":
        rest = money.with_code(max(refusal.room or 0, 0), campaign.currency, get_language() or "en")
        return gettext("A match of %(rest)s at most is possible now. Nothing was charged.") % {"rest": rest}
    return {
        "closed": gettext("This campaign has closed. Nothing was charged."),
        "no-consent": gettext("Tick that you agree: without it no card can be saved."),
        "organiser-only-matches": gettext(
            "Whoever organises or trains an all-or-nothing campaign supports it by the match that was announced, and "
            "in no other way. Nothing was charged."
        ),
        "paused": gettext("Giving is paused at the moment. Nothing was charged."),
        "too-many-tries": gettext(
            "There were many tries in a short time. Wait about ten minutes and try again. Nothing was charged."
        ),
    }[refusal.reason]

"""Give to several campaigns at once: one payment, one fee, and a coin for each. Nothing is charged here."""

import logging
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from campaigns import money
from campaigns.actions.open_bundle_checkout import open_bundle_checkout
from campaigns.actions.open_checkout import CheckoutUnavailable
from campaigns.actions.start_bundle import MOST_COINS, BundleRefused, Coin, covered_fees, start_bundle
from campaigns.forms.bundle import TICK, BundleForm, Choice
from campaigns.lifecycle import Kind, Stage
from campaigns.models import Campaign
from campaigns.stripe_silence import is_stripe_silent
from campaigns.views.give import UNAVAILABLE, unavailable
from campaigns.views.giver import giver_of, known_of
from campaigns.views.sign_up import on_to_stripe
from campaigns.views.standing import standings

log = logging.getLogger(__name__)
STATUS = {"more-than-left": 422, "too-large": 422, "too-many-tries": 429}


@dataclass(frozen=True, slots=True)
class Sums:
    """What the chosen coins come to, in minor units; the fees are estimates. `alone` is the fee of single payments.

    `is_example` marks that nothing is chosen yet: then it is one coin for each of the campaigns.
    """

    coins: int
    amount: int
    cover: int
    fee: int
    alone: int
    is_example: bool

    @property
    def saved(self) -> int:
        return self.alone - self.fee

    @property
    def total(self) -> int:
        return self.amount + self.cover


@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("email", "message")
def bundle(request: HttpRequest) -> HttpResponse:
    """`?c=<slug>` ticks a campaign; `?currency=USD` shows those of a currency."""
    choices = _open_choices()
    currency = _currency(request, choices)
    here = _offered(request, [choice for choice in choices if choice.campaign.currency == currency])
    if request.method != "POST":
        asked = [choice.campaign.pk for choice in here if choice.campaign.slug in request.GET.getlist("c")]
        empty = BundleForm(currency=currency, choices=here, chosen=asked, initial=known_of(request))
        return _page(request, empty, choices)
    form = BundleForm(request.POST, currency=currency, choices=here)
    if not form.is_valid():
        return _page(request, form, choices, status=422)
    return _page(request, form, choices) if "look" in request.POST else _send_on(request, form, choices)


def _open_choices() -> list[Choice]:
    """Every campaign that takes coins now and charges at once, those that end soonest first."""
    found = Campaign.objects.filter(stage=Stage.OPEN, kind=Kind.KEEP, giving_paused=False).order_by("deadline", "pk")
    standing = standings(list(found), at=timezone.now())
    return [Choice(now.campaign, now.next_coin) for now in standing if now.next_coin]


def _offered(request: HttpRequest, choices: list[Choice]) -> list[Choice]:
    """As many as one payment may have: first of all what was ticked, or asked for in the address."""
    slugs = request.GET.getlist("c")
    wanted = [one for one in choices if f"{TICK}{one.campaign.pk}" in request.POST or one.campaign.slug in slugs]
    most = {one.campaign.pk for one in [*wanted, *(one for one in choices if one not in wanted)][:MOST_COINS]}
    return [one for one in choices if one.campaign.pk in most]


def _currency(request: HttpRequest, choices: list[Choice]) -> str:
    """That of the form or the address, else that of the campaign which was asked for, else of the first."""
    told = str((request.POST if request.method == "POST" else request.GET).get("currency", ""))
    if told in money.CURRENCIES:
        return told
    asked = request.GET.getlist("c")
    of_asked = (choice.campaign.currency for choice in choices if choice.campaign.slug in asked)
    return next(of_asked, choices[0].campaign.currency if choices else "JPY")


def _send_on(request: HttpRequest, form: BundleForm, choices: list[Choice]) -> HttpResponse:
    given, at = form.cleaned_data, timezone.now()
    giver = giver_of(request, given)
    try:
        made = start_bundle(_coins(form), giver, cover_fee=given["cover_fee"], form_nonce=given["form_nonce"], at=at)
        return on_to_stripe(request, open_bundle_checkout(made, at=at), given["email"])
    except BundleRefused as refusal:
        form.add_error(_field_of(form, refusal), _says(form, refusal))
        return _page(request, form, choices, status=STATUS.get(refusal.reason, 409))
    except CheckoutUnavailable as silence:
        log.warning("No page to pay a bundle at: %s", silence)
        form.add_error(None, unavailable())
        return _page(request, form, choices, status=UNAVAILABLE)


def _coins(form: BundleForm) -> list[Coin]:
    coins: dict[int, int] = form.cleaned_data.get("coins", {}) if form.is_bound else {}
    if not form.is_bound:
        lines = zip(form.lines, form.choices, strict=True)
        coins = {choice.campaign.pk: choice.coin for line, choice in lines if line.tick.initial}
    return [Coin(choice.campaign, coins[choice.campaign.pk]) for choice in form.choices if choice.campaign.pk in coins]


def _sums(form: BundleForm) -> Sums:
    chosen = _coins(form)
    coins = chosen or [Coin(choice.campaign, choice.coin) for choice in form.choices]
    cover = form.is_bound and bool(form.cleaned_data.get("cover_fee"))
    amount, covered = sum(coin.amount for coin in coins), sum(covered_fees(coins, cover_fee=cover).values())
    alone = sum(money.estimated_fee(coin.amount, form.currency) for coin in coins)
    return Sums(len(coins), amount, covered, money.estimated_fee(amount + covered, form.currency), alone, not chosen)


def _page(request: HttpRequest, form: BundleForm, choices: list[Choice], status: int = 200) -> HttpResponse:
    currencies = sorted({choice.campaign.currency for choice in choices})
    context = {
        "form": form,
        "currency": form.currency,
        "others": [other for other in currencies if other != form.currency],
        "sums": _sums(form),
        "cancelled": "cancelled" in request.GET and request.method != "POST",
        "stripe_silent": status != UNAVAILABLE and bool(form.choices) and is_stripe_silent(at=timezone.now()),
    }
    return render(request, "campaigns/bundle/give.html", context, status=status)


def _field_of(form: BundleForm, refusal: BundleRefused) -> str | None:
    return f"amount_{refusal.campaign.pk}" if refusal.campaign and refusal.reason == "more-than-left" else None


def _says(form: BundleForm, refusal: BundleRefused) -> str:
    language, campaign = get_language() or "en", refusal.campaign.heading if refusal.campaign else ""
    rest = money.with_code(refusal.room or 0, form.currency, language)
    most = money.with_code(money.CURRENCIES[form.currency].most, form.currency, language)
    texts = {
        "more-than-left": gettext("Only %(rest)s is left to the ceiling of %(campaign)s. You can give that."),
        "closed": gettext("%(campaign)s has closed. Nothing was charged. Take its tick away and go on."),
        "paused": gettext("Giving to %(campaign)s is paused at the moment. Nothing was charged."),
        "too-large": gettext("One payment may be %(most)s at most. Give less, or give in two payments."),
        "too-many-tries": gettext(
            "There were many tries in a short time. Wait about ten minutes and try again. Nothing was charged."
        ),
    }
    text = texts.get(refusal.reason, gettext("These coins cannot be paid together. Nothing was charged."))
    return text % {"rest": rest, "campaign": campaign, "most": most}

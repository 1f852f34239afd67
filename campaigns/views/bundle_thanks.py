"""The page that a supporter of several campaigns comes back to, with what became of each coin."""

import logging
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from campaigns.actions.merge_facts import DoesNotMatch
from campaigns.actions.settle_bundle import settle_bundle
from campaigns.lifecycle import Stage
from campaigns.models import Bundle, Pledge
from campaigns.models.going_back import refunds_going_back
from campaigns.models.pledges import supporter_numbers
from campaigns.stripe_gateway import StripeBusy, StripeRefuses, StripeSilent
from campaigns.views.sign_up import sign_up_page

log = logging.getLogger(__name__)
COLLECTING = (Stage.OPEN, Stage.PAUSED)


@dataclass(frozen=True, slots=True)
class Part:
    """One coin of a bundle. `giving_back` is true from the wish until Stripe has done it.

    `number` says which supporter of its campaign the giver is; 0 before anything was paid.
    """

    pledge: Pledge
    giving_back: bool
    number: int

    @property
    def can_take_back(self) -> bool:
        paid = self.pledge.state == Pledge.State.PAID and not self.giving_back
        return paid and self.pledge.campaign.stage in COLLECTING


def thanks(request: HttpRequest, bundle: Bundle) -> HttpResponse:
    """Whoever has the bundle's link sees all its coins; the caller keeps the answer out of caches."""
    if "back" in request.GET and bundle.session_id and not bundle.charge_id:
        bundle = _look_at_stripe(bundle)
    pledges = list(bundle.pledges.select_related("campaign").order_by("pk"))
    state = _state(request, bundle, pledges)
    part = "part" in request.GET
    template = "campaigns/bundle/_thanks.html" if part else "campaigns/bundle/thanks.html"
    answer = render(request, template, _contents(bundle, pledges, state))
    if part:
        answer["X-Next-Poll"] = "3" if state == "processing" else "0"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _look_at_stripe(bundle: Bundle) -> Bundle:
    """Whoever comes back from Stripe need not wait for its event. If Stripe does not answer, the event will come."""
    try:
        return settle_bundle(bundle.pk, at=timezone.now())
    except (StripeSilent, StripeBusy, StripeRefuses, DoesNotMatch) as error:
        log.warning("Bundle %s could not be looked at: %s", bundle.pk, error)
    return bundle


def _state(request: HttpRequest, bundle: Bundle, pledges: list[Pledge]) -> str:
    """confirmed, refunded, expired, processing or unfinished."""
    states = {pledge.state for pledge in pledges}
    if bundle.charge_id:
        return "refunded" if states == {Pledge.State.REFUNDED} else "confirmed"
    if states == {Pledge.State.EXPIRED}:
        return "expired"
    came_back = "back" in request.GET or "part" in request.GET
    return "processing" if Pledge.State.PROCESSING in states or came_back else "unfinished"


def _contents(bundle: Bundle, pledges: list[Pledge], state: str) -> dict[str, object]:
    at = timezone.now()
    lives = bundle.session_expires_at is not None and bundle.session_expires_at > at
    going_back = set(refunds_going_back().filter(pledge__bundle=bundle).values_list("pledge_id", flat=True))
    paid = Pledge.State.PAID
    numbers = supporter_numbers(bundle.email, [one.campaign_id for one in pledges])
    parts = [
        Part(one, one.state == paid and (one.came_late or one.pk in going_back), numbers.get(one.campaign_id, 0))
        for one in pledges
    ]
    return {
        "bundle": bundle,
        "parts": parts,
        "state": state,
        "total": sum(one.total for one in pledges),
        "covered_fee": sum(one.covered_fee for one in pledges),
        "refunded": sum(one.refunded for one in pledges),
        "paid_at": pledges[0].paid_at,
        "can_pay": state == "unfinished" and bool(bundle.session_url) and lives,
        "still_open": [one.campaign for one in pledges if one.campaign.stage == Stage.OPEN],
        "wants_updates": pledges[0].wants_updates,
        "sign_up": sign_up_page(),
    }

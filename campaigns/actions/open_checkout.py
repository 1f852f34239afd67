"""Get Stripe's hosted page for a pledge. Nothing is charged until the supporter pays there."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from campaigns import attempts, pace, stripe_gateway
from campaigns.actions.checkout_parameters import PAGE_LIVES as PAGE_LIVES
from campaigns.actions.checkout_parameters import page_to_pay, page_to_save_a_card
from campaigns.actions.checkout_parameters import thanks_address as thanks_address
from campaigns.actions.pause_site import is_site_paused
from campaigns.actions.start_pledge import PledgeRefused, room_left
from campaigns.lifecycle import GIVING
from campaigns.locks import share_campaign
from campaigns.models import Attempt, Bundle, Pledge
from campaigns.stripe_gateway import Checkout, StripeBusy, StripeRefuses, StripeSilent
from campaigns.stripe_silence import note_answer, note_silence
from campaigns.totals import totals

#: Longer than a call takes, with its second try.
LEARN_AFTER = timedelta(seconds=40)
CLOCKS_DIFFER = timedelta(minutes=10)


class CheckoutUnavailable(Exception):
    """Stripe's page could not be had. Nothing was charged."""


def open_checkout(pledge: Pledge, *, at: datetime) -> str:
    """The address to send the supporter to. A form sent twice leads to the same page; a paid pledge to its thanks.

    Raises CheckoutUnavailable, and PledgeRefused when the ceiling was reached since the form was sent.
    """
    with transaction.atomic():
        stage = share_campaign(pledge.campaign_id)
        pledge = Pledge.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=pledge.pk)
        if pledge.state == Pledge.State.CHECKOUT and pledge.session_url:
            return pledge.session_url
        if pledge.state != Pledge.State.CREATED:
            return thanks_address(pledge)
        campaign = pledge.campaign
        over = campaign.deadline is None or campaign.deadline <= at
        if stage not in GIVING or over or campaign.giving_paused or is_site_paused():
            raise CheckoutUnavailable("The campaign takes no coins at the moment.")
        _refuse_when_full(pledge)
        asked = page_to_save_a_card(pledge, at=at) if pledge.charged_at_the_close else page_to_pay(pledge, at=at)
        attempt = attempts.plan(pledge, Attempt.Kind.CHECKOUT, asked, at=at, amount=pledge.total, once=True)
        # If the answer is lost, or this process dies, the sweep learns what became of the page.
        pledge.check_at = at + LEARN_AFTER
        pledge.save(update_fields=["check_at"])
    # A close that waits for its own turns gives way.
    pace.wait_for_a_visitors_turn()
    try:
        page = page_of(attempt, at=at)
    except (StripeSilent, StripeBusy, StripeRefuses) as error:
        raise CheckoutUnavailable(str(error)) from error
    if page is None:
        raise CheckoutUnavailable("Stripe has no page for this pledge")
    remember_checkout(pledge, page, at=at)
    return page.url


def _refuse_when_full(pledge: Pledge) -> None:
    """No page is opened once the ceiling is reached, though its close has not begun: so it is passed by no more than
    what stood before its page by then. Call it while the campaign is shared."""
    if pledge.campaign.ceiling is None:
        return
    if room_left(pledge.campaign, totals(pledge.campaign)) == 0:
        raise PledgeRefused("closed")


def remember_checkout(pledge: Pledge, page: Checkout, *, at: datetime) -> None:
    """Tie Stripe's page to its pledge, once, or to all of a bundle; the sweep looks after it when it has run out."""
    tied = {"session_id": page.id, "session_url": page.url, "session_expires_at": page.expires_at}
    look = page.expires_at + timedelta(minutes=1)
    with transaction.atomic():
        new = _on_one_page(pledge).filter(state=Pledge.State.CREATED)
        if new.update(state=Pledge.State.CHECKOUT, check_at=None if pledge.bundle_id else look, **tied):
            _bundle_of(pledge).update(check_at=look, **tied)


def _on_one_page(pledge: Pledge) -> QuerySet[Pledge]:
    """The pledge, or every pledge of its bundle, held in the order of their keys after the bundle itself."""
    _bundle_of(pledge).select_for_update(of=("self",)).first()
    together = Q(bundle=pledge.bundle_id) if pledge.bundle_id else Q(pk=pledge.pk)
    keys = Pledge.objects.select_for_update().filter(together).order_by("pk").values_list("pk", flat=True)
    return Pledge.objects.filter(pk__in=list(keys))


def _bundle_of(pledge: Pledge) -> QuerySet[Bundle]:
    """The bundle that the pledge belongs to, or none."""
    return Bundle.objects.filter(pledges=pledge)


def learn_checkout(pledge: Pledge, *, at: datetime) -> bool:
    """Learn what became of a page whose answer was lost, without a second page; False when there is none: it is over.

    Raises the gateway's StripeSilent and StripeBusy while it cannot be known.
    """
    with transaction.atomic():
        together = _on_one_page(pledge)
        pledge = together.get(pk=pledge.pk)
        made = (pledge.bundle or pledge).attempts.filter(kind=Attempt.Kind.CHECKOUT)
        attempt = made.order_by("-sequence").first()
        if pledge.state != Pledge.State.CREATED:
            return True
        if attempt is None or attempt.state == Attempt.State.FAILED:
            together.filter(state=Pledge.State.CREATED).update(state=Pledge.State.EXPIRED, check_at=None)
            _bundle_of(pledge).update(check_at=None)
            return False
    page = page_of(attempt, at=at)
    if page is None:
        return learn_checkout(pledge, at=at)
    remember_checkout(pledge, page, at=at)
    return True


def page_of(attempt: Attempt, *, at: datetime) -> Checkout | None:
    """By its id, by the same call with the same key, or by a look at Stripe. None, and the attempt failed, for none.

    Whether Stripe answered is written down for the pages that offer to give.
    """
    try:
        page = _asked_for(attempt, at=at)
    except (StripeSilent, StripeBusy):
        note_silence(at=at)
        raise
    note_answer()
    return page


def _asked_for(attempt: Attempt, *, at: datetime) -> Checkout | None:
    if attempt.stripe_id:
        return stripe_gateway.checkout(attempt.stripe_id)
    try:
        return attempts.carry_out(attempt, _create, at=at)
    except StripeRefuses:
        return None
    except attempts.TooLateToRepeat:
        sent = attempt.sent_at or attempt.planned_at
        until = sent + attempts.KEY_LIVES + CLOCKS_DIFFER
        whose = attempt.parameters["client_reference_id"]
        made = stripe_gateway.checkout_for(whose, since=sent - CLOCKS_DIFFER, until=until)
        attempts.conclude(attempt, made.id if made else "", at=at)
        return made


def close_page(session_id: str) -> None:
    """Expire a page at Stripe. One that was paid or ran out in this very moment stays as it is: look which."""
    try:
        stripe_gateway.expire_checkout(session_id)
    except StripeRefuses:
        pass


def _create(parameters: dict[str, Any], key: str) -> Checkout:
    return stripe_gateway.create_checkout(parameters, key=key)

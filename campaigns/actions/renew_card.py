"""Save another card for a promise that stands. The old one stays until the new one is there."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from campaigns import attempts, pace
from campaigns.actions.checkout_parameters import PAGE_LIVES, page_to_renew_a_card
from campaigns.actions.open_checkout import CheckoutUnavailable, page_of
from campaigns.actions.save_card import holds_end_at
from campaigns.lifecycle import Stage
from campaigns.locks import share_campaign
from campaigns.models import Attempt, Pledge
from campaigns.stripe_gateway import Checkout, StripeBusy, StripeSilent

RENEWAL = "another-card"
ALMOST_OVER, A_MOMENT, DAY = timedelta(minutes=1), timedelta(minutes=1), timedelta(days=1)
# Enough for whoever mistypes; too few to try stolen cards by.
MOST_PAGES_A_DAY = 5


class NothingToRenew(Exception):
    """No card is saved for this pledge, or its campaign has closed."""


class TooManyPages(Exception):
    """It was asked for more often than somebody needs who has another card."""


def renew_card(pledge: Pledge, *, at: datetime) -> str:
    """The address of the page for another card; the same one while it is open.

    Raises NothingToRenew, TooManyPages, and CheckoutUnavailable when Stripe's page cannot be had.
    """
    with transaction.atomic():
        stage = share_campaign(pledge.campaign_id)
        pledge = Pledge.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=pledge.pk)
        if not is_renewable(pledge, stage, at=at):
            raise NothingToRenew
        if open_page := _open_page(pledge, at=at):
            return open_page
        attempt = _planned(pledge, at=at)
        # If the answer is lost, or this process dies, the sweep learns what became of the page.
        pledge.check_at = at + PAGE_LIVES
        pledge.save(update_fields=["check_at"])
    pace.wait_for_a_visitors_turn()
    try:
        page = page_of(attempt, at=at)
    except (StripeSilent, StripeBusy) as error:
        raise CheckoutUnavailable(str(error)) from error
    if page is None or page.status != "open":
        raise CheckoutUnavailable("Stripe has no page for another card")
    _remember(pledge, page)
    return page.url


def is_renewable(pledge: Pledge, stage: str, *, at: datetime) -> bool:
    """Until the deadline; and while the close asks the cards, where the bank has not agreed to this one."""
    if pledge.state != Pledge.State.SAVED:
        return False
    if stage == Stage.CLOSING:
        until = holds_end_at(pledge)
        return bool(pledge.failure or pledge.confirm_until) and until is not None and at < until
    deadline = pledge.campaign.deadline
    return stage in (Stage.OPEN, Stage.PAUSED) and deadline is not None and at < deadline


def learn_renewal(pledge: Pledge, *, at: datetime) -> None:
    """Learn what became of the newest page for another card whose answer was lost. Raises StripeSilent, StripeBusy."""
    last = _renewals(pledge).first()
    if last is None or (last.state == Attempt.State.SUCCEEDED and last.stripe_id == pledge.session_id):
        return
    page = page_of(last, at=at) if last.state != Attempt.State.FAILED else None
    if page is not None:
        _remember(pledge, page)


def _renewals(pledge: Pledge) -> QuerySet[Attempt]:
    return pledge.attempts.filter(kind=Attempt.Kind.CHECKOUT, reason=RENEWAL).order_by("-sequence")


def _open_page(pledge: Pledge, *, at: datetime) -> str:
    last = _renewals(pledge).first()
    is_ours = last is not None and last.stripe_id == pledge.session_id
    lives = pledge.session_expires_at is not None and pledge.session_expires_at > at + ALMOST_OVER
    if not (is_ours and lives):
        return ""
    return pledge.session_url


def _planned(pledge: Pledge, *, at: datetime) -> Attempt:
    """The call that is under way, or a new one where the last came to its end or its page can be open no more."""
    last = _renewals(pledge).first()
    if last is not None and last.state in Attempt.OPEN and at - last.planned_at < PAGE_LIVES - ALMOST_OVER:
        return last
    if _renewals(pledge).filter(planned_at__gt=at - DAY).count() >= MOST_PAGES_A_DAY:
        raise TooManyPages
    number = pledge.attempts.filter(kind=Attempt.Kind.CHECKOUT).count() + 1
    asked = page_to_renew_a_card(pledge, number, at=at)
    return attempts.plan(pledge, Attempt.Kind.CHECKOUT, asked, at=at, amount=pledge.total, reason=RENEWAL)


def _remember(pledge: Pledge, page: Checkout) -> None:
    """The pledge's page is from now on this one; the sweep looks after it when it has run out."""
    Pledge.objects.filter(pk=pledge.pk, state=Pledge.State.SAVED).update(
        session_id=page.id,
        session_url=page.url,
        session_expires_at=page.expires_at,
        check_at=page.expires_at + A_MOMENT,
    )

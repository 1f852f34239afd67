"""Bring a pledge to what Stripe says of it now: the ledger first, then the state, then the mail.

It merges facts, not events: any order, repetition or loss of events ends the same.
"""

from datetime import datetime

from django.db import transaction

from campaigns import failpoints, stripe_gateway
from campaigns.actions.conclude_calls import conclude_calls
from campaigns.actions.forget_cards import forget_now
from campaigns.actions.merge_facts import merge_facts, the_only
from campaigns.actions.save_card import save_card
from campaigns.actions.settle_bundle import settle_bundle
from campaigns.locks import share_campaign
from campaigns.models import Pledge
from campaigns.stripe_gateway import Checkout


def settle_pledge(pk: int, *, at: datetime, session: str = "", intent: str = "", setup: str = "") -> Pledge:
    """Raises the gateway's errors, and DoesNotMatch. Safe to call at any time, any number of times, at once.

    `session`, `intent` and `setup` are what an event names; they become the pledge's own once what they lead to
    matches it.
    """
    pledge = Pledge.objects.select_related("campaign").get(pk=pk)
    if pledge.bundle_id is not None:
        settle_bundle(pledge.bundle_id, at=at, session=session, intent=intent)
        return Pledge.objects.select_related("campaign").get(pk=pk)
    if not pledge.charged_at_the_close:
        session = the_only(pledge.session_id, session)
        page = stripe_gateway.checkout(session) if session else None
        return _settle_payment(pledge, page, the_only(intent, page.payment_intent if page else ""), at=at)
    if session or setup or not (pledge.payment_intent_id or intent):
        return _settle_promise(pledge, session, setup, at=at)
    if pledge.state == Pledge.State.SAVED and pledge.session_url and not intent:
        # A card that was declined at the close may have been replaced since.
        pledge = _settle_promise(pledge, session, setup, at=at)
    return _settle_payment(pledge, None, intent, at=at)


def _settle_payment(pledge: Pledge, page: Checkout | None, intent: str, *, at: datetime) -> Pledge:
    intent = the_only(pledge.payment_intent_id, intent)
    facts = stripe_gateway.payment(intent) if intent else None
    failpoints.reach("settle.before_books")
    with transaction.atomic():
        stage = share_campaign(pledge.campaign_id)
        pledge = _held(pledge)
        merge_facts(pledge, page, facts, stage=stage, at=at)
        conclude_calls(pledge, at=at)
        failpoints.reach("settle.booked")
    failpoints.reach("settle.committed")
    return pledge


def _settle_promise(pledge: Pledge, session: str, setup: str, *, at: datetime) -> Pledge:
    """A second page is no danger where nothing is charged: the newest card counts, whichever is heard of first."""
    told = dict.fromkeys((pledge.session_id or session, session))
    pages = [stripe_gateway.checkout(one) for one in told if one]
    setups = dict.fromkeys((*(page.setup_intent for page in pages), setup, pledge.setup_intent_id))
    cards = [stripe_gateway.saved_card(one) for one in setups if one]
    with transaction.atomic():
        stage = share_campaign(pledge.campaign_id)
        pledge = _held(pledge)
        save_card(pledge, pages[0] if pages else None, cards, stage=stage, at=at)
        conclude_calls(pledge, at=at)
    forget_now(pledge, at=at)
    return pledge


def _held(pledge: Pledge) -> Pledge:
    return Pledge.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=pledge.pk)

"""Bring a pledge to what Stripe says of it now: the ledger first, then the state, then the mail.

It merges facts, not events: any order, repetition or loss of events ends the same.
"""

from datetime import datetime

from django.db import transaction

from campaigns import stripe_gateway
from campaigns.actions.merge_facts import DoesNotMatch, merge_facts
from campaigns.locks import share_campaign
from campaigns.models import Pledge


def settle_pledge(pk: int, *, at: datetime, session: str = "", intent: str = "") -> Pledge:
    """Raises the gateway's errors, and DoesNotMatch. Safe to call at any time, any number of times, at once.

    `session` and `intent` are what an event names; they become the pledge's own once what they lead to matches it.
    """
    pledge = Pledge.objects.get(pk=pk)
    session = _the_only(pledge.session_id, session)
    page = stripe_gateway.checkout(session) if session else None
    intent = _the_only(_the_only(pledge.payment_intent_id, intent), page.payment_intent if page else "")
    facts = stripe_gateway.payment(intent) if intent else None
    with transaction.atomic():
        stage = share_campaign(pledge.campaign_id)
        pledge = Pledge.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=pk)
        merge_facts(pledge, page, facts, stage=stage, at=at)
    return pledge


def _the_only(known: str, told: str) -> str:
    """A pledge has one page and one payment; of a second one people must know, since nobody counts it."""
    if known and told and known != told:
        raise DoesNotMatch(f"{told} is told of a pledge that has {known} already")
    return known or told

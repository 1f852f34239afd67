"""Bring a bundle to what Stripe says of its payment now: every coin as if it had been paid alone, all in one go.

Stripe is looked at once. Whatever order, repetition or loss of events there was, it ends the same.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from campaigns import failpoints, ledger, stripe_gateway
from campaigns.actions.hold_bundle import HeldBundle, hold_bundle
from campaigns.actions.merge_facts import DoesNotMatch, merge_facts, the_only
from campaigns.actions.queue_mail import queue_mail
from campaigns.models import Bundle, Pledge
from campaigns.stripe_gateway import Checkout, PaymentFacts


def settle_bundle(pk: int, *, at: datetime, session: str = "", intent: str = "") -> Bundle:
    """Raises the gateway's errors, and DoesNotMatch. Safe to call at any time, any number of times, at once.

    `session` and `intent` are what an event names; they become the bundle's own once what they lead to matches it.
    """
    bundle = Bundle.objects.get(pk=pk)
    session = the_only(bundle.session_id, session)
    page = stripe_gateway.checkout(session) if session else None
    intent = the_only(the_only(bundle.payment_intent_id, intent), page.payment_intent if page else "")
    facts = stripe_gateway.payment(intent) if intent else None
    failpoints.reach("settle.before_books")
    with transaction.atomic():
        held = hold_bundle(pk)
        _refuse_a_mismatch(held, page, facts)
        _merge(held, page, facts, at=at)
        failpoints.reach("settle.booked")
    failpoints.reach("settle.committed")
    return held.bundle


def _refuse_a_mismatch(held: HeldBundle, page: Checkout | None, facts: PaymentFacts | None) -> None:
    """The sum must be that of the coins, to the last unit; then nobody's coin can be another than it was pledged."""
    ours = (sum(pledge.total for pledge in held.pledges), held.bundle.currency)
    told = [(page.id, page.amount, page.currency)] if page else []
    told += [(facts.payment_intent, facts.amount, facts.currency)] if facts else []
    for thing, amount, currency in told:
        if (amount, currency) != ours:
            raise DoesNotMatch(f"bundle {held.bundle.pk} is {ours}, but {thing} is {amount} {currency}")
    named = facts.metadata.get("genseki_bundle", str(held.bundle.pk)) if facts else str(held.bundle.pk)
    if named != str(held.bundle.pk):
        raise DoesNotMatch(f"the payment of bundle {held.bundle.pk} says that it is of bundle {named}")


def _merge(held: HeldBundle, page: Checkout | None, facts: PaymentFacts | None, *, at: datetime) -> None:
    """Each coin gets its part of the page and of the payment. The lowest campaign's ledger is added to first."""
    bundle = held.bundle
    is_news = facts is not None and bool(facts.charge) and not bundle.charge_id
    parts = ledger.parts_of_payment(held.pledges, facts) if facts else {}
    for pledge in held.pledges:
        its_page = replace(page, amount=pledge.total) if page else None
        # One time to look for all of them: the bundle's own.
        pledge.check_at = bundle.check_at
        merge_facts(pledge, its_page, parts.get(pledge.pk), stage=held.stages[pledge.campaign_id], at=at)
        failpoints.reach("settle.coin_booked")
    bundle.check_at = min((pledge.check_at for pledge in held.pledges if pledge.check_at), default=None)
    Pledge.objects.filter(bundle=bundle).update(check_at=None)
    if page is not None:
        bundle.session_id = page.id
    if facts is not None:
        bundle.payment_intent_id, bundle.charge_id = facts.payment_intent, facts.charge or bundle.charge_id
    bundle.save(update_fields=["check_at", "session_id", "payment_intent_id", "charge_id"])
    counting = [pledge for pledge in held.pledges if pledge.state == Pledge.State.PAID and not pledge.came_late]
    if is_news and counting:
        _send_receipt(bundle, held.pledges, at=at)


def _send_receipt(bundle: Bundle, pledges: Sequence[Pledge], *, at: datetime) -> None:
    """Once for each bundle, with every coin and the link to take just that one back."""
    with override(bundle.language):
        coins = [
            {
                "campaign": pledge.campaign.heading,
                "campaign_url": settings.SITE_URL + reverse("campaign", args=[pledge.campaign.slug]),
                "total": pledge.total,
                "came_late": pledge.came_late,
                "take_back_url": settings.SITE_URL + reverse("take_back", args=[pledge.token]),
            }
            for pledge in pledges
        ]
        thanks_url = settings.SITE_URL + reverse("thanks", args=[bundle.token])
    queue_mail(
        key=f"receipt:bundle:{bundle.pk}",
        to=bundle.email,
        language=bundle.language,
        template="bundle_receipt",
        at=at,
        context={
            "coins": coins,
            "total": sum(pledge.total for pledge in pledges),
            "covered_fee": sum(pledge.covered_fee for pledge in pledges),
            "currency": bundle.currency,
            "reference": bundle.payment_intent_id,
            "thanks_url": thanks_url,
        },
    )

"""Bring a pledge to what Stripe says of it now: the ledger first, then the state, then the mail.

It merges facts, not events: any order, repetition or loss of events ends the same.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from campaigns import ledger, stripe_gateway
from campaigns.actions.follow_campaign import follow_campaign
from campaigns.actions.plan_refund import plan_refund
from campaigns.actions.queue_mail import queue_mail
from campaigns.lifecycle import Stage
from campaigns.locks import share_campaign
from campaigns.models import CloseStep, Pledge
from campaigns.stripe_gateway import Checkout, PaymentFacts

FEE_LATER = timedelta(seconds=20)


class DoesNotMatch(Exception):
    """Stripe's amount or currency is not the pledge's. Nothing was changed; a person must look."""


def settle_pledge(pk: int, *, at: datetime) -> Pledge:
    """Raises the gateway's errors, and DoesNotMatch. Safe to call at any time, any number of times, at once."""
    pledge = Pledge.objects.get(pk=pk)
    page = stripe_gateway.checkout(pledge.session_id) if pledge.session_id else None
    intent = pledge.payment_intent_id or (page.payment_intent if page else "")
    facts = stripe_gateway.payment(intent) if intent else None
    with transaction.atomic():
        stage = share_campaign(pledge.campaign_id)
        pledge = Pledge.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=pk)
        is_news = False
        if facts is not None:
            _refuse_a_mismatch(pledge, facts)
            pledge.payment_intent_id = facts.payment_intent
            is_news = ledger.post_payment(pledge, facts, at=at)
        _move(pledge, page, facts, at=at)
        pledge.save()
        if pledge.state == Pledge.State.PAID and is_news and _is_decided(pledge, stage):
            # The close was decided without this payment, so it goes back. What was paid before the drain ended counts.
            plan_refund(pledge, amount=pledge.total - pledge.refunded, reason="too-late", at=at)
        elif pledge.state == Pledge.State.PAID and pledge.refunded == 0:
            _thank(pledge, at=at)
    return pledge


def _refuse_a_mismatch(pledge: Pledge, facts: PaymentFacts) -> None:
    if facts.currency != pledge.currency or facts.amount != pledge.total:
        raise DoesNotMatch(
            f"pledge {pledge.pk} is {pledge.total} {pledge.currency}, "
            f"but {facts.payment_intent} is {facts.amount} {facts.currency}"
        )
    named = facts.metadata.get("genseki_pledge")
    if named is not None and named != str(pledge.pk):
        raise DoesNotMatch(f"{facts.payment_intent} names pledge {named}, not {pledge.pk}")


def _move(pledge: Pledge, page: Checkout | None, facts: PaymentFacts | None, *, at: datetime) -> None:
    """Forward only: a late `failed` or `expired` never takes back what was paid."""
    if facts is not None and facts.charge:
        pledge.charge_id = facts.charge
        pledge.paid_at = pledge.paid_at or facts.charged_at or at
        pledge.fee = facts.fee if facts.fee is not None else pledge.fee
        pledge.refunded = ledger.given_back(pledge)
        pledge.state = Pledge.State.REFUNDED if pledge.refunded == pledge.total else Pledge.State.PAID
        pledge.check_at = None if pledge.fee is not None else at + FEE_LATER
    elif pledge.state in (Pledge.State.CREATED, Pledge.State.CHECKOUT, Pledge.State.PROCESSING):
        if facts is not None and facts.status == "processing":
            pledge.state, pledge.check_at = Pledge.State.PROCESSING, at + timedelta(minutes=5)
        elif page is not None and page.status == "expired":
            pledge.state, pledge.check_at = Pledge.State.EXPIRED, None
        elif pledge.check_at is not None and pledge.check_at <= at:
            pledge.check_at = at + timedelta(minutes=5)


def _is_decided(pledge: Pledge, stage: str) -> bool:
    if stage == Stage.CANCELLED:
        return True
    return CloseStep.objects.filter(run__campaign_id=pledge.campaign_id, name="verdict").exists()


def _thank(pledge: Pledge, *, at: datetime) -> None:
    _send_receipt(pledge, at=at)
    if pledge.wants_updates:
        follow_campaign(pledge.campaign, email=pledge.email, language=pledge.language, at=at)


def _send_receipt(pledge: Pledge, *, at: datetime) -> None:
    with override(pledge.language):
        links = {
            "thanks_url": settings.SITE_URL + reverse("thanks", args=[pledge.token]),
            "take_back_url": settings.SITE_URL + reverse("take_back", args=[pledge.token]),
            "campaign_url": settings.SITE_URL + reverse("campaign", args=[pledge.campaign.slug]),
        }
        heading = pledge.campaign.heading
    queue_mail(
        key=f"receipt:{pledge.pk}",
        to=pledge.email,
        language=pledge.language,
        template="receipt",
        at=at,
        context={
            "campaign": heading,
            "amount": pledge.amount,
            "covered_fee": pledge.covered_fee,
            "total": pledge.total,
            "currency": pledge.currency,
            "paid_at": (pledge.paid_at or at).isoformat(),
            "reference": pledge.payment_intent_id,
            **links,
        },
    )

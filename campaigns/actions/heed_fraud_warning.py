"""A bank suspects a payment: give it back before it becomes a dispute, as long as it is the supporters' campaign."""

from datetime import datetime

from django.db import transaction

from campaigns import ledger, stripe_gateway
from campaigns.actions.hold_bundle import hold_bundle
from campaigns.actions.plan_refund import NothingToGiveBack, plan_refund
from campaigns.actions.raise_alarm import raise_alarm
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.lifecycle import Stage
from campaigns.locks import share_campaign
from campaigns.models import FraudWarning, Pledge
from campaigns.stripe_gateway import WarningFacts


def heed_fraud_warning(stripe_id: str, *, at: datetime, pledge: int | None = None) -> bool:
    """False when it is about no payment of ours. Safe to call at any time, any number of times, at once.

    Until the close the coin goes back at once; after it, people decide. `FraudWarning.done` says what was done.
    """
    facts = stripe_gateway.fraud_warning(stripe_id)
    found = _pledge_of(facts) if pledge is None else Pledge.objects.get(pk=pledge)
    if found is None:
        return False
    settle_pledge(found.pk, at=at, intent=facts.payment_intent)
    with transaction.atomic():
        for one, stage in _hold(found):
            _heed(one, facts, stage=stage, at=at)
    return True


def _pledge_of(facts: WarningFacts) -> Pledge | None:
    if not facts.payment_intent:
        return None
    of_bundle = Pledge.objects.filter(bundle__payment_intent_id=facts.payment_intent)
    return (Pledge.objects.filter(payment_intent_id=facts.payment_intent) | of_bundle).order_by("pk").first()


def _hold(pledge: Pledge) -> list[tuple[Pledge, str]]:
    if pledge.bundle_id is not None:
        held = hold_bundle(pledge.bundle_id)
        return [(one, held.stages[one.campaign_id]) for one in held.pledges]
    stage = share_campaign(pledge.campaign_id)
    return [(Pledge.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=pledge.pk), stage)]


def _heed(pledge: Pledge, facts: WarningFacts, *, stage: str, at: datetime) -> None:
    """Once for each pledge of the payment."""
    known = FraudWarning.objects.filter(stripe_id=facts.id, pledge=pledge).first()
    if known is not None and known.done:
        return
    done = _answer(pledge, stage=stage, at=at)
    row = known or FraudWarning(stripe_id=facts.id, pledge=pledge)
    row.charge_id, row.kind, row.told_at = facts.charge, facts.fraud_type[:60], facts.created
    row.done, row.done_at = done, at
    row.save()
    if done == "left-to-staff":
        detail = {"campaign": pledge.campaign.slug, "pledge": pledge.pk, "kind": facts.fraud_type, "stage": stage}
        raise_alarm(kind="fraud-warning", key=f"fraud-warning:{facts.id}", detail=detail, at=at)


def _answer(pledge: Pledge, *, stage: str, at: datetime) -> str:
    """What is done: refunded, gone-already, disputed, or left-to-staff."""
    if pledge.state == Pledge.State.REFUNDED or pledge.came_late or stage == Stage.CANCELLED:
        return "gone-already"
    if ledger.forbids_refund(pledge):
        return "disputed"
    if stage not in (Stage.OPEN, Stage.PAUSED):
        return "left-to-staff"
    try:
        plan_refund(pledge, reason="fraud-warning", at=at)
    except NothingToGiveBack:
        return "gone-already"
    return "refunded"

"""Bring a dispute to what Stripe says of it now: the ledger first, then the row, the pledge and the alarm.

Like `settle_pledge` it merges facts, not events: closed before created, won after lost, told twice or never told,
it ends the same.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from campaigns import ledger, stripe_gateway
from campaigns.actions.hold_bundle import hold_bundle
from campaigns.actions.merge_facts import DoesNotMatch
from campaigns.actions.plan_refund import plan_again_what_was_disputed
from campaigns.actions.raise_alarm import close_alarm, raise_alarm
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.locks import share_campaign
from campaigns.models import Campaign, Dispute, Pledge
from campaigns.stripe_gateway import DisputeFacts, DisputeMovement, StripeBusy, StripeRefuses, StripeSilent

LOOK_AGAIN = timedelta(hours=12)
log = logging.getLogger(__name__)


class ChargeNotKnown(Exception):
    """The payment that is disputed is not in the books yet: ask again a little later."""


def hear_of_dispute(stripe_id: str, *, at: datetime, pledge: int | None = None) -> bool:
    """False when it is about no payment of ours. Safe to call at any time, any number of times, at once.

    `pledge` is the key of one that the payment is known to carry. Raises the gateway's errors, DoesNotMatch and
    ChargeNotKnown.
    """
    facts = stripe_gateway.dispute(stripe_id)
    found = _pledge_of(facts) if pledge is None else Pledge.objects.get(pk=pledge)
    if found is None:
        return False
    # Refunds that nobody told us of come first: what went back already is not lost a second time.
    settle_pledge(found.pk, at=at, intent=facts.payment_intent)
    with transaction.atomic():
        pledges = _hold(found)
        parts = _parts(pledges, facts)
        for one in pledges:
            _refuse_a_mismatch(one, facts)
            _merge(one, parts[one.pk], at=at)
        _tell_staff(facts, pledges, at=at)
    return True


def look_after_disputes(*, at: datetime, most: int = 100) -> int:
    """Ask Stripe about every dispute that is not over and was not looked at for half a day; how many were."""
    due = Dispute.objects.filter(check_at__lte=at).order_by("check_at").values_list("stripe_id", "pledge_id")
    looked = 0
    for stripe_id, pledge in list(due[:most]):
        try:
            hear_of_dispute(stripe_id, at=at, pledge=pledge)
        except (StripeBusy, StripeRefuses, DoesNotMatch, ChargeNotKnown) as error:
            log.warning("Dispute %s could not be looked at: %s", stripe_id, error)
        except StripeSilent as error:
            log.warning("Stripe does not answer (%s); the other disputes wait as well", error)
            break
        except Exception:
            log.exception("Dispute %s could not be looked at", stripe_id)
        # Whatever happened, it is the turn of the others first.
        Dispute.objects.filter(stripe_id=stripe_id, check_at__lte=at).update(check_at=at + LOOK_AGAIN)
        looked += 1
    return looked


def _pledge_of(facts: DisputeFacts) -> Pledge | None:
    known = Dispute.objects.filter(stripe_id=facts.id).select_related("pledge").order_by("pk").first()
    if known is not None:
        return known.pledge
    if not facts.payment_intent:
        return None
    of_bundle = Pledge.objects.filter(bundle__payment_intent_id=facts.payment_intent)
    return (Pledge.objects.filter(payment_intent_id=facts.payment_intent) | of_bundle).order_by("pk").first()


def _hold(pledge: Pledge) -> Sequence[Pledge]:
    """All pledges of the payment, each with its campaign shared."""
    if pledge.bundle_id is not None:
        return hold_bundle(pledge.bundle_id).pledges
    share_campaign(pledge.campaign_id)
    return [Pledge.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=pledge.pk)]


def _refuse_a_mismatch(pledge: Pledge, facts: DisputeFacts) -> None:
    if not pledge.charge_id:
        raise ChargeNotKnown(f"{facts.id} is about {facts.charge}, which pledge {pledge.pk} does not know yet")
    currencies = {facts.currency, *(one.currency for one in facts.movements)}
    if pledge.charge_id != facts.charge or currencies != {pledge.currency}:
        raise DoesNotMatch(
            f"{facts.id} is about {facts.charge} in {', '.join(sorted(currencies))}, "
            f"but pledge {pledge.pk} is {pledge.charge_id} in {pledge.currency}"
        )


def _parts(pledges: Sequence[Pledge], facts: DisputeFacts) -> dict[int, DisputeFacts]:
    """{pledge's key: the dispute as far as it is that pledge's}. All parts together are the dispute."""
    amounts = ledger.shares_of(pledges, facts.amount)
    moved = [_split(one, pledges) for one in facts.movements]
    return {
        pledge.pk: replace(facts, amount=amounts[pledge.pk], movements=tuple(parts[pledge.pk] for parts in moved))
        for pledge in pledges
    }


def _split(movement: DisputeMovement, pledges: Sequence[Pledge]) -> dict[int, DisputeMovement]:
    amounts, fees = ledger.shares_of(pledges, abs(movement.amount)), ledger.shares_of(pledges, abs(movement.fee))
    back, fee_back = movement.amount < 0, movement.fee < 0
    return {
        pledge.pk: replace(
            movement,
            amount=-amounts[pledge.pk] if back else amounts[pledge.pk],
            fee=-fees[pledge.pk] if fee_back else fees[pledge.pk],
        )
        for pledge in pledges
    }


def _merge(pledge: Pledge, facts: DisputeFacts, *, at: datetime) -> None:
    if not facts.amount:
        return  # A part so small that nothing of it is this pledge's.
    withdrawn, lost = ledger.post_dispute(pledge, facts.id, facts.movements, status=facts.status, at=at)
    over = facts.status in Dispute.OVER and withdrawn == lost
    row = Dispute.objects.filter(stripe_id=facts.id, pledge=pledge).first() or Dispute(
        stripe_id=facts.id, pledge=pledge
    )
    row.charge_id, row.currency, row.amount = facts.charge, facts.currency, facts.amount
    row.status, row.reason = facts.status[:40], facts.reason[:60]
    row.fee = max(sum(one.fee for one in facts.movements), 0)
    row.withdrawn, row.lost = withdrawn, lost
    row.opened_at, row.evidence_due_at = facts.created, facts.due_by
    row.closed_at = (row.closed_at or at) if over else None
    row.check_at = None if over else at + LOOK_AGAIN
    row.save()
    pledge.refunded = ledger.given_back(pledge)
    pledge.state = Pledge.State.REFUNDED if pledge.refunded == pledge.total else Pledge.State.PAID
    pledge.save(update_fields=["refunded", "state"])
    if over:
        plan_again_what_was_disputed(pledge, at=at)


def _tell_staff(facts: DisputeFacts, pledges: Sequence[Pledge], *, at: datetime) -> None:
    """One alarm from the first news until the last word, and one for every campaign that has less than nothing."""
    open_rows = Dispute.objects.filter(ledger.NOT_OVER, stripe_id=facts.id)
    key = f"dispute:{facts.id}"
    if open_rows.exists():
        detail = {
            "campaigns": sorted(pledge.campaign.slug for pledge in pledges),
            "pledges": [pledge.pk for pledge in pledges],
            "amount": facts.amount,
            "currency": facts.currency,
            "status": facts.status,
            "reason": facts.reason,
            "evidence_due_at": facts.due_by.isoformat() if facts.due_by else None,
        }
        raise_alarm(kind="dispute", key=key, detail=detail, at=at)
    else:
        close_alarm(key=key, at=at, by=f"stripe: {facts.status}")
    for pledge in pledges:
        _flag_what_is_missing(pledge.campaign, at=at)


def _flag_what_is_missing(campaign: Campaign, *, at: datetime) -> None:
    if not ledger.paid_to_trainer(campaign):
        return
    left, key = ledger.available(campaign), f"below-nothing:{campaign.slug}"
    if left < 0:
        detail = {"campaign": campaign.slug, "available": left, "currency": campaign.currency}
        raise_alarm(kind="below-nothing", key=key, detail=detail, at=at)
    else:
        close_alarm(key=key, at=at, by="the ledger")

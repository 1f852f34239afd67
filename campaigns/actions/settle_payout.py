"""Bring a payout to what Stripe says of its transfer now: what was sent, and everything that came back of it."""

from datetime import datetime

from django.db import transaction

from campaigns import attempts, ledger, stripe_gateway
from campaigns.locks import hold_campaign
from campaigns.models import Attempt, Payout
from campaigns.stripe_gateway import TransferFacts


class TransferDiffers(Exception):
    """Stripe's amount or currency is not the payout's. Nothing was changed; a person must look."""


def settle_payout(pk: int, transfer_id: str, *, at: datetime) -> Payout:
    """Raises the gateway's errors and TransferDiffers. Safe to call at any time, any number of times, at once."""
    facts = stripe_gateway.transfer(transfer_id)
    with transaction.atomic():
        campaign = hold_campaign(Payout.objects.values_list("campaign_id", flat=True).get(pk=pk))
        payout = Payout.objects.select_for_update().get(pk=pk)
        payout.campaign = campaign
        _refuse_a_difference(payout, facts)
        _merge(payout, facts, at=at)
    return payout


def settle_payout_of_event(transfer: dict[str, object], *, at: datetime) -> bool:
    """An event named this transfer; False when it is none of ours."""
    metadata = transfer.get("metadata")
    named = str(metadata.get("genseki_payout", "")) if isinstance(metadata, dict) else ""
    payout = Payout.objects.filter(pk=int(named)).first() if named.isdecimal() else None
    if payout is None or payout.way != Payout.Way.CONNECT:
        return False
    settle_payout(payout.pk, payout.transfer_id or str(transfer["id"]), at=at)
    return True


def _refuse_a_difference(payout: Payout, facts: TransferFacts) -> None:
    ours = (payout.amount, payout.currency, str(payout.pk))
    told = (facts.amount, facts.currency, facts.metadata.get("genseki_payout", ""))
    if ours != told or payout.transfer_id not in ("", facts.id):
        raise TransferDiffers(f"payout {payout.pk} is {ours}, but {facts.id} is {told}")


def _merge(payout: Payout, facts: TransferFacts, *, at: datetime) -> None:
    """Forward only: sent, then partly or wholly reversed. Whoever is second posts nothing."""
    ledger.post_payout(payout, at=facts.created)
    for back in sorted(facts.reversals, key=lambda one: (one.created, one.id)):
        ledger.post_payout_reversed(payout, back.id, back.amount, at=back.created)
    payout.transfer_id, payout.account_id = facts.id, facts.destination
    payout.sent_at = payout.sent_at or facts.created
    payout.reversed = sum(back.amount for back in facts.reversals)
    payout.state = Payout.State.REVERSED if payout.reversed == payout.amount else Payout.State.SENT
    payout.next_at, payout.error = None, ""
    payout.save()
    # Whoever made the transfer may have died, and an event was faster than the sweep: its call has its answer too.
    for attempt in payout.attempts.filter(kind=Attempt.Kind.TRANSFER, state__in=Attempt.OPEN):
        attempts.conclude(attempt, facts.id, at=at)

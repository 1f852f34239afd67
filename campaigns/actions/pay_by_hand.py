"""The staff have paid a part by hand, and say what proves it."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from campaigns import ledger
from campaigns.actions.approve_campaign import StaffOnly
from campaigns.actions.hold_payout import obstacle_to
from campaigns.locks import hold_campaign
from campaigns.models import Payout


class NotPayable(Exception):
    """`reason` is paid-already, no-receipt, another-amount, not-by-hand, or the code of an obstacle (`hold_payout`)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def pay_by_hand(payout: Payout, *, receipt: str, amount: int, at: datetime, by: User) -> Payout:
    """`receipt` is the bank's reference, `amount` what was paid: it must be what the payout is now.

    Raises StaffOnly and NotPayable; then nothing was recorded. Of two who record the same payment, one does.
    """
    if not by.is_staff:
        raise StaffOnly
    receipt = " ".join(receipt.split())[:200]
    with transaction.atomic():
        campaign = hold_campaign(payout.campaign_id)
        held = Payout.objects.select_for_update().get(pk=payout.pk)
        held.campaign = campaign
        refused = _refusal(held, receipt, amount, at=at)
        if not refused:
            held.state, held.sent_at, held.receipt = Payout.State.SENT, at, receipt
            held.planned_by, held.next_at, held.error = f"user {by.pk}", None, ""
            held.save()
            ledger.post_payout(held, at=at)
    # Raised after the commit, since what was found on the way (a doubt, an amount that is less now) is to stay.
    if refused:
        raise NotPayable(refused)
    return held


def _refusal(payout: Payout, receipt: str, amount: int, *, at: datetime) -> str:
    if payout.way != Payout.Way.BY_HAND:
        return "not-by-hand"
    if payout.state not in Payout.OPEN:
        return "paid-already"
    if not receipt:
        return "no-receipt"
    obstacle = obstacle_to(payout, payout.campaign, at=at)
    if obstacle is not None:
        return obstacle.code
    return "" if payout.amount == amount else "another-amount"

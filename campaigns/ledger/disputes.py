"""What a dispute did to the money: withdrawn, given again, given up. In any order that we heard of it."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q, Sum

from campaigns.ledger.payments import given_back, owing, say_who_bears_the_fee, share_of_campaign
from campaigns.ledger.posting import OWED, Kind, post
from campaigns.models import Campaign, Dispute, JournalEntry, Pledge, Posting
from campaigns.models.ledger import Account
from campaigns.stripe_gateway import DisputeMovement

# Stripe has not said its last word, or has not yet given again what was won.
NOT_OVER = ~Q(status__in=Dispute.OVER) | Q(withdrawn__gt=F("lost"))
IS_LOST, IS_WON = ("lost",), ("won", "warning_closed", "prevented")


def post_dispute(
    pledge: Pledge, dispute: str, movements: Sequence[DisputeMovement], *, status: str, at: datetime
) -> tuple[int, int]:
    """Post what the ledger lacks of one dispute of one pledge; how much is withdrawn now, and how much is lost.

    Call it inside the transaction that holds the pledge's row. `movements` are this pledge's part.
    """
    for one in sorted(movements, key=lambda movement: (movement.created, movement.amount, movement.id)):
        taken = one.amount < 0
        if one.amount:
            _post(
                pledge,
                Kind.DISPUTE if taken else Kind.DISPUTE_WON,
                _mine(pledge, one.id),
                {Account.DISPUTES: -one.amount, Account.STRIPE_CLEARING: one.amount},
                at=one.created,
            )
    _bring_the_fee_to(pledge, dispute, sum(one.fee for one in movements), at=at)
    withdrawn = max(-sum(one.amount for one in movements), 0)
    lost = _lost(pledge, dispute)
    # While an appeal goes on, or under a word that we do not know, what was given up stays given up.
    target = withdrawn if status in IS_LOST else 0 if status in IS_WON else min(lost, withdrawn)
    if lost != target:
        _give_up(pledge, dispute, -lost, at=at)
        _give_up(pledge, dispute, target, at=at)
    if pledge.charge_id:
        say_who_bears_the_fee(pledge, _mine(pledge, pledge.charge_id), at=at)
    return withdrawn, target


def frozen(campaign: Campaign) -> int:
    """What must not be paid out while disputes are open, in minor units: of each no more than its pledge still has."""
    open_ones = Dispute.objects.filter(NOT_OVER, pledge__campaign=campaign).select_related("pledge").order_by("pk")
    of_pledge: dict[int, int] = {}
    for one in open_ones:
        left = one.pledge.total - one.pledge.refunded
        of_pledge[one.pledge_id] = min(of_pledge.get(one.pledge_id, 0) + one.amount - one.lost, left)
    return sum(max(amount, 0) for amount in of_pledge.values())


def forbids_refund(pledge: Pledge) -> bool:
    """Whether a dispute is open for which Stripe refuses to give a payment back. A mere inquiry is none."""
    return pledge.disputes.filter(NOT_OVER).exclude(status__startswith="warning_").exists()


def _give_up(pledge: Pledge, dispute: str, amount: int, *, at: datetime) -> None:
    """Say that the campaign has lost this much; a negative amount takes back all that was given up before."""
    if not amount:
        return
    if amount < 0:
        before = _entries(pledge, Kind.DISPUTE_LOST, dispute)
        sums = Posting.objects.filter(entry__in=before).values_list("account").annotate(Sum("amount"))
        postings: dict[Account, int] = {}
        for account, given in sums.order_by():
            # What lay in the held account then may have been settled since.
            place = owing(pledge) if account in OWED else Account(account)
            postings[place] = postings.get(place, 0) - given
    else:
        ours = min(amount, pledge.total - given_back(pledge))
        back = share_of_campaign(pledge, given_back(pledge) + ours) - given_back(pledge, OWED)
        postings = {
            owing(pledge): back,
            Account.PROCESSOR_FEES: ours - back,
            Account.PLATFORM: amount - ours,
            Account.DISPUTES: -amount,
        }
    _post(pledge, Kind.DISPUTE_LOST, _next(pledge, Kind.DISPUTE_LOST, dispute), postings, at=at)


def _bring_the_fee_to(pledge: Pledge, dispute: str, fee: int, *, at: datetime) -> None:
    """The platform bears the fee of a dispute; Stripe may give it back when the dispute is won."""
    ref = f"{dispute}:fee"
    before = Posting.objects.filter(entry__in=_entries(pledge, Kind.DISPUTE_FEE, ref), account=Account.PLATFORM)
    more = fee - int(before.aggregate(sum=Sum("amount"))["sum"] or 0)
    if more:
        postings = {Account.PLATFORM: more, Account.STRIPE_CLEARING: -more}
        _post(pledge, Kind.DISPUTE_FEE, _next(pledge, Kind.DISPUTE_FEE, ref), postings, at=at)


def _lost(pledge: Pledge, dispute: str) -> int:
    lost = Posting.objects.filter(entry__in=_entries(pledge, Kind.DISPUTE_LOST, dispute), account=Account.DISPUTES)
    return -int(lost.aggregate(sum=Sum("amount"))["sum"] or 0)


def _entries(pledge: Pledge, kind: str, ref: str) -> list[int]:
    """The entries of a pledge that carry this reference, or one that continues it."""
    found = JournalEntry.objects.filter(pledge=pledge, kind=kind, external_ref__startswith=ref)
    return [entry.pk for entry in found if entry.external_ref == ref or entry.external_ref.removeprefix(ref)[0] in ":/"]


def _next(pledge: Pledge, kind: str, ref: str) -> str:
    """A reference of its own for what comes after: `du_1`, then `du_1:1`, `du_1:2`."""
    before = len(_entries(pledge, kind, ref))
    return _mine(pledge, f"{ref}:{before}" if before else ref)


def _mine(pledge: Pledge, ref: str) -> str:
    """Pledges that share a payment have references of their own."""
    return f"{ref}/{pledge.pk}" if pledge.bundle_id else ref


def _post(pledge: Pledge, kind: str, ref: str, postings: dict[Account, int], *, at: datetime) -> None:
    post(kind=kind, external_ref=ref, campaign=pledge.campaign, pledge=pledge, at=at, postings=postings)

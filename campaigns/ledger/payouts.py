"""What a campaign still has for its trainer, what was sent, and what came back or was borne by the platform."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Sum

from campaigns.ledger.disputes import frozen
from campaigns.ledger.posting import OWED, Kind, balance, post
from campaigns.models import Campaign, JournalEntry, Payout, Pledge, Posting
from campaigns.models.going_back import refunds_going_back
from campaigns.models.ledger import Account


@dataclass(frozen=True, slots=True)
class Payable:
    """Minor units. `owed` is what the campaign was settled with, less what went back; `fees` are what it bears.

    `paid` reached the trainer, `going` is in payouts that are not over, `leaving` is what the campaign has less once
    the refunds are made that the ledger does not know yet, and `frozen` is disputed. `borne` is what the platform has
    paid for it: that is the platform's first when money comes in again.
    """

    owed: int
    fees: int
    paid: int
    going: int
    leaving: int
    frozen: int
    borne: int = 0

    @property
    def available(self) -> int:
        """What another payout may take; less than nothing when too much was promised or paid."""
        return self._left - self.to_the_platform

    @property
    def to_the_platform(self) -> int:
        """How much of what the platform has borne is there again."""
        return min(self.borne, max(self._left, 0))

    @property
    def _left(self) -> int:
        return self.owed - self.fees - self.paid - self.going - self.leaving - self.frozen

    @property
    def missing(self) -> int:
        """By how much more was paid than the campaign has, as far as the ledger knows for good."""
        return max(self.paid + self.fees - self.owed, 0)


def payable(campaign: Campaign) -> Payable:
    """Call it while the campaign is held where something is decided by it."""
    going = Payout.objects.filter(campaign=campaign, state__in=Payout.OPEN).aggregate(sum=Sum("amount"))["sum"]
    return Payable(
        owed=-balance(Account.CAMPAIGN_PAYABLE, campaign=campaign),
        fees=_fees(campaign),
        paid=balance(Account.TRAINER_PAID, campaign=campaign),
        going=int(going or 0),
        leaving=_leaving(campaign),
        frozen=frozen(campaign),
        borne=_borne(campaign),
    )


def _fees(campaign: Campaign) -> int:
    """Without those of what came too late: none of that was settled, and it goes back."""
    fees = Posting.objects.filter(entry__campaign=campaign, account=Account.PROCESSOR_FEES)
    return int(fees.exclude(entry__pledge__came_late=True).aggregate(sum=Sum("amount"))["sum"] or 0)


def _leaving(campaign: Campaign) -> int:
    """All of a refund leaves, also what was added for the fee; of a coin that goes back whole, the fee is borne."""
    under_way = refunds_going_back().filter(
        pledge__campaign=campaign, pledge__came_late=False, pledge__state=Pledge.State.PAID
    )
    parts = under_way.values("pledge", left=F("pledge__amount") + F("pledge__covered_fee") - F("pledge__refunded"))
    found = list(parts.annotate(back=Sum("amount")).order_by())
    whole = [one["pledge"] for one in found if one["back"] >= one["left"]]
    return int(sum(one["back"] for one in found if one["back"] < one["left"])) + _worth(whole)


def _worth(pledges: Collection[int]) -> int:
    """What a campaign has of these pledges, after their fees."""
    has = Posting.objects.filter(entry__pledge__in=pledges, account__in=(*OWED, Account.PROCESSOR_FEES))
    return -int(has.aggregate(sum=Sum("amount"))["sum"] or 0)


def _borne(campaign: Campaign) -> int:
    borne = Posting.objects.filter(
        entry__campaign=campaign, entry__kind=Kind.SHORTFALL, account=Account.CAMPAIGN_PAYABLE
    )
    return -int(borne.aggregate(sum=Sum("amount"))["sum"] or 0)


def available(campaign: Campaign) -> int:
    """What a campaign still has for its trainer, in minor units: nothing that is promised, disputed or leaving."""
    return payable(campaign).available


def post_payout(payout: Payout, *, at: datetime) -> bool:
    """The money of a part has left. False when it was posted before."""
    by_hand = payout.way == Payout.Way.BY_HAND
    return post(
        kind=Kind.PAYOUT,
        external_ref=f"payout:{payout.pk}",
        campaign=payout.campaign,
        at=at,
        postings={
            Account.TRAINER_PAID: payout.amount,
            # By hand it left a bank account of the platform's, and what is at Stripe stays there for the platform.
            (Account.PLATFORM if by_hand else Account.STRIPE_CLEARING): -payout.amount,
        },
    )


def post_payout_reversed(payout: Payout, reversal: str, amount: int, *, at: datetime) -> bool:
    """So much of a transfer came back. `reversal` is Stripe's id of that."""
    return post(
        kind=Kind.PAYOUT_REVERSED,
        external_ref=reversal,
        campaign=payout.campaign,
        at=at,
        postings={Account.STRIPE_CLEARING: amount, Account.TRAINER_PAID: -amount},
    )


def post_shortfall(campaign: Campaign, amount: int, *, at: datetime) -> bool:
    """The platform bears what the trainer has too much; less than nothing is what it gets back of that later.

    Call it while the campaign is held.
    """
    before = JournalEntry.objects.filter(campaign=campaign, kind=Kind.SHORTFALL).count()
    return post(
        kind=Kind.SHORTFALL,
        external_ref=f"campaign:{campaign.pk}:{before + 1}",
        campaign=campaign,
        at=at,
        postings={Account.PLATFORM: amount, Account.CAMPAIGN_PAYABLE: -amount},
    )


def paid_to_trainer(campaign: Campaign) -> int:
    """What the trainer has of it by the ledger, in minor units."""
    return balance(Account.TRAINER_PAID, campaign=campaign)

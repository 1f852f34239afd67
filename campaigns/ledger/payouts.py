"""What a campaign still has for its trainer, what was sent, and what came back or was borne by the platform."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from campaigns import totals
from campaigns.ledger.disputes import frozen
from campaigns.ledger.posting import Kind, balance, post
from campaigns.models import Campaign, JournalEntry, Payout
from campaigns.models.ledger import Account


@dataclass(frozen=True, slots=True)
class Payable:
    """Minor units. `owed` is what the campaign was settled with, less what went back; `fees` are what it bears.

    `paid` reached the trainer, `going` is in payouts that are not over, `leaving` in refunds that the ledger does not
    know yet, and `frozen` is disputed.
    """

    owed: int
    fees: int
    paid: int
    going: int
    leaving: int
    frozen: int

    @property
    def available(self) -> int:
        """What another payout may take; less than nothing when too much was promised or paid."""
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
        fees=balance(Account.PROCESSOR_FEES, campaign=campaign),
        paid=balance(Account.TRAINER_PAID, campaign=campaign),
        going=int(going or 0),
        leaving=totals.on_its_way_back(campaign),
        frozen=frozen(campaign),
    )


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
    """The platform bears what the trainer has too much. Call it while the campaign is held."""
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

"""What a payment was: charge, fee and refunds, in any order that we heard of them."""

from datetime import datetime

from django.db.models import Sum

from campaigns.ledger.posting import OWED, Kind, News, balance, post, post_many
from campaigns.ledger.settling import is_settled
from campaigns.models import JournalEntry, Pledge, Posting
from campaigns.models.ledger import Account
from campaigns.stripe_gateway import PaymentFacts, RefundFact

# By these a campaign loses what a pledge gave it.
GOING_BACK = (Kind.REFUND, Kind.REFUND_FAILED, Kind.DISPUTE_LOST)


def post_payment(pledge: Pledge, facts: PaymentFacts, *, at: datetime) -> bool:
    """Post whatever of a payment is not yet in the ledger: charge, fee, refunds, in any order that we heard of them.

    True when the charge was news.
    """
    if not facts.charge:
        return False
    added = post_many(pledge.campaign, charge_and_fee(pledge, facts, at=at))
    for refund in sorted(facts.refunds, key=lambda refund: (refund.created, refund.id)):
        _post_refund(pledge, refund, at=at)
    say_who_bears_the_fee(pledge, facts.charge, at=at)
    return (str(Kind.CHARGE), facts.charge) in added


def charge_and_fee(pledge: Pledge, facts: PaymentFacts, *, at: datetime) -> list[News]:
    """What a payment brought, and what Stripe keeps of it once it has said so."""
    charge = News(
        kind=Kind.CHARGE,
        external_ref=facts.charge,
        pledge=pledge,
        at=facts.charged_at or at,
        postings={
            Account.STRIPE_CLEARING: pledge.total,
            Account.CAMPAIGN_HELD: -pledge.amount,
            # What a supporter adds for the fee meets the fee, and is no part of what was raised.
            Account.PROCESSOR_FEES: -pledge.covered_fee,
        },
    )
    if not facts.fee:
        return [charge]
    fee = News(
        kind=Kind.FEE,
        external_ref=facts.balance_transaction,
        pledge=pledge,
        at=at,
        postings={Account.PROCESSOR_FEES: facts.fee, Account.STRIPE_CLEARING: -facts.fee},
    )
    return [charge, fee]


def given_back(pledge: Pledge, accounts: tuple[Account, ...] = (*OWED, Account.PROCESSOR_FEES)) -> int:
    """What a pledge lost so far by refunds and disputes, in minor units, by the ledger; with `accounts`, out of those.

    It is never more than was paid: what went twice, as a refund and as a dispute, is the platform's loss.
    """
    back = Posting.objects.filter(entry__pledge=pledge, entry__kind__in=GOING_BACK, account__in=accounts)
    return int(back.aggregate(sum=Sum("amount"))["sum"] or 0)


def _post_refund(pledge: Pledge, refund: RefundFact, *, at: datetime) -> None:
    if not JournalEntry.objects.filter(kind=Kind.REFUND, external_ref=refund.id).exists():
        # What the bank has taken already, in a dispute, is not the campaign's to give back a second time.
        ours = min(refund.amount, pledge.total - given_back(pledge))
        # Counted from what went back out of the campaign so far: parts that bounced were rounded at other places.
        back = share_of_campaign(pledge, given_back(pledge) + ours) - given_back(pledge, OWED)
        post(
            kind=Kind.REFUND,
            external_ref=refund.id,
            campaign=pledge.campaign,
            pledge=pledge,
            at=refund.created,
            postings={
                owing(pledge): back,
                Account.PROCESSOR_FEES: ours - back,
                Account.PLATFORM: refund.amount - ours,
                Account.REFUNDS: -refund.amount,
            },
        )
    if refund.status == "succeeded":
        _carry_on(pledge, refund, Kind.REFUND_PAID, at=at)
    if refund.status in ("failed", "canceled"):
        _carry_on(pledge, refund, Kind.REFUND_FAILED, at=at)


def _carry_on(pledge: Pledge, refund: RefundFact, kind: str, *, at: datetime) -> None:
    """The second half of a refund: it left Stripe, or it failed and everything is as it was before it."""
    postings = {Account.REFUNDS: refund.amount, Account.STRIPE_CLEARING: -refund.amount}
    if kind == Kind.REFUND_FAILED:
        begun = Posting.objects.filter(entry__kind=Kind.REFUND, entry__external_ref=refund.id)
        postings = {owing(pledge) if one.account in OWED else Account(one.account): -one.amount for one in begun}
        if JournalEntry.objects.filter(kind=Kind.REFUND_PAID, external_ref=refund.id).exists():
            # The money had left and came back, so it is in Stripe's balance again and no longer on its way.
            del postings[Account.REFUNDS]
            postings[Account.STRIPE_CLEARING] = refund.amount
    post(kind=kind, external_ref=refund.id, campaign=pledge.campaign, pledge=pledge, at=at, postings=postings)


def share_of_campaign(pledge: Pledge, back: int) -> int:
    """How much of what is given back comes from what the campaign holds; the rest is covered fee. Exact at the end."""
    return back * pledge.amount // pledge.total


def owing(pledge: Pledge) -> Account:
    """Where a pledge's money lies. What came too late was not settled with the rest: it goes back out of itself."""
    settled = not pledge.came_late and is_settled(pledge.campaign)
    return Account.CAMPAIGN_PAYABLE if settled else Account.CAMPAIGN_HELD


def _borne_so_far(pledge: Pledge) -> int:
    borne = Posting.objects.filter(entry__pledge=pledge, entry__kind=Kind.FEE_BORNE, account=Account.PLATFORM)
    return int(borne.aggregate(sum=Sum("amount"))["sum"] or 0)


def say_who_bears_the_fee(pledge: Pledge, charge: str, *, at: datetime) -> None:
    """Stripe keeps its fee on a refund; a campaign must not lose by what it does not get, so the platform pays.

    It pays while all of the pledge is back, and no longer when a refund bounces and the campaign has its coin again.
    """
    is_back = given_back(pledge) == pledge.total
    borne = balance(Account.PROCESSOR_FEES, pledge=pledge) if is_back else -_borne_so_far(pledge)
    if borne:
        before = JournalEntry.objects.filter(kind=Kind.FEE_BORNE, pledge=pledge).count()
        post(
            kind=Kind.FEE_BORNE,
            external_ref=f"{charge}:{before}" if before else charge,
            campaign=pledge.campaign,
            pledge=pledge,
            at=at,
            postings={Account.PLATFORM: borne, Account.PROCESSOR_FEES: -borne},
        )

"""The only writer of the ledger, and it only adds.

Debits are positive, credits negative; every entry sums to zero in one currency. PostgreSQL refuses an unbalanced
entry at commit, and any change or removal (migration 0002), and an entry that does not fit its chain (0006).
"""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Sum

from campaigns import chain
from campaigns.models import Campaign, JournalEntry, Pledge, Posting
from campaigns.models.ledger import Account
from campaigns.stripe_gateway import PaymentFacts, RefundFact

Kind = JournalEntry.Kind
OWED = (Account.CAMPAIGN_HELD, Account.CAMPAIGN_PAYABLE)


def post(
    *,
    kind: str,
    external_ref: str,
    campaign: Campaign,
    postings: dict[Account, int],
    at: datetime,
    pledge: Pledge | None = None,
    memo: str = "",
) -> bool:
    """Add one entry; False when this news was posted before. Postings of nothing are left out.

    `memo` is one line that everybody may read: it names nobody. Until the transaction ends, nobody else adds to this
    campaign's ledger; so ask Stripe before, and of several campaigns post to that with the lowest key first.
    """
    moving = {account: amount for account, amount in postings.items() if amount}
    if sum(moving.values()) != 0 or not moving:
        raise ValueError(f"{kind} {external_ref} does not balance: {postings}")
    news = JournalEntry.objects.filter(kind=kind, external_ref=external_ref)
    if news.exists():
        return False
    with transaction.atomic():
        number, before = _hold_the_end(campaign)
        if news.exists():
            return False
        entry = JournalEntry(kind=kind, external_ref=external_ref, campaign=campaign, pledge=pledge, at=at, memo=memo)
        entry.currency, entry.number = campaign.currency, number + 1
        entry.chained = _public(entry, moving).after(before)
        entry.save(force_insert=True)
        Posting.objects.bulk_create(
            Posting(entry=entry, account=account, amount=amount) for account, amount in moving.items()
        )
    return True


def _public(entry: JournalEntry, moving: dict[Account, int]) -> chain.Entry:
    """An entry that is not written yet, as everybody will see it."""
    return chain.Entry(
        campaign=entry.campaign.slug,
        number=entry.number,
        kind=str(entry.kind),
        day=chain.day_of(entry.at),
        currency=entry.currency,
        mark=chain.mark_of(entry.external_ref),
        memo=entry.memo,
        postings={str(account): amount for account, amount in moving.items()},
    )


def _hold_the_end(campaign: Campaign) -> tuple[int, str]:
    """Keep others from adding until the transaction ends, and find the newest entry.

    Whoever waits here holds the campaign's row shared and one pledge, and nothing that the one before is waiting for.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"genseki-ledger:{campaign.pk}"])
    # A statement of its own: it sees what was committed while we waited.
    return newest(campaign)


def newest(campaign: Campaign) -> tuple[int, str]:
    """The number and the hash of a campaign's newest entry; 0 and sixty-four zeros when there is none."""
    found = JournalEntry.objects.filter(campaign=campaign).order_by("-number").values_list("number", "chained").first()
    return found or (0, chain.FIRST)


def post_payment(pledge: Pledge, facts: PaymentFacts, *, at: datetime) -> bool:
    """Post whatever of a payment is not yet in the ledger: charge, fee, refunds, in any order that we heard of them.

    True when the charge was news.
    """
    if not facts.charge:
        return False
    is_news = post(
        kind=Kind.CHARGE,
        external_ref=facts.charge,
        campaign=pledge.campaign,
        pledge=pledge,
        at=facts.charged_at or at,
        postings={
            Account.STRIPE_CLEARING: pledge.total,
            Account.CAMPAIGN_HELD: -pledge.amount,
            # What a supporter adds for the fee meets the fee, and is no part of what was raised.
            Account.PROCESSOR_FEES: -pledge.covered_fee,
        },
    )
    if facts.fee:
        post(
            kind=Kind.FEE,
            external_ref=facts.balance_transaction,
            campaign=pledge.campaign,
            pledge=pledge,
            at=at,
            postings={Account.PROCESSOR_FEES: facts.fee, Account.STRIPE_CLEARING: -facts.fee},
        )
    for refund in sorted(facts.refunds, key=lambda refund: (refund.created, refund.id)):
        _post_refund(pledge, refund, at=at)
    _say_who_bears_the_fee(pledge, facts.charge, at=at)
    return is_news


def given_back(pledge: Pledge, accounts: tuple[Account, ...] = (*OWED, Account.PROCESSOR_FEES)) -> int:
    """What was given back of a pledge so far, in minor units, by the ledger; with `accounts`, out of those."""
    back = Posting.objects.filter(
        entry__pledge=pledge, entry__kind__in=(Kind.REFUND, Kind.REFUND_FAILED), account__in=accounts
    )
    return int(back.aggregate(sum=Sum("amount"))["sum"] or 0)


def _post_refund(pledge: Pledge, refund: RefundFact, *, at: datetime) -> None:
    if not JournalEntry.objects.filter(kind=Kind.REFUND, external_ref=refund.id).exists():
        # Counted from what went back out of the campaign so far: parts that bounced were rounded at other places.
        back = _share_of_campaign(pledge, given_back(pledge) + refund.amount) - given_back(pledge, OWED)
        post(
            kind=Kind.REFUND,
            external_ref=refund.id,
            campaign=pledge.campaign,
            pledge=pledge,
            at=refund.created,
            postings={
                _owing(pledge): back,
                Account.PROCESSOR_FEES: refund.amount - back,
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
        postings = {_owing(pledge) if one.account in OWED else Account(one.account): -one.amount for one in begun}
        if JournalEntry.objects.filter(kind=Kind.REFUND_PAID, external_ref=refund.id).exists():
            # The money had left and came back, so it is in Stripe's balance again and no longer on its way.
            del postings[Account.REFUNDS]
            postings[Account.STRIPE_CLEARING] = refund.amount
    post(kind=kind, external_ref=refund.id, campaign=pledge.campaign, pledge=pledge, at=at, postings=postings)


def _share_of_campaign(pledge: Pledge, back: int) -> int:
    """How much of what is given back comes from what the campaign holds; the rest is covered fee. Exact at the end."""
    return back * pledge.amount // pledge.total


def _owing(pledge: Pledge) -> Account:
    """Where a pledge's money lies. What came too late was not settled with the rest: it goes back out of itself."""
    settled = not pledge.came_late and is_settled(pledge.campaign)
    return Account.CAMPAIGN_PAYABLE if settled else Account.CAMPAIGN_HELD


def _say_who_bears_the_fee(pledge: Pledge, charge: str, *, at: datetime) -> None:
    """Stripe keeps its fee on a refund; a campaign must not lose by what it does not get, so the platform pays.

    It pays while all of the pledge is back, and no longer when a refund bounces and the campaign has its coin again.
    """
    is_back = given_back(pledge) == pledge.total
    moving = balance(Account.PROCESSOR_FEES if is_back else Account.PLATFORM, pledge=pledge)
    borne = moving if is_back else -moving
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


def settle(campaign: Campaign, *, at: datetime) -> None:
    """What a campaign holds becomes payable to its trainer, once. Fees stay where they are and are deducted then.

    Call it while the campaign is held. What came too late is not settled: it goes back.
    """
    held = Posting.objects.filter(entry__campaign=campaign, account=Account.CAMPAIGN_HELD)
    raised = -int(held.exclude(entry__pledge__came_late=True).aggregate(sum=Sum("amount"))["sum"] or 0)
    if raised:
        post(
            kind=Kind.SETTLE,
            external_ref=f"campaign:{campaign.pk}",
            campaign=campaign,
            at=at,
            postings={Account.CAMPAIGN_HELD: raised, Account.CAMPAIGN_PAYABLE: -raised},
        )


def is_settled(campaign: Campaign) -> bool:
    return JournalEntry.objects.filter(campaign=campaign, kind=Kind.SETTLE).exists()


def balance(account: Account, *, campaign: Campaign | None = None, pledge: Pledge | None = None) -> int:
    found = Posting.objects.filter(account=account)
    if campaign is not None:
        found = found.filter(entry__campaign=campaign)
    if pledge is not None:
        found = found.filter(entry__pledge=pledge)
    return int(found.aggregate(sum=Sum("amount"))["sum"] or 0)

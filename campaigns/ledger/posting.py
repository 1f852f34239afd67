"""Adding to the ledger: one entry, chained to the one before it."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Sum

from campaigns import chain
from campaigns.models import Campaign, JournalEntry, Pledge, Posting
from campaigns.models.ledger import Account

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


def balance(account: Account, *, campaign: Campaign | None = None, pledge: Pledge | None = None) -> int:
    found = Posting.objects.filter(account=account)
    if campaign is not None:
        found = found.filter(entry__campaign=campaign)
    if pledge is not None:
        found = found.filter(entry__pledge=pledge)
    return int(found.aggregate(sum=Sum("amount"))["sum"] or 0)

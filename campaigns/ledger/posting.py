"""Adding to the ledger: entries of one campaign, each chained to the one before it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from campaigns import chain
from campaigns.models import Campaign, JournalEntry, Pledge, Posting
from campaigns.models.ledger import Account

Kind = JournalEntry.Kind
OWED = (Account.CAMPAIGN_HELD, Account.CAMPAIGN_PAYABLE)
Name = tuple[str, str]

KNOWN = """
SELECT kind, external_ref FROM campaigns_journalentry
WHERE (kind, external_ref) IN (SELECT * FROM unnest(%(kinds)s::text[], %(refs)s::text[]))
"""
# Three statements in one message: each sees what was committed while the one before it waited.
END = f"""
SELECT pg_advisory_xact_lock(hashtextextended(%(lock)s, 0));
{KNOWN};
SELECT number, chained FROM campaigns_journalentry WHERE campaign_id = %(campaign)s ORDER BY number DESC LIMIT 1
"""  # noqa: S608
WRITE = """
WITH entry AS (
    INSERT INTO campaigns_journalentry
        (kind, external_ref, campaign_id, pledge_id, currency, at, memo, number, chained)
    SELECT kind, external_ref, %(campaign)s, pledge, %(currency)s, at, memo, number, chained
    FROM unnest(%(kinds)s::text[], %(refs)s::text[], %(pledges)s::bigint[], %(times)s::timestamptz[],
        %(memos)s::text[], %(numbers)s::int[], %(links)s::text[])
        AS given (kind, external_ref, pledge, at, memo, number, chained)
    ORDER BY number
    RETURNING id, number
)
INSERT INTO campaigns_posting (entry_id, account, amount)
SELECT entry.id, moved.account, moved.amount
FROM unnest(%(places)s::int[], %(accounts)s::text[], %(amounts)s::bigint[]) AS moved (number, account, amount)
JOIN entry USING (number)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What happened to money, once for each kind and `external_ref`. Postings of nothing are left out.

    `memo` is one line that everybody may read: it names nobody.
    """

    kind: str
    external_ref: str
    postings: dict[Account, int]
    at: datetime
    pledge: Pledge | None = None
    memo: str = ""
    moving: dict[Account, int] = field(init=False)

    def __post_init__(self) -> None:
        moving = {account: amount for account, amount in self.postings.items() if amount}
        if sum(moving.values()) != 0 or not moving:
            raise ValueError(f"{self.kind} {self.external_ref} does not balance: {self.postings}")
        object.__setattr__(self, "moving", moving)

    @property
    def name(self) -> Name:
        return str(self.kind), self.external_ref


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
    """Add one entry; False when this news was posted before. As `post_many` otherwise."""
    news = News(kind=kind, external_ref=external_ref, postings=postings, at=at, pledge=pledge, memo=memo)
    return bool(post_many(campaign, [news]))


def post_many(campaign: Campaign, told: Sequence[News]) -> set[Name]:
    """Add an entry for everything that was not posted before, in this order; the names of what was added.

    Until the transaction ends, nobody else adds to this campaign's ledger; so ask Stripe before, and of several
    campaigns post to that with the lowest key first.
    """
    new = {news.name: news for news in told}
    for name in _known(new):
        del new[name]
    if not new:
        return set()
    # What fails here fails as a whole: there is nothing to go back to in the middle of a transaction.
    with transaction.atomic(savepoint=False):
        known, number, before = _hold_the_end(campaign, new)
        added = [news for name, news in new.items() if name not in known]
        if added:
            _write(campaign, added, number, before)
    return {news.name for news in added}


def _known(names: dict[Name, News]) -> list[Name]:
    """Asked before anything is held: most news is told several times."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, _in_columns(names))
        return list(cursor.fetchall())


def _hold_the_end(campaign: Campaign, names: dict[Name, News]) -> tuple[set[Name], int, str]:
    """Keep others from adding until the transaction ends; what they added meanwhile, and the newest entry.

    Whoever waits here holds the campaign's row shared and some pledges, and nothing that the one before is waiting for.
    """
    asked: dict[str, Any] = {"lock": f"genseki-ledger:{campaign.pk}", "campaign": campaign.pk, **_in_columns(names)}
    with connection.cursor() as cursor:
        cursor.execute(END, asked)
        cursor.nextset()
        known = set(cursor.fetchall())
        cursor.nextset()
        number, before = cursor.fetchone() or (0, chain.FIRST)
    return known, number, before


def _in_columns(names: dict[Name, News]) -> dict[str, list[str]]:
    return {"kinds": [kind for kind, _ in names], "refs": [ref for _, ref in names]}


def _write(campaign: Campaign, added: list[News], number: int, before: str) -> None:
    links = []
    for place, news in enumerate(added, number + 1):
        before = _public(campaign, news, place).after(before)
        links.append(before)
    moved = [
        (place, str(account), amount)
        for place, news in enumerate(added, number + 1)
        for account, amount in news.moving.items()
    ]
    rows: dict[str, Any] = {
        "campaign": campaign.pk,
        "currency": campaign.currency,
        "kinds": [str(news.kind) for news in added],
        "refs": [news.external_ref for news in added],
        "pledges": [news.pledge.pk if news.pledge else None for news in added],
        "times": [news.at for news in added],
        "memos": [news.memo for news in added],
        "numbers": list(range(number + 1, number + 1 + len(added))),
        "links": links,
        "places": [place for place, _, _ in moved],
        "accounts": [account for _, account, _ in moved],
        "amounts": [amount for _, _, amount in moved],
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE, rows)


def _public(campaign: Campaign, news: News, number: int) -> chain.Entry:
    """An entry that is not written yet, as everybody will see it."""
    return chain.Entry(
        campaign=campaign.slug,
        number=number,
        kind=str(news.kind),
        day=chain.day_of(news.at),
        currency=campaign.currency,
        mark=chain.mark_of(news.external_ref),
        memo=news.memo,
        postings={str(account): amount for account, amount in news.moving.items()},
    )


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

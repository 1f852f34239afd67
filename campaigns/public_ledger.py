"""A campaign's ledger as everybody may read it: no name, no address, no message, no key, and days instead of times.

docs/decisions/0012-what-the-public-ledger-says.md tells what is left out, and why.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from campaigns import chain
from campaigns.models import Campaign, CloseRun, JournalEntry


@dataclass(frozen=True, slots=True)
class Chained:
    """An entry and the hash that is on file for it."""

    entry: chain.Entry
    hash: str


def rows(campaign: Campaign) -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(campaign=campaign).order_by("number").prefetch_related("postings")


def as_public(campaign: Campaign, row: JournalEntry) -> Chained:
    """`row` with its postings prefetched."""
    entry = chain.Entry(
        campaign=campaign.slug,
        number=row.number,
        kind=row.kind,
        day=chain.day_of(row.at),
        currency=row.currency,
        mark=chain.mark_of(row.external_ref),
        memo=row.memo,
        postings={posting.account: posting.amount for posting in row.postings.all()},
    )
    return Chained(entry, row.chained)


def read(campaign: Campaign, *, up_to: int | None = None) -> Iterator[Chained]:
    """Every entry in order, a thousand at a time in memory. What is added meanwhile is left out with `up_to`."""
    found = rows(campaign)
    if up_to is not None:
        found = found.filter(number__lte=up_to)
    return (as_public(campaign, row) for row in found.iterator(chunk_size=1000))


def head_line(campaign: Campaign, *, number: int, newest: str) -> dict[str, object]:
    """What an export says before its entries. `close` is the report of a close that is over, else None."""
    run = CloseRun.objects.filter(campaign=campaign, finished_at__isnull=False).first()
    return {
        "type": "ledger",
        "version": chain.VERSION,
        "campaign": campaign.slug,
        "currency": campaign.currency,
        "goal": campaign.goal,
        "ceiling": campaign.ceiling,
        "entries": number,
        "hash": newest,
        "close": run.report if run else None,
    }

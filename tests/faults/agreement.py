"""Whether our books and Stripe's own account say the same, pledge by pledge. Nothing here asks through our gateway."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, Sum

from campaigns import public_ledger
from campaigns.actions.run_selfcheck import breaches
from campaigns.invariants import INVARIANTS
from campaigns.models import Campaign, JournalEntry, OutboxMessage, Pledge, Posting
from tests.stripe_sandbox import Sandbox

WAITING = {one.name for one in INVARIANTS if one.waits}


@dataclass(frozen=True)
class Moved:
    """What a pledge was charged, and what of it went back, in minor units."""

    charged: int
    back: int


def by_our_books() -> dict[int, Moved]:
    """Every pledge with a charge, by what left and reached Stripe's balance, and what was promised back."""
    found = Posting.objects.filter(entry__pledge__isnull=False)
    charged = _sums(found.filter(entry__kind="charge", account="stripe-clearing"))
    gone = found.filter(entry__kind__in=("refund", "refund-failed"), account__in=("campaign-held", "campaign-payable"))
    covered = found.filter(entry__kind__in=("refund", "refund-failed"), account="processor-fees")
    back = {pk: _sums(gone).get(pk, 0) + _sums(covered).get(pk, 0) for pk in charged}
    return {pk: Moved(amount, back[pk]) for pk, amount in charged.items()}


def by_stripe(sandbox: Sandbox) -> dict[int, Moved]:
    """The same by the sandbox's oracle, which shares no code with the product."""
    found: dict[int, Moved] = {}
    for payment in sandbox.oracle()["payments"]:
        pk = int(payment["metadata"]["genseki_pledge"])
        assert pk not in found, f"pledge {pk} was charged twice"
        found[pk] = Moved(payment["amount"], payment["refunded"])
    return found


def assert_the_books_are_those_of_stripe(sandbox: Sandbox) -> None:
    ours, theirs = by_our_books(), by_stripe(sandbox)
    assert ours == theirs, {pk: (ours.get(pk), theirs.get(pk)) for pk in ours.keys() ^ theirs.keys()} or (ours, theirs)
    assert sandbox.oracle()["charged_twice"] == []


def assert_every_invariant_holds(*, at: datetime, strictly: bool = False) -> None:
    """With `strictly`, nothing waits for a person either."""
    found = breaches(at=at)
    assert {name: rows for name, rows in found.items() if strictly or name not in WAITING} == {}


def entries(campaign: Campaign) -> set[tuple[object, ...]]:
    """The public ledger without the order in which it grew: no numbers and no hashes."""
    return {
        (one.entry.kind, one.entry.day, one.entry.currency, one.entry.mark, one.entry.memo, _pairs(one.entry.postings))
        for one in public_ledger.read(campaign)
    }


def receipts(pledge: Pledge) -> int:
    return OutboxMessage.objects.filter(template="receipt", key=f"receipt:{pledge.pk}").count()


def charges() -> int:
    return JournalEntry.objects.filter(kind="charge").count()


def _pairs(postings: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(postings.items()))


def _sums(postings: QuerySet[Posting]) -> dict[int, int]:
    rows = postings.values("entry__pledge").order_by().annotate(sum=Sum("amount"))
    return {row["entry__pledge"]: int(row["sum"]) for row in rows}

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

MOVED = ("dispute", "dispute-won", "payout", "payout-reversed")
WAITING = {one.name for one in INVARIANTS if one.waits}


@dataclass(frozen=True)
class Moved:
    """What a pledge was charged, and what of it went back, in minor units."""

    charged: int
    back: int


def by_our_books() -> dict[str, Moved]:
    """Every payment by its pledge or bundle: what left and reached Stripe's balance, and what was promised back."""
    posted = Posting.objects.filter(entry__pledge__isnull=False)
    charged = _sums(posted.filter(entry__kind="charge", account="stripe-clearing"))
    gone = posted.filter(entry__kind__in=("refund", "refund-failed"), account__in=("campaign-held", "campaign-payable"))
    covered = posted.filter(entry__kind__in=("refund", "refund-failed"), account="processor-fees")
    parts, whole = _sums(gone), _sums(covered)
    bundles = dict(Pledge.objects.filter(bundle__isnull=False).values_list("pk", "bundle"))
    found: dict[str, Moved] = {}
    for pk, amount in charged.items():
        payment = f"bundle {bundles[pk]}" if pk in bundles else f"pledge {pk}"
        so_far = found.get(payment, Moved(0, 0))
        back = parts.get(pk, 0) + whole.get(pk, 0)
        found[payment] = Moved(so_far.charged + amount, so_far.back + back)
    return found


def by_stripe(sandbox: Sandbox) -> dict[str, Moved]:
    """The same by the sandbox's oracle, which shares no code with the product."""
    found: dict[str, Moved] = {}
    for payment in sandbox.oracle()["payments"]:
        told = payment["metadata"]
        name = f"bundle {told['genseki_bundle']}" if "genseki_bundle" in told else f"pledge {told['genseki_pledge']}"
        assert name not in found, f"{name} was charged twice"
        found[name] = Moved(payment["amount"], payment["refunded"])
    return found


def assert_the_books_are_those_of_stripe(sandbox: Sandbox) -> None:
    """Coins and refunds, one by one; what disputes hold and what trainers have, altogether."""
    ours, theirs = by_our_books(), by_stripe(sandbox)
    assert ours == theirs, {pk: (ours.get(pk), theirs.get(pk)) for pk in ours.keys() ^ theirs.keys()} or (ours, theirs)
    account = sandbox.oracle()
    assert account["charged_twice"] == []
    for currency, sums in account["sums"].items():
        of_currency = Posting.objects.filter(entry__currency=currency.upper())
        moved = {kind: _sum(of_currency.filter(entry__kind=kind, account="stripe-clearing")) for kind in MOVED}
        assert -moved["dispute"] == sums["disputed"] and moved["dispute-won"] == sums["reinstated"], (moved, sums)
        assert -moved["payout"] == sums["transferred"] and moved["payout-reversed"] == sums["reversed"], (moved, sums)


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


def _sum(postings: QuerySet[Posting]) -> int:
    return int(postings.aggregate(sum=Sum("amount"))["sum"] or 0)


def _sums(postings: QuerySet[Posting]) -> dict[int, int]:
    rows = postings.values("entry__pledge").order_by().annotate(sum=Sum("amount"))
    return {row["entry__pledge"]: int(row["sum"]) for row in rows}

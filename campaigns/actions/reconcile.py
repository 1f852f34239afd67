"""Compare our books with Stripe's, tell people of every difference, and take in what we have missed."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from campaigns import stripe_gateway, stripe_handlers
from campaigns.actions.compare_books import Line, compare_books, is_ours, is_the_platforms_own
from campaigns.actions.raise_alarm import close_alarm, raise_alarm
from campaigns.actions.settle_payout import settle_payout
from campaigns.models import Alarm, Campaign, JournalEntry, Payout, Pledge, ReconcileRun

EVER = datetime(1970, 1, 1, tzinfo=UTC)
USUALLY, ALL_OF_IT = timedelta(days=30), timedelta(days=7)
SMALL_ENOUGH = 20_000
DAILY = timedelta(hours=23, minutes=30)
QUIET_HOURS = range(17, 21)  # By UTC: after midnight in Tokyo.
ON_ITS_WAY = timedelta(minutes=15)
HOLDS_LIVE = timedelta(days=8)
KIND = "reconcile"
# The event that would have told of a thing of Stripe's.
TOLD_BY = {
    "charge": "charge.updated",
    "refund": "refund.updated",
    "dispute": "charge.dispute.updated",
    "transfer": "transfer.updated",
}
Differences = list[dict[str, object]]
log = logging.getLogger(__name__)


def reconcile_when_due(*, at: datetime) -> ReconcileRun | None:
    """Once a day, at a quiet hour, or as soon as it is overdue by some hours. All of it while the ledger is small and
    once a week; else the last month. Raises StripeSilent and StripeBusy, and then the clock comes again."""
    last = ReconcileRun.objects.first()
    if last is not None and last.at > at - DAILY:
        return None
    if last is not None and at.hour not in QUIET_HOURS and last.at > at - DAILY - timedelta(hours=8):
        return None
    whole = ReconcileRun.objects.filter(since=EVER, at__gt=at - ALL_OF_IT).exists()
    month = whole and JournalEntry.objects.count() > SMALL_ENOUGH
    return reconcile(at=at, since=at - USUALLY if month else None)


def reconcile(*, at: datetime, since: datetime | None = None, fix: bool = False) -> ReconcileRun:
    """Compare everything since a moment (None: ever), outside every transaction; the run with what differs.

    With `fix`, what Stripe has and we lack is handled as if Stripe had told of it just now, and then it is compared
    again; nothing is ever written to the ledger by hand. What moved in the last quarter of an hour may be on its way
    to us and is no difference yet. Raises StripeSilent and StripeBusy.
    """
    run = _look(at=at, since=since, fix=fix)
    if fix and not run.ok:
        run = _look(at=at, since=since, fix=False)
    run.save(force_insert=True)
    _tell(run, at=at)
    return run


def _look(*, at: datetime, since: datetime | None, fix: bool) -> ReconcileRun:
    before = stripe_gateway.balance()
    movements = stripe_gateway.movements_since(since)
    lines, ledger = compare_books(movements, since=since)
    ours = [line for line in lines if not is_the_platforms_own(line) and is_ours(line)]
    if fix:
        _take_in(ours, at=at)
    found: Differences = [_as_difference(line) for line in ours if _counts(line, at=at)]
    if since is None and stripe_gateway.balance() == before:
        found += _unexplained(before, ledger, lines)
    found += _holds_that_should_be_gone(at=at)
    return ReconcileRun(at=at, since=since or EVER, ok=not found, compared=len(movements), differences=found)


def _counts(line: Line, *, at: datetime) -> bool:
    """Not what may still be on its way: news of a moment ago, and a refund that Stripe has not taken yet."""
    waits = line.is_open and line.at_stripe == 0
    return not waits and (line.newest is None or line.newest <= at - ON_ITS_WAY)


def _as_difference(line: Line) -> dict[str, object]:
    return {
        "id": line.key,
        "kind": line.kind,
        "currency": line.currency,
        "at_stripe": line.at_stripe,
        "in_ledger": line.in_ledger,
        "names": str((line.thing.get("metadata") or {}).get("genseki_pledge", "")),
    }


def _take_in(lines: Iterable[Line], *, at: datetime) -> None:
    for line in sorted(lines, key=lambda line: (line.newest or EVER, line.key)):
        what = str(line.thing.get("object"))
        try:
            if what in TOLD_BY:
                stripe_handlers.dispatch(TOLD_BY[what], line.thing, at=at)
            elif payout := Payout.objects.filter(transfer_id=line.thing.get("transfer") or "-").first():
                settle_payout(payout.pk, payout.transfer_id, at=at)
        except Exception as error:
            # It stays a difference, with its alarm, and must not keep the others out.
            log.warning("%s could not be taken in: %s: %s", line.key, type(error).__name__, error)


def _unexplained(balance: dict[str, int], ledger: dict[str, int], lines: list[Line]) -> Differences:
    """What is on Stripe's balance is what the ledger says, and the differences that have a name: those above, payouts
    to the platform's bank, and what another shop on the account moved."""
    found: Differences = []
    for currency in sorted({*balance, *ledger}):
        named = sum(line.difference for line in lines if line.currency == currency)
        at_stripe, in_ledger = balance.get(currency, 0), ledger.get(currency, 0) + named
        if at_stripe != in_ledger:
            line = Line(f"balance:{currency}", currency, "balance", at_stripe, in_ledger)
            found.append(_as_difference(line))
    return found


def _holds_that_should_be_gone(*, at: datetime) -> Differences:
    """Cards that are held for a campaign whose close is over: they would be let go in some days, and hurt till then."""
    over = set(
        Campaign.objects.filter(close_run__finished_at__lte=at - ON_ITS_WAY).values_list("slug", flat=True)
    ) | set(Campaign.objects.filter(stage="cancelled", changed_at__lte=at - ON_ITS_WAY).values_list("slug", flat=True))
    if not over:
        return []
    held = [one for one in stripe_gateway.holds_since(at - HOLDS_LIVE) if one.metadata.get("genseki_campaign") in over]
    for one in held:
        if (named := one.metadata.get("genseki_pledge", "")).isdecimal():
            Pledge.objects.filter(pk=int(named)).update(check_at=at)
    return [_as_difference(Line(f"hold:{one.payment_intent}", one.currency, "hold", one.amount)) for one in held]


def _tell(run: ReconcileRun, *, at: datetime) -> None:
    keys = {f"{KIND}:{one['id']}" for one in run.differences}
    for one in run.differences:
        raise_alarm(kind=KIND, key=f"{KIND}:{one['id']}", detail=one, at=at)
    # A run over the last month says nothing of what is older.
    before = Alarm.objects.filter(kind=KIND, closed_at__isnull=True, opened_at__gte=run.since)
    for key in before.exclude(key__in=keys).values_list("key", flat=True):
        close_alarm(key=key, at=at, by="the comparison finds no difference")

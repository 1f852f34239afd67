"""Hold the books against every invariant, at one moment, and keep what was found."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from campaigns.actions.raise_alarm import close_alarm, raise_alarm
from campaigns.invariants import INVARIANTS, parameters
from campaigns.models import Alarm, JournalEntry, LedgerHead, SelfcheckRun

MOST_NAMED = 50
PATIENCE_MS = 600_000
log = logging.getLogger(__name__)
Found = dict[str, list[str]]


def run_selfcheck(*, at: datetime) -> SelfcheckRun:
    """Reads one snapshot that nothing can change, outside every other transaction. A breach is an error in the log.

    The newest entries that it saw are kept, so that the next check misses what is cut off.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
        found = breaches(at=at)
        heads = _heads_not_seen_yet(at)
    waiting = {one.name for one in INVARIANTS if one.waits}
    broken = {name: rows for name, rows in found.items() if name not in waiting}
    for name, rows in broken.items():
        log.error("The books break %s: %s", name, "; ".join(rows[:5]))
    with transaction.atomic():
        _tell(found, waiting, at=at)
        LedgerHead.objects.bulk_create(heads, ignore_conflicts=True)
        return SelfcheckRun.objects.create(
            at=at,
            ok=not broken,
            breaches=broken,
            waiting={name: rows for name, rows in found.items() if name in waiting},
        )


def breaches(*, at: datetime) -> Found:
    """What breaks each invariant, at most fifty rows of it; an invariant that holds is not in it."""
    found: Found = {}
    asked = parameters(at=at, livemode=settings.STRIPE_LIVEMODE)
    with connection.cursor() as cursor:
        for one in INVARIANTS:
            cursor.execute(one.sql, asked)
            rows = [str(row) for (row,) in cursor.fetchmany(MOST_NAMED)]
            if rows:
                found[one.name] = rows
    return found


def _tell(found: Found, waiting: set[str], *, at: datetime) -> None:
    """An alarm for everything that was found, and none any more for what is in order again."""
    for name, rows in found.items():
        kind = "waiting" if name in waiting else "selfcheck"
        raise_alarm(kind=kind, key=f"selfcheck:{name}", detail={"rows": rows[:10], "number": len(rows)}, at=at)
    before = Alarm.objects.filter(kind__in=("selfcheck", "waiting"), closed_at__isnull=True)
    for key in before.exclude(key__in=[f"selfcheck:{name}" for name in found]).values_list("key", flat=True):
        close_alarm(key=key, at=at, by="the next check found none")


def _heads_not_seen_yet(at: datetime) -> list[LedgerHead]:
    newest = JournalEntry.objects.order_by("campaign", "-number").distinct("campaign")
    last = LedgerHead.objects.order_by("campaign", "-number").distinct("campaign")
    seen = dict(last.values_list("campaign", "number"))
    return [
        LedgerHead(campaign_id=campaign, number=number, chained=chained, seen_at=at)
        for campaign, number, chained in newest.values_list("campaign", "number", "chained")
        if number > seen.get(campaign, 0)
    ]

"""Close a campaign: leased, in steps that are rows, so that any step may be killed and done again.

freeze   no new pages at Stripe; the open ones are expired there at once
drain    payments under way are awaited; whatever Stripe says was paid counts
authorise  a hold on every saved card; matches come last
verdict  one pure function of what the ledger and the cards hold
capture  the holds become payments, or all are let go
settle   what a funded campaign holds becomes payable
publish  the stage, the update on the clean version's record, the report
"""

import logging
import os
import secrets
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Least

from campaigns.actions import close_steps
from campaigns.actions.authorise_pledges import authorise
from campaigns.actions.close_lease import LEASE as LEASE
from campaigns.actions.close_lease import keep_lease
from campaigns.actions.move_campaign import move_campaign
from campaigns.charging import LeaseLost
from campaigns.failpoints import reach
from campaigns.lifecycle import NotPossibleNow, Stage, is_due
from campaigns.locks import hold_campaign
from campaigns.models import Campaign, CloseRun, CloseStep, Pledge, Posting
from campaigns.models.ledger import Account
from campaigns.totals import MATCH, RAISING, counted_without, on_its_way_back, totals

log = logging.getLogger(__name__)

STEPS: tuple[tuple[str, Callable[[CloseRun, datetime], dict[str, object] | None]], ...] = (
    ("freeze", close_steps.freeze),
    ("drain", close_steps.drain),
    ("authorise", authorise),
    ("verdict", close_steps.verdict),
    ("capture", close_steps.capture),
    ("settle", close_steps.settle),
    ("publish", close_steps.publish),
)


def close_due_campaigns(*, at: datetime) -> list[str]:
    """Begin every close that is due and take every unfinished one further; the slugs that are now decided.

    One campaign that cannot be closed does not stop the others.
    """
    for pk in _due(at):
        try:
            begin_close(pk, at=at)
            reach("close.begun")
        except Exception:
            log.exception("The close of campaign %s could not begin; the next sweep tries again", pk)
    decided = []
    for run in CloseRun.objects.filter(finished_at__isnull=True).select_related("campaign").order_by("started_at"):
        try:
            if close_campaign(run.pk, at=at):
                decided.append(run.campaign.slug)
        except Exception:
            log.exception("The close of %s stopped; the next sweep goes on", run.campaign.slug)
    return decided


def begin_close(pk: int, *, at: datetime) -> CloseRun | None:
    """Open -> closing, once; None when it is not due any more or somebody else was first."""
    with transaction.atomic():
        campaign = hold_campaign(pk)
        # A coin that is being taken back shall not reach the ceiling that the campaign would then miss.
        counted = counted_without(campaign, totals(campaign), on_its_way_back(campaign))
        passed = campaign.deadline is not None and campaign.deadline <= at
        if not is_due(stage=campaign.stage, deadline_passed=passed, raised=counted, ceiling=campaign.ceiling):
            return None
        try:
            move_campaign(campaign, Stage.CLOSING, at=at, by="clock", reason="deadline" if passed else "ceiling")
        except NotPossibleNow:
            return None
        return CloseRun.objects.create(campaign=campaign, started_at=at, reason="deadline" if passed else "ceiling")


def close_campaign(run_pk: int, *, at: datetime) -> bool:
    """Take a close as far as it goes now; True when it is finished by this call.

    Whoever holds the lease works; anybody else does nothing. A holder that died is followed by the next sweep once
    the lease has run out, and every step is safe to be done again.
    """
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=at)
    mine = CloseRun.objects.filter(free, pk=run_pk, finished_at__isnull=True)
    if mine.update(leased_by=holder, leased_until=at + LEASE) != 1:
        return False
    reach("close.leased")
    run = CloseRun.objects.select_related("campaign").get(pk=run_pk)
    try:
        return _take_steps(run, at=at)
    except LeaseLost:
        return False
    finally:
        CloseRun.objects.filter(pk=run_pk, leased_by=holder).update(leased_until=None)


def _take_steps(run: CloseRun, *, at: datetime) -> bool:
    done, began = set(run.steps.values_list("name", flat=True)), time.monotonic()
    for name, step in STEPS:
        if name in done:
            continue
        # A step before may have taken as long as all holds take.
        moment = at + timedelta(seconds=time.monotonic() - began)
        if not keep_lease(run, moment):
            return False
        result = step(run, moment)
        if result is None:
            return False
        reach("close.step_done")
        CloseStep.objects.get_or_create(run=run, name=name, defaults={"done_at": moment, "data": result})
        reach("close.step_written")
    return True


def _due(at: datetime) -> list[int]:
    """Campaigns past their deadline or about at their ceiling, in one query; `begin_close` looks again under the lock.

    Until a close nothing of a match is paid, and matches come to no more than what others gave or promised.
    """
    held = Posting.objects.filter(
        entry__campaign=OuterRef("pk"), entry__kind__in=RAISING, account=Account.CAMPAIGN_HELD
    ).values("entry__campaign")
    saved = Pledge.objects.filter(campaign=OuterRef("pk"), state__in=Pledge.PROMISED).values("campaign")
    whole = BigIntegerField()
    others = Coalesce(_sum(saved.exclude(MATCH)), 0, output_field=whole) - Coalesce(_sum(held), 0, output_field=whole)
    matches = Coalesce(_sum(saved.filter(MATCH)), 0, output_field=whole)
    return list(
        Campaign.objects.filter(stage__in=(Stage.OPEN, Stage.PAUSED))
        .annotate(others=others, matches=matches)
        .annotate(counted=F("others") + Least("others", "matches", output_field=whole))
        .filter(Q(deadline__lte=at) | Q(stage=Stage.OPEN, ceiling__isnull=False, counted__gte=F("ceiling")))
        .values_list("pk", flat=True)
    )


def _sum(rows: QuerySet[Posting, Any] | QuerySet[Pledge, Any]) -> Subquery:
    return Subquery(rows.order_by().annotate(sum=Sum("amount")).values("sum"))

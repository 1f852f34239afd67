"""Close a campaign: leased, in steps that are rows, so that any step may be killed and done again.

freeze   no new pages at Stripe; the open ones are expired there at once
drain    payments under way are awaited; whatever Stripe says was paid counts
verdict  one pure function of what the ledger holds
settle   what a funded campaign holds becomes payable
publish  the stage, the update on the clean version's record, the report
"""

import logging
import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from campaigns.actions import close_steps
from campaigns.actions.move_campaign import move_campaign
from campaigns.lifecycle import NotPossibleNow, Stage, is_due
from campaigns.locks import hold_campaign
from campaigns.models import Campaign, CloseRun, CloseStep, Posting
from campaigns.models.ledger import Account
from campaigns.totals import RAISING, on_its_way_back, totals

LEASE = timedelta(seconds=60)
log = logging.getLogger(__name__)

STEPS: tuple[tuple[str, Callable[[CloseRun, datetime], dict[str, object] | None]], ...] = (
    ("freeze", close_steps.freeze),
    ("drain", close_steps.drain),
    ("verdict", close_steps.verdict),
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
        raised = totals(campaign).raised - on_its_way_back(campaign)
        passed = campaign.deadline is not None and campaign.deadline <= at
        if not is_due(stage=campaign.stage, deadline_passed=passed, raised=raised, ceiling=campaign.ceiling):
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
    run = CloseRun.objects.select_related("campaign").get(pk=run_pk)
    try:
        return _take_steps(run, at=at)
    finally:
        CloseRun.objects.filter(pk=run_pk, leased_by=holder).update(leased_until=None)


def _take_steps(run: CloseRun, *, at: datetime) -> bool:
    done = set(run.steps.values_list("name", flat=True))
    for name, step in STEPS:
        if name in done:
            continue
        result = step(run, at)
        if result is None:
            return False
        CloseStep.objects.get_or_create(run=run, name=name, defaults={"done_at": at, "data": result})
    return True


def _due(at: datetime) -> list[int]:
    """Campaigns past their deadline or at their ceiling, in one query; `begin_close` looks again under the lock."""
    held = (
        Posting.objects.filter(entry__campaign=OuterRef("pk"), entry__kind__in=RAISING, account=Account.CAMPAIGN_HELD)
        .order_by()
        .values("entry__campaign")
        .annotate(sum=Sum("amount"))
        .values("sum")
    )
    return list(
        Campaign.objects.filter(stage__in=(Stage.OPEN, Stage.PAUSED))
        .annotate(held=Coalesce(Subquery(held), 0))
        .filter(Q(deadline__lte=at) | Q(stage=Stage.OPEN, ceiling__isnull=False, held__lte=-F("ceiling")))
        .values_list("pk", flat=True)
    )

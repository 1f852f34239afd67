"""The steps of a close. Each may run again after it was killed; each returns its data when it is done, else None."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from campaigns import ledger
from campaigns.actions.capture_pledges import capture_pledges, what_cards_said
from campaigns.actions.merge_facts import DoesNotMatch
from campaigns.actions.move_campaign import move_campaign
from campaigns.actions.open_checkout import close_page, learn_checkout
from campaigns.actions.publish_update import AlreadyTold, publish_update
from campaigns.actions.refund_pledge import carry_out_refund
from campaigns.actions.release_pledges import release_pledges
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.failpoints import reach
from campaigns.lifecycle import Stage, is_charged_at_the_close
from campaigns.locks import hold_campaign
from campaigns.models import Attempt, Campaign, CloseRun, CloseStep, Pledge
from campaigns.stripe_gateway import StripeBusy, StripeSilent
from campaigns.totals import on_its_way_back, totals
from campaigns.verdict_at_close import verdict_at_close

FEES_AWAITED = timedelta(seconds=30)
PATIENCE = timedelta(hours=1)
log = logging.getLogger(__name__)
Data = dict[str, object]


def freeze(run: CloseRun, at: datetime) -> Data | None:
    """Expire every open page at Stripe. The stage is `closing` already, so no new one can be made."""
    pages = Pledge.objects.filter(campaign=run.campaign, state=Pledge.State.CHECKOUT).exclude(session_id="")
    session_ids = list(pages.values_list("session_id", flat=True))
    for session_id in session_ids:
        try:
            close_page(session_id)
            reach("close.frozen_page")
        except (StripeSilent, StripeBusy):
            return None
    return {"pages": len(session_ids)}


def drain(run: CloseRun, at: datetime) -> Data | None:
    """Look at Stripe for every pledge that is under way, and for every refund, until none is.

    What does not match is left to people, and after an hour so is what cannot be looked at: it must not keep a
    campaign open for ever.
    """
    waited = at - run.started_at
    waiting = left_to_people = 0
    for pledge in list(Pledge.objects.filter(campaign=run.campaign, state__in=Pledge.UNDER_WAY)):
        try:
            waiting += not _is_decided(pledge, at)
            reach("close.drained_pledge")
        except StripeSilent:
            return None
        except StripeBusy:
            waiting += 1
        except Exception as error:
            log.exception("Pledge %s is not counted in the close: a person must look", pledge.pk)
            is_last_word = isinstance(error, DoesNotMatch) or waited >= PATIENCE
            waiting, left_to_people = waiting + (not is_last_word), left_to_people + is_last_word
    if waiting or (waited < PATIENCE and _refunds_go_on(run, at)):
        return None
    unknown_fees = Pledge.objects.filter(campaign=run.campaign, state=Pledge.State.PAID, fee__isnull=True)
    if waited < FEES_AWAITED and unknown_fees.exists() and not _learn_fees(unknown_fees, at):
        return None
    return {"waited_seconds": int(waited.total_seconds()), "left_to_people": left_to_people}


def verdict(run: CloseRun, at: datetime) -> Data | None:
    """Fix what was raised, once. From here on a payment comes too late and goes back."""
    with transaction.atomic():
        campaign = hold_campaign(run.campaign_id)
        before = CloseStep.objects.filter(run=run, name="verdict").first()
        if before is not None:
            # Somebody whose lease had run out was here first. What came in since then came too late.
            return dict(before.data)
        run.report = _decided(campaign, run.reason)
        run.outcome, run.raised_at_close = run.report["outcome"], run.report["raised"]
        run.supporters_at_close = run.report["supporters"]
        run.save(update_fields=["outcome", "raised_at_close", "supporters_at_close", "report"])
        data: Data = {"raised": run.report["raised"], "outcome": run.report["outcome"]}
        # Written here, so that no payment can slip in between the sum and the row that says it was taken.
        CloseStep.objects.create(run=run, name="verdict", done_at=at, data=data)
        reach("verdict.before_commit")
    reach("verdict.committed")
    return data


def _decided(campaign: Campaign, reason: str) -> dict[str, Any]:
    """The verdict and the sums that it was made of, at this moment. Call it while the campaign is held."""
    sums = totals(campaign)
    leaving = on_its_way_back(campaign)
    entries, newest = ledger.newest(campaign)
    cards = what_cards_said(campaign, paid=sums.raised)
    decision = verdict_at_close(paid=sums.raised - leaving, authorised=cards["authorised"], goal=campaign.goal or 0)
    return {
        "reason": reason,
        "outcome": decision.outcome.value,
        "currency": campaign.currency,
        "goal": decision.goal,
        "ceiling": campaign.ceiling,
        "raised": decision.raised,
        "missing": decision.missing,
        "over": decision.over,
        "supporters": sums.supporters,
        "organiser_part": sums.organiser_part + cards["organiser_part"],
        "fees": sums.fees,
        "unknown_fees": sums.unknown_fees,
        "refunded": sums.refunded,
        # From these on anybody can add it up again: docs/recompute_close.py.
        "on_its_way_back": leaving,
        "entries": entries,
        "hash": newest,
        **{name: sum for name, sum in cards.items() if name != "organiser_part"},
    }


def capture(run: CloseRun, at: datetime) -> Data | None:
    """What cards hold is charged or let go. All-or-nothing: nobody pays for a campaign that failed."""
    run.refresh_from_db(fields=["outcome"])
    nothing = is_charged_at_the_close(run.campaign.kind) and run.outcome != Stage.FUNDED
    return release_pledges(run, at) if nothing else capture_pledges(run, at)


def settle(run: CloseRun, at: datetime) -> Data | None:
    """Below the goal nothing is settled: the trainer decides first whether to go ahead with less."""
    run.refresh_from_db(fields=["outcome"])
    if run.outcome == Stage.FUNDED:
        with transaction.atomic():
            hold_campaign(run.campaign_id)
            ledger.settle(run.campaign, at=at)
    return {"settled": run.outcome == Stage.FUNDED}


def publish(run: CloseRun, at: datetime) -> Data | None:
    """The outcome, where people see it: stage, update and report in one transaction."""
    with transaction.atomic():
        campaign = hold_campaign(run.campaign_id)
        run = CloseRun.objects.select_for_update().get(pk=run.pk)
        taken = CloseStep.objects.filter(run=run, name="capture").values_list("data", flat=True).first()
        run.report = {**run.report, **(taken or {})}
        if campaign.stage == Stage.CLOSING:
            campaign.closed_at = at
            campaign.save(update_fields=["closed_at"])
            move_campaign(campaign, Stage(run.outcome), at=at, by="clock", reason=f"closed by {run.reason}")
        try:
            publish_update(campaign, run.outcome, at=at, data={**run.report, "closed_at": at.isoformat()})
        except AlreadyTold:
            pass
        run.finished_at = at
        run.save(update_fields=["finished_at", "report"])
        reach("publish.before_commit")
    return {"outcome": run.outcome}


def _is_decided(pledge: Pledge, at: datetime) -> bool:
    """Whether Stripe's word on a pledge is final."""
    if pledge.state == Pledge.State.CREATED and not learn_checkout(pledge, at=at):
        return True
    pledge = settle_pledge(pledge.pk, at=at)
    if pledge.state == Pledge.State.CHECKOUT:
        # Its page came to us after the freeze.
        close_page(pledge.session_id)
        pledge = settle_pledge(pledge.pk, at=at)
    return pledge.state not in Pledge.UNDER_WAY


def _refunds_go_on(run: CloseRun, at: datetime) -> bool:
    """Make the refunds that are due; whether any is still on its way."""
    refunds = Attempt.objects.filter(pledge__campaign=run.campaign, kind=Attempt.Kind.REFUND, state__in=Attempt.OPEN)
    for attempt in list(refunds.filter(next_at__lte=at)):
        carry_out_refund(attempt, at=at)
    return refunds.exists()


def _learn_fees(pledges: QuerySet[Pledge], at: datetime) -> bool:
    """Stripe says its fee a moment after the charge; True when all are known now."""
    known = [settle_pledge(pledge.pk, at=at).fee is not None for pledge in list(pledges)]
    return all(known)

"""The steps of a close. Each may run again after it was killed; each returns its data when it is done, else None."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from campaigns import ledger, stripe_gateway
from campaigns.actions.move_campaign import move_campaign
from campaigns.actions.open_checkout import remember_checkout, repeat_checkout
from campaigns.actions.publish_update import AlreadyTold, publish_update
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.attempts import TooLateToRepeat
from campaigns.lifecycle import Stage
from campaigns.locks import hold_campaign
from campaigns.models import Attempt, CloseRun, CloseStep, Pledge
from campaigns.stripe_gateway import StripeBusy, StripeRefuses, StripeSilent
from campaigns.totals import totals
from campaigns.verdict_at_close import verdict_at_close

UNDER_WAY = (Pledge.State.CREATED, Pledge.State.CHECKOUT, Pledge.State.PROCESSING)
FEES_AWAITED = timedelta(seconds=30)
Data = dict[str, object]


def freeze(run: CloseRun, at: datetime) -> Data | None:
    """Expire every open page at Stripe. The stage is `closing` already, so no new one can be made."""
    pages = Pledge.objects.filter(campaign=run.campaign, state=Pledge.State.CHECKOUT).exclude(session_id="")
    expired = 0
    for session_id in list(pages.values_list("session_id", flat=True)):
        try:
            stripe_gateway.expire_checkout(session_id)
            expired += 1
        except StripeRefuses:
            # It was paid or had run out in this very moment: the drain finds out which.
            continue
        except (StripeSilent, StripeBusy):
            return None
    return {"expired": expired}


def drain(run: CloseRun, at: datetime) -> Data | None:
    """Look at Stripe for every pledge that is under way, until none is."""
    waiting = 0
    for pledge in list(Pledge.objects.filter(campaign=run.campaign, state__in=UNDER_WAY)):
        try:
            waiting += not _is_decided(pledge, at)
        except (StripeSilent, StripeBusy, StripeRefuses, TooLateToRepeat):
            waiting += 1
    unknown_fees = Pledge.objects.filter(campaign=run.campaign, state=Pledge.State.PAID, fee__isnull=True)
    if waiting or (unknown_fees.exists() and at - run.started_at < FEES_AWAITED and not _learn_fees(unknown_fees, at)):
        return None
    return {"waited_seconds": int((at - run.started_at).total_seconds())}


def verdict(run: CloseRun, at: datetime) -> Data | None:
    """Fix what was raised. From here on a payment comes too late and goes back."""
    with transaction.atomic():
        campaign = hold_campaign(run.campaign_id)
        sums = totals(campaign)
        decision = verdict_at_close(raised=sums.raised, goal=campaign.goal or 0)
        run.outcome, run.raised_at_close = decision.outcome.value, decision.raised
        run.supporters_at_close = sums.supporters
        run.report = {
            "reason": run.reason,
            "outcome": decision.outcome.value,
            "currency": campaign.currency,
            "goal": decision.goal,
            "ceiling": campaign.ceiling,
            "raised": decision.raised,
            "missing": decision.missing,
            "over": decision.over,
            "supporters": sums.supporters,
            "organiser_part": sums.organiser_part,
            "fees": sums.fees,
            "unknown_fees": sums.unknown_fees,
            "refunded": sums.refunded,
        }
        run.save(update_fields=["outcome", "raised_at_close", "supporters_at_close", "report"])
        data: Data = {"raised": decision.raised, "outcome": decision.outcome.value}
        # Written here, so that no payment can slip in between the sum and the row that says it was taken.
        CloseStep.objects.get_or_create(run=run, name="verdict", defaults={"done_at": at, "data": data})
    return data


def settle(run: CloseRun, at: datetime) -> Data | None:
    """Below the goal nothing is settled: the trainer decides first whether to go ahead with less."""
    run.refresh_from_db()
    if run.outcome == Stage.FUNDED:
        with transaction.atomic():
            hold_campaign(run.campaign_id)
            ledger.settle(run.campaign, run.raised_at_close or 0, at=at)
    return {"settled": run.outcome == Stage.FUNDED}


def publish(run: CloseRun, at: datetime) -> Data | None:
    """The outcome, where people see it: stage, update and report in one transaction."""
    with transaction.atomic():
        campaign = hold_campaign(run.campaign_id)
        run = CloseRun.objects.select_for_update().get(pk=run.pk)
        if campaign.stage == Stage.CLOSING:
            campaign.closed_at = at
            campaign.save(update_fields=["closed_at"])
            move_campaign(campaign, Stage(run.outcome), at=at, by="clock", reason=f"closed by {run.reason}")
        try:
            publish_update(campaign, run.outcome, at=at, data={**run.report, "closed_at": at.isoformat()})
        except AlreadyTold:
            pass
        run.finished_at = at
        run.save(update_fields=["finished_at"])
    return {"outcome": run.outcome}


def _is_decided(pledge: Pledge, at: datetime) -> bool:
    """Whether Stripe's word on a pledge is final."""
    if pledge.state == Pledge.State.CREATED and not _has_a_page(pledge, at):
        return True
    return settle_pledge(pledge.pk, at=at).state not in UNDER_WAY


def _has_a_page(pledge: Pledge, at: datetime) -> bool:
    """A pledge whose page was never asked for is over; one whose answer was lost learns its page and expires it."""
    with transaction.atomic():
        pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
        attempt = pledge.attempts.filter(kind=Attempt.Kind.CHECKOUT).order_by("-sequence").first()
        if attempt is None or attempt.state == Attempt.State.FAILED:
            pledge.state = Pledge.State.EXPIRED
            pledge.save(update_fields=["state"])
            return False
    page = repeat_checkout(attempt, at=at)
    remember_checkout(pledge, page, at=at)
    try:
        stripe_gateway.expire_checkout(page.id)
    except StripeRefuses:
        pass
    return True


def _learn_fees(pledges: QuerySet[Pledge], at: datetime) -> bool:
    """Stripe says its fee a moment after the charge; True when all are known now."""
    known = [settle_pledge(pledge.pk, at=at).fee is not None for pledge in list(pledges)]
    return all(known)

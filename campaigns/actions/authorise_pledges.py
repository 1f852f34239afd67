"""The step of a close that places a hold on every saved card: first for what people promised, then for matches."""

import logging
import time
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from campaigns import money
from campaigns.actions.charge_pledges import charge_pledges
from campaigns.actions.close_lease import keep_lease
from campaigns.actions.consent import charged_until, holds_are_asked_until
from campaigns.actions.merge_facts import DoesNotMatch
from campaigns.actions.merge_hold import fail, release
from campaigns.actions.release_pledges import cancel_parameters, stays
from campaigns.actions.retry_soft_declines import (
    HOLDS_END_AFTER,
    HOLDS_END_AFTER_IN_A_DEMO,
    answer_a_decline,
    hold_parameters,
)
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.tell_of_card import tell_of_card
from campaigns.charging import LeaseLost
from campaigns.locks import hold_campaign
from campaigns.matching import matched
from campaigns.models import Attempt, CloseRun, CloseStep, Pledge
from campaigns.stripe_gateway import StripeBusy, StripeRefuses, StripeSilent
from campaigns.totals import MATCH, on_its_way_back, totals

State, Kind = Pledge.State, Attempt.Kind
#: After so long a holder who has not confirmed is asked once more.
REMINDED_AFTER = (timedelta(hours=24), timedelta(hours=48))
#: Stripe ends a hold after seven days. One that is older than holds ever get may have ended unheard of.
OLD = timedelta(days=5)
log = logging.getLogger(__name__)


def authorise(run: CloseRun, at: datetime) -> dict[str, object] | None:
    """Place the holds; done when every saved card is held or has failed, which may take four days.

    A close that begins days late has less time, or none: nobody is charged later than was agreed to.
    """
    saved = Pledge.objects.filter(campaign=run.campaign_id, state=State.SAVED)
    if run.holds_end_at is None and saved.exists():
        ends_at = at + (HOLDS_END_AFTER_IN_A_DEMO if settings.DEMO else HOLDS_END_AFTER)
        run.holds_end_at = min(ends_at, holds_are_asked_until(run.campaign))
        run.save(update_fields=["holds_end_at"])
    if not (_old_holds_are_known(run, at=at) and _is_in_time_or_let_go(run, at=at)):
        return None
    if not _decided(run, saved.exclude(MATCH), at=at):
        return None
    _fill_matches(run, at=at)
    if not _decided(run, saved.filter(MATCH), at=at):
        return None
    return {"authorised": Pledge.objects.filter(campaign=run.campaign_id, state=State.AUTHORISED).count()}


def _decided(run: CloseRun, saved: QuerySet[Pledge], *, at: datetime) -> bool:
    if not saved.exists():
        return True
    refused = partial(answer_a_decline, run)
    waiting = saved.filter(confirm_until__isnull=True)
    is_over = run.holds_end_at is not None and at >= run.holds_end_at
    if is_over:
        waiting = waiting.filter(_may_still_be_asked(run, at=at))
    charge_pledges(run, Kind.AUTHORISE, waiting, parameters=hold_parameters, refused=refused, at=at)
    if is_over:
        _drop_the_rest(run, saved, at=at)
    else:
        _remind(saved.filter(confirm_until__isnull=False), at=at)
    return not saved.exists()


def _remind(unconfirmed: QuerySet[Pledge], *, at: datetime) -> None:
    asked = Attempt.objects.filter(pledge__in=unconfirmed, kind=Kind.AUTHORISE, answered_at__lte=at - REMINDED_AFTER[0])
    for attempt in asked.select_related("pledge__campaign").order_by("pledge_id", "sequence"):
        assert attempt.answered_at is not None
        number = sum(at - attempt.answered_at >= wait for wait in REMINDED_AFTER)
        tell_of_card(attempt.of_pledge, "confirm_card", at=at, number=number)


def _drop_the_rest(run: CloseRun, saved: QuerySet[Pledge], *, at: datetime) -> None:
    """The time is over: what is not held by now is let go. A call whose answer is unknown is awaited all the same."""
    for pledge in list(saved.filter(~_is_asked()).order_by("pk")):
        _drop(pledge, at=at)
    asking = Attempt.objects.filter(pledge=OuterRef("pk"), kind=Kind.AUTHORISE, state__in=Attempt.OPEN)
    dropped = saved.exclude(payment_intent_id="").exclude(failure="").filter(~Exists(asking))
    charge_pledges(run, Kind.RELEASE, dropped, parameters=cancel_parameters, refused=stays, at=at)


def _is_asked() -> Exists:
    """Whether a call was made for the hold whose answer is unknown."""
    open_ones = Attempt.objects.filter(pledge=OuterRef("pk"), kind=Kind.AUTHORISE, state__in=Attempt.OPEN)
    return Exists(open_ones.filter(sent_at__isnull=False))


def _may_still_be_asked(run: CloseRun, *, at: datetime) -> Q:
    """When the time of the holds is over: what became of a call, and a match, whose turn came only now."""
    if at >= holds_are_asked_until(run.campaign):
        return Q(_is_asked())
    return Q(_is_asked()) | ~Q(Exists(Attempt.objects.filter(pledge=OuterRef("pk"), kind=Kind.AUTHORISE)))


def _old_holds_are_known(run: CloseRun, *, at: datetime) -> bool:
    """When nobody closed for days, the news of what Stripe has ended meanwhile may come after the verdict: look first.

    False while Stripe does not answer. Raises LeaseLost.
    """
    began = time.monotonic()
    old = Pledge.objects.filter(campaign=run.campaign_id, state=State.AUTHORISED, authorised_at__lte=at - OLD)
    for pk in list(old.order_by("pk").values_list("pk", flat=True)):
        if not keep_lease(run, at + timedelta(seconds=time.monotonic() - began)):
            raise LeaseLost
        try:
            settle_pledge(pk, at=at)
        except (StripeSilent, StripeBusy) as error:
            log.warning("The old hold of pledge %s could not be looked at: %s", pk, error)
            return False
        except (StripeRefuses, DoesNotMatch) as error:
            log.error("The old hold of pledge %s is left to people: %s", pk, error)
    return True


def _is_in_time_or_let_go(run: CloseRun, *, at: datetime) -> bool:
    """Nobody agreed to be charged later. Holds last longer than that, so they are let go before they can count."""
    held = Pledge.objects.filter(campaign=run.campaign_id, state=State.AUTHORISED)
    if at < charged_until(run.campaign) or not held.exists():
        return True
    log.error("The close of campaign %s took longer than was agreed to: every hold is let go", run.campaign_id)
    charge_pledges(run, Kind.RELEASE, held, parameters=cancel_parameters, refused=stays, at=at)
    return not held.exists()


def _drop(pledge: Pledge, *, at: datetime) -> None:
    """Look once more, since its holder may just have confirmed; then see to it that nobody can any more."""
    try:
        pledge = settle_pledge(pledge.pk, at=at)
    except (StripeBusy, StripeRefuses, DoesNotMatch) as error:
        log.warning("Pledge %s could not be looked at once more: %s", pledge.pk, error)
    with transaction.atomic():
        pledge = Pledge.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=pledge.pk)
        if pledge.state != State.SAVED:
            return
        pledge.attempts.filter(kind=Kind.AUTHORISE, state__in=Attempt.OPEN, sent_at__isnull=True).update(
            state=Attempt.State.FAILED, next_at=None, error="the time was over"
        )
        pledge.failure = pledge.failure or "time-over"
        pledge.confirm_until = None
        if not pledge.payment_intent_id:
            fail(pledge, pledge.failure, at=at)
        pledge.save()


def _fill_matches(run: CloseRun, *, at: datetime) -> None:
    """Write what every match comes to, once, when all others are decided: each coin is matched once."""
    with transaction.atomic():
        campaign = hold_campaign(run.campaign_id)
        if CloseStep.objects.filter(run=run, name="matches").exists():
            return
        matches = Pledge.objects.select_for_update().filter(MATCH, campaign=campaign, state=State.SAVED).order_by("pk")
        in_order = sorted(matches, key=lambda match: (match.saved_at or match.created_at, match.pk))
        if not in_order:
            return
        held = Pledge.objects.filter(campaign=campaign, state=State.AUTHORISED).exclude(MATCH)
        by_others = int(held.aggregate(sum=Sum("amount"))["sum"] or 0)
        by_others += totals(campaign).raised - on_its_way_back(campaign)
        least = money.CURRENCIES[campaign.currency].least
        parts = matched(by_others, [match.matches_up_to or match.amount for match in in_order], least=least)
        for match, part in zip(in_order, parts, strict=True):
            match.campaign = campaign
            _fill(match, part, at=at)
        data = {"to_match": by_others, "matched": sum(parts)}
        CloseStep.objects.create(run=run, name="matches", done_at=at, data=data)


def _fill(match: Pledge, part: int, *, at: datetime) -> None:
    """A match that comes to nothing keeps its cap as its amount, and is let go."""
    if part:
        match.amount = part
        match.covered_fee = money.fee_to_cover(part, match.currency) if match.covered_fee else 0
    else:
        release(match, at=at, tell=False)
    match.save()

"""Get back from trainers what was refunded or lost in a dispute after it had been paid to them."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from campaigns import attempts, ledger, stripe_gateway
from campaigns.actions.bear_shortfall import bear_shortfall
from campaigns.actions.raise_alarm import close_alarm, raise_alarm
from campaigns.actions.settle_payout import settle_payout
from campaigns.locks import hold_campaign
from campaigns.models import Alarm, Attempt, Campaign, JournalEntry, Payout
from campaigns.stripe_gateway import ReversalFact, StripeBusy, StripeRefuses, StripeSilent

ASK_AGAIN, WAIT_FOR_PEOPLE = timedelta(days=1), timedelta(days=7)
THE_CLOCK = "the clock"
log = logging.getLogger(__name__)


def reverse_payouts(*, at: datetime) -> int:
    """Every campaign whose trainer has more than the campaign; how many there were. Calls under way go first."""
    _carry_on(at=at)
    short = 0
    paid = Campaign.objects.filter(payouts__sent_at__isnull=False).distinct().order_by("pk")
    for pk in paid.values_list("pk", flat=True):
        try:
            short += _get_back(pk, at=at)
        except (StripeSilent, StripeBusy) as error:
            log.warning("Stripe does not answer (%s); what is to come back waits", error)
            break
        except Exception:
            log.exception("What is to come back to campaign %s stopped; it is tried again", pk)
    return short


def _get_back(pk: int, *, at: datetime) -> bool:
    with transaction.atomic():
        campaign = hold_campaign(pk)
        sums = ledger.payable(campaign)
        missing = sums.missing
        if not missing:
            _say_it_is_over(campaign, sums, at=at)
            return False
        if _is_under_way(campaign):
            return True
        attempt = _planned(campaign, missing, at=at)
        if attempt is None:
            _leave_it_to_people(campaign, missing, at=at)
    if attempt is not None:
        _make(attempt, at=at)
    return True


def _say_it_is_over(campaign: Campaign, sums: ledger.Payable, *, at: datetime) -> None:
    """What the platform has borne is the platform's again as far as it came in later, by a dispute that was won."""
    close_alarm(key=key_of(campaign), at=at, by=THE_CLOCK)
    if sums.available >= 0:
        close_alarm(key=f"below-nothing:{campaign.slug}", at=at, by="the ledger")
    if sums.to_the_platform:
        ledger.post_shortfall(campaign, -sums.to_the_platform, at=at)


def key_of(campaign: Campaign) -> str:
    """The key of the alarm about what cannot be got back."""
    return f"shortfall:{campaign.pk}"


def _is_under_way(campaign: Campaign) -> bool:
    """A call may have happened, or has, and the ledger has not heard of it: then nothing more is asked for."""
    calls = Attempt.objects.filter(payout__campaign=campaign, kind=Attempt.Kind.REVERSAL)
    if calls.filter(state__in=Attempt.OPEN).exists():
        return True
    made = calls.filter(state=Attempt.State.SUCCEEDED).values_list("stripe_id", flat=True)
    posted = campaign.journal.filter(kind=ledger.Kind.PAYOUT_REVERSED, external_ref__in=list(made)).count()
    return posted < len(made)


def _planned(campaign: Campaign, missing: int, *, at: datetime) -> Attempt | None:
    """Out of the newest transfer of which there is something left, unless Stripe refused that lately."""
    sent = campaign.payouts.filter(way=Payout.Way.CONNECT, state=Payout.State.SENT, reversed__lt=F("amount"))
    for payout in sent.select_for_update().order_by("-sent_at", "-pk"):
        last = payout.attempts.filter(kind=Attempt.Kind.REVERSAL).order_by("-sequence").first()
        refused = last is not None and last.state == Attempt.State.FAILED and last.error != attempts.NOTHING
        if refused and last is not None and last.planned_at > at - ASK_AGAIN:
            continue
        amount = min(missing, payout.amount - payout.reversed)
        number = 1 if last is None else last.sequence + 1
        parameters = {
            "transfer": payout.transfer_id,
            "amount": amount,
            "metadata": {"genseki_payout": str(payout.pk), "genseki_reversal": str(number)},
        }
        return attempts.plan(payout, Attempt.Kind.REVERSAL, parameters, at=at, amount=amount, reason="gone-back")
    return None


def _leave_it_to_people(campaign: Campaign, missing: int, *, at: datetime) -> None:
    """They may ask the trainer. After a week without a decision the platform bears it."""
    detail = {"campaign": campaign.slug, "missing": missing, "currency": campaign.currency}
    alarm = raise_alarm(kind="shortfall", key=key_of(campaign), at=at, detail=detail)
    if alarm.opened_at <= at - WAIT_FOR_PEOPLE:
        bear_shortfall(campaign, at=at, by=THE_CLOCK)


def _carry_on(*, at: datetime) -> None:
    """Calls whose answer was lost, and answers that the ledger has not heard of."""
    calls = Attempt.objects.filter(kind=Attempt.Kind.REVERSAL)
    posted = JournalEntry.objects.filter(kind=ledger.Kind.PAYOUT_REVERSED).values("external_ref")
    unheard = calls.filter(state=Attempt.State.SUCCEEDED).exclude(stripe_id__in=posted)
    for attempt in [*calls.filter(state__in=Attempt.OPEN, next_at__lte=at), *unheard]:
        try:
            _make(attempt, at=at)
        except (StripeSilent, StripeBusy) as error:
            log.warning("Reversal %s is not known to be made yet: %s", attempt.pk, error)
        except Exception:
            log.exception("Reversal %s stopped; it is tried again", attempt.pk)


def _make(attempt: Attempt, *, at: datetime) -> None:
    """Make the call, or learn what became of it, and let the ledger hear of it. A refusal is left for the next look."""
    payout = Payout.objects.get(attempts=attempt)
    try:
        if attempt.state != Attempt.State.SUCCEEDED:
            attempts.carry_out(attempt, _reverse, at=at)
    except StripeRefuses as error:
        log.error("Stripe refuses reversal %s of payout %s: %s", attempt.pk, payout.pk, error)
        return
    except attempts.TooLateToRepeat:
        attempts.conclude(attempt, _made_already(attempt, payout), at=at)
    settle_payout(payout.pk, payout.transfer_id, at=at)


def _reverse(parameters: dict[str, object], key: str) -> ReversalFact:
    return stripe_gateway.reverse_transfer(parameters, key=key)


def _made_already(attempt: Attempt, payout: Payout) -> str:
    """The id of the reversal that a lost call has made, or ""."""
    back = stripe_gateway.transfer(payout.transfer_id).reversals
    return next((one.id for one in back if one.metadata.get("genseki_reversal") == str(attempt.sequence)), "")


def alarms_of_shortfalls() -> dict[str, Alarm]:
    """The open ones, by the campaign's slug."""
    found = Alarm.objects.filter(kind="shortfall", closed_at__isnull=True)
    return {str(alarm.detail.get("campaign")): alarm for alarm in found}

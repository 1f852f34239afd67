"""The clean version of a campaign is in doubt, and the staff decide what becomes of the money."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.actions.abandon_campaign import AT_WORK, abandon_campaign
from campaigns.actions.approve_campaign import StaffOnly
from campaigns.actions.give_back_what_is_left import give_back_what_is_left
from campaigns.actions.notice_doubts import DO_NOT_PAY, PAY, codes_of, judge_now, key_of
from campaigns.actions.publish_update import publish_update
from campaigns.actions.raise_alarm import close_alarm
from campaigns.actions.stop_payouts import stop_payouts
from campaigns.lifecycle import NotPossibleNow
from campaigns.locks import hold_campaign
from campaigns.models import Alarm, Campaign, Payout, Update


class NoReason(Exception):
    """A decision needs a sentence that says why."""


def pay_all_the_same(campaign: Campaign, *, reason: str, at: datetime, by: User) -> Campaign:
    """Paid in spite of the objections of today. Another objection later is another doubt.

    Raises StaffOnly, NoReason, NotPossibleNow when nothing is in doubt.
    """
    with transaction.atomic():
        held = _hold(campaign, reason, by)
        _decide(held, PAY, reason, at=at, by=by)
        Payout.objects.filter(campaign=held, state__in=Payout.OPEN).update(next_at=at, error="")
    return held


def do_not_pay(campaign: Campaign, *, reason: str, at: datetime, by: User) -> Campaign:
    """What is not under way is not paid, now or later, and goes back to everybody in proportion.

    A campaign that is still at work is abandoned. A released one stays released, since its clean version is there.

    Raises what `pay_all_the_same` raises.
    """
    with transaction.atomic():
        held = _hold(campaign, reason, by)
        stop_payouts(held, reason="refused")
        at_work = held.stage in AT_WORK
        left = 0 if at_work else sum(give_back_what_is_left(held, at=at).values())
        _decide(held, DO_NOT_PAY, reason, at=at, by=by, left=left)
        if at_work:
            abandon_campaign(held, at=at, by=f"user {by.pk}", reason=reason)
    return held


def _hold(campaign: Campaign, reason: str, by: User) -> Campaign:
    if not by.is_staff:
        raise StaffOnly
    if not reason.strip():
        raise NoReason
    held = hold_campaign(campaign.pk)
    if held.doubted_at is None:
        raise NotPossibleNow("Nothing is in doubt.")
    return held


def _decide(campaign: Campaign, decision: str, reason: str, *, at: datetime, by: User, left: int = 0) -> None:
    """Kept with the alarm that asked for it, and with the objections that were known. The public hears the outcome.

    `left` is what goes back to the supporters by it, in minor units.
    """
    detail = {
        "campaign": campaign.slug,
        "objections": codes_of(judge_now(campaign, at=at)),
        "decision": decision,
        "reason": " ".join(reason.split())[:300],
    }
    Alarm.objects.filter(key=key_of(campaign), closed_at__isnull=True).update(detail=detail)
    close_alarm(key=key_of(campaign), at=at, by=f"user {by.pk}")
    campaign.doubted_at = None
    campaign.save(update_fields=["doubted_at"])
    told: dict[str, object] = {"decision": decision, "left": left} if left else {"decision": decision}
    publish_update(campaign, Update.Kind.DOUBTED, at=at, data=told)

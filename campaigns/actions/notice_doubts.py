"""Judge the clean versions of campaigns with money still to go: a later fact may have changed what is known of them."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from campaigns import ledger
from campaigns.actions.judge_plan import Judgement, judge_plan, local_day
from campaigns.actions.publish_update import publish_update
from campaigns.actions.raise_alarm import close_alarm, raise_alarm
from campaigns.lifecycle import Stage
from campaigns.locks import hold_campaign
from campaigns.models import Alarm, Campaign, Payout, Update

JUDGED = (Stage.FUNDED, Stage.TRAINING, Stage.RELEASED)
DOUBT = "doubt"
PAY, DO_NOT_PAY = "pay", "do-not-pay"


def notice_doubts(*, at: datetime) -> int:
    """How many campaigns are in doubt now."""
    doubted = 0
    for pk in Campaign.objects.filter(stage__in=JUDGED).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            campaign = hold_campaign(pk)
            if campaign.doubted_at is not None or _has_money_to_go(campaign):
                doubted += is_in_doubt(campaign, at=at)
    return doubted


def is_in_doubt(campaign: Campaign, *, at: datetime) -> bool:
    """Judge it as of now, and say so where that is news. Call it while the campaign is held.

    False as well when the staff have decided about these very objections. What they refused to pay is planned no more.
    """
    if campaign.stage not in JUDGED or is_refused(campaign):
        return False
    judgement = judge_now(campaign, at=at)
    if judgement.good:
        _take_back_the_doubt(campaign, at=at)
        return False
    if set(codes_of(judgement)) <= set(_decided(campaign)):
        return False
    _say_the_doubt(campaign, judgement, at=at)
    return True


def is_refused(campaign: Campaign) -> bool:
    """Whether the staff decided that what is left is not paid to the trainer. That is for good: it goes back."""
    return _refusals().filter(key=key_of(campaign)).exists()


def refused_campaigns() -> list[int]:
    """The keys of all campaigns of which that was decided."""
    return [int(key.rpartition(":")[2]) for key in _refusals().values_list("key", flat=True)]


def _refusals() -> QuerySet[Alarm]:
    return Alarm.objects.filter(kind=DOUBT, closed_at__isnull=False, detail__decision=DO_NOT_PAY)


def judge_now(campaign: Campaign, *, at: datetime) -> Judgement:
    """The maker's calendar may be a day ahead of the campaign's: a version is judged as published at the earliest."""
    day, version = local_day(campaign, at), campaign.clean_version
    published = version.published_on if version else None
    return judge_plan(campaign, on=max(day, published) if published else day)


def codes_of(judgement: Judgement) -> list[str]:
    """Every objection as a text that is the same whenever it is the same objection."""
    found = [f"{one.code} {one.term} {' < '.join(one.path)}" for one in judgement.objections]
    found += [f"promise {one.promise.position} {one.promise.action}: {one.after}" for one in judgement.weak]
    return sorted(found)


def key_of(campaign: Campaign) -> str:
    """The key of the alarm that asks the staff to decide."""
    return f"doubt:{campaign.pk}"


def _decided(campaign: Campaign) -> list[str]:
    """What the staff knew when they decided last."""
    decisions = Alarm.objects.filter(key=key_of(campaign), closed_at__isnull=False, detail__has_key="decision")
    last = decisions.order_by("-closed_at").first()
    return list(last.detail["objections"]) if last else []


def _has_money_to_go(campaign: Campaign) -> bool:
    sums = ledger.payable(campaign)
    return sums.available > 0 or sums.going > 0


def _say_the_doubt(campaign: Campaign, judgement: Judgement, *, at: datetime) -> None:
    detail = {"campaign": campaign.slug, "objections": codes_of(judgement)}
    raise_alarm(kind=DOUBT, key=key_of(campaign), at=at, detail=detail)
    waiting = Payout.objects.filter(campaign=campaign, state__in=Payout.OPEN)
    waiting.update(state=Payout.State.WAITING_STAFF, error=DOUBT)
    if campaign.doubted_at is None:
        campaign.doubted_at = at
        campaign.save(update_fields=["doubted_at"])
        publish_update(campaign, Update.Kind.DOUBTED, at=at)


def _take_back_the_doubt(campaign: Campaign, *, at: datetime) -> None:
    if campaign.doubted_at is None:
        return
    campaign.doubted_at = None
    campaign.save(update_fields=["doubted_at"])
    close_alarm(key=key_of(campaign), at=at, by="judged clean again")
    publish_update(campaign, Update.Kind.DOUBTED, at=at, data={"is_over": True})
    Payout.objects.filter(campaign=campaign, state__in=Payout.OPEN, error=DOUBT).update(next_at=at, error="")

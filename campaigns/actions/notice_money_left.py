"""Money that came in after everything was paid out (a refund that bounced, a dispute that was won) waits for people."""

from datetime import datetime

from django.db import transaction

from campaigns.actions.give_back_what_is_left import what_is_left
from campaigns.actions.notice_doubts import is_refused
from campaigns.actions.plan_payouts import are_fees_known, is_moving
from campaigns.actions.raise_alarm import close_alarm, raise_alarm
from campaigns.lifecycle import Stage
from campaigns.locks import hold_campaign
from campaigns.models import Alarm, Campaign, Payout

KIND = "money-left"


def notice_money_left(*, at: datetime) -> int:
    """How many released campaigns have money left of which nobody has decided where it goes."""
    ended = Campaign.objects.filter(stage=Stage.RELEASED, payouts__part=Payout.Part.REMAINDER).distinct()
    return sum(_notice(pk, at=at) for pk in ended.order_by("pk").values_list("pk", flat=True))


def money_left(campaign: Campaign) -> int:
    """Minor units; nothing while any of it still moves, or where it goes by itself. Call it while it is held.

    Until the remainder is over, what comes in is paid with it; and what the staff refused to pay is given back.
    """
    parts = campaign.payouts.exclude(part=Payout.Part.ADVANCE)
    if (
        campaign.stage != Stage.RELEASED
        or not parts.exists()
        or campaign.payouts.filter(state__in=Payout.OPEN).exists()
    ):
        return 0
    if is_refused(campaign) or is_moving(campaign) or not are_fees_known(campaign):
        return 0
    return what_is_left(campaign)


def key_of(campaign: Campaign) -> str:
    """The key of the alarm that asks the staff to decide."""
    return f"{KIND}:{campaign.pk}"


def campaigns_with_money_left() -> list[tuple[Campaign, int]]:
    """What is left as it was last seen, for the staff's page."""
    found = Alarm.objects.filter(kind=KIND, closed_at__isnull=True)
    left = {str(alarm.detail.get("campaign")): int(alarm.detail.get("left", 0)) for alarm in found}
    return [(one, left[one.slug]) for one in Campaign.objects.filter(slug__in=left).order_by("slug")]


@transaction.atomic
def _notice(pk: int, *, at: datetime) -> bool:
    campaign = hold_campaign(pk)
    left = money_left(campaign)
    if left:
        detail = {"campaign": campaign.slug, "left": left, "currency": campaign.currency}
        raise_alarm(kind=KIND, key=key_of(campaign), at=at, detail=detail)
    else:
        close_alarm(key=key_of(campaign), at=at, by="the ledger")
    return left > 0

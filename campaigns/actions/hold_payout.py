"""What keeps a payout from being paid right now."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from campaigns import ledger
from campaigns.actions.notice_doubts import DOUBT, is_in_doubt, is_refused
from campaigns.lifecycle import Stage
from campaigns.models import Alarm, Campaign, Payout

PAYING = (Stage.FUNDED, Stage.TRAINING, Stage.RELEASED)
State = Payout.State


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`state` is where the payout waits; `code` is ended, refused, no-country, not-released, doubt, alarm,
    disputed, going-back, nothing-left."""

    state: str
    code: str


def obstacle_to(payout: Payout, campaign: Campaign, *, at: datetime) -> Obstacle | None:
    """Call it while the campaign is held, and before a call to Stripe was planned: the amount may be lowered.

    A refund since the payout was planned lowers it by what the campaign has no more; a dispute, or a refund that is
    on its way, lets it wait.
    """
    if campaign.stage not in PAYING:
        return Obstacle(State.FAILED, "ended")
    if is_refused(campaign):
        return Obstacle(State.FAILED, "refused")
    if not campaign.payout_way:
        return Obstacle(State.WAITING_STAFF, "no-country")
    if payout.part == Payout.Part.REMAINDER and campaign.stage != Stage.RELEASED:
        return Obstacle(State.WAITING_STAFF, "not-released")
    if is_in_doubt(campaign, at=at):
        return Obstacle(State.WAITING_STAFF, DOUBT)
    if _has_an_alarm(campaign):
        return Obstacle(State.WAITING_STAFF, "alarm")
    return _too_little(payout, campaign)


def _has_an_alarm(campaign: Campaign) -> bool:
    about = Q(detail__campaign=campaign.slug) | Q(detail__campaign=campaign.pk)
    about |= Q(key__endswith=f":campaign:{campaign.pk}") | Q(key__endswith=f":campaign:{campaign.slug}")
    return Alarm.objects.filter(about, closed_at__isnull=True).exists()


def _too_little(payout: Payout, campaign: Campaign) -> Obstacle | None:
    sums = ledger.payable(campaign)
    if sums.available >= 0:
        return None
    if sums.frozen:
        return Obstacle(State.PLANNED, "disputed")
    if sums.leaving:
        return Obstacle(State.PLANNED, "going-back")
    if payout.amount + sums.available <= 0:
        return Obstacle(State.FAILED, "nothing-left")
    payout.amount += sums.available
    payout.save(update_fields=["amount"])
    return None

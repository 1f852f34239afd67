"""Write down which part of a campaign's money goes to its trainer. From then on it counts as gone."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns import ledger
from campaigns.actions.notice_doubts import is_in_doubt, is_refused
from campaigns.lifecycle import Stage
from campaigns.locks import hold_campaign
from campaigns.models import Campaign, Dispute, Payout, Pledge

FUNDED = (Stage.FUNDED, Stage.TRAINING)
PARTS = {Stage.FUNDED: Payout.Part.ADVANCE, Stage.TRAINING: Payout.Part.ADVANCE, Stage.RELEASED: Payout.Part.REMAINDER}


def plan_payouts(*, at: datetime) -> int:
    """An advance for what is funded, the remainder for what is released; how many rows were written.

    Each part is written once: one that failed, or that the staff refused, is not planned again by itself.
    """
    return sum(_planned(pk, at=at) for pk in _candidates().values_list("pk", flat=True))


def _candidates() -> QuerySet[Campaign]:
    def has(part: str) -> Exists:
        return Exists(Payout.objects.filter(campaign=OuterRef("pk"), part=part))

    advance = Q(stage__in=FUNDED, advance_percent__gt=0) & ~has(Payout.Part.ADVANCE)
    remainder = Q(stage=Stage.RELEASED) & ~has(Payout.Part.REMAINDER)
    # Of a campaign that opened before countries were asked for, the staff say first where its trainer is paid.
    return Campaign.objects.filter(advance | remainder).exclude(payout_way="").order_by("pk")


@transaction.atomic
def _planned(pk: int, *, at: datetime) -> bool:
    campaign = hold_campaign(pk)
    part = PARTS.get(Stage(campaign.stage))
    if (
        part is None
        or is_refused(campaign)
        or campaign.payouts.filter(part=part).exists()
        or not _is_the_time(campaign, part, at=at)
    ):
        return False
    amount = _amount(campaign, part)
    if amount > 0:
        write_payout(campaign, part, amount, at=at)
    return amount > 0


def _is_the_time(campaign: Campaign, part: str, *, at: datetime) -> bool:
    """Fees are known; and before the last part nothing is on its way back or disputed, also no longer withdrawn, and
    the released version is clean today."""
    if not are_fees_known(campaign):
        return False
    return part == Payout.Part.ADVANCE or not (is_moving(campaign) or is_in_doubt(campaign, at=at))


def are_fees_known(campaign: Campaign) -> bool:
    paid = Pledge.objects.filter(campaign=campaign, state=Pledge.State.PAID, came_late=False)
    return not paid.filter(fee__isnull=True).exists()


def is_moving(campaign: Campaign) -> bool:
    """Whether a dispute or a refund is not over, so that nobody can say yet what is left."""
    disputed = Dispute.objects.filter(ledger.NOT_OVER, pledge__campaign=campaign)
    return disputed.exists() or ledger.payable(campaign).leaving > 0


def _amount(campaign: Campaign, part: str) -> int:
    left = max(ledger.available(campaign), 0)
    return left * campaign.advance_percent // 100 if part == Payout.Part.ADVANCE else left


def write_payout(campaign: Campaign, part: str, amount: int, *, at: datetime, by: str = "the clock") -> None:
    """Call it while the campaign is held."""
    by_hand = campaign.payout_way != Payout.Way.CONNECT
    Payout.objects.create(
        campaign=campaign,
        part=part,
        way=Payout.Way.BY_HAND if by_hand else Payout.Way.CONNECT,
        state=Payout.State.WAITING_STAFF if by_hand else Payout.State.PLANNED,
        currency=campaign.currency,
        amount=amount,
        planned_at=at,
        planned_by=by,
        next_at=at,
    )

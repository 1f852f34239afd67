"""A funded campaign: every hold becomes a payment. What the bank refuses now is lost, and the campaign stays funded."""

from datetime import datetime

from django.db.models import Count, Q, Sum

from campaigns.actions.charge_pledges import charge_pledges
from campaigns.actions.merge_hold import fail
from campaigns.charging import Outcome
from campaigns.models import Attempt, Campaign, CloseRun, Pledge

State = Pledge.State


def capture_pledges(run: CloseRun, at: datetime) -> dict[str, object] | None:
    """Done when Stripe has said of every hold whether it was captured. The ledger has what was."""
    held = Pledge.objects.filter(campaign=run.campaign_id, state=State.AUTHORISED)
    if held.exists():
        charge_pledges(run, Attempt.Kind.CAPTURE, held, parameters=capture_parameters, refused=_refused, at=at)
    if held.exists():
        return None
    return {"captured": _sum(run, State.PAID), "not_captured": _sum(run, State.FAILED)}


def capture_parameters(pledge: Pledge) -> dict[str, object]:
    """All of the hold."""
    return {"intent": pledge.payment_intent_id}


def _refused(pledge: Pledge, attempt: Attempt, outcome: Outcome, at: datetime) -> None:
    fail(pledge, outcome.refused, at=at)


def _sum(run: CloseRun, state: str) -> dict[str, int]:
    """Of what was held for the close: how many pledges came to this state, and what they were for."""
    found = Pledge.objects.filter(campaign=run.campaign_id, state=state, authorised_at__isnull=False)
    sums = found.aggregate(number=Count("pk"), sum=Sum("amount"))
    return {"number": sums["number"], "sum": int(sums["sum"] or 0)}


def what_cards_said(campaign: Campaign) -> dict[str, int]:
    """When all holds are decided: what was promised, and what of it cards hold. Call it while the campaign is held.

    `failed` and `failed_sum` are what could not be held. A match counts with what it came to.
    """
    held, failed = Q(state=State.AUTHORISED), Q(state=State.FAILED)
    sums = Pledge.objects.filter(campaign=campaign, saved_at__isnull=False).aggregate(
        promised=Sum("amount", filter=held | failed),
        authorised=Sum("amount", filter=held),
        matched=Sum("amount", filter=held & Q(role=Pledge.Role.MATCH)),
        organiser_part=Sum("amount", filter=held & Q(role=Pledge.Role.ORGANISER)),
        failed=Count("pk", filter=failed),
        failed_sum=Sum("amount", filter=failed),
    )
    return {name: int(sum or 0) for name, sum in sums.items()}

"""A funded campaign: every hold becomes a payment. What the bank refuses now is lost, and the campaign stays funded."""

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, Sum

from campaigns import money
from campaigns.actions.charge_pledges import charge_pledges
from campaigns.actions.merge_hold import fail
from campaigns.actions.release_pledges import cancel_parameters, stays, tell_of_unneeded_matches
from campaigns.charging import Outcome
from campaigns.matching import matched
from campaigns.models import Attempt, Campaign, CloseRun, Pledge

State, Kind = Pledge.State, Attempt.Kind


def capture_pledges(run: CloseRun, at: datetime) -> dict[str, object] | None:
    """Done when Stripe has said of every hold whether it was captured. The ledger has what was."""
    held = Pledge.objects.filter(campaign=run.campaign_id, state=State.AUTHORISED)
    if held.exists():
        charge_pledges(run, Kind.CAPTURE, held, parameters=capture_parameters, refused=_refused, at=at)
    if held.exists() or not _is_rest_let_go(run, at):
        return None
    tell_of_unneeded_matches(run, at=at)
    return {"captured": _sum(run, State.PAID), "not_captured": _sum(run, State.FAILED)}


def _is_rest_let_go(run: CloseRun, at: datetime) -> bool:
    """Whether no hold is left whose capture was refused: the sum would stay reserved on the card for a week.

    Each is asked for once; what Stripe does not let go either ends there by itself.
    """
    refused = Attempt.objects.filter(pledge=OuterRef("pk"), kind=Kind.CAPTURE, state=Attempt.State.FAILED)
    answered = Attempt.objects.filter(pledge=OuterRef("pk"), kind=Kind.RELEASE).exclude(state__in=Attempt.OPEN)
    left = Pledge.objects.filter(Exists(refused), ~Exists(answered), campaign=run.campaign_id, state=State.FAILED)
    if left.exists():
        charge_pledges(run, Kind.RELEASE, left, parameters=cancel_parameters, refused=stays, at=at)
    return not left.exists()


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


def what_cards_said(campaign: Campaign, *, paid: int) -> dict[str, int]:
    """When all holds are decided: what was promised, and what of it cards hold. Call it while the campaign is held.

    `failed` and `failed_sum` are what could not be held. `promised` is what the page showed at the deadline: matches
    with what they would have doubled, had every card held, of promises and of what was `paid`.
    """
    held, failed = Q(state=State.AUTHORISED), Q(state=State.FAILED)
    sums = Pledge.objects.filter(campaign=campaign, saved_at__isnull=False).aggregate(
        promised=Sum("amount", filter=(held | failed) & ~Q(role=Pledge.Role.MATCH)),
        authorised=Sum("amount", filter=held),
        matched=Sum("amount", filter=held & Q(role=Pledge.Role.MATCH)),
        organiser_part=Sum("amount", filter=held & Q(role=Pledge.Role.ORGANISER)),
        failed=Count("pk", filter=failed),
        failed_sum=Sum("amount", filter=failed),
    )
    cards = {name: int(sum or 0) for name, sum in sums.items()}
    stood = Pledge.objects.filter(held | failed | Q(state=State.RELEASED), campaign=campaign, role=Pledge.Role.MATCH)
    caps = [match.matches_up_to or 0 for match in stood.order_by("saved_at", "pk")]
    least = money.CURRENCIES[campaign.currency].least
    return {**cards, "promised": cards["promised"] + sum(matched(paid + cards["promised"], caps, least=least))}

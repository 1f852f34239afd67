"""Nobody pays for a campaign that failed: every hold is let go. Nor for a match that came to nothing."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from campaigns.actions.charge_pledges import charge_pledges
from campaigns.actions.merge_hold import release
from campaigns.actions.tell_of_card import tell_of_card
from campaigns.charging import Outcome
from campaigns.models import Attempt, CloseRun, Pledge

State = Pledge.State


def release_pledges(run: CloseRun, at: datetime) -> dict[str, object] | None:
    held = Pledge.objects.filter(campaign=run.campaign_id, state=State.AUTHORISED)
    if held.exists():
        charge_pledges(run, Attempt.Kind.RELEASE, held, parameters=cancel_parameters, refused=stays, at=at)
    if held.exists():
        return None
    _let_go_without_a_hold(run, at=at)
    return {"released": Pledge.objects.filter(campaign=run.campaign_id, state=State.RELEASED).count()}


def cancel_parameters(pledge: Pledge) -> dict[str, object]:
    return {"intent": pledge.payment_intent_id, "cancellation_reason": "abandoned"}


def stays(pledge: Pledge, attempt: Attempt, outcome: Outcome, at: datetime) -> None:
    """A refusal to cancel changes nothing by itself: the next sweep asks again."""


def tell_of_unneeded_matches(run: CloseRun, *, at: datetime) -> None:
    """Where the others are charged: matches that came to nothing hear that they are not."""
    for pledge in _unneeded(run).select_related("campaign").order_by("pk"):
        tell_of_card(pledge, "match_unneeded", at=at)


def _unneeded(run: CloseRun) -> QuerySet[Pledge]:
    """What was let go before the outcome was known. Whoever came too late has heard of it already."""
    let_go = Pledge.objects.filter(campaign=run.campaign_id, state=State.RELEASED, payment_intent_id="")
    return let_go.filter(saved_at__isnull=False, failure="")


def _let_go_without_a_hold(run: CloseRun, *, at: datetime) -> None:
    """Matches that came to nothing were let go before the outcome was known; now their people hear of it."""
    saved = Pledge.objects.filter(campaign=run.campaign_id, state=State.SAVED, payment_intent_id="")
    for pk in list((saved | _unneeded(run)).order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            pledge = Pledge.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=pk)
            if pledge.state == State.SAVED:
                release(pledge, at=at)
                pledge.save()
            elif pledge.state == State.RELEASED:
                tell_of_card(pledge, "released", at=at)

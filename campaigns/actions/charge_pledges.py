"""Ask Stripe the same of many pledges of one close, and write down what it says. One engine for all that is asked."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from campaigns import charging
from campaigns.actions.book_captures import book_captures
from campaigns.actions.close_lease import keep_lease
from campaigns.actions.merge_facts import DoesNotMatch, merge_facts, refuse_a_mismatch
from campaigns.actions.merge_hold import FIELDS, merge_hold
from campaigns.charging import Answer, Job, Outcome
from campaigns.failpoints import reach
from campaigns.locks import share_campaign
from campaigns.models import Attempt, CloseRun, Pledge
from campaigns.stripe_gateway import PaymentFacts

log = logging.getLogger(__name__)
#: What happens to a pledge when Stripe has refused; it is changed and saved with the others.
Refusal = Callable[[Pledge, Attempt, Outcome, datetime], None]


def charge_pledges(
    run: CloseRun,
    kind: str,
    pledges: QuerySet[Pledge],
    *,
    parameters: Callable[[Pledge], dict[str, Any]],
    refused: Refusal,
    at: datetime,
) -> int:
    """Make every attempt of this kind that is due for these pledges; how many calls were answered.

    May be killed at any moment and begun again. Raises charging.LeaseLost.
    """
    work = _Asking(run, kind, pledges, parameters, refused)
    return charging.charge(work, at=at, keep_lease=partial(keep_lease, run))


class _Asking:
    def __init__(
        self,
        run: CloseRun,
        kind: str,
        pledges: QuerySet[Pledge],
        parameters: Callable[[Pledge], dict[str, Any]],
        refused: Refusal,
    ) -> None:
        self.run, self.kind, self.pledges = run, kind, pledges
        self.parameters, self.refused = parameters, refused
        # What Stripe refuses is refused again a moment later: the next sweep asks anew, and not this one.
        self.left_alone: set[int] = set()

    def claim(self, most: int, *, at: datetime) -> list[Job]:
        pledges = self.pledges.exclude(pk__in=self.left_alone) if self.left_alone else self.pledges
        return charging.claim(self.kind, pledges, self.parameters, most=most, at=at)

    def write(self, answers: list[Answer], *, at: datetime) -> None:
        with transaction.atomic():
            stage = share_campaign(self.run.campaign_id)
            keys = [answer.job.attempt.pledge_id or 0 for answer in answers]
            held = Pledge.objects.select_for_update(of=("self",)).select_related("campaign").filter(pk__in=keys)
            pledges = {pledge.pk: pledge for pledge in held.order_by("pk")}
            outcomes = [(answer.job.attempt, charging.outcome_of(answer, at=at)) for answer in answers]
            charging.written_on(outcomes, at=at)
            changed, captured = [], []
            for attempt, outcome in outcomes:
                pledge = pledges[attempt.pledge_id or 0]
                if outcome.hold is not None and outcome.hold.facts.charge:
                    captured.append((pledge, outcome.hold.facts))
                elif self._merge(pledge, attempt, outcome, at=at):
                    changed.append(pledge)
                if outcome.state == Attempt.State.FAILED:
                    self.left_alone.add(pledge.pk)
            charging.update_each(changed, FIELDS)
            for pledge, facts in book_captures(captured, stage=stage, at=at):
                _merge_alone(pledge, facts, stage=stage, at=at)
        reach("charge.pledge_written")

    def _merge(self, pledge: Pledge, attempt: Attempt, outcome: Outcome, *, at: datetime) -> bool:
        """Whether the pledge was changed and is still to be saved."""
        if outcome.refused and pledge.state in Pledge.PROMISED:
            pledge.payment_intent_id = pledge.payment_intent_id or outcome.intent
            self.refused(pledge, attempt, outcome, at)
            return True
        if outcome.hold is None:
            return False
        facts = outcome.hold.facts
        try:
            refuse_a_mismatch(pledge, facts.payment_intent, facts.amount, facts.currency, facts.metadata)
        except DoesNotMatch as error:
            log.error("Pledge %s is left to people: %s", pledge.pk, error)
            return False
        pledge.payment_intent_id = facts.payment_intent
        merge_hold(pledge, facts, at=at)
        return True


def _merge_alone(pledge: Pledge, facts: PaymentFacts, *, stage: str, at: datetime) -> None:
    try:
        merge_facts(pledge, None, facts, stage=stage, at=at)
    except DoesNotMatch as error:
        log.error("Pledge %s is left to people: %s", pledge.pk, error)

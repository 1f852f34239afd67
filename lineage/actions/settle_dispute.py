"""Settle a dispute: what was said stands, or it is given up. Both views and the answer stay in sight."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from lineage.actions.decide_proposal import AlreadyDecided, NotYours, finish
from lineage.actions.dispute_claim import LONGEST, DisputeRefused
from lineage.actions.disputes_of import disputes_of, holding
from lineage.actions.who_may import may_settle
from lineage.actions.write_log import write_log
from lineage.models import Derivation, Dispute, Grant, LogEntry, Proposal


def settle_dispute(dispute: Dispute, *, outcome: Dispute.Outcome, answer: str, by: User, at: datetime) -> Dispute:
    """If it stands and no other dispute is open, it is as certain as it was. If it is given up, its row goes.

    The staff settle; whoever disputed may take that back, which lets the claim stand. Raises AlreadyDecided, NotYours
    and DisputeRefused.
    """
    if outcome == Dispute.Outcome.OPEN or not answer.strip() or len(answer.strip()) > LONGEST or "\0" in answer:
        raise DisputeRefused(
            {"answer": _("Say how it was settled, in at most %(most)s characters.") % {"most": LONGEST}}
        )
    with transaction.atomic():
        row = _held_row(dispute)
        here = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute.pk)
        if here.outcome != Dispute.Outcome.OPEN:
            raise AlreadyDecided(_("This dispute has been settled in the meantime."))
        if not _may(here, outcome, by):
            raise NotYours(_("A dispute is settled by the staff."))
        if outcome == Dispute.Outcome.STANDS:
            _close([here], outcome, answer, by, at)
            _certain_again(here, row)
        else:
            _give_up(here, row, answer, by, at)
        data: dict[str, object] = {"dispute": here.pk, "kind": here.kind, "outcome": outcome}
        write_log(LogEntry.Kind.DISPUTE_SETTLED, version=here.version, at=at, by=by, data=data)
    return here


def _may(here: Dispute, outcome: Dispute.Outcome, by: User) -> bool:
    return may_settle(by) or (here.by_id == by.pk and outcome == Dispute.Outcome.STANDS)


def _held_row(dispute: Dispute) -> Derivation | Grant | Proposal | None:
    """What it is about is held before the dispute itself, in the order in which disputing holds them."""
    if dispute.derivation_id:
        return Derivation.objects.select_for_update().filter(pk=dispute.derivation_id).first()
    if dispute.grant_id:
        return Grant.objects.select_for_update().filter(pk=dispute.grant_id).first()
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("evidence").defer("evidence__content")
    return rows.get(pk=dispute.proposal_id) if dispute.proposal_id else None


def _close(disputes: list[Dispute], outcome: Dispute.Outcome, answer: str, by: User, at: datetime) -> None:
    for dispute in disputes:
        dispute.outcome, dispute.answer = outcome, answer.strip()
        dispute.settled_by, dispute.settled_at = by, at
        if outcome == Dispute.Outcome.GIVEN_UP and not dispute.proposal_id:
            dispute.derivation = dispute.grant = None
        dispute.save()


def _certain_again(here: Dispute, row: Derivation | Grant | Proposal | None) -> None:
    """Not while another dispute that counts is open: that one remembers how certain it was."""
    if not here.was_certain or not isinstance(row, Derivation | Grant):
        return
    if not holding(row).exists():
        row.certain = True
        row.save(update_fields=["certain"])


def _give_up(here: Dispute, row: Derivation | Grant | Proposal | None, answer: str, by: User, at: datetime) -> None:
    """All disputes about it end with it; a proposal that is given up is declined."""
    if row is None:
        _close([here], Dispute.Outcome.GIVEN_UP, answer, by, at)
        return
    open_ones = disputes_of(row).select_for_update(of=("self",)).filter(outcome=Dispute.Outcome.OPEN)
    others = [other for other in open_ones if other.pk != here.pk]
    if not isinstance(row, Proposal):
        # What was settled before keeps its words when the row goes.
        settled = disputes_of(row).exclude(outcome=Dispute.Outcome.OPEN)
        settled.update(outcome=Dispute.Outcome.GIVEN_UP, derivation=None, grant=None)
    _close([here, *others], Dispute.Outcome.GIVEN_UP, answer, by, at)
    if not isinstance(row, Proposal):
        row.delete()
    elif row.state == Proposal.State.OPEN:
        finish(row, Proposal.State.DECLINED, by=by, at=at, reason=answer.strip())

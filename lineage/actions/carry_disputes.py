"""Keep what people said against a plan when another takes its place.

Nobody clears a plan of other views by writing it anew.
"""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from lineage.models import Derivation, Dispute, Grant, Version

Planned = Sequence[Derivation] | Sequence[Grant]


def disputes_of_plan(version: Version) -> list[Dispute]:
    """Those about what a version is planned to be made from. Ask before its rows go: they go with them."""
    return list(Dispute.objects.filter(derivation__child=version).select_related("derivation"))


def disputes_of_grants(version: Version) -> list[Dispute]:
    """The same about its licences."""
    return list(Dispute.objects.filter(grant__version=version).select_related("grant"))


def carry_disputes(disputes: Sequence[Dispute], rows: Planned, *, at: datetime, by: User | None) -> None:
    """Each goes on about the row of the same parent, or of the same licence; where there is none, it has an end.

    Call it in the transaction in which the old rows went. A row is as possible as the disputes leave it.
    """
    for dispute in disputes:
        row = next((row for row in rows if _same(dispute, row)), None)
        if row is None:
            _end(dispute, at=at, by=by)
            continue
        if isinstance(row, Derivation):
            dispute.derivation = row
        else:
            dispute.grant = row
        if row.certain and dispute.has_a_say and dispute.outcome == Dispute.Outcome.OPEN:
            row.certain = False
            row.save(update_fields=["certain"])
    Dispute.objects.bulk_create(disputes)


def _same(dispute: Dispute, row: Derivation | Grant) -> bool:
    if isinstance(row, Derivation):
        return dispute.derivation is not None and dispute.derivation.parent_id == row.parent_id
    return dispute.grant is not None and dispute.grant.licence_id == row.licence_id


def _end(dispute: Dispute, *, at: datetime, by: User | None) -> None:
    """What was settled before keeps its words."""
    if dispute.outcome == Dispute.Outcome.OPEN:
        dispute.answer = _("The plan was changed and does not say this any more.")
        dispute.settled_by, dispute.settled_at = by, at
    dispute.outcome = Dispute.Outcome.GIVEN_UP
    dispute.derivation = dispute.grant = None

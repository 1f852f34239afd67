"""The disputes about one claim."""

from django.db.models import QuerySet

from lineage.models import Derivation, Dispute, Grant, Proposal


def disputes_of(row: Derivation | Grant | Proposal) -> QuerySet[Dispute]:
    if isinstance(row, Derivation):
        return Dispute.objects.filter(derivation=row)
    if isinstance(row, Grant):
        return Dispute.objects.filter(grant=row)
    return Dispute.objects.filter(proposal=row)


def holding(row: Derivation | Grant) -> QuerySet[Dispute]:
    """Those that keep it from being certain: open, and by somebody who has a say in it."""
    return disputes_of(row).filter(outcome=Dispute.Outcome.OPEN, has_a_say=True)

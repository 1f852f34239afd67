"""Add evidence to a claim that is on record already, and make it certain where somebody has checked it."""

from datetime import datetime

from django.contrib.auth.models import User

from lineage.actions.disputes_of import holding
from lineage.actions.write_log import write_log
from lineage.models import Derivation, Grant, LogEntry
from lineage.records import evidence as evidence_of


def strengthen_grant(row: Grant, evidence: list[str], *, certain: bool, by: User, at: datetime) -> Grant:
    """While somebody who has a say disputes it, it stays possible: the dispute is settled first."""
    here = Grant.objects.select_for_update(of=("self",)).select_related("version").get(pk=row.pk)
    _strengthen(here, evidence, certain=certain)
    told: dict[str, object] = {"strengthened": here.pk, "certain": here.certain}
    write_log(LogEntry.Kind.GRANT_RECORDED, version=here.version, at=at, by=by, data=told)
    return here


def strengthen_derivation(row: Derivation, evidence: list[str], *, certain: bool, by: User, at: datetime) -> Derivation:
    """The same of a derivation."""
    here = Derivation.objects.select_for_update(of=("self",)).select_related("child").get(pk=row.pk)
    _strengthen(here, evidence, certain=certain)
    told: dict[str, object] = {"strengthened": here.pk, "certain": here.certain}
    write_log(LogEntry.Kind.DERIVATION_RECORDED, version=here.child, at=at, by=by, data=told)
    return here


def _strengthen(here: Grant | Derivation, evidence: list[str], *, certain: bool) -> None:
    known = evidence_of(here.evidence)
    texts = [known] if isinstance(known, str) else list(known or ())
    here.evidence = [*texts, *(text for text in evidence if text not in texts)]
    if certain and not here.certain and not holding(here).exists():
        here.certain = True
    here.save(update_fields=["evidence", "certain"])

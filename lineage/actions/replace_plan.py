"""Put what a version was really made from in the place of what was planned."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from lineage.actions.carry_disputes import carry_disputes, disputes_of_plan
from lineage.actions.record_derivation import DerivationRefused, check
from lineage.actions.write_log import write_log
from lineage.engine import document
from lineage.models import Derivation, LogEntry, Version
from lineage.rows import derivation_row


class PlanRefused(ValueError):
    """The plan stays as it was; the message is a sentence for the one who asked."""


def replace_plan(
    version: Version, derivations: Sequence[document.Derivation], *, at: datetime, by: User | None
) -> list[Derivation]:
    """All of them have `version` as their child. The log keeps the planned ones. Raises PlanRefused."""
    with transaction.atomic():
        here = Version.objects.select_for_update(no_key=True).get(pk=version.pk)
        if not here.planned:
            raise PlanRefused(_("This version has been released: what it was made from no longer changes."))
        rows = _rows(here, derivations)
        planned = [_said(row) for row in Derivation.objects.filter(child=here).select_related("parent")]
        disputes = disputes_of_plan(here)
        Derivation.objects.filter(child=here).delete()
        made = Derivation.objects.bulk_create(rows)
        carry_disputes(disputes, made, at=at, by=by)
        data: dict[str, object] = {"planned": planned, "made": [_said(row) for row in made]}
        write_log(LogEntry.Kind.PLAN_REPLACED, version=here, at=at, by=by, data=data)
    return made


def _rows(version: Version, derivations: Sequence[document.Derivation]) -> list[Derivation]:
    parents = Version.objects.in_bulk([derivation.parent for derivation in derivations], field_name="slug")
    rows = []
    for derivation in derivations:
        if derivation.child != version.slug:
            raise PlanRefused(_("“%(child)s” is another version than the planned one.") % {"child": derivation.child})
        if derivation.parent not in parents:
            raise PlanRefused(_("No version “%(parent)s” is on file: add it first.") % {"parent": derivation.parent})
        row = derivation_row(derivation, parent=parents[derivation.parent], child=version)
        try:
            check(row)
        except DerivationRefused as error:
            raise PlanRefused(" ".join(error.errors.values())) from error
        rows.append(row)
    return rows


def _said(row: Derivation) -> dict[str, object]:
    """What the log keeps of a derivation."""
    days = (row.obtained_on, row.obtained_until)
    return {
        "parent": row.parent.slug,
        "method": row.method,
        "obtained": [day.isoformat() for day in days if day],
        "share": row.share,
        "certain": row.certain,
    }

"""Record that a version was made from another."""

from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from lineage.actions.write_log import write_log
from lineage.engine import terms
from lineage.models import Derivation, LogEntry, Version


class DerivationRefused(ValueError):
    """The claim makes no sense. `errors` has a sentence for each field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {says}" for field, says in errors.items()))
        self.errors = errors


def record_derivation(  # noqa: PLR0913 - all by keyword
    *,
    parent: Version,
    child: Version,
    method: str,
    by: User | None,
    at: datetime,
    obtained_on: date | None = None,
    obtained_until: date | None = None,
    share: float | None = None,
    certain: bool = True,
    reaccepted_on: date | None = None,
    evidence: str | Sequence[str] | None = None,
) -> Derivation:
    """The same claim twice is one row. A claim that closes a circle is kept: it is what somebody said.

    With `obtained_until` (excluded) the parent was obtained on some day of a span. Raises DerivationRefused.
    """
    row = Derivation(
        parent=parent,
        child=child,
        method=method,
        obtained_on=obtained_on,
        obtained_until=obtained_until,
        share=share,
        certain=certain,
        reaccepted_on=reaccepted_on,
        evidence=evidence if isinstance(evidence, str | None) else list(evidence),
    )
    check(row)
    with transaction.atomic():
        Version.objects.select_for_update(no_key=True).get(pk=child.pk)
        known = same_claim(row)
        if known is not None:
            return known
        row.save()
        data: dict[str, object] = {"parent": parent.slug, "method": method}
        write_log(LogEntry.Kind.DERIVATION_RECORDED, version=child, at=at, by=by, data=data)
    return row


def same_claim(row: Derivation) -> Derivation | None:
    """The row on file that says the very same, if there is one."""
    fields = ("method", "obtained_on", "obtained_until", "share", "certain", "reaccepted_on", "evidence")
    others = Derivation.objects.filter(parent=row.parent, child=row.child)
    return next((other for other in others if all(getattr(other, f) == getattr(row, f) for f in fields)), None)


def check(row: Derivation) -> None:
    """Raises DerivationRefused."""
    errors: dict[str, str] = {}
    if row.parent_id == row.child_id:
        errors["parent"] = _("A version is not made from itself. Choose another one.")
    if row.method not in terms.METHODS:
        errors["method"] = _("Choose how it was made.")
    if row.share is not None and not 0 <= row.share <= 1:
        errors["share"] = _("A share lies between 0 and 1; a half is 0.5.")
    if row.obtained_until and (row.obtained_on is None or row.obtained_until < row.obtained_on):
        errors["obtained_until"] = _("A span of days begins before it ends.")
    if errors:
        raise DerivationRefused(errors)

"""Record which licence a licensor offered everybody, from a day on."""

from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lineage.actions.write_log import write_log
from lineage.models import Grant, Licence, LogEntry, Version


class GrantRefused(ValueError):
    """The grant cannot be kept. `errors` has a sentence for each field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {says}" for field, says in errors.items()))
        self.errors = errors


def record_grant(  # noqa: PLR0913 - all by keyword
    *,
    version: Version,
    licence: Licence,
    starts_on: date,
    by: User | None,
    at: datetime,
    ends_on: date | None = None,
    optional: bool = False,
    certain: bool = True,
    evidence: str | Sequence[str] | None = None,
) -> Grant:
    """`ends_on` is the first day on which it no longer stands. A newer grant ends an older one by itself.

    Raises GrantRefused, also where another standing grant begins on that day.
    """
    if ends_on is not None and ends_on < starts_on:
        raise GrantRefused({"ends_on": _("A licence does not end before it begins.")})
    row = Grant(
        version=version,
        licence=licence,
        starts_on=starts_on,
        ends_on=ends_on,
        optional=optional,
        certain=certain,
        evidence=evidence if isinstance(evidence, str | None) else list(evidence),
    )
    try:
        with transaction.atomic():
            row.save()
            data: dict[str, object] = {"licence": licence.slug, "from": starts_on.isoformat()}
            write_log(LogEntry.Kind.GRANT_RECORDED, version=version, at=at, by=by, data=data)
    except IntegrityError as error:
        if "two_standing_grants" not in str(error):
            raise
        says = _("Another licence of this version begins on that day. A version has one licence at a time.")
        raise GrantRefused({"starts_on": says}) from error
    return row

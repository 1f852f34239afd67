"""A planned version has been made: it gets its file and its licence, and is planned no more."""

from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lineage.actions.carry_disputes import carry_disputes, disputes_of_grants
from lineage.actions.register_version import plain_hash, refusal_of_hash
from lineage.actions.write_log import write_log
from lineage.models import Grant, Licence, LogEntry, Version


class ReleaseRefused(ValueError):
    """The version stays planned. `errors` has a sentence for each field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {says}" for field, says in errors.items()))
        self.errors = errors


def release_version(
    version: Version,
    *,
    sha256: str,
    published_on: date,
    licence: Licence,
    at: datetime,
    by: User | None,
    url: str = "",
) -> Version:
    """The slug stays, so links and updates stay. Planned grants give way to the real one; the log keeps them.

    Whether its lineage is clean is for the caller to ask first. `version` is brought up to date in place.
    Raises ReleaseRefused.
    """
    digest = plain_hash(sha256)
    try:
        with transaction.atomic():
            here = Version.objects.select_for_update(no_key=True).get(pk=version.pk)
            _check(here, digest, published_on=published_on, at=at)
            planned = [f"{g.licence.slug} from {g.starts_on}" for g in here.grants.select_related("licence")]
            disputes = disputes_of_grants(here)
            here.grants.all().delete()
            real = Grant.objects.create(version=here, licence=licence, starts_on=published_on)
            carry_disputes(disputes, [real], at=at, by=by)
            here.planned, here.released_at, here.sha256, here.published_on = False, at, digest, published_on
            here.url = url or here.url
            here.save(update_fields=("planned", "released_at", "sha256", "published_on", "url"))
            data: dict[str, object] = {"sha256": digest, "licence": licence.slug, "planned_grants": planned}
            write_log(LogEntry.Kind.VERSION_RELEASED, version=here, at=at, by=by, data=data)
    except IntegrityError as error:
        raise ReleaseRefused({"sha256": _("Somebody put this file on record at the same moment.")}) from error
    version.refresh_from_db()
    return version


def _check(version: Version, digest: str, *, published_on: date, at: datetime) -> None:
    errors: dict[str, str] = {}
    if not version.planned:
        errors["version"] = _("This version has been released already.")
    if not digest:
        errors["sha256"] = _("Give the SHA-256 of the file: it is how everybody can tell that this is the version.")
    elif says := refusal_of_hash(digest, but=version):
        errors["sha256"] = says
    # One day of grace: the maker's calendar may be ahead of ours.
    if (published_on - at.date()).days > 1:
        errors["published_on"] = _("A version is released once it is published: this day lies in the future.")
    if errors:
        raise ReleaseRefused(errors)

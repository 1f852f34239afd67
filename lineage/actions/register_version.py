"""Put a version on file: one that somebody made, or one that is only planned."""

import re
from datetime import date, datetime

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lineage.actions.write_log import write_log
from lineage.ids import refusal_of
from lineage.models import LogEntry, Version


class VersionRefused(ValueError):
    """The version cannot be kept. `errors` has sentences for each field."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__("; ".join(f"{field}: {' '.join(says)}" for field, says in errors.items()))
        self.errors = errors


def register_version(  # noqa: PLR0913 - all by keyword
    *,
    slug: str,
    name: str,
    by: User | None,
    at: datetime,
    licensor: str = "",
    published_on: date | None = None,
    sha256: str = "",
    url: str = "",
    undisclosed_parents: bool = False,
    claimed_label: str = "",
    planned: bool = False,
    illustration: bool = False,
) -> Version:
    """Raises VersionRefused, also when the slug or the file is on record already."""
    version = Version(
        slug=slug,
        name=name.strip(),
        licensor=licensor.strip(),
        published_on=published_on,
        sha256=plain_hash(sha256),
        url=url.strip(),
        undisclosed_parents=undisclosed_parents,
        claimed_label=claimed_label.strip(),
        planned=planned,
        illustration=illustration,
        added_by=by,
        added_at=at,
    )
    _check(version)
    try:
        with transaction.atomic():
            version.save()
            write_log(LogEntry.Kind.VERSION_REGISTERED, version=version, at=at, by=by, data={"planned": planned})
    except IntegrityError as error:
        raise VersionRefused({"slug": [_("Somebody registered this version at the same moment.")]}) from error
    return version


def plain_hash(given: str) -> str:
    """A SHA-256 as we keep it: ModelSpec writes 0x before it, and people copy it in capitals."""
    return given.strip().lower().removeprefix("0x")


def refusal_of_hash_shape(sha256: str) -> str:
    """A sentence that says why this is no SHA-256, or nothing."""
    if not sha256 or re.fullmatch(r"[0-9a-f]{64}", sha256):
        return ""
    return _("A SHA-256 has 64 digits from 0 to 9 and a to f. A shorter hash is only a hint and cannot replace it.")


def refusal_of_hash(sha256: str, *, but: Version | None = None) -> str:
    """A sentence that says why this cannot be the SHA-256 of a version (other than `but`), or nothing."""
    if says := refusal_of_hash_shape(sha256):
        return says
    others = Version.objects.filter(sha256=sha256).exclude(sha256="")
    other = (others.exclude(pk=but.pk) if but else others).first()
    return _("This file is on record already, as “%(name)s”.") % {"name": other.name} if other else ""


def _check(version: Version) -> None:
    errors: dict[str, list[str]] = {}
    try:
        version.full_clean(exclude=("added_by",), validate_constraints=False)
    except ValidationError as error:
        errors.update(error.message_dict)
    for field, says in (("slug", refusal_of(version.slug)), ("sha256", refusal_of_hash(version.sha256))):
        if says:
            errors.setdefault(field, []).append(says)
    if version.planned and version.sha256:
        errors.setdefault("sha256", []).append(_("A planned version has no file yet, so it has no SHA-256."))
    if errors:
        raise VersionRefused(errors)

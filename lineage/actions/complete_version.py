"""Fill in what was not known of a version that is on record.

What is known stays: the staff correct that in the admin.
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from lineage.actions.register_version import VersionRefused, plain_hash, refusal_of_hash
from lineage.actions.write_log import write_log
from lineage.engine.document import Artefact
from lineage.models import LogEntry, Version

FIELDS = ("licensor", "published_on", "sha256", "url", "undisclosed_parents", "claimed_label")


def complete_version(version: Version, said: Artefact, *, by: User, at: datetime) -> Version:
    """Call it inside a transaction. Raises VersionRefused where nothing would become known, or the file differs."""
    here = Version.objects.select_for_update(no_key=True).get(pk=version.pk)
    new = to_complete(here, said)
    if here.sha256 and said.sha256 and here.sha256 != plain_hash(said.sha256):
        raise VersionRefused({"sha256": [_("This version is on record with another file. A file is a version.")]})
    if "sha256" in new and (says := refusal_of_hash(str(new["sha256"]), but=here)):
        raise VersionRefused({"sha256": [says]})
    if not new:
        raise VersionRefused({"": [_("All of this is on record already.")]})
    for field, value in new.items():
        setattr(here, field, value)
    here.save(update_fields=list(new))
    write_log(LogEntry.Kind.VERSION_REGISTERED, version=here, at=at, by=by, data={"completed": sorted(new)})
    return here


def to_complete(version: Version, said: Artefact) -> dict[str, object]:
    """The fields that are empty on record and that the statement fills."""
    given: dict[str, object] = {field: getattr(said, field) for field in FIELDS}
    given["sha256"] = plain_hash(said.sha256 or "")
    return {field: value for field, value in given.items() if value and not getattr(version, field)}

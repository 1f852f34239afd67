"""Which licence stood for a version from when until when."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from lineage.models import Grant, Version


@dataclass(frozen=True, slots=True)
class VersionHistory:
    """Each grant with the day on which it ended: its own, or the day on which a newer one took its place."""

    grants: list[tuple[Grant, date | None]]


def version_history(version: Version) -> VersionHistory:
    grants = list(version.grants.select_related("licence").order_by("starts_on", "pk"))
    standing = [grant for grant in grants if not grant.optional]
    replaced = {grant.pk: later.starts_on for grant, later in pairwise(standing)}
    ends = [[day for day in (grant.ends_on, replaced.get(grant.pk)) if day] for grant in grants]
    return VersionHistory([(grant, min(days) if days else None) for grant, days in zip(grants, ends, strict=True)])

"""Write into the lineage's log what became known, changed or was released."""

from datetime import datetime

from django.contrib.auth.models import User

from lineage.models import LogEntry, Version


def write_log(
    kind: LogEntry.Kind,
    *,
    at: datetime,
    by: User | None,
    version: Version | None = None,
    data: dict[str, object] | None = None,
) -> LogEntry:
    """`by` is kept as a number, never as a name or an address; None is the command line."""
    who = f"user {by.pk}" if by else ""
    return LogEntry.objects.create(kind=kind, version=version, at=at, by=who, data=data or {})

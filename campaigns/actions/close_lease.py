"""Who works on a close, and until when."""

from datetime import datetime, timedelta

from campaigns.models import CloseRun

LEASE = timedelta(seconds=30)


def keep_lease(run: CloseRun, at: datetime) -> bool:
    """Have the close for another while; False when somebody else has it by now."""
    mine = CloseRun.objects.filter(pk=run.pk, leased_by=run.leased_by)
    return mine.update(leased_until=at + LEASE) == 1

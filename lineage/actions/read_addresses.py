"""Read the addresses that people asked for: claimed one by one, fetched outside every transaction, thrice at most."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import F, Q

from lineage.actions.bring_evidence import TooMuchToday, bring_evidence
from lineage.actions.read_evidence import Source
from lineage.fetching import Fetched, FetchFailed, FetchRefused, fetch
from lineage.formats.any_format import LIMITS
from lineage.formats.proposals import FormatError
from lineage.models import Fetch

MOST_TRIES: Final = 3
PAUSE: Final = timedelta(seconds=30)
"""After a try, before the next. It is longer than a try can take, so that nobody tries the same at the same time."""

SECONDS: Final = 15.0
MOST_AT_ONCE: Final = 5
ENOUGH: Final = 20.0
"""Seconds after which no further address is begun: the same workers close campaigns and make refunds."""

_ONE_AT_A_TIME: Final = 4_880_357

Get = Callable[..., Fetched]


def read_addresses(*, at: datetime, get: Get = fetch) -> int:
    """How many were tried; none while another worker reads. `get` is what fetches.

    A worker that dies amid a try has used it up.
    """
    with connection.cursor() as cursor:
        # The session's and not a transaction's: nothing is held open while other machines are waited for.
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_AT_A_TIME])
        (alone,) = cursor.fetchone()
        if not alone:
            return 0
        try:
            return _read_due(at, get)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_AT_A_TIME])


def _read_due(at: datetime, get: Get) -> int:
    begun = monotonic()
    due = Q(tries=0) | Q(tried_at__lte=at - PAUSE)
    waiting = Fetch.objects.filter(due, state=Fetch.State.WAITING).order_by("tried_at", "pk")
    tried = 0
    for row in waiting.select_related("asked_by")[:MOST_AT_ONCE]:
        if monotonic() - begun > ENOUGH:
            break
        if row.tries >= MOST_TRIES:
            _refuse(row, "nothing came after {tries} tries", {"tries": row.tries})
        elif _claim(row, at):
            tried += 1
            _read(row, at, get)
    return tried


def _claim(row: Fetch, at: datetime) -> bool:
    """Whether this worker is the one that tries now."""
    here = Fetch.objects.filter(pk=row.pk, state=Fetch.State.WAITING, tries=row.tries)
    if not here.update(tries=F("tries") + 1, tried_at=at):
        return False
    row.tries += 1
    return True


def _read(row: Fetch, at: datetime, get: Get) -> None:
    try:
        got = get(row.url, hosts=settings.IMPORT_HOSTS, most_bytes=LIMITS["hugging-face-card"], timeout=SECONDS)
        source = Source(about=row.about or None, url=got.final_url)
        evidence = bring_evidence(got.data, source, by=row.asked_by, at=at)
    except FetchFailed as error:
        if row.tries >= MOST_TRIES or not error.again:
            _refuse(row, error.template, dict(error.values))
        else:
            _say(row, error.template, dict(error.values))
        return
    except (FetchRefused, FormatError) as error:
        _refuse(row, error.template, dict(error.values))
        return
    except TooMuchToday as error:
        _refuse(row, "{says}", {"says": str(error)})
        return
    Fetch.objects.filter(pk=row.pk).update(state=Fetch.State.READ, evidence=evidence, tried_at=at)


def _refuse(row: Fetch, template: str, values: dict[str, object]) -> None:
    _say(row, template, values, state=Fetch.State.REFUSED)


def _say(row: Fetch, template: str, values: dict[str, object], **also: str) -> None:
    """Why the last try brought nothing."""
    says = {"template": template, "values": values}
    Fetch.objects.filter(pk=row.pk, state=Fetch.State.WAITING).update(says=says, **also)

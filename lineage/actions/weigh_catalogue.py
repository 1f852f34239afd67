"""Judge everything on file at once, for the lists and the ranking."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Final

from django.db import OperationalError, connection, transaction
from django.db.models import Max
from django.utils import timezone

from lineage.actions.replace_standings import Row, replace_standings
from lineage.catalogue_on_record import Loaded, whole_catalogue
from lineage.engine.arrays import COMPILES
from lineage.engine.document import LineageFileError
from lineage.engine.standings import Standing, standings
from lineage.models import Figures, LogEntry, Version, Weighing
from lineage.models.figures import ILLUSTRATION

log = logging.getLogger(__name__)

MOST_VERSIONS: Final = 5_000_000 if COMPILES else 500_000
"""Judging was tried on arrays with two million versions, and a whole weighing with a hundred thousand."""

REST: Final = timedelta(seconds=60)
_ONE_AT_A_TIME: Final = 7_300_412
_LONGEST_WAIT: Final = "120s"


class NotWeighed(Exception):
    """The catalogue could not be weighed, and the standings are as they were; the message says why."""


class TooMuch(NotWeighed):
    """What is on record is too large or too deep, and will be until it changes."""


_left: tuple[date, int] | None = None
"""The day and the newest entry that were too much for this process, so that the clock does not try them again."""


def weigh_if_changed(*, at: datetime) -> Weighing | None:
    """Weigh for the day of `at`, if something was put on record since the last time or that day was another.

    After a weighing it rests for a minute, so that many small changes cost one; but a new day does not wait. None if
    there was nothing to do, if another weighing is on its way, or if it could not be done, which the log then tells.
    """
    global _left
    if not _is_due(at):
        return None
    asked = timezone.localdate(at), _newest_entry()
    try:
        with _alone(wait=False) as alone:
            return _weigh(at, timezone.localdate(at)) if alone and _is_due(at) else None
    except NotWeighed as error:
        log.warning("The catalogue was not weighed: %s", error)
        _left = asked if isinstance(error, TooMuch) else None
        return None


def weigh_catalogue(*, at: datetime, on: date) -> Weighing:
    """Weigh for a day, whatever has changed; after another weighing that is on its way. Raises NotWeighed."""
    with _alone(wait=True):
        return _weigh(at, on)


def _is_due(at: datetime) -> bool:
    last, newest = Weighing.objects.first(), _newest_entry()
    if _left == (timezone.localdate(at), newest):
        return False
    if last is None or last.on != timezone.localdate(at):
        return True
    return at - last.at >= REST and newest != last.log_entry


def _weigh(at: datetime, on: date) -> Weighing:
    weighing = Weighing(at=at, on=on, log_entry=_seen_by_all())
    loaded, weighing.counted, weighing.illustrated = _everything()
    try:
        found = list(standings(loaded.columns, on, made=loaded.made, stated=loaded.cost))
    except LineageFileError as error:
        raise TooMuch(str(error)) from error
    weighing.versions = len(found)
    weighing.tainted = sum(each.state == "tainted" for each in found)
    replace_standings(_rows(found, loaded), weighing)
    return weighing


def _everything() -> tuple[Loaded, int, int]:
    """All that somebody has made, as it stood at one moment; of how many the downloads are known, or illustrations."""
    with transaction.atomic():
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                # Else an import that ends in between would be read by halves, and half a family may look clean.
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        number = Version.objects.filter(planned=False).count()
        if number > MOST_VERSIONS:
            raise TooMuch(f"{number:,} versions are on record, and {MOST_VERSIONS:,} can be weighed at once")
        known = Figures.objects.filter(version__planned=False, downloads__isnull=False)
        illustrated = known.filter(downloads_source=ILLUSTRATION)
        return whole_catalogue(), known.count(), illustrated.count()


def _rows(found: list[Standing], loaded: Loaded) -> Iterator[Row]:
    versions, told, licences = (list(map(int, column)) for column in (loaded.versions, loaded.told, loaded.licences))
    for each in found:
        yield Row(
            versions[each.model],
            each.state,
            each.versions,
            each.downloads,
            each.place,
            each.cost,
            bool(told[each.model]),
            [licences[place] for place in each.licences],
        )


def _newest_entry() -> int:
    return LogEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _seen_by_all() -> int:
    """The newest entry of the log below which none is still to come.

    Entries are numbered when they are written and seen when their transaction ends, so that a lower one may come after
    a higher one. Those who are writing are waited for; whoever comes meanwhile waits until the number has been read.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            cursor.execute("LOCK TABLE lineage_logentry IN SHARE MODE")
            return _newest_entry()
    except OperationalError as error:
        raise NotWeighed("something is being put on record at this moment; try again when that has ended") from error


@contextmanager
def _alone(*, wait: bool) -> Iterator[bool]:
    """Whether no other weighing is on its way; with `wait`, once that is so. Raises NotWeighed after two minutes.

    The lock is the session's and not a transaction's: nothing is held open while the engine works.
    """
    with connection.cursor() as cursor:
        if wait:
            _wait_for_the_lock()
            alone = True
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_AT_A_TIME])
            (alone,) = cursor.fetchone()
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_AT_A_TIME])


def _wait_for_the_lock() -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for timeout in ("lock_timeout", "statement_timeout"):
                cursor.execute("SELECT set_config(%s, %s, true)", [timeout, _LONGEST_WAIT])
            cursor.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
    except OperationalError as error:
        raise NotWeighed("another weighing has been on its way for two minutes; try again later") from error

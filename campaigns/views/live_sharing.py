"""One snapshot for all who watch a campaign: asked for by a thousand, made by one."""

import time
from dataclasses import dataclass, field
from threading import Lock

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from campaigns.views.live_snapshot import Snapshot, look

# Seconds.
#: What cannot be made anew, because somebody is at it still, is shown for so long.
STALE = 5.0
#: So long somebody waits for the first snapshot that another one makes.
PATIENCE = 0.5
#: After a failure the database is left alone for so long.
REST = 1.0
#: Where making takes long, it is made less often: a tenth of the time at most, and this often at least.
LONGEST = 2.0
SHARE = 10
MOST_CAMPAIGNS = 500


class NotNow(Exception):
    """There is no snapshot that is young enough, and none can be made at the moment."""


@dataclass(slots=True)
class Place:
    """Where a campaign's snapshot lies. Moments are those of the monotonic clock."""

    making: Lock = field(default_factory=Lock)
    snapshot: Snapshot | None = None
    right_at: float = 0.0
    until: float = 0.0
    rests_until: float = 0.0


_places: dict[str, Place] = {}
_door = Lock()


def shared(slug: str) -> Snapshot | None:
    """None where nothing is public. Raises NotNow when it cannot be told."""
    keep = settings.LIVE_SHARED_MS / 1000
    if not keep:
        return _look(slug, None)
    place = _places.get(slug) or _new_place(slug)
    began = time.monotonic()
    if place.snapshot is not None and began < place.until:
        return place.snapshot
    young = place.snapshot is not None and began - place.right_at < STALE
    if not place.making.acquire(blocking=not young, timeout=-1 if young else PATIENCE):
        if young:
            return place.snapshot
        raise NotNow
    try:
        # Whoever had to wait may find it made.
        return place.snapshot if time.monotonic() < place.until else _make(slug, place, keep)
    finally:
        place.making.release()


def at_hand(slug: str) -> Snapshot | None:
    """What may be told without waiting and without a query, or None."""
    place = _places.get(slug)
    if place is None or place.snapshot is None:
        return None
    now = time.monotonic()
    made_by_another = place.making.locked() and now - place.right_at < STALE
    return place.snapshot if now < place.until or made_by_another else None


def forget() -> None:
    _places.clear()


def _new_place(slug: str) -> Place:
    with _door:
        if len(_places) >= MOST_CAMPAIGNS:
            _places.pop(next(iter(_places)))
        return _places.setdefault(slug, Place())


def _make(slug: str, place: Place, keep: float) -> Snapshot | None:
    began = time.monotonic()
    if began < place.rests_until:
        raise NotNow
    try:
        made = _look(slug, place.snapshot)
    except NotNow:
        place.rests_until = time.monotonic() + REST
        raise
    took = time.monotonic() - began
    place.snapshot, place.right_at = made, began
    place.until = began + max(keep, min(SHARE * took, LONGEST))
    if made is None:
        with _door:
            _places.pop(slug, None)
    return made


def _look(slug: str, known: Snapshot | None) -> Snapshot | None:
    try:
        return look(slug, at=timezone.now(), known=known)
    except DatabaseError as error:
        raise NotNow from error

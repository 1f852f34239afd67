"""What was made of the database's answers, kept in this process for as long as the database still answers the same.

While something is made, every question to the database is written down. Before it is given out again, one statement
asks them all anew, and PostgreSQL answers with one digest of all that it would say. So nobody has to tell that
something has changed: by whatever way, and by whichever process, the digest becomes another one. Beside the database,
what is made may hang on its key alone, and on the time: hence it is kept for seconds only. Decision 18.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from django.db import DatabaseError, connection, transaction

# A page is some 60 kB, one of the largest families thirty times that.
MOST = 100
# Seconds. While the database hangs, those who wait would else hang one after the other, each for as long as the first.
PATIENCE = 2.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """`questions` is the statement that asks everything again."""

    made: Any
    questions: str
    answers: bytes
    until: float

    def is_right(self) -> bool:
        return time.monotonic() < self.until and _answers(self.questions) == self.answers


@dataclass(slots=True)
class Place:
    """`asked` is when it was last asked for. Moments are those of the monotonic clock."""

    asked: float
    making: Lock = field(default_factory=Lock)
    kept: Kept | None = None


_places: OrderedDict[Hashable, Place] = OrderedDict()
_door = Lock()


def kept[Made](key: Hashable, make: Callable[[], Made], *, seconds: float) -> Made:
    """What `make` gives. It reads only, and through Django's connection; nobody changes what it gives to everybody.

    To keep something costs a fifth of making it, so that only what was asked for in the last `seconds`, too, is kept;
    who asks while it is being made waits for it, if it does not take too long. What was made inside somebody's
    transaction that sees the commits of others is given but not kept: it may be of no moment at all.
    """
    now = time.monotonic()
    place = _place_asked_for(key, since=now - seconds, now=now)
    if place is None:
        made = make()
        # Only now: what does not exist pushes nothing out.
        _note(key, now)
        return made
    found = place.kept
    if found is not None and found.is_right():
        answer: Made = found.made
        return answer
    if not place.making.acquire(timeout=PATIENCE):
        return make()
    try:
        return _newer(place, found, make, seconds)
    finally:
        place.making.release()


def forget() -> None:
    with _door:
        _places.clear()


def _place_asked_for(key: Hashable, *, since: float, now: float) -> Place | None:
    """None if it was not asked for since then; what it has kept is of no more use."""
    with _door:
        place = _places.get(key)
        if place is None:
            return None
        often, place.asked = place.asked > since, now
        _places.move_to_end(key)
        if not often:
            place.kept = None
        return place if often else None


def _note(key: Hashable, now: float) -> None:
    """The places that were asked for last are kept."""
    with _door:
        _places.setdefault(key, Place(now))
        _places.move_to_end(key)
        if len(_places) > MOST:
            _places.popitem(last=False)


def _let_go_of_what_is_over(now: float) -> None:
    """What nobody asks for again would lie here for ever: a hundred pages of the largest families are 180 MB."""
    with _door:
        for place in _places.values():
            found = place.kept
            if found is not None and found.until <= now:
                place.kept = None


def _newer[Made](place: Place, found: Kept | None, make: Callable[[], Made], seconds: float) -> Made:
    """Whoever had to wait may find it made. Call it while nobody else makes it."""
    newer = place.kept
    if newer is not None and newer is not found and newer.is_right():
        answer: Made = newer.made
        return answer
    began = time.monotonic()
    _let_go_of_what_is_over(began)
    made, questions, answers = _made(make)
    place.kept = Kept(made, questions, answers, began + seconds) if answers else None
    return made


def _made[Made](make: Callable[[], Made]) -> tuple[Made, str, bytes]:
    """With it all questions in one, and their answers, which are empty where it cannot be kept."""
    asked: list[tuple[str, Sequence[object] | None]] = []

    def listen(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with _one_moment() as is_one:
        with connection.execute_wrapper(listen):
            made = make()
        questions = _together(asked) if is_one else ""
        return made, questions, _first_answers(questions) if questions else b""


@contextmanager
def _one_moment() -> Iterator[bool]:
    """Whatever is read inside is as of one moment, if this is true; a transaction that has begun stays as it is."""
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            yield cursor.fetchone() == ("repeatable read",)
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield True


def _together(asked: Sequence[tuple[str, Sequence[object] | None]]) -> str:
    """Empty if something was done that is no question. The number of a moment is never the same: it is left out."""
    # Only PostgreSQL's own have it, and the types of Django know but what all databases have.
    ops: Any = connection.ops
    whole: list[str] = [sql if params is None else ops.compose_sql(sql, params) for sql, params in asked]
    if not all(sql.split(None, 1)[0].upper() in ("SELECT", "WITH") for sql in whole):
        return ""
    lasting = (sql for sql in whole if "pg_current_snapshot()" not in sql)
    # Nothing from outside is in it that was not asked just so before.
    each = ", ".join(f"(SELECT array_agg((answer.*)::text) FROM ({sql}) AS answer)" for sql in lasting)  # noqa: S608
    return f"SELECT sha256(convert_to(ROW({each})::text, 'UTF8'))"


def _first_answers(questions: str) -> bytes:
    """Empty where they cannot be asked together: what was made is right all the same."""
    try:
        with transaction.atomic():
            return _answers(questions)
    except DatabaseError as error:
        # The error's own text would quote the questions.
        log.warning("%s characters of questions cannot be asked again: %s", len(questions), type(error).__name__)
        return b""


def _answers(questions: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(questions)
        (digest,) = cursor.fetchone()
    return bytes(digest)

"""What was made of the database's answers, kept in this process for as long as the database still answers the same.

While something is made, every question to the database is written down. Before it is given out again, one statement
asks them all anew, and PostgreSQL answers with one digest of all that it would say. So nobody has to tell that
something has changed: by whatever way, and by whichever process, the digest becomes another one. Beside the database,
what is made may hang on its key alone, and on the time: hence it is kept for seconds only. Decision 18.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from django.db import connection, transaction

# A page is some 60 kB, one of a large family ten times that.
MOST = 100


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

    making: Lock = field(default_factory=Lock)
    kept: Kept | None = None
    asked: float = -math.inf


_places: OrderedDict[Hashable, Place] = OrderedDict()
_door = Lock()


def kept[Made](key: Hashable, make: Callable[[], Made], *, seconds: float) -> Made:
    """What `make` gives. It reads only, and through Django's connection; nobody changes what it gives to everybody.

    To keep something costs a fifth of making it, so that only what was asked for in the last `seconds`, too, is kept;
    who asks while it is being made waits for it. What was made inside somebody's transaction that sees the commits of
    others is given but not kept: it may be of no moment at all.
    """
    place, now = _place_of(key), time.monotonic()
    often, place.asked = now - place.asked < seconds, now
    if not often:
        place.kept = None
        return make()
    found = place.kept
    if found is None or not found.is_right():
        with place.making:
            # Whoever had to wait may find it made.
            newer = place.kept
            if newer is found or newer is None or not newer.is_right():
                began = time.monotonic()
                made, questions, answers = _made(make)
                place.kept = Kept(made, questions, answers, began + seconds) if answers else None
                return made
            found = newer
    answer: Made = found.made
    return answer


def forget() -> None:
    with _door:
        _places.clear()


def _place_of(key: Hashable) -> Place:
    """The places that were asked for last are kept."""
    with _door:
        place = _places.setdefault(key, Place())
        _places.move_to_end(key)
        if len(_places) > MOST:
            _places.popitem(last=False)
        return place


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
        return made, questions, _answers(questions) if questions else b""


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


def _answers(questions: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(questions)
        (digest,) = cursor.fetchone()
    return bytes(digest)

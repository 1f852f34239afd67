"""One pace for all calls to Stripe, whichever process makes them: turns are taken in the database.

`STRIPE_PACE` is how many calls a second there are. A close takes its turns ahead and waits for them. A visitor's call
takes one as well, so that the close gives way, and need not wait for it while few visitors come: a small part of the
pace is kept for them on top. In no second are there more calls than the pace and a tenth of it.
"""

import time

from django.conf import settings
from django.db import connection

TAKE = """
INSERT INTO campaigns_stripepace AS line (name, next_at)
VALUES (%(name)s, clock_timestamp() + %(turns)s * %(gap)s * interval '1 second')
ON CONFLICT (name) DO UPDATE SET next_at = greatest(line.next_at, clock_timestamp())
    + %(turns)s * %(gap)s * interval '1 second'
RETURNING extract(epoch FROM line.next_at - clock_timestamp()) - %(turns)s * %(gap)s
"""
TAKE_IF_IT_IS_FREE = """
INSERT INTO campaigns_stripepace AS line (name, next_at) VALUES (%(name)s, clock_timestamp() + %(gap)s * interval '1 s')
ON CONFLICT (name) DO UPDATE SET next_at = clock_timestamp() + %(gap)s * interval '1 s'
    WHERE line.next_at <= clock_timestamp()
RETURNING 1
"""
NAME, KEPT_FOR_VISITORS = "stripe", "visitors"
#: The part of the pace that is kept for visitors, and how much faster than the pace a close makes good what came late.
KEPT, CATCHES_UP = 0.05, 1.02
#: A rush of visitors waits no longer than this; whoever comes then may be refused by Stripe and asked to come again.
LONGEST_WAIT = 5.0


def take_turns(turns: int = 1) -> float:
    """Take so many turns; the seconds until the first of them. The next ones follow evenly, `gap_seconds` apart.

    Call it outside every transaction: the row is everybody's.
    """
    asked: dict[str, str | float] = {"name": NAME, "turns": turns, "gap": gap_seconds()}
    with connection.cursor() as cursor:
        cursor.execute(TAKE, asked)
        (wait,) = cursor.fetchone()
    return max(float(wait), 0.0)


def wait_for_a_visitors_turn() -> None:
    """Take a turn for somebody who stands there, and sleep until it comes, or not at all while few others do."""
    wait = take_turns()
    if wait > 0 and not _is_one_kept():
        time.sleep(min(wait, LONGEST_WAIT))


def gap_seconds() -> float:
    return 1 / float(settings.STRIPE_PACE)


def _is_one_kept() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(TAKE_IF_IT_IS_FREE, {"name": KEPT_FOR_VISITORS, "gap": gap_seconds() / KEPT})
        return cursor.fetchone() is not None

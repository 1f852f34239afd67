"""One pace for all calls to Stripe, whichever process makes them: turns are taken in the database.

A close takes its turns ahead and waits for them; a visitor's call takes one as well and does not wait, so that the
close gives way. `STRIPE_PACE` is how many calls a second there are.
"""

from django.conf import settings
from django.db import connection

TAKE = """
INSERT INTO campaigns_stripepace AS line (name, next_at)
VALUES (%(name)s, clock_timestamp() + %(turns)s * %(gap)s * interval '1 second')
ON CONFLICT (name) DO UPDATE SET next_at = greatest(line.next_at, clock_timestamp() - %(slack)s * interval '1 second')
    + %(turns)s * %(gap)s * interval '1 second'
RETURNING extract(epoch FROM line.next_at - clock_timestamp()) - %(turns)s * %(gap)s
"""
# A pause of this many seconds may be caught up with, and no longer one: Stripe counts by the second.
SLACK_SECONDS = 0.1
NAME = "stripe"


def take_turns(turns: int = 1) -> float:
    """Take so many turns; the seconds until the first of them (less than nothing: now). The next ones follow evenly.

    Call it outside every transaction: the row is everybody's.
    """
    gap = 1 / settings.STRIPE_PACE
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"name": NAME, "turns": turns, "gap": gap, "slack": SLACK_SECONDS})
        (wait,) = cursor.fetchone()
    return max(float(wait), 0.0)

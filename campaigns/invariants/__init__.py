"""What must be true of the books at every moment, each as one query that finds what breaks it.

A query returns one text for every breach, which may name pledges, and takes what `parameters` gives. What PostgreSQL
refuses by itself is asked all the same where somebody with rights over the database could have gone past it.
"""

import json
from datetime import datetime
from typing import Any

from campaigns import money
from campaigns.invariants.books import BOOKS
from campaigns.invariants.bundles import BUNDLES
from campaigns.invariants.charging import CHARGING
from campaigns.invariants.closing import CLOSING
from campaigns.invariants.disputes import DISPUTES
from campaigns.invariants.invariant import Invariant
from campaigns.invariants.payouts import PAYOUTS
from campaigns.invariants.pledges import PLEDGES
from campaigns.invariants.promises import PROMISES
from campaigns.invariants.waiting import WAITING
from campaigns.lifecycle import WAYS

__all__ = ["INVARIANTS", "Invariant", "parameters"]

INVARIANTS = (*BOOKS, *PLEDGES, *PROMISES, *BUNDLES, *CLOSING, *CHARGING, *DISPUTES, *PAYOUTS, *WAITING)


def parameters(*, at: datetime, livemode: bool) -> dict[str, Any]:
    """What the queries are asked with: the time, the site's mode, and the rules that stand in Python."""
    limits = [{"currency": one.code, "least": one.least, "most": one.most} for one in money.CURRENCIES.values()]
    return {
        "at": at,
        "livemode": livemode,
        "limits": json.dumps(limits),
        "ways": [f"{before} {after}" for before, ways in WAYS.items() for after in sorted(ways)],
    }

"""When a page that watches may ask again: the server says it in each answer."""

import time
from collections.abc import Callable
from datetime import datetime

from campaigns.lifecycle import Stage
from campaigns.views.standing import Standing

# Seconds. The script asks up to a tenth earlier or later, and a snapshot is a fifth of a second old at most, so that a
# confirmed coin is seen within two seconds.
WHILE_OPEN = 1.4
WHILE_PAUSED = 5.0
AFTERWARDS = 60.0
# Whoever holds a stream is told at once; this is how often we look whether there is something to tell.
BETWEEN_LOOKS = 0.3
#: Looks a second of one process, however many campaigns are watched in it.
MOST_LOOKS = 200
#: A campaign that moves more rarely is asked after more cheaply.
STREAMED_BELOW = 10.0
OVER = (Stage.RELEASED, Stage.ABANDONED, Stage.CANCELLED)

#: Answers a second that one process gives at the usual pace: about a tenth of a core.
MANY = 800
LONGEST = 20.0


def seconds_to_next_look(now: Standing, *, at: datetime) -> float:
    """How long a page waits while this process is not busy; 0 when nothing will move any more."""
    campaign = now.campaign
    if campaign.stage in OVER or not campaign.is_public:
        return 0
    if campaign.stage == Stage.CLOSING:
        # It takes seconds where the money is there, and days where banks ask back.
        began = now.close_run.started_at if now.close_run else at
        return min(max((at - began).total_seconds() / 30, 2.0), AFTERWARDS)
    if campaign.stage == Stage.OPEN:
        return WHILE_PAUSED if now.site_paused or campaign.giving_paused else WHILE_OPEN
    return WHILE_PAUSED if campaign.stage == Stage.PAUSED else AFTERWARDS


def is_streamed(now: Standing, *, at: datetime) -> bool:
    """Whether its numbers move so often that pages hold a connection for them."""
    return 0 < seconds_to_next_look(now, at=at) < STREAMED_BELOW


def seconds_between_looks(now: Standing, *, at: datetime, campaigns: int) -> float:
    """For those who hold streams, while so many campaigns are watched in this process."""
    usual = seconds_to_next_look(now, at=at)
    return max(BETWEEN_LOOKS if usual <= WHILE_OPEN else usual / 2, campaigns / MOST_LOOKS)


def pace_in_words(seconds: float) -> str:
    """As pages and headers say it, in tenths of a second."""
    return f"{seconds:.1f}".removesuffix(".0")


class Crowd:
    """How many ask this process, and how much longer than usual they shall wait for it.

    Each second with too many answers the wait grows by a quarter; each with clearly fewer it shrinks by a tenth.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = clock()
        self._answers = 0
        self.stretch = 1.0

    def count(self) -> float:
        """One answer more; what its pace is multiplied with."""
        self._answers += 1
        passed = self._clock() - self._since
        if passed >= 1:
            rate = self._answers / passed
            if rate > MANY:
                self.stretch = min(self.stretch * 1.25, LONGEST)
            elif rate < MANY * 0.7:
                self.stretch = max(self.stretch / 1.1**passed, 1.0)
            self._since, self._answers = self._clock(), 0
        return self.stretch

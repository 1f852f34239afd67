"""One day for everybody who asks how a version was judged at a moment."""

from datetime import UTC, date, datetime

import pytest

from campaigns.actions.judge_plan import judged_day
from lineage.models import Version

# Late on the 22nd in Greenwich it is the 23rd in Tokyo.
MOMENT = datetime(2026, 11, 22, 20, tzinfo=UTC)
LATER = datetime(2026, 11, 25, tzinfo=UTC)
TODAY, AHEAD = date(2026, 11, 23), date(2026, 11, 24)


@pytest.mark.parametrize(
    ("version", "day"),
    [
        (Version(planned=True), TODAY),
        # What is planned for a day is judged as a plan.
        (Version(planned=True, published_on=AHEAD), TODAY),
        # The maker's calendar may be ahead.
        (Version(published_on=AHEAD, released_at=MOMENT), AHEAD),
        (Version(published_on=date(2023, 4, 1), released_at=MOMENT), TODAY),
        # Released since then: at that moment it was a plan.
        (Version(published_on=AHEAD, released_at=LATER), TODAY),
        # Put on record as made, and never a plan.
        (Version(published_on=AHEAD), AHEAD),
    ],
    ids=["plan", "plan-with-a-day", "released", "published-long-ago", "released-later", "never-planned"],
)
def test_a_version_is_judged_as_what_it_was_at_that_moment(version: Version, day: date) -> None:
    assert judged_day(version, "Asia/Tokyo", MOMENT) == day

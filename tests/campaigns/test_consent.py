"""What is agreed to names the sum, the last day, the condition and the way out, in the supporter's language."""

from datetime import UTC, date, datetime

import pytest

from campaigns.actions.consent import consent_for, latest_charge_day
from tests.promises import an_all_or_nothing_campaign
from tests.world import an_open_campaign

pytestmark = pytest.mark.django_db
DEADLINE = datetime(2026, 11, 26, 14, 59, 59, tzinfo=UTC)  # The last second of 26 November in Tokyo.


def test_the_last_day_is_counted_where_the_campaign_is() -> None:
    late_in_tokyo = an_all_or_nothing_campaign(deadline=datetime(2026, 11, 26, 15, 30, tzinfo=UTC))

    assert latest_charge_day(late_in_tokyo) == date(2026, 12, 2)


def test_it_names_the_sum_with_the_fee_the_last_day_the_goal_and_the_way_out() -> None:
    campaign = an_all_or_nothing_campaign(deadline=DEADLINE)

    text = consent_for(campaign, 500, 46, "en").text

    for part in ("US$5.46", "US$0.46", "“BRA”", "Dec 1, 2026", "US$150.00", "only if", "take it back"):
        assert part in text


def test_it_is_said_in_japanese() -> None:
    campaign = an_all_or_nothing_campaign(deadline=DEADLINE, currency="JPY", goal=20_000, ceiling=None)

    consent = consent_for(campaign, 500, 0, "ja")

    assert consent.version == "2026-11"
    for part in ("「BRA」", "500円", "20,000円", "2026年12月1日", "取り消せます"):
        assert part in consent.text
    assert "I agree" not in consent.text and "。 " not in consent.text


def test_a_match_names_its_cap_and_a_goal_only_where_the_goal_decides() -> None:
    decides, keeps = an_all_or_nothing_campaign(deadline=DEADLINE), an_open_campaign("keeps", deadline=DEADLINE)

    one, other = (consent_for(campaign, 0, 0, "en", matches_up_to=12_500).text for campaign in (decides, keeps))

    assert "one for one" in one and "no more than US$125.00" in one and "US$150.00" in one
    assert "no more than ¥12,500" in other and "only if" not in other


def test_an_amount_that_is_still_to_be_typed_in_is_worded_so() -> None:
    text = consent_for(an_all_or_nothing_campaign(deadline=DEADLINE), None, 0, "en").text

    assert "the amount that I enter" in text and "US$150.00" in text

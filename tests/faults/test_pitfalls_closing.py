"""When a campaign closes: at its instant, by the rules of its stages, whoever's clock says what."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client

from campaigns.actions.close_campaign import begin_close, close_due_campaigns
from campaigns.actions.move_campaign import move_campaign
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.start_pledge import Giver, PledgeRefused, start_pledge
from campaigns.lifecycle import WAYS, NotPossibleNow, Stage
from campaigns.models import Campaign, CloseRun, Pledge, Transition
from campaigns.totals import totals
from tests.faults.agreement import assert_every_invariant_holds
from tests.stripe_sandbox import Sandbox
from tests.world import a_person, an_open_campaign, give, now

pytestmark = pytest.mark.django_db
AN_INSTANT = timedelta(milliseconds=1)


def gives(campaign: Campaign, at: datetime) -> Pledge:
    giver = Giver(email="carol@example.com", language="en")
    return start_pledge(campaign, giver, amount=500, cover_fee=False, form_nonce=str(at), at=at)


def test_giving_ends_at_the_instant_at_which_the_close_begins() -> None:
    """One definition of the deadline: no moment takes coins and closes, and none does neither."""
    deadline = now() + timedelta(minutes=5)
    campaign = an_open_campaign(deadline=deadline)

    gives(campaign, deadline - AN_INSTANT)
    assert begin_close(campaign.pk, at=deadline - AN_INSTANT) is None
    with pytest.raises(PledgeRefused, match="closed"):
        gives(campaign, deadline)

    assert begin_close(campaign.pk, at=deadline) is not None


@pytest.mark.parametrize(
    ("zone", "day", "in_utc"),
    [
        ("Asia/Tokyo", datetime(2028, 2, 29), datetime(2028, 2, 29, 14, 59, 59)),
        ("America/New_York", datetime(2027, 3, 14), datetime(2027, 3, 15, 3, 59, 59)),
        ("America/New_York", datetime(2027, 11, 7), datetime(2027, 11, 8, 4, 59, 59)),
        ("Pacific/Kiritimati", datetime(2027, 12, 31), datetime(2027, 12, 31, 9, 59, 59)),
    ],
)
def test_the_last_second_of_a_local_day_comes_once(zone: str, day: datetime, in_utc: datetime) -> None:
    """The days on which clocks change, the twenty-ninth of February, and the end of a year."""
    deadline = day.replace(hour=23, minute=59, second=59, tzinfo=ZoneInfo(zone))
    campaign = an_open_campaign(deadline=deadline)
    campaign.refresh_from_db()

    assert campaign.deadline == in_utc.replace(tzinfo=UTC)
    assert close_due_campaigns(at=in_utc.replace(tzinfo=UTC) - AN_INSTANT) == []
    assert close_due_campaigns(at=in_utc.replace(tzinfo=UTC)) == ["bra"]


def test_a_clock_that_steps_back_neither_opens_nor_closes_anything_again() -> None:
    campaign = an_open_campaign(deadline=now() + timedelta(minutes=5))
    later = now() + timedelta(minutes=6)
    close_due_campaigns(at=later)
    before = CloseRun.objects.values().get()

    for back in (0, 3, 600, 86_400):
        assert close_due_campaigns(at=later - timedelta(seconds=back)) == []

    assert CloseRun.objects.values().get() == before
    assert list(campaign.transitions.values_list("after", flat=True)) == ["closing", "unfunded"]


@pytest.mark.parametrize("clock_rested", [timedelta(days=1), timedelta(days=400)])
def test_a_clock_that_rested_closes_what_is_due_once(sandbox: Sandbox, clock_rested: timedelta) -> None:
    campaign = an_open_campaign(goal=500, ceiling=None, deadline=now() + timedelta(minutes=5))
    give(sandbox, campaign)

    assert close_due_campaigns(at=now() + clock_rested) == ["bra"]
    assert close_due_campaigns(at=now() + clock_rested) == []


NO_WAYS = [pair for pair in itertools.product(Stage, Stage) if pair[1] not in WAYS[pair[0]]]


def test_no_stage_is_reached_but_by_its_ways() -> None:
    assert len(NO_WAYS) > 100
    for before, after in NO_WAYS:
        campaign = Campaign(pk=1, slug="x", stage=before)
        with pytest.raises(NotPossibleNow):
            move_campaign(campaign, after, at=now())

    assert not Transition.objects.exists()


def test_whoever_forges_a_post_moves_nothing(client: Client, sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    client.force_login(a_person("Mallory"))

    for path in ("", "ledger/", "give/"):
        client.post(f"/en/c/{campaign.slug}/{path}", {"stage": "funded", "goal": "1", "amount": "x"})

    campaign.refresh_from_db()
    assert (campaign.stage, campaign.goal, campaign.stage_version) == ("open", 20_000, 0)


def test_a_refund_after_funding_lowers_what_is_there_now_and_not_what_was_decided(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=1_000, ceiling=1_000)
    first, _ = give(sandbox, campaign), give(sandbox, campaign, name="Dave")
    close_due_campaigns(at=now())

    sandbox.control("POST", f"charges/{first.payment_intent_id}/refund")
    settle_pledge(first.pk, at=now())
    close_due_campaigns(at=now() + timedelta(minutes=1))

    assert Campaign.objects.get().stage == "funded"
    assert (CloseRun.objects.get().raised_at_close, totals(campaign).raised) == (1_000, 500)
    assert_every_invariant_holds(at=now(), strictly=True)


def test_an_account_with_a_campaign_is_not_deleted_from_under_its_supporters(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    give(sandbox, campaign)

    for person in (campaign.organiser, campaign.trainer):
        with pytest.raises((ProtectedError, IntegrityError)), transaction.atomic():
            person.delete()  # type: ignore[union-attr]

    assert totals(campaign).raised == 500


def test_the_largest_coin_for_the_smallest_goal_is_counted_whole(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign(goal=1, ceiling=None)

    give(sandbox, campaign, 1_000_000)

    assert totals(campaign).raised == 1_000_000
    assert "¥1,000,000" in client.get("/en/c/bra/").content.decode()

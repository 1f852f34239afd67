"""The staff approve, or give back with a reason."""

from datetime import timedelta

import pytest
from django.core import mail

from campaigns.actions.approve_campaign import StaffOnly, approve_campaign
from campaigns.actions.check_draft import NotComplete
from campaigns.actions.deliver_outbox import deliver_outbox
from campaigns.actions.judge_plan import PlanNotClean
from campaigns.actions.open_campaign import NotAgreed, open_campaign
from campaigns.actions.send_for_review import send_for_review
from campaigns.models import Campaign
from lineage.models import Version
from tests.campaigns.creator.desk import a_draft, at_the_desk
from tests.world import a_person, now

pytestmark = pytest.mark.django_db


def in_review() -> Campaign:
    return send_for_review(a_draft(), at=now(), by=a_person("Alice"))


def test_what_waits_is_in_the_queue_with_all_that_is_needed_to_decide() -> None:
    campaign = in_review()
    sue = at_the_desk(a_person("Sue", is_staff=True))

    queue = sue.get("/en/staff/review/")
    page = sue.get(f"/en/staff/review/{campaign.slug}/")

    assert campaign.slug in queue.text
    for shown in ("The plan is judged clean", "16 of 16 complete", "Approve", "Give it back"):
        assert shown in page.text


def test_it_is_given_back_with_a_reason_that_the_organiser_gets_by_mail() -> None:
    campaign = in_review()
    sue = at_the_desk(a_person("Sue", is_staff=True))

    without = sue.post(f"/en/staff/review/{campaign.slug}/", {"do": "return", "reason": "  "})
    sue.post(f"/en/staff/review/{campaign.slug}/", {"do": "return", "reason": "The cost of 'power' & more is missing."})
    deliver_outbox(at=now())

    assert without.status_code == 422
    campaign.refresh_from_db()
    assert campaign.stage == "draft"
    assert campaign.transitions.last().reason == "The cost of 'power' & more is missing."  # type: ignore[union-attr]
    assert mail.outbox[-1].to == ["alice@example.com"]
    assert "The cost of 'power' & more is missing." in mail.outbox[-1].body


def test_nobody_but_the_staff_approves() -> None:
    campaign = in_review()
    alice = at_the_desk(a_person("Alice"))

    assert alice.get("/en/staff/review/").status_code == 404
    assert alice.post(f"/en/staff/review/{campaign.slug}/", {"do": "approve"}).status_code == 404
    with pytest.raises(StaffOnly):
        approve_campaign(campaign, at=now(), by=a_person("Alice"))
    with pytest.raises(NotAgreed):
        open_campaign(campaign, at=now(), by=a_person("Alice"))


def test_it_is_judged_again_at_the_moment_at_which_it_opens() -> None:
    campaign = in_review()
    Version.objects.filter(slug="free-base").update(undisclosed_parents=True)

    with pytest.raises(PlanNotClean):
        approve_campaign(campaign, at=now(), by=a_person("Sue", is_staff=True))

    campaign.refresh_from_db()
    assert campaign.stage == "review" and campaign.approved_at is None


def test_a_deadline_that_came_too_near_meanwhile_keeps_it_from_opening() -> None:
    campaign = in_review()
    sue = a_person("Sue", is_staff=True)

    with pytest.raises(NotComplete, match="deadline"):
        approve_campaign(campaign, at=now() + timedelta(days=10), by=sue)

    campaign.refresh_from_db()
    assert campaign.approved_at is None


def test_what_was_said_when_it_opened_is_kept_with_the_news() -> None:
    campaign = in_review()

    approve_campaign(campaign, at=now(), by=a_person("Sue", is_staff=True))

    news = campaign.updates.get()
    assert news.data["goal"] == 20_000 and news.data["promised_gone"] == ["no-monetised-hosting", "team-size-max"]
    assert news.version == campaign.clean_version


def test_approving_twice_opens_once() -> None:
    campaign = in_review()
    sue = at_the_desk(a_person("Sue", is_staff=True))

    for _ in range(2):
        sue.post(f"/en/staff/review/{campaign.slug}/", {"do": "approve"})

    assert campaign.updates.count() == 1

"""To a stranger, a campaign that is being written does not exist."""

import pytest

from tests.campaigns.creator.desk import a_draft, at_the_desk
from tests.world import a_person, an_open_campaign

pytestmark = pytest.mark.django_db

OF_A_DRAFT = (
    "edit",
    "tainted",
    "clean",
    "preview",
    "send",
    "withdraw",
    "training",
    "updates/new",
    "release",
    "pause",
    "resume",
)


@pytest.mark.parametrize("page", OF_A_DRAFT)
def test_a_stranger_gets_404_everywhere(page: str) -> None:
    draft = a_draft()
    client = at_the_desk(a_person("Dave"))

    answers = {client.get(f"/en/campaigns/{draft.slug}/{page}/").status_code,
               client.post(f"/en/campaigns/{draft.slug}/{page}/").status_code}  # fmt: skip

    assert answers <= {404, 405} and 404 in answers


@pytest.mark.parametrize("page", ["training", "updates/new", "release", "pause", "resume", "edit"])
def test_an_open_campaign_is_no_more_a_strangers(page: str) -> None:
    campaign = an_open_campaign()

    assert at_the_desk(a_person("Dave")).post(f"/en/campaigns/{campaign.slug}/{page}/").status_code == 404


def test_the_trainer_does_not_edit_the_organisers_words() -> None:
    campaign = an_open_campaign()

    assert at_the_desk(a_person("Bob")).get(f"/en/campaigns/{campaign.slug}/edit/").status_code == 404


def test_my_campaigns_shows_mine_and_not_those_of_others() -> None:
    a_draft()

    mine = at_the_desk(a_person("Alice")).get("/en/me/campaigns/")
    others = at_the_desk(a_person("Dave")).get("/en/me/campaigns/")

    assert "A clean one" in mine.text
    assert "A clean one" not in others.text and "You have no campaign yet" in others.text


def test_without_an_account_everybody_is_asked_to_log_in() -> None:
    draft = a_draft()
    client = at_the_desk(a_person("Dave"))
    client.logout()

    for page in ("edit", "preview", "training"):
        assert client.get(f"/en/campaigns/{draft.slug}/{page}/").status_code == 302
    assert client.get("/en/me/campaigns/").status_code == client.get("/en/staff/review/").status_code == 302

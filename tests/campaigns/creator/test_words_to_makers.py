"""What supporters write to the organiser and the trainer reaches them, and nobody else."""

import pytest
from django.test import Client

from campaigns.models import Campaign
from tests.campaigns.creator.desk import at_the_desk
from tests.stripe_sandbox import Sandbox
from tests.world import a_person, an_open_campaign, give

pytestmark = pytest.mark.django_db
WORDS = "/en/campaigns/bra/words/"


@pytest.fixture
def bra(sandbox: Sandbox) -> Campaign:
    campaign = an_open_campaign()
    give(sandbox, campaign, name="Carol", message="For you two alone", message_private=True, form_nonce="one")
    give(sandbox, campaign, name="Eve", anonymous=True, message="For all", form_nonce="two", email="e@example.com")
    give(sandbox, campaign, name="Silent", form_nonce="three", email="s@example.com")
    return campaign


@pytest.mark.parametrize("name", ["Alice", "Bob"])
def test_organiser_and_trainer_read_what_is_for_them_alone(bra: Campaign, name: str) -> None:
    page = at_the_desk(a_person(name)).get(WORDS).content.decode()

    assert "For you two alone" in page and "Only the organiser and the trainer may read this." in page
    assert "For all" in page and "Eve" not in page and "Silent" not in page and "@example.com" not in page


def test_the_public_reads_only_what_was_written_for_all(bra: Campaign) -> None:
    page = Client().get("/en/c/bra/supporters/").content.decode()

    assert "For all" in page
    assert "For you two alone" not in page


def test_nobody_else_may_read_them(bra: Campaign) -> None:
    assert at_the_desk(a_person("Sue", is_staff=True)).get(WORDS).status_code == 404
    assert at_the_desk(a_person("Dave")).get(WORDS).status_code == 404
    assert Client().get(WORDS).status_code == 302

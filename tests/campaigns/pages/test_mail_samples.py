"""The staff read every mail before anybody gets one."""

import pytest
from django.test import Client

from campaigns.letters.samples import samples
from tests.campaigns.pages import world

pytestmark = pytest.mark.django_db
LIST = "/en/staff/mails/"


@pytest.fixture
def staff(client: Client) -> Client:
    person = world.person("Sue", "sue@example.org")
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    client.force_login(person)
    return client


def test_every_mail_is_listed_with_its_subjects(staff: Client) -> None:
    page = staff.get(LIST).content.decode()

    assert all(f'href="{LIST}{sample.name}/"' in page for sample in samples("en"))
    assert "Your coin of ¥500 JPY has arrived" in page and "500円のご支援を受け取りました" in page


def test_a_mail_is_shown_as_text_and_framed_as_html(staff: Client) -> None:
    answer = staff.get(f"{LIST}receipt/")

    page = answer.content.decode()
    assert "Payment reference: pi_sample" in page and f'src="{LIST}receipt/ja/"' in page
    assert "frame-src 'self'" in answer["Content-Security-Policy"]
    assert "style-src 'self'" in answer["Content-Security-Policy"]


def test_the_html_may_be_styled_and_framed_by_us_and_nothing_else(staff: Client) -> None:
    answer = staff.get(f"{LIST}receipt/ja/")

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "style-src 'unsafe-inline'" in policy and "sandbox" in policy
    assert "script" not in policy and "frame-ancestors 'self'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert '<html lang="ja"' in answer.content.decode()


@pytest.mark.parametrize("address", ["", "receipt/", "receipt/en/"])
def test_for_everybody_else_there_are_no_such_pages(client: Client, address: str) -> None:
    assert client.get(LIST + address).status_code == 302
    client.force_login(world.person("Dora", "dora@example.org"))

    assert client.get(LIST + address).status_code == 404


@pytest.mark.parametrize("address", ["nothing/", "nothing/en/", "receipt/fr/"])
def test_what_is_no_mail_of_ours_is_not_found(staff: Client, address: str) -> None:
    assert staff.get(LIST + address).status_code == 404

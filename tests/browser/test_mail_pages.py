"""Mails as documents: each is valid HTML, holds on a small screen and by night, and so does the page of a demo's."""

import re
from pathlib import Path

import pytest
from pytest_django import Settings

from campaigns.letters import as_html
from campaigns.letters.samples import sample_letter, samples
from tests.browser.accessibility import violations
from tests.browser.conftest import Arrive
from tests.browser.judging import NARROWEST, look_at
from tests.browser.looking import NAMES, Light, too_wide
from tests.browser.mails_of_a_demo import the_mails_of_a_demo
from tests.browser.markup import complaints
from tests.browser.places import OF_DEMO_MAILS
from tests.browser.story import Story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Mail programs that know no sheets go by attributes that pages have given up.
FOR_MAIL_PROGRAMS = r"The “\w+” attribute on the “\w+” element is obsolete\. Use CSS instead\."
LIGHTS: tuple[Light, ...] = ("light", "dark")
in_both_languages = pytest.mark.parametrize("language", ["en", "ja"])


@in_both_languages
def test_the_mails_of_a_demo_hold(
    arrive: Arrive, settings: Settings, subtests: pytest.Subtests, tmp_path: Path, language: str
) -> None:
    mail = the_mails_of_a_demo(settings, tmp_path)

    documents = look_at(arrive(language), OF_DEMO_MAILS, Story({"mail": mail}, NAMES), subtests)

    assert complaints(documents, tmp_path / "pages") == []


def test_every_mail_is_valid_html(tmp_path: Path) -> None:
    mails = {
        f"{sample.name} {language}": as_html(sample_letter(sample, language))
        for language in ("en", "ja")
        for sample in samples(language)
    }

    assert [one for one in complaints(mails, tmp_path) if not re.search(FOR_MAIL_PROGRAMS, one)] == []


@in_both_languages
@pytest.mark.parametrize("name", ["receipt", "update"])
def test_a_mail_holds_on_a_small_screen_by_day_and_by_night(arrive: Arrive, language: str, name: str) -> None:
    page = arrive(language).page
    sample = next(one for one in samples(language) if one.name.startswith(name))
    page.set_content(as_html(sample_letter(sample, language)))

    assert too_wide(page, NARROWEST) == []
    for light in LIGHTS:
        page.emulate_media(color_scheme=light)
        assert violations(page) == [], light

"""The pages on the way into an account, and those of a second factor, as whoever comes by them sees them."""

from pathlib import Path

import pytest

from tests.browser.conftest import Arrive
from tests.browser.judging import look_at
from tests.browser.looking import NAMES
from tests.browser.markup import complaints
from tests.browser.places import OF_WAYS_IN
from tests.browser.standing import stand_as, ways_in
from tests.browser.story import Story
from tests.browser.wrong_forms import OF_DOORS, send_wrongly

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_way_into_an_account_holds(
    arrive: Arrive, subtests: pytest.Subtests, tmp_path: Path, language: str
) -> None:
    clients, parts = ways_in(arrive)
    story = Story(parts, (*NAMES, "Laptop"))

    documents: dict[str, str] = {}
    for standing, places in OF_WAYS_IN.items():
        visitor = arrive(language)
        stand_as(visitor, clients[standing])
        found = look_at(visitor, places, story, subtests)
        documents |= {f"{standing} {path}": text for path, text in found.items()}
        send_wrongly(visitor, OF_DOORS[standing], story, subtests)

    assert complaints(documents, tmp_path) == []

"""The pages of evidence in Chromium: without scripts they work, and in every width, light and language they hold."""

from pathlib import Path

import pytest

from lineage.models import Derivation, Dispute, Evidence
from tests.browser.conftest import Arrive
from tests.browser.evidence_story import what_files_say
from tests.browser.judging import look_at
from tests.browser.markup import complaints
from tests.browser.places import OF_EVIDENCE
from tests.browser.scene import log_in
from tests.browser.standing import stand_as
from tests.browser.wrong_forms import OF_CLAIMS, send_wrongly
from tests.campaigns.creator.desk import at_the_desk
from tests.lineage.proposals.world import CARD, bra_of_mika, mika, sora

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_pages_of_evidence_hold_in_every_width_and_light(
    arrive: Arrive, subtests: pytest.Subtests, tmp_path: Path, language: str
) -> None:
    story = what_files_say()
    visitor = arrive(language)
    stand_as(visitor, at_the_desk(sora()))

    documents = look_at(visitor, OF_EVIDENCE, story, subtests)
    send_wrongly(visitor, OF_CLAIMS, story, subtests)

    assert complaints(documents, tmp_path) == []


def test_a_card_is_pasted_accepted_and_disputed_without_a_script(arrive: Arrive) -> None:
    bra_of_mika()
    visitor = arrive("en", scripts=False)
    log_in(visitor, mika().email)

    visitor.go("import/?about=bra-v4")
    visitor.type("#id_paste-text", CARD.decode())
    visitor.follow("section[aria-labelledby=by-paste] button")
    visitor.page.wait_for_url("**/evidence/**")
    visitor.follow(visitor.page.locator("li.ground", has_text="was made from").get_by_text("Look at it and decide"))
    visitor.page.locator("section[aria-labelledby=accept] [name=certain]").check()
    visitor.page.locator("section[aria-labelledby=accept] [name=with_needed]").check()
    visitor.follow("section[aria-labelledby=accept] button")
    visitor.page.wait_for_url("**/evidence/**")
    visitor.go("m/bra-v4/")
    visitor.follow("section[aria-labelledby=relatives] >> text=Dispute this")
    visitor.type("#id_says", "On second thoughts, it was another one.")
    visitor.follow("main form button")
    visitor.page.wait_for_url("**/m/bra-v4/history/**")

    made = Derivation.objects.get()
    assert made.parent.slug == "huggingface:Linaqruf/anything-v3" and not made.certain
    assert Evidence.objects.count() == 1 and Dispute.objects.get().was_certain
    assert "On second thoughts" in visitor.page.locator("section[aria-labelledby=views]").inner_text()

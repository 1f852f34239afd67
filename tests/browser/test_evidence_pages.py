"""The pages of evidence in Chromium: without scripts they work, and in every width, light and language they hold."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from lineage.actions.dispute_claim import dispute_claim
from lineage.models import Derivation, Dispute, Evidence, Proposal
from tests.browser.conftest import Arrive
from tests.browser.judging import wrong_with
from tests.browser.looking import NAMES
from tests.browser.scene import log_in
from tests.browser.story import Story
from tests.browser.visitor import Visitor
from tests.lineage.proposals.world import CARD, NOON, bra_of_mika, brought, mika, sora, the_parent_on_record, yui

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OF_FILES = (
    "safetensors",
    "mergekit",
    "ComfyUI",
    "Civitai",
    "Hugging Face",
    "JSON",
    "CSV",
    "SHA-256",
    "id",
    "SVG",
    "DOT",
    "GraphML",
    "CycloneDX",
    "SPDX",
)
OF_MODELS = (
    "Linaqruf",
    "anything-v3",
    "bra v4",
    "bra-v4",
    "chilloutmix",
    "creativeml-openrail-m",
    "README.md",
    "Mika",
    "free-licence",
)


def let_in(visitor: Visitor, person: User) -> None:
    """Logging in by the pages is another test's."""
    client = Client()
    client.force_login(person)
    visitor.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": visitor.home}])


def everything_at_once() -> dict[str, object]:
    """A parent on record that its maker disputes, and a card that somebody disputes, too."""
    made = the_parent_on_record()
    evidence = brought(CARD, name="README.md", about="bra-v4")
    proposal = Proposal.objects.get(kind="derivation")
    dispute = dispute_claim(made, says="違うと思います。", by=mika(), at=NOON)
    dispute_claim(proposal, says="これはV3のカードです。", by=yui(), at=NOON, link="https://example.com/v3")
    return {"sha": evidence.sha256, "pk": proposal.pk, "grant": made.child.grants.get().pk, "dispute": dispute.pk}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_pages_of_evidence_hold_in_every_width_and_light(
    arrive: Arrive, subtests: pytest.Subtests, language: str
) -> None:
    parts = everything_at_once()
    visitor = arrive(language)
    let_in(visitor, sora())
    story = Story({}, (*NAMES, *OF_FILES, *OF_MODELS))

    for page in (
        "import/?about=bra-v4",
        "evidence/{sha}/",
        "proposals/",
        "proposals/?about=bra-v4",
        "proposals/{pk}/",
        "dispute/grant/{grant}/",
        "disputes/{dispute}/settle/",
        "m/bra-v4/",
    ):
        with subtests.test(page):
            assert visitor.go(page.format(**parts)).status == 200
            assert wrong_with(visitor, story) == []


def test_a_card_is_pasted_accepted_and_disputed_without_a_script(arrive: Arrive) -> None:
    bra_of_mika()
    visitor = arrive("en", scripts=False)
    log_in(visitor, mika().email)

    visitor.go("import/?about=bra-v4")
    visitor.type("#id_paste-text", CARD.decode())
    visitor.tap("section[aria-labelledby=by-paste] button")
    visitor.page.wait_for_url("**/evidence/**")
    visitor.page.locator("li.ground", has_text="was made from").get_by_text("Look at it and decide").click()
    visitor.page.locator("section[aria-labelledby=accept] [name=certain]").check()
    visitor.page.locator("section[aria-labelledby=accept] [name=with_needed]").check()
    visitor.tap("section[aria-labelledby=accept] button")
    visitor.page.wait_for_url("**/evidence/**")
    visitor.go("m/bra-v4/")
    visitor.tap("section[aria-labelledby=relatives] >> text=Dispute this")
    visitor.type("#id_says", "On second thoughts, it was another one.")
    visitor.tap("main form button")
    visitor.page.wait_for_url("**/m/bra-v4/history/**")

    made = Derivation.objects.get()
    assert made.parent.slug == "huggingface:Linaqruf/anything-v3" and not made.certain
    assert Evidence.objects.count() == 1 and Dispute.objects.get().was_certain
    assert "On second thoughts" in visitor.page.locator("section[aria-labelledby=views]").inner_text()

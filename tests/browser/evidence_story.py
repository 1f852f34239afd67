"""What files say of a model, and what people say of that: the pages of evidence show it."""

from lineage.actions.decline_proposal import decline_proposal
from lineage.actions.dispute_claim import dispute_claim
from tests.browser.looking import NAMES
from tests.browser.story import Story
from tests.lineage.proposals.world import (
    CARD,
    NOON,
    a_proposed_parent,
    brought,
    mika,
    proposed,
    sora,
    the_parent_on_record,
    yui,
)

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
    "Sora",
    "Yui",
    "bound-licence",
    "free-licence",
)


def what_files_say() -> Story:
    """A parent on record that its maker disputes, a card that somebody disputes, too, and a parent that is declined."""
    made = the_parent_on_record()
    evidence = brought(CARD, name="README.md", about="bra-v4")
    card = proposed("derivation")
    dispute = dispute_claim(made, says="違うと思います。", by=mika(), at=NOON)
    dispute_claim(card, says="これはV3のカードです。", by=yui(), at=NOON, link="https://example.com/v3")
    declined = a_proposed_parent("anything-v3")
    decline_proposal(declined, reason="同じモデルではありません。", by=sora(), at=NOON)
    found = {
        "sha": evidence.sha256,
        "pk": card.pk,
        "declined": declined.pk,
        "grant": made.child.grants.get().pk,
        "dispute": dispute.pk,
    }
    return Story({name: str(value) for name, value in found.items()}, (*NAMES, *OF_FILES, *OF_MODELS))

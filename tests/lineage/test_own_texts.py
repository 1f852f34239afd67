"""What the lineage files that come with Genseki say is told in the reader's language; the files stay as they are."""

import csv
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from lineage.engine.reading import read
from lineage.words.own_texts import OWN_TEXTS, told
from tests.lineage.documents import DATA, put_on_record

# Names that somebody else gave, which are the same in every language.
NAMES = {
    "Apache License 2.0",
    "Fair AI Public License 1.0-SD",
    "Stability AI Non-Commercial Research Community License",
    "AuraFlow", "AutismMix SDXL", "BRA V1", "BRA V3", "BRA V4", "BRA V5", "ChilloutMix", "ChilloutMix-Ni",
    "Dreamlike Diffusion 1.0", "Dreamlike Photoreal 2.0", "Elldreth's Lucid Mix", "F222",
    "PoV Skin Texture Dreamlike r34", "PoV Skin Texture r34 Lucid Black", "Pony Diffusion V1", "Pony Diffusion V4",
    "Pony Diffusion V5", "Pony Diffusion V6 XL", "Pony V7", "SD3 Medium", "SDXL 1.0", "Stable Diffusion 1.4",
    "Stable Diffusion 1.5", "Stable Diffusion 2.1", "analog-diffusion-v1", "basil_mix", "pyro_pov", "r34",
}  # fmt: skip


def texts_of(file: dict[str, Any]) -> Iterator[str]:
    for entry in (*file["licences"], *file["artefacts"]):
        yield entry["name"]
    for entry in (*file["grants"], *file["derivations"]):
        evidence = entry.get("evidence") or []
        yield from [evidence] if isinstance(evidence, str) else evidence


def texts_of_all() -> set[str]:
    found = {text for path in DATA.glob("*.json") for text in texts_of(json.loads(path.read_text(encoding="utf-8")))}
    with (DATA / "figures.csv").open(encoding="utf-8", newline="") as rows:
        found |= {row[source] for row in csv.DictReader(rows) for source in ("downloads_source", "cost_source")}
    return {text for text in found if text and not text.startswith("https://")}


def test_every_text_that_we_wrote_has_japanese_words_and_none_is_left_over() -> None:
    assert texts_of_all() - NAMES == OWN_TEXTS

    with translation.override("ja"):
        assert [text for text in OWN_TEXTS if told(text) == text] == []
    with translation.override("en"):
        assert [text for text in OWN_TEXTS if told(text) != text] == []


def test_the_words_of_others_are_left_alone_even_where_a_page_has_a_word_for_them() -> None:
    with translation.override("ja"):
        assert told("Models") == "Models"


@pytest.mark.django_db
def test_a_japanese_page_tells_evidence_in_japanese_and_marks_what_it_cannot(client: Client) -> None:
    text = (DATA / "bra.json").read_text(encoding="utf-8")
    stranger = text.replace("commercial use was intended", "told in a chat")
    put_on_record(read(stranger))

    history = client.get("/ja/m/bra-v4/history/").text
    family = client.get("/ja/m/bra-v4/").text

    assert '<span lang="en">told in a chat</span>' in history
    assert "told in a chat</span>" not in client.get("/en/m/bra-v4/history/").text
    assert "Dreamlike Diffusion 1.0 ライセンス(2022年12月25日版)" in family and "text of 25 December" not in family
    assert "推測です。ひとつ前のバージョンから続けて学習したとみられます" in family and "inferred" not in family


@pytest.mark.django_db
def test_what_is_taken_away_is_the_same_in_every_language(client: Client) -> None:
    put_on_record(read((DATA / "bra.json").read_text(encoding="utf-8")))

    japanese, english = (client.get(f"/{language}/m/bra-v4/lineage.json").content for language in ("ja", "en"))

    assert japanese == english and b"inferred: continued from the version before" in english


@pytest.mark.django_db
def test_only_the_first_tab_begins_with_all_answers_on_a_phone(client: Client) -> None:
    put_on_record(read((DATA / "bra.json").read_text(encoding="utf-8")))

    first, *others = (client.get(f"/ja/m/bra-v4/{tab}").text for tab in ("", "verdicts/", "licence-texts/", "history/"))

    assert 'class="answers-fold"' not in first
    for page in others:
        before, answers = page.split('<details class="answers-fold"><summary>')
        assert 'id="answers"' not in before and 'id="answers"' in answers.split("</details>\n  </section>")[0]
        assert "可 4" in answers.split("</summary>")[0]

"""Badges: an SVG that says one thing, and the JSON that Shields draws."""

import json
import re
from datetime import datetime
from xml.etree import ElementTree

import pytest
from django.test import Client

from campaigns.models import Campaign
from campaigns.sharing.badge import COLOURS, width
from tests.campaigns.pages import world

SVG = "{http://www.w3.org/2000/svg}"


def words(svg: bytes) -> list[str]:
    return [str(text.text) for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_a_badge_of_a_campaign_says_how_far_it_is(client: Client, bra: Campaign, now: datetime) -> None:
    world.coin(bra, now, amount=19_500)

    english, japanese = client.get("/c/clean-bra/badge.svg"), client.get("/c/clean-bra/badge.svg?lang=ja")

    assert words(english.content) == ["Genseki", "¥19,500\N{NO-BREAK SPACE}JPY of ¥20,000"]
    assert words(japanese.content) == ["Genseki", "¥19,500 / 目標 ¥20,000"]
    assert english["Cache-Control"] == "public, max-age=300" and english["Access-Control-Allow-Origin"] == "*"
    assert "default-src 'none'" in english["Content-Security-Policy"]


def test_a_badge_of_a_version_says_its_state_or_one_answer(client: Client, bra: Campaign) -> None:
    assert words(client.get("/m/bra-v1/badge.svg").content) == ["lineage", "inherits restrictions"]
    assert words(client.get("/m/bra-v1-clean/badge.svg").content) == ["lineage", "inherits no restriction"]
    assert words(client.get("/m/bra-v1/badge.svg?use=paid-service").content) == ["Run a paid service", "Not allowed"]
    assert words(client.get("/m/bra-v1/badge.svg?use=nonsense").content)[0] == "lineage"
    assert b"<path d=" in client.get("/m/bra-v1/badge.svg").content


def test_a_badge_with_a_verdict_tells_every_reader_that_it_is_not_legal_advice(client: Client, bra: Campaign) -> None:
    for query, note in (("", "(not legal advice)"), ("?use=paid-service&lang=ja", "(法的助言ではありません)")):
        badge = ElementTree.fromstring(client.get(f"/m/bra-v1/badge.svg{query}").content)
        title = badge.find(f"{SVG}title")

        assert title is not None and str(title.text).endswith(note)
        assert badge.attrib["aria-label"] == title.text
    assert "legal advice" not in client.get("/c/clean-bra/badge.svg").text


def test_what_one_may_ask_of_a_badge_is_a_short_list(client: Client, bra: Campaign) -> None:
    asked = client.get("/c/clean-bra/badge.svg?label=BRA&color=green&style=flat-square").content
    wild = client.get("/c/clean-bra/badge.svg?color=url(%23x)&style=%22%3E%3Cscript%3E&lang=../../x").content

    assert words(asked)[0] == "BRA"
    assert f'fill="{COLOURS["green"]}"'.encode() in asked and b'rx="0"' in asked
    assert wild == client.get("/c/clean-bra/badge.svg").content


@pytest.mark.parametrize(
    "label",
    [
        "<script>alert(1)</script>",
        '"><svg onload=alert(1)>',
        "]]>",
        "</title></svg>",
        "\x00\x1b\u202e\ufffe",
        "x" * 9_999,
        "🎉",
    ],
)
def test_a_label_is_only_words_whatever_stands_in_it(client: Client, bra: Campaign, label: str) -> None:
    answer = client.get("/c/clean-bra/badge.svg", {"label": label})

    root = ElementTree.fromstring(answer.content)
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names <= {"svg", "title", "clipPath", "rect", "g", "path", "text"}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert len(words(answer.content)[0]) <= 40 and "\u202e" not in answer.text


def test_a_badge_is_as_wide_as_its_words(client: Client, bra: Campaign) -> None:
    root = ElementTree.fromstring(client.get("/m/bra-v1/badge.svg?lang=ja").content)
    first, second = root.iter(f"{SVG}text")

    assert width("系譜", 11) == 22 and width("il", 11) < width("MW", 11)
    assert int(str(second.get("x"))) > int(str(first.get("x"))) + int(str(first.get("textLength")))
    assert int(str(root.get("width"))) > int(str(second.get("x"))) + int(str(second.get("textLength")))


def test_shields_gets_what_it_asks_for(client: Client, bra: Campaign) -> None:
    said = json.loads(client.get("/m/bra-v1/badge.json").content)

    assert said["schemaVersion"] == 1
    assert (said["label"], said["message"]) == ("lineage", "✕ inherits restrictions")
    assert re.fullmatch("#[0-9a-f]{6}", said["color"]) and said["cacheSeconds"] >= 300
    assert client.get("/m/bra-v1/badge.json")["Access-Control-Allow-Origin"] == "*"


def test_a_badge_of_nothing_is_grey_and_says_so(client: Client, db: None) -> None:
    answer = client.get("/c/nobody/badge.svg")

    assert answer.status_code == 404 and words(answer.content) == ["Genseki", "not found"]
    assert client.get("/c/nobody/badge.json").status_code == 404

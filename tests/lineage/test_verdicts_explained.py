"""The page for people on how verdicts are made keeps step with the engine."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from lineage.engine.judging import judge
from lineage.engine.terms import TERMS
from lineage.views.term_rows import term_rows
from lineage.views.verdicts_explained import EXAMPLE
from tests.lineage.documents import the_bra_family
from tests.lineage.terms_table import row

BRA = json.loads((Path(__file__).parents[2] / "lineage" / "data" / "bra.json").read_text(encoding="utf-8"))


def test_every_term_of_the_code_stands_in_the_table_with_the_same_verdicts_as_in_the_docs() -> None:
    rows = {one.kind: one for one in term_rows()}

    assert set(rows) == TERMS
    for name, one in rows.items():
        assert row(name).endswith(f"| {', above it '.join(one.verdicts)} |")
        assert row(name).startswith(f"| `{name}` | {' and '.join(one.kinds)} |")


def test_the_example_is_what_the_engine_says() -> None:
    answers = {one["id"]: one for one in judge(the_bra_family())["answers"]}
    asked = ("bra-v4-small-team", "bra-v4-large-team", "bra-v4-paid-site", "bra-v4-sell-weights")

    ways = [reason["path"] for one in asked for reason in answers[one]["reasons"] if reason.get("path")]
    assert [answers[one]["verdict"] for one in asked] == ["conditional", "blocked", "blocked", "unclear"]
    assert [slug for slug, _ in EXAMPLE][::-1] in ways
    assert dict(EXAMPLE).items() <= {one["id"]: one["name"] for one in BRA["artefacts"]}.items()
    assert answers["sd15-half-paid-site"]["lineage"] == "clean"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", ("Not legal advice", "When views differ", "no commercial use of images", "BRA V4")),
        ("ja", ("法的助言ではありません", "見解が分かれるとき", "すべての商用利用", "BRA V4")),
    ],
)
def test_the_page_explains_in_both_languages_without_anything_on_file(
    client: Client, language: str, says: tuple[str, ...]
) -> None:
    answer = client.get(reverse("verdicts_explained").replace("/en/", f"/{language}/"))

    html = answer.content.decode().replace("<wbr>", "")
    assert all(words in html for words in says)
    assert 'href="/en/m/bra-v4/"' not in html

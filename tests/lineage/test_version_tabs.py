"""The five tabs of a version: each at its own address, the answers above each, and no more work than is asked for."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client

from lineage.engine.document import Artefact, Derivation, Grant, Licence, LineageFile, Term
from lineage.engine.inheritance import solve
from lineage.ids import PAGES_OF_A_VERSION
from lineage.models import Version
from lineage.verdicts import (
    answer_of,
    inherited_restrictions,
    record_in,
    record_on,
    strip_of,
    texts_that_count,
    uses_touched,
)
from lineage.verdicts.explanations import MOST_OTHERS
from tests.lineage.documents import MAY_DAY, a_file_with_everything, a_line_of, put_on_record, the_bra_family

pytestmark = pytest.mark.django_db

AtMost = Callable[[int], AbstractContextManager[object]]
TABS = ("", "verdicts/", "licence-texts/", "made-from-it/", "history/")


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode().replace("<wbr>", "")


def test_every_tab_shows_the_eight_uses_and_leads_to_the_others_and_to_each_proof(client: Client) -> None:
    put_on_record(the_bra_family())

    for tab in TABS:
        said = page(client, f"/en/m/bra-v4/{tab}")
        links = re.findall(r'<li><a href="/en/m/bra-v4/([a-z-]*/?)#tabs"( aria-current="page")?>', said)
        assert [(other, bool(here)) for other, here in links] == [(other, other == tab) for other in TABS]
        assert said.count('class="verdict verdict-') == 8 and "Not legal advice" in said
        where = "" if tab == "verdicts/" else "/en/m/bra-v4/verdicts/"
        assert f'href="{where}#use-sell-outputs"' in said
        assert said.count("<h1>") == 1 and "Its restrictions come from:" in said


def test_an_id_with_a_slash_has_its_tabs_and_no_id_can_take_the_name_of_one(client: Client) -> None:
    put_on_record(LineageFile(artefacts=(Artefact("someone/verdict", "Odd"),)))

    for tab in TABS:
        assert "<h1>Odd</h1>" in page(client, f"/en/m/someone/verdict/{tab}")
    assert {tab.strip("/") for tab in TABS} - {""} < PAGES_OF_A_VERSION


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_costs_the_same_however_large_the_family_is(
    client: Client, django_assert_max_num_queries: AtMost, tab: str
) -> None:
    put_on_record(a_line_of(60))

    for version in ("v3", "v30", "v58"):
        with django_assert_max_num_queries(22):
            page(client, f"/en/m/{version}/{tab}")


def test_licence_texts_tell_the_own_one_first_then_what_came_along_with_whom(client: Client) -> None:
    put_on_record(the_bra_family())

    said = page(client, "/en/m/bra-v4/licence-texts/?on=2023-05-01")

    texts = said[said.index('id="texts"') :]
    own, dreamlike = (
        texts.index('CreativeML Open <span class="whole">RAIL-M</span>'),
        texts.index('href="/en/l/dreamlike-1.0-2022-12-25/"'),
    )
    assert own < texts.index("its own") < dreamlike
    assert "Images may be used commercially only in teams of up to 10" in texts[dreamlike:]
    assert "in teams of 10 or less" in texts and 'href="/en/m/dreamlike-diffusion-1.0/"' in texts


def test_texts_that_restrict_for_certain_stand_before_those_that_only_may() -> None:
    terms = (Term("no-hosting"),)
    put_on_record(
        LineageFile(
            licences=(Licence("a-maybe", "A", terms=terms), Licence("b-sure", "B", terms=terms), Licence("c", "C")),
            artefacts=tuple(Artefact(id, id) for id in ("maybe", "sure", "free", "mix")),
            grants=tuple(
                Grant(artefact, licence, date(2022, 1, 1))
                for artefact, licence in (("maybe", "a-maybe"), ("sure", "b-sure"), ("free", "c"))
            ),
            derivations=tuple(
                Derivation(parent, "mix", "merge", date(2022, 2, 1), certain=parent != "maybe")
                for parent in ("maybe", "sure", "free")
            ),
        )
    )

    found = texts_that_count(record_on(Version.objects.get(slug="mix"), MAY_DAY), None)

    assert [(text.licence.slug, text.certain, bool(text.restrictions)) for text in found] == [
        ("b-sure", True, True),
        ("a-maybe", False, True),
        ("c", True, False),
    ]


def test_what_was_made_from_it_is_told_a_page_at_a_time_and_without_plans(
    client: Client,
) -> None:
    line = a_line_of(1)
    many = [f"child-{number:03}" for number in range(70)]
    put_on_record(
        replace(
            line,
            artefacts=(*line.artefacts, *(Artefact(id, id) for id in many)),
            derivations=tuple(Derivation("v0", id, "merge", date(2022, 2, 1), share=0.5) for id in many),
        )
    )
    Version.objects.filter(slug="child-001").update(planned=True)

    first, second = page(client, "/en/m/v0/made-from-it/"), page(client, "/en/m/v0/made-from-it/?page=2&who=hobbyist")

    assert "69 models on record were made from this one." in first
    assert "child-050" in first and "child-051" not in first and "child-069" in second
    assert "child-001" not in first and "child-001" not in page(client, "/en/m/v0/")
    assert "50%" in first and "not weighed yet" in first
    assert "?page=1&amp;who=hobbyist" in second or "who=hobbyist&amp;page=1" in second


def test_tabs_without_anything_to_tell_say_so_and_what_one_can_do(client: Client) -> None:
    put_on_record(LineageFile(artefacts=(Artefact("lonely", "Lonely"),)))

    tree, texts, made, history = (page(client, f"/en/m/lonely/{tab}") for tab in TABS if tab != "verdicts/")

    assert "No parent is on record" in tree and "Say what it was made from" in tree
    assert "Under which licence this version itself is offered is not known." in texts and "Say under which" in texts
    assert "Nothing on record was made from it." in made and "May I make something from it?" in made
    assert "No licence is on record for this version." in history


def test_history_tells_which_licence_stood_when(client: Client) -> None:
    put_on_record(a_file_with_everything())

    said = page(client, "/en/m/a/history/")
    told = said[said.index('id="history"') :]

    assert "an offer one must accept" in told and "not certain" in told and "still standing" in told
    assert 'href="https://example.com/1"' in told and "Jan 1, 2023" in told and 'id="views"' in told


def fifty_ways() -> LineageFile:
    """A mix of fifty models under one strict licence, and of one under five other texts' worth of terms."""
    bases = [f"b{number:02}" for number in range(50)]
    kinds = ("no-commercial-outputs", "no-commercial-model", "team-size-max", "images-max", "revenue-max")
    wide = tuple(Term(kind, 10 if kind.endswith("max") else None) for kind in kinds)
    return LineageFile(
        licences=(Licence("one", "One", terms=(Term("no-commercial-outputs"),)), Licence("wide", "Wide", terms=wide)),
        artefacts=(*(Artefact(id, id) for id in bases), Artefact("far", "far"), Artefact("mix", "mix")),
        grants=(
            *(Grant(id, "one", date(2022, 1, 1)) for id in bases),
            Grant("far", "wide", date(2022, 1, 1)),
            Grant("mix", "one", date(2022, 6, 1)),
        ),
        derivations=(
            *(Derivation(id, "mix", "merge", date(2022, 2, 1)) for id in bases),
            Derivation("far", "b00", "finetune", date(2022, 1, 2)),
        ),
    )


def test_fifty_reasons_of_one_kind_are_one_with_one_path_and_the_rest_is_folded(client: Client) -> None:
    put_on_record(fifty_ways())

    said = page(client, "/en/m/mix/verdicts/?who=team-of-11")

    proof = said[said.index('id="use-sell-outputs"') : said.index('id="use-paid-service"')]
    open_part = proof[: proof.index("<details")]
    assert proof.count("No commercial use of images</span>") == 1
    assert open_part.count('class="ground ground-') == 1 and open_part.count('class="path"') == 1
    assert f"{MOST_OTHERS} more paths" in proof
    assert "All reasons:" in proof and proof.index("All reasons:") < proof.index("teams of up to 10")


def test_a_restriction_names_the_uses_that_it_bears_on_with_the_worst_that_it_does() -> None:
    put_on_record(the_bra_family())
    record = record_on(Version.objects.get(slug="bra-v4"), MAY_DAY)
    grounds = {ground.code: ground for ground in inherited_restrictions(record)}

    touched = {code: uses_touched(strip_of(record), ground) for code, ground in grounds.items()}

    assert [(item.key, verdict) for item, verdict in touched["team-size-max"]] == [
        ("sell-outputs", "conditional"),
        ("team-of-11", "blocked"),
    ]
    assert [item.key for item, _ in touched["no-monetised-hosting"]] == ["paid-service"]
    assert touched["no-nft-outputs"] == []


def test_the_lenient_reading_is_what_it_would_be_if_it_were_always_asked_for() -> None:
    changed = Licence("old", terms=(Term("attribution"),), control=("may-change",))
    strict = Licence("new", terms=(Term("no-commercial-outputs"),))
    put_on_record(
        LineageFile(
            licences=(changed, strict),
            artefacts=tuple(Artefact(id, id) for id in ("base", "mix", "far")),
            grants=(Grant("base", "old", date(2022, 1, 1)), Grant("base", "new", date(2022, 8, 1))),
            derivations=(
                Derivation("base", "mix", "merge", date(2022, 2, 1)),
                Derivation("mix", "far", "convert", date(2022, 3, 1)),
            ),
        )
    )
    put_on_record(the_bra_family())
    put_on_record(a_file_with_everything())
    differing = set()

    for version in Version.objects.all():
        record = record_on(version, MAY_DAY)
        lenient = solve(record.file, MAY_DAY, "lenient")
        read = record_in(record.file, version, lenient)
        for item in strip_of(record):
            assert item.lenient == answer_of(read, item.use, "lenient").verdict, (version.slug, item.key)
            differing |= {version.slug} if item.views_differ else set()
    assert differing == {"mix", "far"}

"""What would make a version clean: the plan, its prices, and what comes of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client

from lineage.engine.document import Artefact, Derivation, Grant, Licence, LineageFile, Term
from lineage.models import Version
from lineage.verdicts import NotRepairable, asker_of, repair_of, strip_after
from tests.lineage.documents import a_line_of, put_on_record, the_bra_family

pytestmark = pytest.mark.django_db

AtMost = Callable[[int], AbstractContextManager[object]]
TODAY = date(2026, 7, 5)


def ask(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def version(slug: str) -> Version:
    return Version.objects.get(slug=slug)


def a_hidden_family(**also: str) -> LineageFile:
    """`own` hides its parents, and `next` was made from it by the same maker."""
    return LineageFile(
        artefacts=(
            Artefact("own", "Own", licensor="mika", undisclosed_parents=True),
            Artefact("next", "Next", licensor="mika"),
        ),
        derivations=(Derivation("own", "next", "continue", date(2023, 1, 1)),),
    )


def test_bra_keeps_one_half_and_makes_the_other_again_on_something_clean(client: Client) -> None:
    put_on_record(the_bra_family())

    said = ask(client, "/en/m/bra-v4/repair/")

    works = [
        said.index(words)
        for words in (
            "Find something clean in the place of ChilloutMix",
            "Make BRA V1, the half on ChilloutMix again",
            "Make BRA V1 again",
            "Make BRA V4 again",
        )
    ]
    assert works == sorted(works)
    kept = said.partition("Everything else stays as it is:")[2].partition("</p>")[0]
    assert 'href="/en/m/bra-v1-sd15-half/"' in kept
    assert "Not legal advice" in said


def test_the_steps_say_what_goes_in_and_how(client: Client) -> None:
    put_on_record(the_bra_family())

    repair = repair_of(version("bra-v1"), TODAY)

    assert [(step.slug, step.how) for step in repair.steps] == [
        ("chilloutmix", "replaced"),
        ("bra-v1-chilloutmix-half", "redone"),
        ("bra-v1", "redone"),
    ]
    assert [(one.slug, one.how) for one in repair.steps[2].inputs] == [
        ("bra-v1-chilloutmix-half", "redone"),
        ("bra-v1-sd15-half", "kept"),
    ]
    assert [(one.slug, one.how) for one in repair.ingredients] == [
        ("bra-v1-sd15-half", "kept"),
        ("chilloutmix", "replaced"),
    ]


def test_the_plan_is_judged_as_if_it_had_been_carried_out(client: Client) -> None:
    put_on_record(the_bra_family())

    state, strip = strip_after(repair_of(version("bra-v4"), TODAY), asker_of("team-of-11"))
    said = ask(client, "/en/m/bra-v4/repair/").partition('aria-labelledby="answers"')[2]

    assert state == "clean"
    assert {item.verdict for item in strip} <= {"allowed", "conditional"}
    assert said.index("inherits restrictions") < said.index("inherits no restriction")


def test_prices_are_added_up_and_what_is_not_stated_is_said(client: Client) -> None:
    put_on_record(the_bra_family())

    none = ask(client, "/en/m/bra-v4/repair/")
    some = ask(client, "/en/m/bra-v4/repair/?price-1=&price-2=US%24150&price-3=1%2C049.50")

    assert "No price is stated yet." in none
    assert "US$1,199.50" in some and "steps whose prices are not stated" in some
    assert "?model=bra-v4&amp;costs=,15000,104950," in some


def test_wide_digits_are_understood_as_people_in_japan_type_them(client: Client) -> None:
    put_on_record(the_bra_family())

    assert "US$1,500" in ask(client, "/ja/m/bra-v4/repair/?price-1=%EF%BC%91%EF%BC%8C%EF%BC%95%EF%BC%90%EF%BC%90")


@pytest.mark.parametrize("typed", ["much", "-5", "1e3", "1.234", "NaN", "999999999", "%3Cb%3E"])
def test_what_is_no_price_is_said_beside_its_step_and_kept(client: Client, typed: str) -> None:
    put_on_record(the_bra_family())

    said = ask(client, f"/en/m/bra-v4/repair/?price-1=20&price-2={typed}", status=422)

    assert "Write an amount in US dollars, such as 150 or 149.50" in said and "<title>Error:" in said
    assert 'value="20"' in said and "<b>" not in said


def test_a_clean_version_needs_nothing(client: Client) -> None:
    put_on_record(the_bra_family())

    said = ask(client, "/en/m/stable-diffusion-1.5/repair/")

    assert "Nothing has to be done: it inherits no restriction." in said and "?model=" not in said


@pytest.mark.parametrize(
    ("slug", "says"),
    [
        ("own", "nobody can say what to make it again from"),
        ("next", "It stands on an earlier version of the same maker"),
    ],
)
def test_what_cannot_be_repaired_says_why(client: Client, slug: str, says: str) -> None:
    put_on_record(a_hidden_family())

    said = ask(client, f"/en/m/{slug}/repair/")

    assert "There is no plan yet." in said and says in said


def test_a_claimed_circle_has_to_be_settled_first(client: Client) -> None:
    line = a_line_of(4)
    put_on_record(replace(line, derivations=(*line.derivations, Derivation("v3", "v1", "merge", None))))

    with pytest.raises(NotRepairable, match="said to be made from the others"):
        repair_of(version("v3"), TODAY)
    assert "Once it is settled which came first" in ask(client, "/en/m/v3/repair/")


def test_a_family_that_is_too_large_for_a_page_is_said_to_be(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    put_on_record(a_line_of(6))
    monkeypatch.setattr("lineage.verdicts.repairs.LARGEST_FAMILY", 5)

    assert "too large to be planned on a page" in ask(client, "/en/m/v5/repair/")


def test_an_unknown_version_has_no_plan(client: Client) -> None:
    ask(client, "/en/m/nowhere/repair/", status=404)


def test_the_page_is_in_japanese_under_ja(client: Client) -> None:
    put_on_record(the_bra_family())

    said = ask(client, "/ja/m/bra-v4/repair/").replace("<wbr>", "")

    for words in ("作業の順序", "ChilloutMixの代わりに、制限のないものを選ぶ", "BRA V4を作り直す", "そのまま使う"):
        assert words in said


def test_the_page_of_a_tainted_version_leads_to_its_plan_and_a_clean_one_does_not(client: Client) -> None:
    put_on_record(the_bra_family())

    tainted, clean = (ask(client, f"/en/m/{slug}/") for slug in ("bra-v4", "stable-diffusion-1.5"))

    assert 'href="/en/m/bra-v4/repair/"' in tainted and 'href="/en/m/bra-v4/what-if/"' in tainted
    assert "/repair/" not in clean and 'href="/en/forecast/?base=stable-diffusion-1.5"' in clean


def test_the_page_costs_the_same_for_every_family(client: Client, django_assert_max_num_queries: AtMost) -> None:
    put_on_record(a_line_of(40))
    wide = [f"part-{number}" for number in range(40)]
    put_on_record(
        LineageFile(
            licences=(Licence("bound", "Bound", terms=(Term("no-hosting"),)),),
            artefacts=(*(Artefact(each, each) for each in wide), Artefact("mix", "Mix")),
            grants=tuple(Grant(each, "bound", date(2022, 1, 1)) for each in wide),
            derivations=tuple(Derivation(each, "mix", "merge", date(2022, 2, 1)) for each in wide),
        )
    )

    for slug in ("v39", "mix"):
        with django_assert_max_num_queries(12):
            client.get(f"/en/m/{slug}/repair/?price-1=5")

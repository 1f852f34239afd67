"""What would change if a version were replaced: the page, and what it costs to ask."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from django.test import Client

from lineage.engine.document import Artefact, Derivation, Grant, Licence, LineageFile, Term
from lineage.engine.reading import read
from lineage.models import Version
from lineage.records import FamilyTooLarge, lineage_below
from lineage.verdicts import replacement
from tests.lineage.documents import DATA, a_line_of, put_on_record, the_bra_family

pytestmark = pytest.mark.django_db

AtMost = Callable[[int], AbstractContextManager[object]]
JULY = date(2023, 7, 5)


def ask(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def the_bra_family_and_its_plan() -> None:
    put_on_record(the_bra_family())
    put_on_record(read((DATA / "bra-clean-plan.json").read_bytes()))
    Version.objects.filter(slug="bra-clean-plan").update(planned=True)


def a_fan_of(number: int) -> LineageFile:
    """`base` may not be used commercially, and so many models are made from it."""
    made = [f"child-{each:04}" for each in range(number)]
    return LineageFile(
        licences=(Licence("strict", "Strict", terms=(Term("no-commercial-model"),)),),
        artefacts=tuple(Artefact(slug, slug) for slug in ("base", *made)),
        grants=(Grant("base", "strict", date(2022, 1, 1)),),
        derivations=tuple(Derivation("base", slug, "finetune", date(2022, 2, 1)) for slug in made),
    )


def section(said: str, name: str) -> str:
    return said.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


def test_a_clean_stand_in_is_asked_for_where_nothing_else_is(client: Client) -> None:
    put_on_record(the_bra_family())

    said = ask(client, "/en/m/bra-v1/what-if/?on=2023-07-05")

    assert "What if BRA V1 were replaced?" in said and "A clean stand-in" in said
    assert 'href="/en/m/bra-v4/"' in section(said, "freed")
    assert "1 model that was made from it would inherit no restriction any more." in said
    assert "Not legal advice" in said


def test_what_stays_says_by_which_way_and_licence(client: Client) -> None:
    put_on_record(the_bra_family())

    stays = section(ask(client, "/en/m/bra-v1/what-if/?on=2023-07-05"), "stays")

    assert "chilled_remixr" in stays and 'href="/en/m/bra-v3/"' in stays
    assert 'href="/en/l/bra-v3-permissions-off-2023-04-10/"' in stays and "bra-v4" not in stays


def test_the_strip_stands_before_and_after_side_by_side_for_whoever_asks(client: Client) -> None:
    put_on_record(the_bra_family())

    one, team = (ask(client, f"/en/m/bra-v4/what-if/?who={who}") for who in ("one-person", "team-of-11"))

    row = section(team, "answers").partition("Sell images")[2].partition("</tr>")[0]
    assert row.index("Not allowed") < row.index("OK")
    assert "Not allowed" not in section(one, "answers").partition("Sell images")[2].partition("</tr>")[0]


def test_a_planned_version_can_stand_in_and_is_said_to_be_only_planned(client: Client) -> None:
    the_bra_family_and_its_plan()

    said = ask(client, "/en/m/bra-v4/what-if/?by=bra-clean-plan&on=2026-07-05")

    plan = Version.objects.get(slug="bra-clean-plan")
    assert f"{plan.name}: Planned: nobody has made it yet." in said
    assert "inherits no restriction" in section(said, "answers")


def test_a_plan_is_not_told_among_what_was_made(client: Client) -> None:
    put_on_record(a_line_of(3))
    Version.objects.filter(slug="v2").update(planned=True)

    said = ask(client, "/en/m/v0/what-if/")

    assert 'href="/en/m/v1/"' in section(said, "freed") and "/m/v2/" not in said


def test_a_version_from_which_nothing_was_made_says_so(client: Client) -> None:
    put_on_record(a_line_of(2))

    assert "Nothing on file was made from it." in ask(client, "/en/m/v1/what-if/")


def test_a_replacement_that_brings_something_itself_frees_nothing(client: Client) -> None:
    line = a_line_of(3)
    put_on_record(replace(line, artefacts=(*line.artefacts, Artefact("silent", "Silent", undisclosed_parents=True))))

    said = ask(client, "/en/m/v0/what-if/?by=silent")

    assert "None of the models that were made from it would be freed" in said
    assert "Not all of its parents are disclosed" in section(said, "stays")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("by=nowhere", "No model “nowhere” is on file."),
        ("by=v0", "This is the model itself."),
        ("by=%3Cscript%3E", "No model “&lt;script&gt;” is on file."),
        ("by=a%00b", "Null characters are not allowed."),
        ("on=2023-02-30", "This is not a date."),
        ("on=1203-02-03", "Choose a day between 2000 and 2100."),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(client: Client, query: str, says: str) -> None:
    put_on_record(a_line_of(2))

    said = ask(client, f"/en/m/v0/what-if/?{query}", status=422)

    assert says in said and "<title>Error:" in said and "aria-invalid" in said


def test_two_models_of_one_name_are_told_apart_by_id(client: Client) -> None:
    put_on_record(LineageFile(artefacts=(Artefact("a", "Twin"), Artefact("b", "Twin"), Artefact("c", "Other"))))

    assert "Type the id of the one that you mean." in ask(client, "/en/m/c/what-if/?by=Twin", status=422)
    assert "A clean stand-in" not in section(ask(client, "/en/m/c/what-if/?by=a"), "itself")


def test_an_unknown_version_has_no_page(client: Client) -> None:
    ask(client, "/en/m/nowhere/what-if/", status=404)


def test_the_page_is_in_japanese_under_ja(client: Client) -> None:
    put_on_record(the_bra_family())

    said = ask(client, "/ja/m/bra-v1/what-if/?on=2023-07-05").replace("<wbr>", "")

    for words in ("制限のない代わり", "制限がなくなるモデル", "法的助言ではありません"):
        assert words in said


def test_a_very_large_family_is_cut_and_the_page_says_so(client: Client) -> None:
    put_on_record(a_fan_of(510))

    said = ask(client, "/en/m/base/what-if/")

    assert "These are the 500 nearest." in said and "500 models that were made from it" in said
    assert said.count('href="/en/m/child-') == 60 and "And 440 more." in said


def test_what_is_fetched_is_nearest_first_and_whole(client: Client) -> None:
    put_on_record(a_line_of(30))

    near, whole = lineage_below("v10", most=5, largest=100), lineage_below("v10", most=50, largest=100)

    assert {artefact.id for artefact in near.file.artefacts} == {f"v{number}" for number in range(16)} and near.cut
    assert len(whole.file.artefacts) == 30 and not whole.cut
    with pytest.raises(FamilyTooLarge):
        lineage_below("v10", most=50, largest=29)


def test_a_family_that_is_too_large_for_a_page_points_to_its_file(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_record(a_line_of(5))
    monkeypatch.setattr("lineage.verdicts.replacements.LARGEST_FAMILY", 4)

    said = ask(client, "/en/m/v2/what-if/")

    assert "Too many models belong together here" in said and 'href="/en/m/v2/lineage.json"' in said


def test_a_claimed_circle_is_judged_like_everything_else(client: Client) -> None:
    line = a_line_of(4)
    put_on_record(replace(line, derivations=(*line.derivations, Derivation("v3", "v1", "merge", None))))

    found = replacement(Version.objects.get(slug="v0"), None, JULY)

    assert {each.slug for each in found.freed} == {"v1", "v2", "v3"} and found.looked_at == 3


def test_the_page_costs_the_same_for_every_family(client: Client, django_assert_max_num_queries: AtMost) -> None:
    put_on_record(a_line_of(60))
    wide = a_fan_of(80)
    named = tuple(Derivation(one, other, "merge", JULY) for one, other in pairwise(a.id for a in wide.artefacts[1:]))
    put_on_record(replace(wide, derivations=wide.derivations + named))

    for address in ("/en/m/v2/what-if/?by=v1", "/en/m/base/what-if/?by=v1"):
        with django_assert_max_num_queries(18):
            client.get(address)


def a_line_that_is_restricted_everywhere(length: int) -> LineageFile:
    line = a_line_of(length)
    return replace(line, grants=tuple(replace(grant, licence="strict") for grant in line.grants))


def test_a_long_line_is_judged_as_far_as_a_page_can(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    put_on_record(a_line_that_is_restricted_everywhere(40))
    monkeypatch.setattr("lineage.verdicts.replacements.MOST_STEPS", 20_000)

    said = ask(client, "/en/m/v0/what-if/")

    assert "More was made from it than a page can judge." in said and "/m/v39/" not in said
    monkeypatch.setattr("lineage.verdicts.replacements.MOST_STEPS", 1)
    assert "Too many models belong together here" in ask(client, "/en/m/v0/what-if/")


def test_what_comes_by_very_many_ways_is_told_for_some_and_counted(client: Client) -> None:
    many = [f"part-{number:02}" for number in range(20)]
    put_on_record(
        LineageFile(
            licences=(Licence("strict", "Strict", terms=(Term("no-commercial-model"),)),),
            artefacts=tuple(Artefact(slug, slug) for slug in (*many, "mix")),
            grants=tuple(Grant(slug, "strict", date(2022, 1, 1)) for slug in many),
            derivations=tuple(Derivation(slug, "mix", "merge", date(2022, 2, 1)) for slug in many),
        )
    )

    stays = section(ask(client, "/en/m/part-00/what-if/"), "stays")

    assert stays.count("No commercial use of the model") == 12 and "And 7 more." in stays

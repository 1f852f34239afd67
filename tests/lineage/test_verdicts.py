"""What pages and campaigns are told: the BRA story on the day on which it was told, and why a plan is not clean."""

from dataclasses import replace
from datetime import date

import pytest

from lineage.engine.document import Artefact, Derivation, Facts, Grant, Licence, LineageFile, Term
from lineage.models import Version
from lineage.verdicts import (
    PRESETS,
    Objection,
    Use,
    asker_of,
    by_way,
    clean_or_why,
    family_of,
    family_tree,
    inherited_restrictions,
    picture_words,
    proof,
    record_on,
    strip_on,
    verdict_on,
)
from tests.lineage.documents import MAY_DAY, a_line_of, put_on_record, the_bra_family

pytestmark = pytest.mark.django_db


@pytest.fixture
def bra_v4() -> Version:
    put_on_record(the_bra_family())
    return Version.objects.get(slug="bra-v4")


def test_bra_v4_inherits_restrictions_and_small_teams_may_sell_images(bra_v4: Version) -> None:
    record = record_on(bra_v4, MAY_DAY)
    small = verdict_on(bra_v4, Use("sell-outputs", Facts(team_size=10)), MAY_DAY)
    large = verdict_on(bra_v4, Use("sell-outputs", Facts(team_size=11)), MAY_DAY)

    assert record.state == "tainted"
    assert {item.term.id for item in record.restrictions} == {"no-monetised-hosting", "team-size-max", "no-nft-outputs"}
    assert (small.verdict, large.verdict) == ("conditional", "blocked")


def test_the_strip_answers_eight_uses_and_who_asks_matters(bra_v4: Version) -> None:
    one_person = {item.key: item for item in strip_on(bra_v4, MAY_DAY)}
    team = {item.key: item for item in strip_on(bra_v4, MAY_DAY, asker_of("team-of-11"))}

    assert list(one_person) == [
        "personal",
        "sell-outputs",
        "paid-service",
        "merge-publish",
        "sell-weights",
        "publish",
        "train-on-outputs",
        "team-of-11",
    ]
    assert one_person["sell-outputs"].verdict == "conditional" and team["sell-outputs"].verdict == "blocked"
    assert one_person["paid-service"].verdict == "blocked" and one_person["team-of-11"].verdict == "blocked"
    assert one_person["sell-weights"].verdict == "unclear"
    assert set(PRESETS) == {"hobbyist", "one-person", "team-of-5", "team-of-11", "paid-service"}


def test_a_use_that_only_asks_for_duties_is_free_to_do(bra_v4: Version) -> None:
    strip = {item.key: item for item in strip_on(bra_v4, MAY_DAY)}

    assert strip["personal"].verdict == "conditional" and strip["personal"].only_duties
    assert strip["personal"].duties == 2
    assert not strip["sell-outputs"].only_duties and not strip["paid-service"].only_duties


def test_views_differ_where_only_the_strict_reading_counts_a_later_change() -> None:
    changing = Licence("old", terms=(Term("attribution"),), control=("may-change",))
    worse = Licence("new", terms=(Term("no-commercial-outputs"),))
    put_on_record(
        LineageFile(
            licences=(changing, worse),
            artefacts=(Artefact("base", "Base"), Artefact("mix", "Mix")),
            grants=(
                Grant("base", "old", date(2022, 1, 1)),
                Grant("base", "new", date(2023, 1, 1)),
                Grant("mix", "old", date(2022, 6, 1)),
            ),
            derivations=(Derivation("base", "mix", "merge", date(2022, 3, 1)),),
        )
    )

    strip = {item.key: item for item in strip_on(Version.objects.get(slug="mix"), MAY_DAY)}

    assert (strip["sell-outputs"].verdict, strip["sell-outputs"].lenient) == ("blocked", "unclear")
    assert strip["sell-outputs"].views_differ and not strip["personal"].views_differ


def test_each_restriction_is_told_once_with_the_way_it_came(bra_v4: Version) -> None:
    restrictions = inherited_restrictions(record_on(bra_v4, MAY_DAY))

    assert sorted(ground.code for ground in restrictions) == [
        "no-monetised-hosting",
        "no-nft-outputs",
        "team-size-max",
    ]
    for ground in restrictions:
        assert ground.first.path[0] == ("dreamlike-diffusion-1.0", "Dreamlike Diffusion 1.0")
        assert ground.first.path[-1] == ("bra-v4", "BRA V4")
        assert ground.first.licence is not None and ground.first.licence.slug.startswith("dreamlike-1.0")
        assert ground.first.offers and len(ground.first.steps) >= len(ground.first.path) - 1
    assert sum(len(way.grounds) for way in by_way(restrictions)) == len(restrictions)


def test_a_proof_begins_with_the_worst_and_puts_duties_last(bra_v4: Version) -> None:
    record = record_on(bra_v4, MAY_DAY)
    hosting = next(item for item in strip_on(bra_v4, MAY_DAY) if item.key == "paid-service")

    grounds = proof(record, hosting)

    assert (grounds[0].code, grounds[0].verdict) == ("no-monetised-hosting", "blocked")
    assert "Dreamlike Diffusion 1.0" in grounds[0].first.cure
    assert {ground.code for ground in grounds[1:]} >= {"use-list", "attribution"}
    assert sum(len(ground.sources) for ground in grounds) == len(hosting.answer.reasons)


def plan(*derivations: Derivation, licence: Licence | None = None, undisclosed: bool = False) -> Version:
    """A planned version beside the line v0 (restricted) <- v1."""
    line = a_line_of(2)
    own = licence or Licence("free", "Free")
    put_on_record(
        replace(
            line,
            licences=(*line.licences, *([licence] if licence else [])),
            artefacts=(
                *line.artefacts,
                Artefact("open", "Open", undisclosed_parents=undisclosed),
                Artefact("clean", "Clean"),
            ),
            grants=(*line.grants, Grant("open", "free", date(2022, 1, 1)), Grant("clean", own.id, date(2023, 6, 1))),
            derivations=(*line.derivations, *derivations),
        )
    )
    return Version.objects.get(slug="clean")


def test_a_plan_without_restrictions_meets_no_objection() -> None:
    clean = plan(Derivation("open", "clean", "finetune", MAY_DAY))

    assert clean_or_why(clean, MAY_DAY, ["no-commercial-model"]) == ()


def test_a_plan_that_inherits_a_restriction_is_told_the_path_and_a_cure() -> None:
    clean = plan(Derivation("v1", "clean", "finetune", MAY_DAY))

    objections = clean_or_why(clean, MAY_DAY, ["no-commercial-model"])

    assert objections == (
        Objection(
            "not-clean",
            "no-commercial-model",
            ("clean", "v1", "v0"),
            ("Clean", "Version v1", "Version v0"),
            licence="strict",
        ),
    )
    assert objections[0].says == "no commercial use of the model"
    assert "Version v0" in objections[0].cure


def test_a_plan_on_a_base_with_undisclosed_parents_is_not_clean() -> None:
    clean = plan(Derivation("open", "clean", "finetune", MAY_DAY), undisclosed=True)

    (objection,) = clean_or_why(clean, MAY_DAY, [])

    assert (objection.code, objection.term, objection.path) == ("not-clean", "undisclosed-parents", ("clean", "open"))
    assert "Open" in objection.cure


def test_a_plan_whose_own_licence_brings_back_what_was_promised_gone_is_refused() -> None:
    strict = Licence("own", "Own", terms=(Term("team-size-max", 10), Term("attribution")))
    clean = plan(Derivation("open", "clean", "finetune", MAY_DAY), licence=strict)

    assert clean_or_why(clean, MAY_DAY, ["no-commercial-model"]) == ()
    (objection,) = clean_or_why(clean, MAY_DAY, ["team-size-max"])

    assert (objection.code, objection.path, objection.licence) == ("still-restricted", ("clean",), "own")
    assert "10" in objection.says and objection.cure


def test_what_a_maker_carries_on_from_an_own_version_is_no_taint_but_is_not_gone_either() -> None:
    line = a_line_of(2)
    mine = tuple(replace(artefact, licensor="alice") for artefact in line.artefacts)
    put_on_record(replace(line, artefacts=mine))
    version = Version.objects.get(slug="v1")

    assert record_on(version, MAY_DAY).state == "clean"
    assert clean_or_why(version, MAY_DAY, []) == ()
    assert [o.code for o in clean_or_why(version, MAY_DAY, ["no-commercial-model"])] == ["still-restricted"]


def test_the_tree_shows_the_restricting_path_and_the_planned_version_beside(bra_v4: Version) -> None:
    planned = Version.objects.create(slug="clean", name="Clean", planned=True, added_at=bra_v4.added_at)
    planned.parents.create(parent=Version.objects.get(slug="stable-diffusion-1.5"), method="finetune")

    tree = family_tree(bra_v4, MAY_DAY, planned, "ja")

    nodes = {node.id: node for node in tree.nodes}
    tainting = {(edge.parent, edge.child) for edge in tree.edges if edge.tainting}
    assert nodes["bra-v4"].focus and nodes["clean"].planned and nodes["clean"].beside == "bra-v4"
    assert nodes["dreamlike-diffusion-1.0"].restricting and not nodes["stable-diffusion-1.5"].restricting
    assert ("dreamlike-diffusion-1.0", "lucid-mix") in tainting
    assert not any(parent == "stable-diffusion-1.5" for parent, _child in tainting)
    assert nodes["bra-v4"].state_word == "制限を受け継いでいます"
    assert nodes["bra-v4"].href.endswith("/m/bra-v4/")


def test_a_family_too_large_to_show_is_cut_down_to_the_ways_of_its_restrictions() -> None:
    line = a_line_of(4)
    crowd = [f"parent-{number}" for number in range(200)]
    put_on_record(
        replace(
            line,
            artefacts=(*line.artefacts, *(Artefact(id, id) for id in crowd)),
            grants=(*line.grants, *(Grant(id, "free", date(2022, 1, 1)) for id in crowd)),
            derivations=(*line.derivations, *(Derivation(id, "v3", "merge", date(2022, 2, 1)) for id in crowd)),
        )
    )

    family = family_of(record_on(Version.objects.get(slug="v3"), MAY_DAY))

    assert {node.id for node in family.tree.nodes if not node.hidden} == {"v0", "v1", "v2", "v3"}
    assert [(node.label, node.href) for node in family.tree.nodes if node.hidden] == [
        ("+200 clean ancestors", "/en/m/v3/?open=v3#family")
    ]
    assert family.left_out == 200 and len(family.whole.nodes) == 204
    assert picture_words().title == "Family tree"


def test_a_half_that_is_only_planned_is_drawn_as_planned_wherever_it_stands(bra_v4: Version) -> None:
    Version.objects.filter(slug="bra-v1").update(planned=True)

    tree = family_tree(bra_v4, MAY_DAY)

    assert {node.id for node in tree.nodes if node.planned} == {"bra-v1"}
    assert {edge.child for edge in tree.edges if edge.planned} == {"bra-v1"}

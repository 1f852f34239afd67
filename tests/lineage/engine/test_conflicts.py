"""Licences that cannot be kept at once."""

import pytest

from lineage.engine.document import Exemption, Licence, LineageFile, Term
from tests.lineage.engine.small_files import artefact, asked, codes, file_of, grant, licence, made

FREE = licence("free", "use-list", outbound=("superset",))
RESTRICTED = licence("restricted", "no-hosting")
TEAM_OF_TEN = licence("team-of-ten", "team-size-max 10")
CONFLICTS = ("conflict-superset", "conflict-same-permissions", "conflict-copyleft")


def merge_of(one: Licence, other: Licence, *, certain: bool = True) -> LineageFile:
    return file_of(
        one,
        other,
        artefact("mix", licensor="mika"),
        grant("a", one.id),
        grant("b", other.id, certain=certain),
        made("a", "mix"),
        made("b", "mix"),
        artefacts="a b",
    )


def found(file: LineageFile, action: str = "publish", actor: str | None = "mika") -> list[tuple[str, str, str | None]]:
    """(verdict, code, demanding licence) of the conflicts."""
    given = asked(file, "mix", action, actor=actor)
    return [(reason.verdict, reason.code, reason.licence) for reason in given.reasons if reason.code in CONFLICTS]


def test_a_licence_that_must_be_kept_whole_bears_no_restriction_from_another() -> None:
    file = merge_of(FREE, RESTRICTED)

    assert found(file) == [("blocked", "conflict-superset", "free")]
    (reason,) = (reason for reason in asked(file, "mix", "publish").reasons if reason.code == "conflict-superset")
    assert (reason.origin, reason.path) == ("a", ("mix", "a"))
    assert reason.cure is not None
    assert (reason.cure.do, reason.cure.artefact, reason.cure.licence) == ("drop-licence", "b", "restricted")


@pytest.mark.parametrize("action", ["run", "sell-outputs", "train-on-outputs"])
def test_private_use_knows_no_conflict(action: str) -> None:
    assert found(merge_of(FREE, RESTRICTED), action) == []


@pytest.mark.parametrize("action", ["publish", "merge-publish", "sell-weights", "host"])
def test_every_handing_on_knows_conflicts(action: str) -> None:
    assert found(merge_of(FREE, RESTRICTED), action)


def test_a_conflict_with_a_side_that_is_only_possible_is_unclear() -> None:
    assert found(merge_of(FREE, RESTRICTED, certain=False)) == [("unclear", "conflict-superset", "free")]
    assert found(merge_of(RESTRICTED, FREE, certain=False)) == [("unclear", "conflict-superset", "free")]


def test_a_restriction_that_the_demanding_licence_has_itself_is_no_conflict() -> None:
    assert found(merge_of(licence("own", "no-hosting", outbound=("superset",)), RESTRICTED)) == []


def test_superset_looks_at_the_kind_and_same_permissions_at_the_limit_too() -> None:
    superset = licence("one", "team-size-max 20", outbound=("superset",))
    same = licence("one", "team-size-max 20", outbound=("same-permissions",))

    assert found(merge_of(superset, TEAM_OF_TEN)) == []
    assert found(merge_of(same, TEAM_OF_TEN)) == [("blocked", "conflict-same-permissions", "one")]
    assert found(merge_of(licence("one", "team-size-max 10", outbound=("same-permissions",)), TEAM_OF_TEN)) == []


def test_an_obligation_is_no_restriction() -> None:
    assert found(merge_of(FREE, licence("duties", "attribution", "share-weights"))) == []


def test_a_restriction_that_did_not_arrive_brings_no_conflict() -> None:
    copies = licence("copies", *(type(term)(term.id, carries="copies") for term in RESTRICTED.terms))

    assert found(merge_of(FREE, copies)) == []


def test_a_licence_never_conflicts_with_itself() -> None:
    copyleft = licence("copyleft", "no-hosting", outbound=("same-licence", "superset", "same-permissions"))
    file = file_of(copyleft, grant("a", "copyleft"), grant("mix", "copyleft"), made("a", "mix"), artefacts="a mix")

    assert found(file, actor=None) == []


@pytest.mark.parametrize("outbound", ["same-licence", "remains-subject"])
@pytest.mark.parametrize("other", ["same-licence", "remains-subject"])
def test_two_licences_that_both_want_the_whole_conflict_both_ways(outbound: str, other: str) -> None:
    file = merge_of(licence("one", outbound=(outbound,)), licence("other", outbound=(other,)))

    assert found(file) == [("blocked", "conflict-copyleft", "one"), ("blocked", "conflict-copyleft", "other")]


def test_against_a_superset_only_the_classic_one_demands() -> None:
    assert found(merge_of(licence("classic", outbound=("same-licence",)), FREE)) == [
        ("blocked", "conflict-copyleft", "classic")
    ]
    assert found(merge_of(FREE, licence("other", outbound=("superset",)))) == []
    assert found(merge_of(licence("classic", outbound=("same-licence",)), licence("plain"))) == []


@pytest.mark.parametrize(
    ("family", "or_later", "conflict"),
    [("sa", True, False), ("sa", False, True), ("other", True, True), (None, True, True)],
)
def test_two_of_one_family_stand_in_for_each_other_if_one_is_or_later(
    family: str | None, or_later: bool, conflict: bool
) -> None:
    one = licence("sa-3", family="sa" if family else None, outbound=("same-licence",))
    other = licence("sa-4", family=family, or_later=or_later, outbound=("same-licence",))

    assert bool(found(merge_of(one, other))) is conflict


def test_a_maker_cannot_relicense_away_what_a_parent_demands() -> None:
    file = file_of(
        FREE,
        RESTRICTED,
        artefact("a"),
        artefact("mix", licensor="mika"),
        grant("a", "free"),
        grant("mix", "restricted"),
        made("a", "mix"),
    )

    given = asked(file, "mix", "host", actor="mika")

    assert codes(given, "blocked") == ["conflict-superset"]


def test_a_licence_of_the_actor_on_an_ancestor_takes_no_part() -> None:
    file = file_of(
        FREE,
        RESTRICTED,
        artefact("a"),
        artefact("b", licensor="mika"),
        artefact("mix", licensor="mika"),
        grant("a", "free"),
        grant("b", "restricted"),
        made("a", "mix"),
        made("b", "mix"),
    )

    assert found(file, actor="mika") == []
    assert found(file, actor="jo") == [("blocked", "conflict-superset", "free")]


def test_a_term_from_which_the_actor_is_exempt_still_takes_part() -> None:
    file = file_of(
        FREE,
        RESTRICTED,
        artefact("mix", licensor="mika"),
        grant("a", "free"),
        grant("b", "restricted"),
        made("a", "mix"),
        made("b", "mix"),
        Exemption("b", "no-hosting", ("mika",)),
        artefacts="a b",
    )

    assert codes(asked(file, "mix", "host", actor="mika"), "blocked") == ["conflict-superset"]


def test_what_a_licensor_adds_later_conflicts_too_but_its_name_does_not() -> None:
    old = licence("old", control=("may-change",))
    worse = licence("worse", "no-hosting", outbound=("same-licence",))
    file = file_of(
        FREE,
        old,
        worse,
        artefact("mix", licensor="mika"),
        grant("a", "free"),
        grant("b", "old", "2020-01-01"),
        grant("b", "worse", "2023-01-01"),
        made("a", "mix"),
        made("b", "mix"),
        artefacts="a b",
    )

    assert found(file) == [("blocked", "conflict-superset", "free")]


def test_a_held_licence_changes_what_conflicts() -> None:
    paid = licence("paid")
    file = file_of(
        FREE,
        RESTRICTED,
        paid,
        artefact("mix", licensor="mika"),
        grant("a", "free"),
        grant("b", "restricted"),
        made("a", "mix"),
        made("b", "mix"),
        artefacts="a b",
    )

    assert asked(file, "mix", "host", actor="mika", holds=(("b", "paid"),)).verdict == "conditional"


def test_several_bring_a_licence_also_where_each_brings_another_term_of_it() -> None:
    two_ways = licence("two-ways", "no-hosting", Term("no-selling-weights", carries="none", reaches_outputs=True))
    file = file_of(
        FREE,
        two_ways,
        artefact("mix", licensor="mika"),
        grant("a", "free"),
        grant("b", "two-ways"),
        grant("c", "two-ways"),
        made("a", "mix"),
        made("b", "mix"),
        made("c", "mix", method="train-on-outputs"),
        artefacts="a b c",
    )

    (reason,) = (reason for reason in asked(file, "mix", "publish", actor="mika").reasons if reason.code in CONFLICTS)

    assert reason.cure is not None
    assert (reason.cure.artefact, reason.cure.licence) == (None, "two-ways")


def test_copyleft_against_a_copyleft_that_is_only_possible_is_unclear_both_ways() -> None:
    one, other = licence("one", outbound=("same-licence",)), licence("other", outbound=("same-licence",))

    assert found(merge_of(one, other, certain=False)) == [
        ("unclear", "conflict-copyleft", "one"),
        ("unclear", "conflict-copyleft", "other"),
    ]
    (reason, _) = (
        reason
        for reason in asked(merge_of(one, other), "mix", "publish", actor="mika").reasons
        if reason.code in CONFLICTS
    )
    assert reason.cure is not None
    assert (reason.cure.artefact, reason.cure.licence) == ("b", "other")


def test_the_cure_names_no_artefact_where_several_bring_the_licence() -> None:
    file = file_of(
        FREE,
        RESTRICTED,
        artefact("mix", licensor="mika"),
        grant("a", "free"),
        grant("b", "restricted"),
        grant("c", "restricted"),
        made("a", "mix"),
        made("b", "mix"),
        made("c", "mix"),
        artefacts="a b c",
    )

    (reason,) = (reason for reason in asked(file, "mix", "publish", actor="mika").reasons if reason.code in CONFLICTS)

    assert reason.cure is not None
    assert (reason.cure.artefact, reason.cure.licence) == (None, "restricted")

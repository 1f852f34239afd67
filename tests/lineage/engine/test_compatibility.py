"""May a model that inherits one licence be offered under another? The engine's own answers, as a table."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lineage.engine.compatibility import CHECK, NO, SAME, UNKNOWN, YES, Finding, compatibility, is_read, matrix
from lineage.engine.document import Licence, Term
from lineage.engine.terms import RESTRICTIONS, UNKNOWN_LICENCE, takes_limit
from tests.lineage.engine.invented_files import licences
from tests.lineage.engine.small_files import licence
from tests.lineage.engine.test_data import data

law = settings(max_examples=80, deadline=None)
FREE = licence("free", control=("irrevocable",))


def on_file(*names: str) -> dict[str, Licence]:
    return {each.id: each for name in names for each in data(name).licences}


def codes(inbound: Licence | None, outbound: Licence | None) -> dict[str, str]:
    return {finding.code: finding.answer for finding in compatibility(inbound, outbound).findings}


def test_pony_adds_to_faipl_a_ban_that_faipl_does_not_allow_to_be_added() -> None:
    known = on_file("pony")

    given = compatibility(known["faipl-1.0-sd"], known["pony-v6"])

    clause = (("no-monetised-hosting", None),)
    assert given.answer == NO
    assert given.findings == (Finding(NO, "conflict-superset", "faipl-1.0-sd", "pony-v6", clause),)


def test_pony_cannot_be_handed_on_under_plain_faipl_either() -> None:
    known = on_file("pony")

    given = compatibility(known["pony-v6"], known["faipl-1.0-sd"])

    assert given.answer == NO
    assert [finding.code for finding in given.findings] == ["conflict-superset", "restriction-inherited"]


def test_an_sd3_text_of_june_goes_with_no_faipl_and_stays_over_whatever_else_is_said() -> None:
    known = on_file("pony")
    research = known["stabilityai-nc-research"]

    assert codes(research, known["faipl-1.0-sd"])["conflict-copyleft"] == NO
    assert codes(known["faipl-1.0-sd"], research)["conflict-copyleft"] == NO
    assert codes(research, known["apache-2.0"])["stays-under"] == CHECK


def test_dreamlike_of_11_december_may_go_on_under_that_of_25_december_and_stays_inherited() -> None:
    known = on_file("bra")

    given = compatibility(known["dreamlike-1.0-2022-12-11"], known["dreamlike-1.0-2022-12-25"])

    assert given.answer == CHECK
    shared = next(finding for finding in given.findings if finding.code == "restriction-shared")
    assert shared.terms == (("no-monetised-hosting", None), ("no-nft-outputs", None), ("team-size-max", 10))


def test_two_texts_of_openrail_that_ask_for_the_same_things_go_together() -> None:
    known = on_file("pony")

    given = compatibility(
        known["creativeml-openrail-plusplus-m-2022-11"], known["creativeml-openrail-plusplus-m-2023-07-26"]
    )

    assert (given.answer, given.findings) == (YES, ())


def test_a_duty_that_the_new_text_does_not_ask_for_is_to_be_kept_beside_it() -> None:
    given = compatibility(licence("a", "attribution", "state-changes"), licence("b", "attribution"))

    duty = Finding(CHECK, "duty-inherited", "a", "b", (("state-changes", None),))
    assert (given.answer, given.findings) == (CHECK, (duty,))


@pytest.mark.parametrize(
    ("theirs", "ours", "code"),
    [
        ("revenue-max 10", "revenue-max 20", "restriction-inherited"),
        ("revenue-max 10", "attribution", "restriction-inherited"),
        ("revenue-max 10", "revenue-max 10", "restriction-shared"),
        ("revenue-max 10", "revenue-max 5", "restriction-shared"),
        ("selling-unstated", "selling-unstated", "gap-inherited"),
    ],
)
def test_what_goes_on_applying_has_to_be_looked_at(theirs: str, ours: str, code: str) -> None:
    assert codes(licence("a", theirs), licence("b", ours)) == {code: CHECK}


def test_what_may_not_be_passed_on_cannot_be_offered_under_anything() -> None:
    given = compatibility(licence("a", "no-redistribution"), FREE)

    assert given.answer == NO
    assert given.findings[0] == Finding(NO, "no-redistribution", "a", "free", (("no-redistribution", None),))


def test_a_ban_on_sharing_merges_hangs_on_how_the_model_is_made() -> None:
    assert codes(licence("a", "no-sharing-merges"), FREE) == {
        "no-sharing-merges": CHECK,
        "restriction-inherited": CHECK,
    }


def test_what_binds_the_model_itself_only_is_not_inherited() -> None:
    alone = licence("a", Term("no-commercial-model", carries="none"), Term("no-hosting", carries="copies"))

    assert compatibility(alone, FREE).answer == YES


def test_the_makers_own_restrictions_are_theirs_to_choose() -> None:
    assert compatibility(FREE, licence("b", "no-redistribution", "no-commercial-model")).answer == YES


def test_same_permissions_look_at_the_number_and_superset_only_at_the_kind() -> None:
    loose, tight = licence("loose", "team-size-max 20"), licence("tight", "team-size-max 10")

    def demanding(outbound: str) -> Licence:
        return replace(loose, id=outbound, outbound=(outbound,))

    assert codes(demanding("same-permissions"), tight)["conflict-same-permissions"] == NO
    assert "conflict-superset" not in codes(demanding("superset"), tight)


def test_permissions_that_are_to_be_kept_do_not_become_others_by_another_label() -> None:
    keeping = licence("keeping", "no-hosting", outbound=("same-permissions",))

    assert codes(keeping, FREE) == {"keeps-permissions": CHECK, "restriction-inherited": CHECK}
    assert "keeps-permissions" not in codes(keeping, licence("same", "no-hosting", "attribution"))


def test_a_later_version_of_one_family_may_stand_in() -> None:
    one = licence("one", family="kin", outbound=("same-licence",))
    two = licence("two", family="kin", or_later=True, outbound=("same-licence",))

    assert compatibility(one, two).answer == YES
    assert codes(one, replace(two, or_later=False)) == {"conflict-copyleft": NO, "stays-under": CHECK}


def test_a_text_of_which_nothing_is_on_file_is_unknown_unless_the_other_settles_it() -> None:
    unread = licence("unread")

    assert not is_read(unread) and is_read(FREE)
    assert compatibility(unread, FREE).answer == compatibility(FREE, unread).answer == UNKNOWN
    assert compatibility(licence("a", "no-redistribution"), unread).answer == NO


def test_nobody_can_say_what_goes_with_a_licence_that_is_not_known() -> None:
    table = matrix([FREE, licence("a", "no-hosting")])

    assert {given.answer for given in table[UNKNOWN_LICENCE].values()} == {UNKNOWN}
    assert {row[UNKNOWN_LICENCE].answer for row in table.values()} == {UNKNOWN}


@law
@given(licences("one"), licences("two"), licences("three"))
def test_the_table_is_its_pairs_whatever_their_order_and_a_text_is_the_same_as_itself(
    one: Licence, two: Licence, three: Licence
) -> None:
    table = matrix([one, two, three])

    assert table == matrix([three, one, two])
    assert list(table) == ["one", "three", "two", UNKNOWN_LICENCE]
    assert all(table[each.id][each.id].answer == SAME for each in (one, two, three))
    assert table["two"]["one"] == compatibility(one, two)


@law
@given(licences("other"))
def test_a_text_without_terms_or_demands_may_go_into_everything(other: Licence) -> None:
    assert compatibility(FREE, other).answer == (YES if is_read(other) else UNKNOWN)


@law
@given(licences("one"), licences("two"), st.sampled_from(sorted(RESTRICTIONS)))
def test_a_further_restriction_never_turns_no_into_yes(one: Licence, two: Licence, kind: str) -> None:
    before = compatibility(one, two)
    assume(before.answer == NO)

    more = replace(one, terms=(*one.terms, Term(kind, 5 if takes_limit(kind) else None)))

    assert compatibility(more, two).answer in (NO, CHECK, UNKNOWN)


@law
@given(licences("one"), licences("two"), st.sampled_from(sorted(RESTRICTIONS)))
def test_a_further_restriction_that_the_other_lacks_never_makes_it_freer(one: Licence, two: Licence, kind: str) -> None:
    assume(kind not in {term.id for term in two.terms})
    order = (YES, CHECK, UNKNOWN, NO)

    more = replace(one, terms=(*one.terms, Term(kind, 5 if takes_limit(kind) else None)))

    # A text of which nothing was on file is on file now: that is something learnt.
    assume(is_read(one))
    assert order.index(compatibility(more, two).answer) >= order.index(compatibility(one, two).answer)

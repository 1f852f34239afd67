"""What is found of a pair of licences, to the letter: which text says it, of which other, and in which terms."""

import pytest

from lineage.engine.compatibility import CHECK, NO, UNKNOWN, Finding, compatibility
from lineage.engine.document import Licence, Term
from lineage.engine.terms import UNKNOWN_LICENCE
from tests.lineage.engine.small_files import licence


def found(inbound: Licence | None, outbound: Licence | None) -> list[Finding]:
    return list(compatibility(inbound, outbound).findings)


def test_what_goes_on_applying_names_each_term_once_in_order() -> None:
    inbound = licence(
        "in",
        "revenue-max 20",
        "revenue-max 5",
        Term("no-hosting", clause="1"),
        Term("no-hosting", clause="2"),
        "no-nft-outputs",
        "use-list",
        "attribution",
        "selling-unstated",
        "register",
    )
    outbound = licence("out", "revenue-max 10", "no-nft-outputs", "register")

    assert found(inbound, outbound) == [
        Finding(CHECK, "duty-inherited", "in", "out", (("attribution", None), ("use-list", None))),
        Finding(CHECK, "gap-inherited", "in", "out", (("selling-unstated", None),)),
        Finding(CHECK, "restriction-inherited", "in", "out", (("no-hosting", None), ("revenue-max", 5))),
        Finding(CHECK, "restriction-shared", "in", "out", (("no-nft-outputs", None), ("revenue-max", 20))),
    ]


def test_what_clashes_is_what_the_demanding_text_lacks() -> None:
    demanding = licence("demanding", "no-hosting", "team-size-max 20", outbound=("superset",))
    other = licence(
        "other",
        "no-hosting",
        "team-size-max 10",
        "use-list",
        Term("no-selling-weights", carries="copies"),
        "revenue-max 7",
        "revenue-max 3",
    )

    brought_in = (("revenue-max", 3), ("revenue-max", 7))
    assert found(other, demanding)[0] == Finding(NO, "conflict-superset", "demanding", "other", brought_in)
    added = (("no-selling-weights", None), *brought_in)
    assert found(demanding, other)[0] == Finding(NO, "conflict-superset", "demanding", "other", added)


def test_same_permissions_clash_by_number_too() -> None:
    keeping = licence("keeping", "team-size-max 20", outbound=("same-permissions",))
    other = licence("other", "team-size-max 10")

    clash = Finding(NO, "conflict-same-permissions", "keeping", "other", (("team-size-max", 10),))
    assert found(other, keeping)[0] == clash
    assert found(keeping, other) == [
        clash,
        Finding(CHECK, "keeps-permissions", "keeping", "other"),
        Finding(CHECK, "restriction-shared", "keeping", "other", (("team-size-max", 20),)),
    ]


def test_where_both_want_to_be_the_licence_no_term_is_to_blame() -> None:
    one = licence("one", "no-hosting", outbound=("same-licence",))
    other = licence("other", "no-selling-weights", outbound=("remains-subject",))

    assert found(one, other) == [
        Finding(NO, "conflict-copyleft", "one", "other"),
        Finding(NO, "conflict-copyleft", "other", "one"),
        Finding(CHECK, "restriction-inherited", "one", "other", (("no-hosting", None),)),
        Finding(CHECK, "stays-under", "one", "other"),
    ]


def test_a_ban_on_sharing_merges_is_said_of_the_new_text() -> None:
    ban = (("no-sharing-merges", None),)

    assert found(licence("in", "no-sharing-merges"), licence("out", "attribution")) == [
        Finding(CHECK, "no-sharing-merges", "in", "out", ban),
        Finding(CHECK, "restriction-inherited", "in", "out", ban),
    ]


def test_a_restriction_with_a_limit_is_shared_up_to_that_limit() -> None:
    limited = licence("in", "revenue-max 10")

    def code(limit: int) -> str:
        return found(limited, licence("out", f"revenue-max {limit}"))[0].code

    assert (code(9), code(10), code(11)) == ("restriction-shared", "restriction-shared", "restriction-inherited")


@pytest.mark.parametrize("unread", ["in", "out", "both"])
def test_a_text_of_which_nothing_is_on_file_is_named(unread: str) -> None:
    inbound = licence("in") if unread != "out" else licence("in", "register")
    outbound = licence("out") if unread != "in" else licence("out", "register")

    expected = {
        "in": [Finding(UNKNOWN, "unread", "in", "out")],
        "out": [Finding(UNKNOWN, "unread", "out", "in")],
        "both": [Finding(UNKNOWN, "unread", "in", "out"), Finding(UNKNOWN, "unread", "out", "in")],
    }[unread]
    assert [finding for finding in found(inbound, outbound) if finding.answer == UNKNOWN] == expected


def test_a_licence_that_nobody_knows_is_one_finding() -> None:
    known = licence("known", "no-hosting")

    nobody = [Finding(UNKNOWN, UNKNOWN_LICENCE, UNKNOWN_LICENCE, "")]
    assert found(None, known) == found(known, None) == found(None, None) == nobody

"""What arrives at a model, from where, how surely and by which path."""

from typing import Any

import pytest

from lineage.engine.document import Term
from tests.lineage.engine.small_files import (
    NO_HOSTING,
    OPEN,
    arrived,
    artefact,
    file_of,
    grant,
    inheritance_of,
    licence,
    made,
    named,
)

OLD = licence("old", "no-hosting", control=("may-change",))
NEW = licence("new", "no-selling-weights", Term("no-redistribution", carries="copies"))


def test_a_term_goes_down_every_generation() -> None:
    file = file_of(NO_HOSTING, OPEN, grant("a", NO_HOSTING.id), made("a", "b"), made("b", "c"), artefacts="a b c")

    assert arrived(file, "c")["a", NO_HOSTING.id, "no-hosting"] is True


def test_there_is_no_smallest_share_but_none_at_all_is_none() -> None:
    a_little = file_of(NO_HOSTING, grant("a", NO_HOSTING.id), made("a", "b", share=0.001), artefacts="a b")
    nothing = file_of(NO_HOSTING, grant("a", NO_HOSTING.id), made("a", "b", share=0), artefacts="a b")

    assert arrived(a_little, "b")
    assert not arrived(nothing, "b")
    assert not inheritance_of(nothing).ancestors("b")


@pytest.mark.parametrize("reaches", [False, True])
@pytest.mark.parametrize("carries", ["derivatives", "copies", "none"])
@pytest.mark.parametrize("method", ["finetune", "subtract", "lora-merge", "convert", "mirror", "train-on-outputs"])
def test_each_method_carries_what_the_text_says(method: str, carries: str, reaches: bool) -> None:
    its = licence("its", Term("no-hosting", carries=carries, reaches_outputs=reaches))
    file = file_of(its, grant("a", "its"), made("a", "b", method=method), artefacts="a b")

    expected = {
        "train-on-outputs": reaches,
        "convert": carries != "none",
        "mirror": carries != "none",
    }.get(method, carries == "derivatives")
    assert bool(arrived(file, "b")) is expected


def test_a_name_travels_even_when_no_term_does() -> None:
    its = licence("its", Term("no-hosting", carries="none"))
    file = file_of(its, grant("a", "its"), made("a", "b"), artefacts="a b")

    assert not arrived(file, "b")
    assert named(file, "b") == {("a", "its"): True}


def test_over_outputs_a_name_travels_only_where_some_term_reaches_them() -> None:
    reaching = licence("reaching", Term("use-list", reaches_outputs=True), "attribution")
    other = licence("other", "use-list")
    file = file_of(
        reaching,
        other,
        grant("a", "reaching"),
        grant("b", "other"),
        made("a", "c", method="train-on-outputs"),
        made("b", "c", method="train-on-outputs"),
        artefacts="a b c",
    )

    assert named(file, "c") == {("a", "reaching"): True}
    assert set(arrived(file, "c")) == {("a", "reaching", "use-list")}


def test_an_unknown_licence_reaches_outputs_too() -> None:
    file = file_of(made("a", "b", method="train-on-outputs"), artefacts="a b")

    assert arrived(file, "b") == {("a", "unknown-licence", "unknown-licence"): True}


@pytest.mark.parametrize("fields", [{"certain": False}, {"method": "subtract"}])
def test_over_a_doubtful_derivation_things_arrive_as_possible(fields: dict[str, Any]) -> None:
    file = file_of(NO_HOSTING, grant("a", NO_HOSTING.id), made("a", "b", **fields), artefacts="a b")

    assert set(arrived(file, "b").values()) == {False}
    assert set(named(file, "b").values()) == {False}


def test_one_certain_path_is_enough() -> None:
    file = file_of(
        NO_HOSTING,
        OPEN,
        grant("a", NO_HOSTING.id),
        grant("b", "open"),
        grant("c", "open"),
        made("a", "b", certain=False),
        made("a", "c"),
        made("b", "d"),
        made("c", "d"),
        artefacts="a b c d",
    )

    assert arrived(file, "d") == {("a", NO_HOSTING.id, "no-hosting"): True}


def test_a_certain_item_is_certain_all_the_way_or_not_at_all() -> None:
    file = file_of(
        NO_HOSTING,
        OPEN,
        grant("a", NO_HOSTING.id),
        grant("b", "open"),
        made("a", "b"),
        made("b", "c", certain=False),
        artefacts="a b c",
    )

    assert arrived(file, "c") == {("a", NO_HOSTING.id, "no-hosting"): False}


def test_the_path_is_the_shortest_and_ties_go_to_the_ids_that_sort_first() -> None:
    file = file_of(
        NO_HOSTING,
        OPEN,
        grant("a", NO_HOSTING.id),
        *(grant(name, "open") for name in "xyz"),
        made("a", "y"),
        made("a", "x"),
        made("y", "d"),
        made("x", "d"),
        made("a", "z"),
        made("z", "y"),
        artefacts="d z y x a",
    )

    (item,) = inheritance_of(file).items("d")

    assert item.path == ("d", "x", "a")


def test_the_path_follows_only_what_carries_the_term() -> None:
    file = file_of(
        NO_HOSTING,
        OPEN,
        grant("a", NO_HOSTING.id),
        grant("b", "open"),
        made("a", "c", method="train-on-outputs"),
        made("a", "b"),
        made("b", "c"),
        artefacts="a b c",
    )

    (item,) = inheritance_of(file).items("c")

    assert item.path == ("c", "b", "a")


def test_two_licences_taken_from_one_origin_both_arrive() -> None:
    file = file_of(
        OLD,
        NEW,
        OPEN,
        grant("a", "old", "2022-01-01"),
        grant("a", "new", "2022-02-01"),
        grant("b", "open"),
        made("a", "b", "2022-01-15"),
        made("a", "c", "2022-02-15"),
        made("b", "c"),
        artefacts="a b c",
    )

    assert named(file, "c") == {("a", "old"): True, ("a", "new"): True, ("b", "open"): True}


def test_members_of_a_cycle_inherit_each_others_items_but_never_their_own() -> None:
    file = file_of(
        NO_HOSTING, NEW, grant("a", NO_HOSTING.id), grant("b", "new"), made("a", "b"), made("b", "a"), artefacts="a b"
    )

    assert {origin for origin, _, _ in arrived(file, "a")} == {"b"}
    assert {origin for origin, _, _ in arrived(file, "b")} == {"a"}


def test_nothing_comes_back_through_its_own_origin() -> None:
    # b took a under the first licence and c took it under the second; what b took reaches c only through a itself.
    file = file_of(
        OLD,
        NEW,
        OPEN,
        grant("a", "old", "2022-01-01"),
        grant("a", "new", "2022-02-01"),
        grant("b", "open"),
        made("a", "b", "2022-01-15"),
        made("b", "a"),
        made("a", "c", "2022-02-15"),
        artefacts="a b c",
    )

    assert ("a", "old") not in named(file, "c")
    assert ("a", "new") in named(file, "c")


def test_in_a_cycle_the_path_goes_around_its_origin() -> None:
    # The shortest way up to b passes a, but a's first licence can only have come by the long way over z and y.
    file = file_of(
        OLD,
        NEW,
        OPEN,
        grant("a", "old", "2022-01-01"),
        grant("a", "new", "2022-02-01"),
        *(grant(name, "open") for name in "byz"),
        made("a", "b", "2022-01-15"),
        made("b", "a"),
        made("a", "c", "2022-02-15"),
        made("b", "y"),
        made("y", "z"),
        made("z", "c"),
        artefacts="a b c y z",
    )

    (name,) = (name for name in inheritance_of(file).names("c") if (name.origin, name.licence) == ("a", "old"))

    assert name.path == ("c", "z", "y", "b", "a")


def test_a_later_worse_grant_does_not_reach_back() -> None:
    file = file_of(
        OPEN,
        NO_HOSTING,
        grant("a", "open", "2022-01-01"),
        grant("a", NO_HOSTING.id, "2022-02-01"),
        made("a", "b", "2022-01-15"),
        artefacts="a b",
    )

    assert not arrived(file, "b")


@pytest.mark.parametrize("control", ["may-change", "direct"])
def test_a_licensor_who_may_change_the_terms_reaches_back(control: str) -> None:
    old = licence("old", control=(control,))
    file = file_of(
        old,
        NEW,
        OPEN,
        grant("a", "old", "2022-01-01"),
        grant("a", "new", "2022-02-01", "2022-03-01"),
        grant("b", "open"),
        made("a", "b", "2022-01-15"),
        made("b", "c"),
        artefacts="a b c",
    )

    assert not arrived(file, "c", on="2022-01-31")
    assert arrived(file, "c", on="2022-02-01") == {("a", "new", "no-selling-weights"): True}
    assert arrived(file, "c", on="2023-01-01", policy="lenient") == {("a", "new", "no-selling-weights"): False}
    assert named(file, "c") == {("a", "old"): True, ("b", "open"): True}
    assert inheritance_of(file).items("c")[0].path == ("c", "b", "a")


@pytest.mark.parametrize("doubt", ["grant", "name"])
def test_what_a_licensor_adds_is_only_as_certain_as_the_name_and_the_grant(doubt: str) -> None:
    file = file_of(
        OLD,
        NEW,
        grant("a", "old", "2022-01-01"),
        grant("a", "new", "2022-02-01", certain=doubt != "grant"),
        made("a", "b", "2022-01-15", certain=doubt != "name"),
        artefacts="a b",
    )

    assert arrived(file, "b")["a", "new", "no-selling-weights"] is False


def test_a_change_back_to_the_same_licence_adds_nothing() -> None:
    file = file_of(
        OLD,
        NEW,
        grant("a", "old", "2022-01-01"),
        grant("a", "new", "2022-02-01"),
        grant("a", "old", "2022-03-01"),
        made("a", "b", "2022-01-15"),
        artefacts="a b",
    )

    assert set(arrived(file, "b")) == {("a", "old", "no-hosting")}


def test_what_arrives_twice_is_one_item_by_the_shorter_path() -> None:
    # c inherits the new text from b, which took it, and from a's right to change what c took itself.
    file = file_of(
        OLD,
        NEW,
        OPEN,
        grant("a", "old", "2022-01-01"),
        grant("a", "new", "2022-02-01"),
        grant("b", "open"),
        made("a", "b", "2022-02-15", certain=False),
        made("b", "c"),
        made("a", "c", "2022-01-15"),
        artefacts="a b c",
    )

    (item,) = (item for item in inheritance_of(file).items("c") if item.licence == "new")

    assert item.certain
    assert item.path == ("c", "a")


def test_ancestors_are_all_of_them_but_not_oneself() -> None:
    file = file_of(made("a", "b"), made("b", "c"), made("c", "b"), made("x", "y"), artefacts="a b c x y")

    assert inheritance_of(file).ancestors("c") == {"a", "b"}
    assert inheritance_of(file).ancestors("a") == frozenset()


def test_an_artefact_that_is_not_in_the_file_is_a_key_error() -> None:
    inheritance = inheritance_of(file_of(artefact("a")))

    for ask in (inheritance.items, inheritance.names, inheritance.ancestors, inheritance.state):
        with pytest.raises(KeyError):
            ask("nobody")

"""What is wrong with the facts, not with a use."""

import pytest

from lineage.engine.faults import faults
from tests.lineage.engine.small_files import NO_HOSTING, OPEN, artefact, day, file_of, grant, licence, made


def found(*parts: object, artefacts: str = "") -> list[tuple[str, tuple[str, ...]]]:
    return [(fault.code, fault.artefacts) for fault in faults(file_of(*parts, artefacts=artefacts))]  # type: ignore[arg-type]


def test_a_cycle_is_reported_once_with_all_its_members() -> None:
    assert found(made("c", "a"), made("a", "b"), made("b", "c"), made("b", "x"), artefacts="a b c x") == [
        ("cycle", ("a", "b", "c"))
    ]


def test_a_cycle_that_hangs_on_a_share_of_nothing_is_none() -> None:
    assert found(made("a", "b"), made("b", "a", share=0), artefacts="a b") == []


@pytest.mark.parametrize(
    ("obtained", "fault"),
    [
        ("2021-12-31", True),
        ("2022-01-01", False),
        (("2021-01-01", "2022-01-01"), True),
        (("2021-01-01", "2022-01-02"), False),
        (None, False),
    ],
)
def test_taken_before_it_was_offered(obtained: str | tuple[str, str] | None, fault: bool) -> None:
    expected = [("taken-before-offered", ("a", "b"))] if fault else []

    assert found(OPEN, grant("a", "open", "2022-01-01"), made("a", "b", obtained), artefacts="a b") == expected


def test_a_parent_that_was_never_offered_was_not_taken_too_early() -> None:
    assert found(made("a", "b", "2000-01-01"), artefacts="a b") == []


def test_a_child_cannot_be_older_than_its_parent() -> None:
    old, young = artefact("old", published_on=day("2022-01-01")), artefact("young", published_on=day("2022-01-02"))

    assert found(old, young, made("young", "old")) == [("child-older-than-parent", ("young", "old"))]
    assert found(old, young, made("old", "young")) == []


def test_a_label_does_not_remove_what_is_inherited() -> None:
    assert found(
        NO_HOSTING, OPEN, artefact("b", claimed_label="open"), grant("a", NO_HOSTING.id), made("a", "b"), artefacts="a"
    ) == [("ineffective-label", ("b",))]


@pytest.mark.parametrize("label", [NO_HOSTING.id, "some words", None])
def test_a_label_that_says_as_much_or_nothing_known_is_no_fault(label: str | None) -> None:
    assert (
        found(NO_HOSTING, artefact("b", claimed_label=label), grant("a", NO_HOSTING.id), made("a", "b"), artefacts="a")
        == []
    )


@pytest.mark.parametrize(("limit", "fault"), [(10, False), (5, False), (20, True)])
def test_a_label_with_a_higher_limit_is_weaker(limit: int, fault: bool) -> None:
    parents = licence("parents", "team-size-max 10")
    label = licence("label", f"team-size-max {limit}")

    assert (
        bool(
            found(
                parents,
                label,
                artefact("b", claimed_label="label"),
                grant("a", "parents"),
                made("a", "b"),
                artefacts="a",
            )
        )
        is fault
    )


def test_a_maker_may_label_away_their_own_restriction() -> None:
    assert (
        found(
            NO_HOSTING,
            OPEN,
            artefact("v1", licensor="mika"),
            artefact("v2", licensor="mika", claimed_label="open"),
            grant("v1", NO_HOSTING.id),
            made("v1", "v2"),
        )
        == []
    )


def test_a_restriction_that_is_only_possible_makes_no_label_ineffective() -> None:
    assert (
        found(
            NO_HOSTING,
            OPEN,
            artefact("b", claimed_label="open"),
            grant("a", NO_HOSTING.id),
            made("a", "b", certain=False),
            artefacts="a",
        )
        == []
    )


def test_two_published_on_one_day_may_descend_from_each_other() -> None:
    one, other = artefact("one", published_on=day("2022-01-01")), artefact("other", published_on=day("2022-01-01"))

    assert found(one, other, made("one", "other")) == []


def test_a_licensors_later_text_alone_makes_no_label_ineffective() -> None:
    old = licence("old", control=("may-change",))
    changed = (old, NO_HOSTING, OPEN, grant("a", "old"), grant("a", NO_HOSTING.id, "2023-01-01"))

    assert found(*changed, artefact("b", claimed_label="open"), made("a", "b"), artefacts="a") == []
    assert found(*changed, artefact("b", claimed_label="open"), made("a", "b", "2023-01-01"), artefacts="a") == [
        ("ineffective-label", ("b",))
    ]


def said(*parts: object, artefacts: str = "") -> list[str]:
    return [fault.says for fault in faults(file_of(*parts, artefacts=artefacts))]  # type: ignore[arg-type]


def test_faults_say_what_they_mean_in_a_sentence() -> None:
    two = licence("two", "no-hosting", "no-selling-weights")
    parent, child = artefact("a", published_on=day("2022-01-02")), artefact("b", published_on=day("2022-01-01"))

    assert said(made("a", "b"), made("b", "a"), artefacts="a b") == [
        "a and b are each claimed to descend from the others."
    ]
    assert said(made("a", "b"), made("b", "c"), made("c", "a"), artefacts="a b c") == [
        "a, b and c are each claimed to descend from the others."
    ]
    assert said(OPEN, grant("a", "open"), made("a", "b", "2019-12-31"), artefacts="a b") == [
        "b is said to have taken a before it was offered to anybody."
    ]
    assert said(parent, child, made("a", "b")) == ["b was published on 2022-01-01, before its parent a."]
    assert said(two, OPEN, artefact("b", claimed_label="open"), grant("a", "two"), made("a", "b"), artefacts="a") == [
        "The label open of b does not remove what it inherits: no-hosting, no-selling-weights."
    ]

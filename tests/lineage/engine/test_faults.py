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


def test_faults_say_what_they_mean_in_a_sentence() -> None:
    (fault,) = faults(file_of(made("a", "b"), made("b", "a"), artefacts="a b"))

    assert fault.says == "a and b are each claimed to descend from the others."

"""Tainted, suspect or clean."""

import pytest

from tests.lineage.engine.small_files import NO_HOSTING, OPEN, artefact, file_of, grant, inheritance_of, licence, made


def test_a_certain_restriction_taints() -> None:
    file = file_of(NO_HOSTING, grant("a", NO_HOSTING.id), made("a", "b"), artefacts="a b")

    assert inheritance_of(file).state("b") == "tainted"
    assert [item.term.id for item in inheritance_of(file).restrictions("b")] == ["no-hosting"]


def test_a_possible_restriction_makes_suspect() -> None:
    file = file_of(NO_HOSTING, grant("a", NO_HOSTING.id), made("a", "b", certain=False), artefacts="a b")

    assert inheritance_of(file).state("b") == "suspect"


def test_an_unknown_licence_makes_suspect() -> None:
    assert inheritance_of(file_of(made("a", "b"), artefacts="a b")).state("b") == "suspect"


@pytest.mark.parametrize("hidden", ["a", "b", "c"])
def test_undisclosed_parents_anywhere_up_the_line_make_suspect(hidden: str) -> None:
    file = file_of(
        OPEN,
        *(artefact(name, undisclosed_parents=name == hidden) for name in "abc"),
        grant("a", "open"),
        grant("b", "open"),
        made("a", "b", method="train-on-outputs"),
        made("b", "c"),
    )

    assert inheritance_of(file).state("c") == "suspect"


def test_obligations_do_not_taint() -> None:
    duties = licence("duties", "use-list", "attribution", "selling-unstated")
    file = file_of(duties, grant("a", "duties"), made("a", "b"), artefacts="a b")

    assert inheritance_of(file).state("b") == "clean"


def test_ones_own_licence_is_choice_and_not_taint() -> None:
    file = file_of(NO_HOSTING, artefact("a"), grant("a", NO_HOSTING.id))

    assert inheritance_of(file).state("a") == "clean"


def test_what_a_maker_carries_on_from_version_to_version_is_choice() -> None:
    file = file_of(
        NO_HOSTING,
        artefact("v1", licensor="mika"),
        artefact("v2", licensor="mika"),
        artefact("v3", licensor="jo"),
        grant("v1", NO_HOSTING.id),
        grant("v2", NO_HOSTING.id),
        made("v1", "v2"),
        made("v2", "v3"),
    )

    assert inheritance_of(file).state("v2") == "clean"
    assert inheritance_of(file).state("v3") == "tainted"


def test_two_artefacts_without_a_licensor_have_no_licensor_in_common() -> None:
    file = file_of(NO_HOSTING, grant("a", NO_HOSTING.id), made("a", "b"), artefacts="a b")

    assert inheritance_of(file).restrictions("b")

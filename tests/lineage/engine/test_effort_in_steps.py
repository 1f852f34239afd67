"""What each thing in a file adds to the work that it can make, counted by hand."""

import pytest

from lineage.engine.document import Exemption, LineageFile, Prohibition, Question, Term
from lineage.engine.effort import most_steps, most_steps_of_strips
from tests.lineage.engine.small_files import artefact, day, file_of, grant, licence, made

ASKED = Question("Q", "b", "host", day("2024-01-01"))
#: 20 steps for a reason and 1 for the derivation that its path may name.
REASON = 21
#: What is said of `FAMILY`: its one text with its one term, what `a` took, and what is always there.
SAID = REASON + 2 * REASON + REASON
FAMILY = (licence("l", "use-list"), grant("a", "l"), made("a", "b"), ASKED)


def steps(*parts: object, artefacts: str = "a b") -> int:
    return most_steps(file_of(*parts, artefacts=artefacts))  # type: ignore[arg-type]


def test_a_question_of_an_empty_file_costs_one_reason() -> None:
    assert most_steps(LineageFile(questions=(ASKED,))) == 20


def test_a_family_of_two() -> None:
    assert steps(*FAMILY) == SAID


def test_a_prohibition_and_an_exempted_actor_cost_a_step_each() -> None:
    assert steps(*FAMILY, Prohibition("a", day("2024-01-01"))) == SAID + 1
    assert steps(*FAMILY, Exemption("a", "use-list", ("mika", "jo"))) == SAID + 2


def test_a_derivation_makes_every_reason_longer_and_a_parent_may_be_unknown() -> None:
    # Five reasons of 22 steps: what is always there, a text with a term, and two parents.
    assert steps(*FAMILY, made("b", "c"), artefacts="a b c") == 5 * 22
    assert steps(*FAMILY, made("a", "c"), artefacts="a b c") == 4 * 22


def test_a_demanding_text_is_held_against_every_text() -> None:
    demanding = licence("l", "use-list", outbound=("superset",))

    assert steps(demanding, *FAMILY[1:]) == SAID + REASON
    assert steps(demanding, licence("other"), *FAMILY[1:]) == SAID + 2 * REASON
    assert steps(demanding, licence("other"), *FAMILY[1:], grant("b", "l")) == SAID + 4 * REASON + 2 * REASON


@pytest.mark.parametrize(("control", "changes"), [("may-change", 1), ("direct", 1), ("may-prohibit", 0)])
def test_a_text_that_may_change_is_held_against_the_longest_that_is_offered(control: str, changes: int) -> None:
    changing, longer = licence("l", "use-list", control=(control,)), licence("longer", "use-list", "attribution")

    assert steps(changing, *FAMILY[1:]) == SAID + changes * REASON
    assert steps(changing, longer, *FAMILY[1:], grant("a", "longer", "2021-01-01")) == SAID + (3 + changes * 2) * REASON
    assert steps(licence("l", "use-list"), longer, *FAMILY[1:], grant("a", "longer", "2021-01-01")) == SAID + 3 * REASON


def test_what_is_quoted_costs_a_step_for_64_characters() -> None:
    quoted = licence("l", Term("use-list", clause="c" * 28, quote="q" * 100))

    assert steps(quoted, *FAMILY[1:]) == SAID + 2
    assert steps(licence("l", Term("use-list", quote="q" * 63)), *FAMILY[1:]) == SAID


@pytest.mark.parametrize(("length", "times"), [(63, 1), (64, 2), (127, 2), (128, 3)])
def test_long_ids_make_every_reason_longer(length: int, times: int) -> None:
    assert steps(licence("l", "use-list"), *FAMILY[1:], artefact("x" * length)) == SAID * times
    assert steps(*FAMILY, licence("x" * length)) == SAID * times


def test_what_is_held_costs_its_text_and_a_step_for_every_other_reason() -> None:
    holding = Question("Q", "b", "host", day("2024-01-01"), holds=(("a", "l"), ("b", "l")))

    assert steps(*FAMILY[:3], holding) == SAID + 2 * (2 * REASON + 4)


def test_a_label_costs_as_much_as_a_question_and_a_step_for_eight_comparisons() -> None:
    label = licence("label", "use-list", "attribution", "register")

    # Three terms against four reasons are twelve comparisons.
    assert steps(*FAMILY, label, artefact("c", claimed_label="label")) == 2 * SAID + 1
    assert steps(*FAMILY, label, artefact("c", claimed_label="nothing known")) == SAID


def test_strips_cost_what_their_own_family_makes_them_cost() -> None:
    file = file_of(*FAMILY, licence("m", "register"), grant("x", "m"), made("x", "y"), artefacts="a b x y")

    assert most_steps_of_strips(file, ["b"], 1, 1_000_000) == SAID
    assert most_steps_of_strips(file, ["b"], 3, 1_000_000) == 3 * SAID
    assert most_steps_of_strips(file, ["b", "a", "y"], 1, 1_000_000) == SAID + 60 + SAID
    assert most_steps_of_strips(file, [], 1, 1_000_000) == 0


def test_strips_are_counted_no_further_than_needed() -> None:
    file = file_of(*FAMILY, artefacts="a b")

    assert most_steps_of_strips(file, ["b", "b", "b"], 1, SAID) == 2 * SAID
    assert most_steps_of_strips(file, ["b", "b", "b"], 1, SAID - 1) == SAID

"""How much work a file can make is told beforehand, and never too low."""

from pathlib import Path

import pytest
from hypothesis import given

from lineage.engine.document import Licence, LineageFile, Question, Term
from lineage.engine.effort import most_steps
from lineage.engine.judging import judge
from lineage.engine.reading import read
from tests.lineage.engine.invented_files import files
from tests.lineage.engine.small_files import artefact, day, file_of, grant, licence, made

FILES = sorted((Path(__file__).parents[3] / "lineage" / "data").glob("*.json"))


def length_of_answers(file: LineageFile) -> int:
    """Reasons, and the artefacts that their paths name."""
    answers = judge(file)["answers"]
    return sum(1 + len(reason.get("path", ())) for given in answers for reason in given["reasons"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_files_of_the_product_need_a_fifth_at_most_of_what_strangers_may_ask(path: Path) -> None:
    assert most_steps(read(path.read_bytes())) < 200_000


@given(files())
def test_no_answer_is_longer_than_was_told(file: LineageFile) -> None:
    assert length_of_answers(file) <= most_steps(file)


def a_family(own: Licence, *questions: Question) -> LineageFile:
    return file_of(own, grant("a", own.id), made("a", "b"), *questions, artefacts="a b")


def about(name: str) -> Question:
    return Question(name, "b", "publish", day("2023-01-01"))


def test_without_a_question_there_is_nothing_to_do() -> None:
    assert most_steps(a_family(licence("l", "use-list"))) == 0


def test_every_question_costs_as_much_again() -> None:
    one = most_steps(a_family(licence("l", "use-list"), about("Q1")))

    assert most_steps(a_family(licence("l", "use-list"), about("Q1"), about("Q2"))) == 2 * one


@pytest.mark.parametrize(
    "heavier",
    [
        licence("l", Term("use-list", quote="word " * 10_000)),
        licence("l", *(Term("use-list", clause=str(number)) for number in range(100))),
        licence("l" * 100_000, "use-list"),
    ],
    ids=["a long quote", "many terms", "a long id"],
)
def test_what_makes_answers_longer_costs_more(heavier: Licence) -> None:
    light = most_steps(a_family(licence("l", "use-list"), about("Q")))

    assert most_steps(a_family(heavier, about("Q"))) > light + 500


def test_a_long_label_costs_what_it_is_held_against() -> None:
    label = licence("label", *(Term("team-size-max", limit=number) for number in range(1_000)))
    strict = licence("l", *(Term("team-size-max", limit=-number) for number in range(1_000)))

    def labelled(claimed: str | None) -> LineageFile:
        child = artefact("b", claimed_label=claimed)
        return file_of(label, strict, grant("a", "l"), made("a", "b"), child, artefacts="a")

    assert most_steps(labelled("label")) > 1_000 * 1_000 / 8
    assert most_steps(labelled("a licence of elsewhere")) == 0

"""What is said of a stranger's word: short, printable, and what was probably meant."""

import pytest

from lineage.engine.fields import did_you_mean, shown
from lineage.engine.new_ids import free_id


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain", "plain"),
        ("x" * 80, "x" * 80),
        ("x" * 81, "x" * 77 + "..."),
        ("a\x1b[31mb\n", "a?[31mb?"),
        ("見本", "見本"),
    ],
)
def test_a_strangers_word_is_shown_short_and_printable(text: str, seen: str) -> None:
    assert shown(text) == seen


def test_the_nearest_word_is_named_if_there_is_a_near_one() -> None:
    words = ["chilloutmix", "chillout", "dreamlike"]

    assert did_you_mean("chilomix", words) == "; did you mean 'chilloutmix'?"
    assert did_you_mean("entirely else", words) == ""
    assert did_you_mean(7, ["7"]) == ""


@pytest.mark.parametrize(("length", "searched"), [(100, True), (101, False)])
def test_a_very_long_word_is_not_searched_for(length: int, searched: bool) -> None:
    word = "x" * length

    assert did_you_mean(word, [word]) == (f"; did you mean '{word}'?" if searched else "")


@pytest.mark.parametrize(("place", "searched"), [(4_999, True), (5_000, False)])
def test_a_very_long_list_is_not_searched_to_its_end(place: int, searched: bool) -> None:
    words = [*(f"{number:09}" for number in range(place)), "chilloutmix"]

    assert bool(did_you_mean("chilomix", words)) is searched


def test_an_id_that_is_taken_gets_the_first_free_number() -> None:
    assert free_id("a", ()) == "a"
    assert free_id("a", {"a"}) == "a-2"
    assert free_id("a", {"a", "a-2", "a-4"}) == "a-3"

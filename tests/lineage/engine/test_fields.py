"""What is said of a stranger's word and of what stands in a field: short, printable, and what was probably meant."""

from collections.abc import Callable

import pytest

from lineage.engine.document import LineageFileError
from lineage.engine.fields import Fields, did_you_mean, shown
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


def refused(read: Callable[[Fields], object], **values: object) -> str:
    with pytest.raises(LineageFileError) as error:
        read(Fields("grants[3]", values, {"id", "it"}))
    return str(error.value)


KINDS: list[tuple[object, str]] = [
    (None, "null"),
    (True, "true or false"),
    ("x", "a text"),
    (7, "a number"),
    (7.5, "a number"),
    ([], "a list"),
]
NULL = "grants[3].it: this field must not be null"


@pytest.mark.parametrize(("value", "kind"), [*KINDS, ({}, "an object")])
def test_what_is_of_the_wrong_kind_is_named_by_its_kind(value: object, kind: str) -> None:
    def is_no(wanted: str, own: str) -> str | None:
        return None if kind in own else f"grants[3].it: this must be {wanted}, not {kind}"

    def said(read: Callable[[Fields], object]) -> str | None:
        try:
            read(Fields("grants[3]", {"it": value}, {"it"}))
        except LineageFileError as error:
            return str(error)
        return None

    null = NULL if value is None else None
    day = None if kind == "a text" else is_no('a day such as "2023-02-22"', "null")
    assert said(lambda fields: fields.text("it")) == (null or is_no("a text", "a text"))
    assert said(lambda fields: fields.optional_text("it")) == is_no("a text", "a text, null")
    assert said(lambda fields: fields.flag("it", True)) == is_no("true or false", "true or false, null")
    assert said(lambda fields: fields.optional_flag("it")) == is_no("true or false", "true or false, null")
    assert said(lambda fields: fields.optional_number("it")) == is_no("a number", "a number, null")
    assert said(lambda fields: fields.entries("it")) == (null or is_no("a list", "a list"))
    assert said(lambda fields: fields.optional_entries("it")) == is_no("a list", "a list, null")
    if kind != "a text":
        assert said(lambda fields: fields.day("it")) == (null or day)
        assert said(lambda fields: fields.optional_day("it")) == day


def test_what_is_missing_is_not_what_is_null() -> None:
    assert refused(lambda fields: fields.text("it")) == "grants[3].it: this field is missing"
    assert refused(lambda fields: fields.text("it"), it=None) == NULL
    assert refused(lambda fields: fields.given("it")) == "grants[3].it: this field is missing"
    assert Fields("", {"it": None}, {"it"}).given("it") is None


def test_a_flag_that_is_left_out_is_as_it_would_be() -> None:
    nothing = Fields("", {}, {"it"})

    assert (nothing.flag("it", True), nothing.flag("it", False), nothing.optional_flag("it")) == (True, False, None)
    assert Fields("", {"it": False}, {"it"}).flag("it", True) is False
    assert Fields("", {"it": False}, {"it"}).optional_flag("it") is False


@pytest.mark.parametrize("number", [10**300, -(10**300), float("inf"), float("-inf"), float("nan")])
def test_a_number_without_measure_is_refused(number: float) -> None:
    words = "grants[3].it: this must be a finite number of a sensible size"

    assert refused(lambda fields: fields.optional_number("it"), it=number) == words


@pytest.mark.parametrize("number", [10**300 - 1, 1 - 10**300, 1e299, -1e299, 0, -4000, 0.001])
def test_a_number_of_any_sensible_size_is_taken(number: float) -> None:
    assert Fields("", {"it": number}, {"it"}).optional_number("it") == number


@pytest.mark.parametrize("text", ["nul\0", "é\0", "\ud800", "x\udfff", "\udabc"])
def test_a_character_that_nothing_can_hold_is_refused(text: str) -> None:
    words = "grants[3].it: this text holds a character that cannot be stored (NUL or half of a surrogate pair)"

    assert refused(lambda fields: fields.text("it"), it=text) == words


@pytest.mark.parametrize("text", ["", "plain", "見本", "\ud7ff\ue000", "😀", "\x01"])
def test_every_other_text_is_taken(text: str) -> None:
    assert Fields("", {"it": text}, {"it"}).text("it") == text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "the id of this licence is empty"),
        (
            "unknown-licence",
            "'unknown-licence' is what the calculus calls a licence nobody knows; take another id",
        ),
        ("taken", "the licence 'taken' is given twice"),
    ],
)
def test_an_id_has_to_be_new(name: str, words: str) -> None:
    assert refused(lambda fields: fields.new_id("licence", {"taken"}), id=name) == f"grants[3].id: {words}"


@pytest.mark.parametrize("day", ["2023-02-30", "2023-1-1", "2023-01-01T00:00", "", "20230101", "2023-W01-1"])
def test_a_day_that_is_none_is_refused_where_it_stands(day: str) -> None:
    words = f"grants[3].it: '{day}' is not a day; write year-month-day, such as 2023-02-22"

    assert refused(lambda fields: fields.day("it"), it=day) == words
    assert refused(lambda fields: fields.optional_day("it"), it=day) == words

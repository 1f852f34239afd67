"""Text keeps inside its box, whatever the script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.picture.text_width import COLUMN, ELLIPSIS, clip, clusters, width, wrap
from tests.lineage.picture.families import WORDS


def test_a_wide_character_is_two_columns_and_a_combining_mark_none() -> None:
    assert width("系譜") == 4 * COLUMN
    assert width("が") == width("か\u3099")
    assert width("e") == width("e\u0301") == width("e\u0301\u0323")


def test_a_joined_emoji_is_as_broad_as_one_character() -> None:
    assert width("👩‍👩‍👧‍👦") == width("👩") == 2 * COLUMN
    assert list(clusters("a👩🏽‍🚀🇯🇵")) == ["a", "👩🏽‍🚀", "🇯🇵"]


@given(WORDS, st.integers(5 * COLUMN, 40 * COLUMN), st.integers(1, 3))
def test_no_line_is_broader_than_the_limit(text: str, limit: int, lines: int) -> None:
    wrapped = wrap(text, limit, lines=lines)

    assert 1 <= len(wrapped) <= lines
    assert all(width(line) <= limit for line in wrapped)


@given(st.text("ab-_ 系譜。(", max_size=60), st.integers(5 * COLUMN, 40 * COLUMN))
def test_a_text_that_is_not_clipped_loses_nothing_but_spaces(text: str, limit: int) -> None:
    wrapped = "".join(wrap(text, limit))

    shown = wrapped.removesuffix(ELLIPSIS).replace(" ", "")
    whole = text.replace(" ", "")
    assert whole.startswith(shown) if wrapped.endswith(ELLIPSIS) else shown == whole


def test_a_text_that_fits_is_left_alone() -> None:
    assert wrap("BRA V1", 30 * COLUMN) == ("BRA V1",)


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    clipped = clip("PoV Skin Texture r34 Lucid Black", 15 * COLUMN)

    assert clipped.startswith("PoV Skin") and clipped.endswith(ELLIPSIS)


def test_japanese_is_clipped_by_columns_not_by_letters() -> None:
    assert clip("制限を受け継いでいます", 12 * COLUMN) == "制限を受け…"
    assert clip("制限を受け継いでいます", 22 * COLUMN) == "制限を受け継いでいます"


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("PoV Skin Texture r34 Lucid Black", ("PoV Skin Texture r34", "Lucid Black")),
        ("PoV_Skin_Texture_r34_Lucid_Black", ("PoV_Skin_Texture_r34_", "Lucid_Black")),
        ("anime-full-final-pruned-ema-only", ("anime-full-final-", "pruned-ema-only")),
    ],
)
def test_a_name_is_broken_where_a_reader_would_break_it(name: str, lines: tuple[str, str]) -> None:
    assert wrap(name, 27 * COLUMN) == lines


def test_a_japanese_line_does_not_begin_with_a_full_stop() -> None:
    first, second = wrap("これは長い名前です。続きの文もあります", 18 * COLUMN)

    assert first == "これは長い名前で" and second.startswith("す。")


def test_a_last_line_is_not_one_lonely_letter() -> None:
    first, second = wrap("新しい半分をもう一度学習", 22 * COLUMN)

    assert width(second) > 4 * COLUMN and first + second == "新しい半分をもう一度学習"


def test_a_tower_of_accents_does_not_leave_its_line() -> None:
    (line,) = wrap("Z" + "\u0301" * 5_000 + "algo", 30 * COLUMN)

    assert len(line) < 20


def test_a_text_of_a_million_letters_is_read_no_further_than_needed() -> None:
    assert len(clip("a" * 1_000_000, 20 * COLUMN)) < 30

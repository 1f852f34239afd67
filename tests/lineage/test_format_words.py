"""What a reader of a format says is said in the language of who reads it."""

import re

import pytest
from django.utils.translation import override

from lineage.fetching import FetchRefused
from lineage.fetching.addresses import checked
from lineage.formats.any_format import read_proposal
from lineage.formats.proposals import FormatError, Remark
from lineage.words.format_sentences import SENTENCES
from lineage.words.formats import format_error_words, place_words, placed_words, said_words
from tests.lineage.formats.said import templates

#: What our own reader of lineage files says comes as it is, in English.
NOT_OURS = {"{problem}"}
BLANK = re.compile(r"\{[a-z]*\}")


def test_every_sentence_of_the_readers_is_known_and_none_is_left_over() -> None:
    said = set(templates())

    assert {template: where for template, where in templates().items() if template not in SENTENCES | NOT_OURS} == {}
    assert SENTENCES - said == set()


@pytest.mark.parametrize("template", sorted(SENTENCES))
def test_every_sentence_is_said_in_both_languages_with_all_that_is_in_it(template: str) -> None:
    values = {blank.strip("{}"): f"<{blank}>" for blank in BLANK.findall(template)}

    with override("en"):
        english = said_words(template, values)
    with override("ja"):
        japanese = said_words(template, values)

    assert english != japanese
    assert all(value in japanese for value in values.values())
    assert english == template.format(**values)


def test_an_error_is_said_with_its_place_and_numbers_with_commas() -> None:
    with pytest.raises(FormatError) as refusal:
        read_proposal(b"a" * 400_001, format="mergekit")
    error = refusal.value

    with override("ja"):
        assert format_error_words(error) == "400,000バイトを超えています。一部だけにしてください。"
        assert placed_words("line 3, column 14", "x") == "3行目、14文字目:x"
    with override("en"):
        assert placed_words(error.place, format_error_words(error)) == str(error)


def test_kinds_of_values_are_said_in_the_same_language() -> None:
    with override("ja"):
        assert said_words("this must be a list, not {found}", {"found": "a text"}) == (
            "リストでなければなりませんが、文字列です。"
        )


def test_a_remark_and_a_refusal_are_said_like_an_error() -> None:
    remark = Remark("", "merged by '{method}'", (("method", "ties"),))
    with pytest.raises(FetchRefused) as refusal:
        checked("http://x.org/", {"x.org"})

    with override("ja"):
        assert format_error_words(remark) == "マージ方法は「ties」です。"
        assert format_error_words(refusal.value) == "取得できるのは https:// で始まるアドレスだけです。"


def test_a_stranger_s_words_are_never_taken_for_a_sentence_of_ours() -> None:
    remark = Remark("", "written by '{program}'", (("program", "{name.__class__}"),))

    with override("ja"):
        assert format_error_words(remark) == "「{name.__class__}」が書き込んだ記録です。"
    assert said_words("no sentence of ours {0} {x.y}", {}) == "no sentence of ours {0} {x.y}"


@pytest.mark.parametrize(
    ("place", "japanese"),
    [
        ("header, byte 7", "ヘッダー、7バイト目"),
        ("card, configuration at line 9", "カード、9行目からの設定"),
        ("commit c0ffee", "コミットc0ffee"),
        ("commit of 2023-01-01", "2023-01-01のコミット"),
        ("derivations[3].parent", "derivations[3].parent"),
        ("my model, v2.safetensors", "my model, v2.safetensors"),
        ("", ""),
    ],
)
def test_a_place_is_said_as_far_as_it_is_not_a_name(place: str, japanese: str) -> None:
    with override("ja"):
        assert place_words(place) == japanese

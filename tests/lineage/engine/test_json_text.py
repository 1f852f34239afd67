"""Bytes of strangers: what is refused before anything in it is looked at, and with which words."""

import pytest

from lineage.engine.document import LineageFileError
from lineage.engine.json_text import LARGEST_FILE, parse


def says(text: str | bytes) -> str:
    with pytest.raises(LineageFileError) as error:
        parse(text)
    return str(error.value)


@pytest.mark.parametrize("letter", ["a", "é", "あ"])
def test_the_largest_file_is_counted_in_bytes_and_still_read(letter: str) -> None:
    inner = letter * ((LARGEST_FILE - 2) // len(letter.encode()))
    text = f'"{inner}"' + " " * (LARGEST_FILE - 2 - len(inner.encode()))

    assert len(text.encode()) == LARGEST_FILE
    assert parse(text) == parse(text.encode()) == inner
    for larger in (text + " ", text.encode() + b" "):
        assert says(larger) == "the file has more than 10,000,000 bytes; split it into smaller ones"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1, column 1: this is not JSON: expecting value"),
        ('{"a": 1,\n "b" 2}', "line 2, column 6: this is not JSON: expecting ':' delimiter"),
        ("[" * 100_000, "lists and objects are nested too deeply; a lineage file needs six levels"),
        ("9" * 5_000, "a number has more digits than can be read; write a shorter one"),
        (b"{\xff}", "byte 1: the file is not UTF-8; save it as UTF-8 and try again"),
    ],
    ids=["nothing", "a slip", "too deep", "too many digits", "not UTF-8"],
)
def test_what_cannot_be_read_is_refused_in_words(text: str | bytes, words: str) -> None:
    assert says(text) == words

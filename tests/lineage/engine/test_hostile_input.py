"""Files from strangers who mean harm, or whose tools do: an answer or an error, soon, and no other end."""

import json
import time
import tracemalloc
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from lineage.engine import verdicts
from lineage.engine.document import LineageFile, LineageFileError, Question
from lineage.engine.judging import judge
from lineage.engine.reading import from_json, read
from tests.lineage.engine.small_files import (
    NO_HOSTING,
    arrived,
    artefact,
    asked,
    file_of,
    grant,
    inheritance_of,
    licence,
    made,
)

EMPTY = {"format": "genseki-lineage/1", "licences": [], "artefacts": [], "grants": [], "derivations": []}


def refused(text: str | bytes) -> LineageFileError:
    with pytest.raises(LineageFileError) as error:
        read(text)
    return error.value


@pytest.mark.parametrize("text", ["", "{", "[1,]", "nonsense", '{"format": }', "\0", "{'a': 1}"])
def test_what_is_not_json_is_refused_with_line_and_column(text: str) -> None:
    error = refused(text)

    assert error.place.startswith("line 1, column ")
    assert error.says.startswith("this is not JSON: ")


def test_bytes_that_are_not_utf_8_are_refused() -> None:
    assert refused(b'{"format": "\xff"}').place == "byte 12"
    assert "UTF-8" in refused(json.dumps(EMPTY).encode("utf-16")).says


def test_a_byte_order_mark_is_tolerated() -> None:
    text = "\ufeff" + json.dumps(EMPTY)

    assert read(text) == read(text.encode()) == LineageFile()


@pytest.mark.parametrize("bomb", ["[" * 3_000_000, '{"a":' * 1_000_000, '{"questions":[{"expect":' + "[" * 200_000])
def test_a_nesting_bomb_is_refused(bomb: str) -> None:
    assert "nested too deeply" in refused(bomb).says


def test_a_free_field_may_be_deep_but_not_bottomless() -> None:
    def with_expect(depth: int) -> dict[str, Any]:
        inner: dict[str, Any] = {}
        for _ in range(depth):
            inner = {"in": inner}
        question = {"id": "Q", "artefact": "a", "action": "run", "on": "2023-01-01", "expect": inner}
        return EMPTY | {"artefacts": [{"id": "a", "name": "a"}], "questions": [question]}

    assert from_json(with_expect(20)).questions[0].expect
    with pytest.raises(LineageFileError) as error:
        from_json(with_expect(100_000))
    assert error.value.place == "questions[0].expect"


def test_a_file_of_more_than_ten_million_bytes_is_refused() -> None:
    padding = " " * 10_000_000

    assert "more than 10,000,000 bytes" in refused(json.dumps(EMPTY) + padding).says
    assert "more than 10,000,000 bytes" in refused((json.dumps(EMPTY) + padding).encode()).says
    assert "more than 10,000,000 bytes" in refused("あ" * 4_000_000).says


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "1" * 400, "-1e400"])
def test_numbers_without_end_are_refused_where_they_stand(number: str) -> None:
    licence = {"id": "l", "terms": [{"id": "images-max", "limit": "NUMBER"}], "outbound": [], "control": []}
    text = json.dumps(EMPTY | {"licences": [licence]}).replace('"NUMBER"', number)

    assert refused(text).place == "licences[0].terms[0].limit"


def test_a_number_of_ten_thousand_digits_is_refused() -> None:
    assert "digits" in refused('{"format": ' + "1" * 10_000 + "}").says


def test_numbers_without_end_are_refused_in_a_free_field_too() -> None:
    question = '{"id": "Q", "artefact": "a", "action": "run", "on": "2023-01-01", "expect": {"x": [NaN]}}'
    text = json.dumps(EMPTY | {"artefacts": [{"id": "a", "name": "a"}], "questions": [0]}).replace(
        "[0]", f"[{question}]"
    )

    assert refused(text).place == "questions[0].expect"


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ('"format"', '"format": "x", "format"', "format"),
        ('"id": "a"', '"id": "b", "id": "a"', "artefacts[0].id"),
    ],
)
def test_a_key_given_twice_is_refused(before: str, after: str, place: str) -> None:
    text = json.dumps(EMPTY | {"artefacts": [{"id": "a", "name": "a"}]}).replace(before, after)

    assert (refused(text).place, refused(text).says) == (place, "this field is given twice; keep one of the two")


def test_half_a_surrogate_pair_is_refused() -> None:
    text = json.dumps(EMPTY | {"artefacts": [{"id": "a", "name": "NAME"}]}).replace("NAME", r"\ud800")

    assert refused(text).place == "artefacts[0].name"


def test_a_long_and_ugly_id_makes_a_short_and_plain_sentence() -> None:
    grants = [{"artefact": "\x1b[31m" + "x" * 1_000_000, "licence": "l", "from": "2023-01-01"}]

    error = refused(json.dumps(EMPTY | {"artefacts": [{"id": "a", "name": "a"}], "grants": grants}))

    assert len(error.says) < 120
    assert "\x1b" not in error.says


def test_a_cycle_through_every_artefact_ends() -> None:
    count = 3_000
    names = [f"m{number}" for number in range(count)]
    ring = [made(one, other) for one, other in zip(names, names[1:] + names[:1], strict=True)]
    file = file_of(NO_HOSTING, *(artefact(name) for name in names), grant("m0", NO_HOSTING.id), *ring)

    assert arrived(file, "m1")["m0", NO_HOSTING.id, "no-hosting"] is True
    assert inheritance_of(file).state("m0") == "suspect"
    assert len(judge(file)["faults"]) == 1


def test_a_ladder_with_more_paths_than_atoms_ends() -> None:
    steps = 400
    rungs = [
        made(f"{one}{number}", f"{other}{number + 1}") for number in range(steps) for one in "ab" for other in "ab"
    ]
    names = [f"{side}{number}" for number in range(steps + 1) for side in "ab"]
    file = file_of(NO_HOSTING, *(artefact(name) for name in names), grant("b0", NO_HOSTING.id), *rungs)

    item = next(item for item in inheritance_of(file).restrictions(f"a{steps}"))

    assert item.path == (*(f"a{number}" for number in range(steps, 0, -1)), "b0")


def test_two_hundred_thousand_claims_of_one_pair_end_within_seconds() -> None:
    claim = {"parent": "a", "child": "b", "method": "merge", "obtained_on": "2023-01-01"}
    value = EMPTY | {
        "artefacts": [{"id": "a", "name": "a"}, {"id": "b", "name": "b"}],
        "derivations": [claim] * 200_000,
        "questions": [{"id": "Q", "artefact": "b", "action": "host", "on": "2024-01-01"}],
    }
    started = time.process_time()

    result = judge(from_json(value))

    assert result["answers"][0]["verdict"] == "unclear"
    assert time.process_time() - started < 10


def test_the_longest_answer_is_still_given(monkeypatch: pytest.MonkeyPatch) -> None:
    # Three reasons: their paths name one, two and three artefacts.
    file = file_of(made("a", "b"), made("b", "c"), artefacts="a b c")

    monkeypatch.setattr(verdicts, "LONGEST_ANSWER", 9)
    assert len(asked(file, "c", "host").reasons) == 3
    monkeypatch.setattr(verdicts, "LONGEST_ANSWER", 8)
    with pytest.raises(LineageFileError, match="more than 8 artefacts"):
        asked(file, "c", "host")


def test_an_answer_too_long_to_be_of_use_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "LONGEST_ANSWER", 5)
    file = file_of(made("a", "b"), made("b", "c"), artefacts="a b c")

    with pytest.raises(LineageFileError) as error:
        asked(file, "c", "host")

    assert str(error.value) == "question Q: the reasons would name more than 5 artefacts; ask about a shorter ancestry"


def test_a_licensor_who_changed_their_text_two_thousand_times() -> None:
    days = [(date(2000, 1, 1) + timedelta(days=number)).isoformat() for number in range(2_000)]
    texts = [licence(f"l{number}", control=("may-change",)) for number in range(1_999)]
    file = file_of(
        *texts,
        licence("l1999", "no-hosting"),
        *(grant("p", f"l{number}", starts) for number, starts in enumerate(days)),
        made("p", "c", (days[0], days[-1])),
        artefacts="p c",
    )

    (reason,) = asked(file, "c", "host").reasons[:1]

    assert (reason.code, reason.licence, reason.path) == ("no-hosting", "l1999", ("c", "p"))


def test_a_million_claims_of_one_pair_end_within_seconds() -> None:
    file = file_of(NO_HOSTING, grant("a", NO_HOSTING.id), artefacts="a b")
    question = Question("Q", "b", "host", date(2024, 1, 1))
    started = time.process_time()

    result = judge(replace(file, derivations=(made("a", "b"),) * 1_000_000, questions=(question,)))

    assert result["answers"][0]["verdict"] == "blocked"
    assert time.process_time() - started < 20


def test_a_million_claims_written_out_are_too_long_to_be_looked_at() -> None:
    claim = '{"parent": "a", "child": "b", "method": "merge", "obtained_on": null},'
    started = time.process_time()

    error = refused('{"derivations": [' + claim * 1_000_000)

    assert "more than 10,000,000 bytes" in error.says
    assert time.process_time() - started < 1


@pytest.mark.parametrize("shape", ["chain", "mesh"])
def test_a_file_of_nearly_ten_million_bytes_is_judged_within_seconds(shape: str) -> None:
    text = json.dumps(largest(shape))
    started = time.process_time()

    answer = judge(read(text))["answers"][0]

    assert 9_000_000 < len(text) < 10_000_000
    assert answer["lineage"] == "suspect"
    assert time.process_time() - started < 30


def test_a_file_of_nearly_ten_million_bytes_takes_a_bounded_multiple_of_its_size() -> None:
    text = json.dumps(largest("star"))
    tracemalloc.start()

    answer = judge(read(text))["answers"][0]

    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer["lineage"] == "suspect"
    assert most < 20 * len(text)


def largest(shape: str) -> dict[str, Any]:
    """As many derivations as fit; those who inherit from whom are in a row, all from one, or all from some."""
    count = {"chain": 63_000, "star": 63_000, "mesh": 85_000}[shape]
    names = [f"m{number:05}" for number in range(600 if shape == "mesh" else count + 1)]
    pairs = {
        "chain": lambda number: (names[number], names[number + 1]),
        "star": lambda number: (names[0], names[number + 1]),
        "mesh": lambda number: (names[number % 500], names[500 + number // 500 % 100]),
    }[shape]
    claims = [
        {"parent": parent, "child": child, "method": "merge", "obtained_on": "2023-01-01", "evidence": "a model card"}
        for parent, child in map(pairs, range(count))
    ]
    return EMPTY | {
        "artefacts": [{"id": name, "name": name} for name in names],
        "derivations": claims,
        "questions": [{"id": "Q", "artefact": names[-1], "action": "run", "on": "2024-01-01"}],
    }


def test_a_hundred_thousand_artefacts_of_one_id_are_refused_within_seconds() -> None:
    started = time.process_time()

    error = refused(json.dumps(EMPTY | {"artefacts": [{"id": "a", "name": "a"}] * 100_000}))

    assert (error.place, "'a' is given twice" in error.says) == ("artefacts[1].id", True)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "day", ["2023-02-30", "2023-02-29", "2023-13-01", "2023-1-1", "20230101", "9999-99-99", 20230101]
)
def test_a_day_that_is_in_no_calendar_is_refused(day: object) -> None:
    grants = [{"artefact": "a", "licence": "l", "from": day}]
    licences = [{"id": "l", "terms": [], "outbound": [], "control": []}]

    error = refused(
        json.dumps(EMPTY | {"artefacts": [{"id": "a", "name": "a"}], "licences": licences, "grants": grants})
    )

    assert error.place == "grants[0].from"

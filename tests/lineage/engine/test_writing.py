"""What is written is canonical, and read again it is the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from lineage.engine.document import LineageFile, Question
from lineage.engine.reading import from_json, read
from lineage.engine.writing import to_json, write
from tests.lineage.engine.small_files import artefact, day, file_of, grant, licence, made

FILES = sorted(Path(__file__).parent.parent.joinpath("cases").glob("*.json"))

FULL: dict[str, Any] = {
    "format": "genseki-lineage/1",
    "licences": [
        {
            "id": "l",
            "name": "An open licence",
            "url": "https://example.org/l",
            "spdx": "MIT",
            "family": "open",
            "or_later": True,
            "terms": [
                {
                    "id": "team-size-max",
                    "limit": 10,
                    "carries": "copies",
                    "reaches_outputs": True,
                    "clause": "4.a",
                    "quote": "teams of 10 or less",
                }
            ],
            "outbound": ["superset"],
            "control": ["irrevocable"],
        }
    ],
    "artefacts": [
        {
            "id": "a",
            "name": "アニメ",
            "licensor": "mika",
            "published_on": "2023-01-01",
            "sha256": "00",
            "url": "https://example.org/a",
            "undisclosed_parents": True,
            "claimed_label": "l",
        },
        {"id": "b", "name": "b"},
    ],
    "grants": [
        {
            "artefact": "a",
            "licence": "l",
            "from": "2023-01-01",
            "until": "2023-02-01",
            "optional": True,
            "certain": False,
            "evidence": ["https://example.org/1", "https://example.org/2"],
        }
    ],
    "derivations": [
        {
            "parent": "a",
            "child": "b",
            "method": "merge",
            "obtained_on": {"from": "2023-01-01", "until": "2023-01-05"},
            "share": 0.5,
            "certain": False,
            "reaccepted_on": "2023-03-01",
            "evidence": "the model card",
        }
    ],
    "exemptions": [{"artefact": "a", "term": "team-size-max", "actors": ["bigsite"]}],
    "prohibitions": [{"artefact": "a", "on": "2023-04-01"}],
    "questions": [
        {
            "id": "Q",
            "artefact": "b",
            "action": "run",
            "on": "2023-05-01",
            "acquired_on": "2023-04-01",
            "actor": "jo",
            "facts": {
                "team_size": 3,
                "annual_revenue_usd": 1.5,
                "monthly_active_users": 10,
                "images_per_month": 6000,
                "monetised": False,
                "commercial": True,
            },
            "holds": {"a": "l"},
            "policy": "lenient",
            "note": "why",
            "expect": {"verdict": "allowed", "anything": [1, {"else": None}]},
        }
    ],
}


def test_every_field_is_kept() -> None:
    assert to_json(from_json(FULL)) == FULL


def test_every_field_stands_in_a_fixed_place() -> None:
    value = FULL | {"questions": [FULL["questions"][0] | {"expect": None}]}

    backwards = json.loads(json.dumps(value), object_pairs_hook=lambda pairs: dict(reversed(pairs)))

    assert write(from_json(backwards)) == write(from_json(value))


def test_what_would_be_assumed_is_left_out() -> None:
    file = file_of(
        licence("l", "use-list"),
        artefact("a"),
        artefact("b"),
        grant("a", "l"),
        made("a", "b", None),
        Question("Q", "a", "run", day("2023-01-01")),
    )

    assert to_json(file) == {
        "format": "genseki-lineage/1",
        "licences": [{"id": "l", "terms": [{"id": "use-list"}], "outbound": [], "control": []}],
        "artefacts": [{"id": "a", "name": "a"}, {"id": "b", "name": "b"}],
        "grants": [{"artefact": "a", "licence": "l", "from": "2020-01-01"}],
        "derivations": [{"parent": "a", "child": "b", "method": "merge", "obtained_on": None}],
        "questions": [{"id": "Q", "artefact": "a", "action": "run", "on": "2023-01-01"}],
    }


def test_an_empty_file_has_its_four_lists_and_ends_with_a_line() -> None:
    text = write(LineageFile())

    assert read(text) == LineageFile()
    assert text.endswith("}\n")


def test_null_is_the_same_as_absent() -> None:
    value = json.loads(json.dumps(to_json(from_json(FULL))))
    for entry in (value["licences"][0], value["artefacts"][0], value["grants"][0], value["derivations"][0]):
        for key in set(entry) - {
            "id",
            "name",
            "terms",
            "outbound",
            "control",
            "artefact",
            "licence",
            "from",
            "parent",
            "child",
            "method",
        }:
            entry[key] = None
    value |= {"exemptions": None, "prohibitions": None, "questions": None}

    written = to_json(from_json(value))

    assert set(written["grants"][0]) == {"artefact", "licence", "from"}
    assert set(written["derivations"][0]) == {"parent", "child", "method", "obtained_on"}
    assert "questions" not in written


def test_letters_of_every_language_are_written_as_they_are() -> None:
    assert "アニメ" in write(from_json(FULL))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_case_survives_export_and_import(path: Path) -> None:
    file = read(path.read_bytes())

    assert read(write(file)) == file
    assert write(read(write(file))) == write(file)

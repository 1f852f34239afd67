"""The published schema and the reader: what the schema refuses, the reader refuses, and the other way where it can."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lineage.engine.document import LineageFileError
from lineage.engine.reading import from_json
from lineage.engine.schema import Schema, lineage_schema
from tests.lineage.engine.test_writing import FULL

ROOT = Path(__file__).parents[3]
FILES = [
    *sorted((ROOT / "tests" / "lineage" / "cases").glob("*.json")),
    *sorted((ROOT / "lineage" / "data").glob("*.json")),
]
ODD: list[Any] = [
    None,
    True,
    0,
    1.5,
    -1,
    10**400,
    "",
    "x",
    "a",
    "b",
    "l",
    "use-list",
    "team-size-max",
    "unknown-licence",
    "nul \0",
    "2023-01-31",
    "2023-02-30",
    "2023-04-31",
    "2023-13-01",
    "0000-01-01",
    "2023-01-01\n",
    [],
    [None],
    ["x"],
    ["superset"],
    {},
    {"x": 1},
    {"from": "2023-01-01", "until": "2023-01-02"},
]
BEYOND_A_SCHEMA = re.compile(
    r"^no (artefact|licence) '"
    r"|is given twice"
    r"|cannot be made from itself"
    r"|before it begins on"
    r"|after the question's day"
)


@pytest.fixture
def schema() -> Schema:
    return lineage_schema("https://example.org/schemas/lineage-1.json")


@pytest.fixture
def validator(schema: Schema) -> Draft202012Validator:
    return Draft202012Validator(schema)


def reader_says(value: object) -> str | None:
    try:
        from_json(value)
    except LineageFileError as error:
        return error.says
    return None


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a value but those inside the free field, each as the way that leads there."""
    if way:
        yield way
    if isinstance(value, dict | list) and way[-1:] != ("expect",):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in list(inner):
            yield from places(part, (*way, key))


def inner(value: Any, way: tuple[Any, ...]) -> Any:
    for step in way:
        value = value[step]
    return value


def named(way: tuple[Any, ...]) -> str:
    return "/".join(map(str, way))


def test_the_schema_is_one(schema: Schema) -> None:
    Draft202012Validator.check_schema(schema)

    assert schema["$id"] == "https://example.org/schemas/lineage-1.json"


def test_what_is_published_changes_only_on_purpose(schema: Schema) -> None:
    """Others build on it. Whoever means to change it changes `lineage-1.schema.json` too, and only adds."""
    published = Path(__file__).with_name("lineage-1.schema.json").read_text(encoding="utf-8")

    assert schema == json.loads(published)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_case_and_every_file_of_the_product_is_valid(path: Path, validator: Draft202012Validator) -> None:
    value = json.loads(path.read_text(encoding="utf-8"))

    assert [error.message for error in validator.iter_errors(value)] == []


def test_the_file_that_has_every_field_is_valid(validator: Draft202012Validator) -> None:
    assert list(validator.iter_errors(FULL)) == []


@pytest.mark.parametrize("way", list(places(FULL)), ids=named)
def test_whatever_stands_in_a_place_the_schema_and_the_reader_agree(
    way: tuple[Any, ...], validator: Draft202012Validator
) -> None:
    for odd in ODD:
        value = copy.deepcopy(FULL)
        inner(value, way[:-1])[way[-1]] = odd

        says, valid = reader_says(value), validator.is_valid(value)

        if valid and says is not None:
            assert BEYOND_A_SCHEMA.search(says), (odd, says)
        if not valid:
            assert says is not None, odd


@pytest.mark.parametrize("way", [way for way in places(FULL) if isinstance(way[-1], str)], ids=named)
def test_both_agree_on_which_fields_may_be_left_out(way: tuple[Any, ...], validator: Draft202012Validator) -> None:
    value = copy.deepcopy(FULL)
    del inner(value, way[:-1])[way[-1]]

    assert validator.is_valid(value) == (reader_says(value) is None)


@pytest.mark.parametrize(
    "way", [(), *(way for way in places(FULL) if isinstance(inner(FULL, way), dict) and way[-1] != "expect")], ids=named
)
def test_both_refuse_a_field_that_the_format_does_not_have(
    way: tuple[Any, ...], validator: Draft202012Validator
) -> None:
    value = copy.deepcopy(FULL)
    inner(value, way)["untill"] = None

    assert not validator.is_valid(value)
    assert reader_says(value) is not None


@pytest.mark.parametrize("value", [None, [], "text", 3, True, {}])
def test_both_refuse_a_file_that_is_no_object(value: object, validator: Draft202012Validator) -> None:
    assert not validator.is_valid(value)
    assert reader_says(value) is not None


def objects_of(schema: Schema) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "", schema
    yield from ((name, shape) for name, shape in schema["$defs"].items() if "properties" in shape)


def test_the_file_with_every_field_has_every_field_of_the_schema(schema: Schema) -> None:
    term = FULL["licences"][0]["terms"][0]
    derivation, question = FULL["derivations"][0], FULL["questions"][0]
    examples: dict[str, dict[str, Any]] = {
        "": FULL,
        "licence": FULL["licences"][0],
        "term": term,
        "artefact": FULL["artefacts"][0],
        "grant": FULL["grants"][0],
        "interval": derivation["obtained_on"],
        "derivation": derivation,
        "exemption": FULL["exemptions"][0],
        "prohibition": FULL["prohibitions"][0],
        "question": question,
        "facts": question["facts"],
    }

    assert {name: set(shape["properties"]) for name, shape in objects_of(schema)} == {
        name: set(example) for name, example in examples.items()
    }

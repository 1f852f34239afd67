"""The lineage file as a JSON Schema (draft 2020-12), made from the vocabulary that the reader uses.

What the schema refuses, the reader refuses. It cannot say everything that the reader does: that an id is given twice
or names nothing, that two standing grants begin on one day, that an end comes before its beginning, that an artefact is
made from itself, that 29 February needs a leap year, that half a surrogate pair is no text, how deep `expect` may be.
"""

from collections.abc import Iterable
from typing import Any

from lineage.engine.document import FORMAT
from lineage.engine.terms import (
    ACTIONS,
    CARRIES,
    CONTROLS,
    FACTS,
    LIMIT_FACTS,
    METHODS,
    OUTBOUND,
    POLICIES,
    TERMS,
    UNKNOWN_LICENCE,
)

Schema = dict[str, Any]

_DAYS_OF_MONTHS = (
    "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])",
    "(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)",
    "02-(?:0[1-9]|[12][0-9])",
)
_LARGEST = 1e300
_FLAG: Schema = {"type": "boolean"}
_SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}


def lineage_schema(address: str) -> Schema:
    """The schema of a whole file; `address` is the absolute URL at which it is published."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "title": "Lineage file",
        "description": "Models, the licences they were offered under and since when, and what was made from what. "
        "An optional field may be null, which is the same as leaving it out.",
        **_object(
            {
                "format": {"const": FORMAT},
                "licences": _list_of("licence"),
                "artefacts": _list_of("artefact"),
                "grants": _list_of("grant"),
                "derivations": _list_of("derivation"),
            },
            {
                "exemptions": _list_of("exemption"),
                "prohibitions": _list_of("prohibition"),
                "questions": _list_of("question"),
            },
        ),
        "$defs": {**_simple(), **_licences(), **_history(), **_descent(), **_exceptions(), **_questions()},
    }


def _simple() -> dict[str, Schema]:
    return {
        "text": {"type": "string", "pattern": "^[^\\u0000]*$"},
        "id": {
            "description": f"The name of one thing in this file. '{UNKNOWN_LICENCE}' is what the calculus itself "
            "calls a licence that nobody knows.",
            "$ref": "#/$defs/text",
            "minLength": 1,
            "not": {"const": UNKNOWN_LICENCE},
        },
        "day": {
            "description": "A day that exists, such as 2023-02-22. Year 1 is the first.",
            "type": "string",
            "format": "date",
            "maxLength": 10,
            "pattern": f"^(?!0000)[0-9]{{4}}-(?:{'|'.join(_DAYS_OF_MONTHS)})$",
        },
        "number": {"type": "number", "exclusiveMinimum": -_LARGEST, "exclusiveMaximum": _LARGEST},
        "evidence": {
            "description": "Where this can be looked up, or how it is known: one text, or several.",
            "anyOf": [_a("text"), _list_of("text")],
        },
    }


def _licences() -> dict[str, Schema]:
    limited = {"properties": {"id": _one_of(LIMIT_FACTS)}}
    term = _object(
        {"id": _one_of(TERMS - {UNKNOWN_LICENCE})},
        {
            "limit": _said("The largest value that is still allowed.", _a("number")),
            "carries": _said(f"What it binds besides the model itself; '{CARRIES[0]}' if left out.", _one_of(CARRIES)),
            "reaches_outputs": _said("Whether it binds models that are trained on outputs, too.", _FLAG),
            "clause": _said("The number of the clause that says it.", _a("text")),
            "quote": _said("A few words of that clause, as they stand there.", _a("text")),
        },
    )
    term |= {
        "description": "One thing that a licence forbids, asks for, or leaves open.",
        "if": limited,
        "then": {"properties": {"limit": _a("number")}, "required": ["limit"]},
        "else": {"properties": {"limit": {"type": "null"}}},
    }
    licence = _object(
        {
            "id": _a("id"),
            "terms": _list_of("term"),
            "outbound": _said("What it asks of the licences of derivatives.", _words(OUTBOUND)),
            "control": _said("What the licensor may still do.", _words(CONTROLS)),
        },
        {
            **{key: _a("text") for key in ("name", "url", "spdx")},
            "family": _said("Licences of one family may follow each other where one is `or_later`.", _a("text")),
            "or_later": _said("Whether a later text of the family may be chosen.", _FLAG),
        },
    )
    licence["description"] = "One dated text: two texts under one name are two licences."
    return {"term": term, "licence": licence}


def _history() -> dict[str, Schema]:
    artefact = _object(
        {"id": _a("id"), "name": _a("text")},
        {
            "licensor": _said("Who offers it. Models with one licensor are one maker's.", _a("text")),
            "published_on": _a("day"),
            "sha256": _a("text"),
            "url": _a("text"),
            "undisclosed_parents": _said("Whether its maker keeps back what it was made from.", _FLAG),
            "claimed_label": _said("The licence that its maker says it is under.", _a("text")),
        },
    )
    artefact["description"] = "One fixed set of weights, a LoRA, a VAE or a data set: a version, not a project."
    grant = _object(
        {"artefact": _a("id"), "licence": _a("id"), "from": _a("day")},
        {
            "until": _said("The first day on which it is no longer offered.", _a("day")),
            "optional": _said("Whether it binds only those who took it up, as a paid tier does.", _FLAG),
            "certain": _said("Whether it is known, and not only likely; true if left out.", _FLAG),
            "evidence": _a("evidence"),
        },
    )
    grant["description"] = "What a licensor offered everybody from a day on, until the next grant or a stated end."
    return {"artefact": artefact, "grant": grant}


def _descent() -> dict[str, Schema]:
    interval = _object({"from": _a("day"), "until": _said("The first day after it.", _a("day"))}, {})
    derivation = _object(
        {
            "parent": _a("id"),
            "child": _a("id"),
            "method": _one_of(METHODS),
            "obtained_on": {
                "description": "When the child's maker took the parent: a day, an interval, or null if nobody knows.",
                "anyOf": [_a("day"), _a("interval"), {"type": "null"}],
            },
        },
        {
            "share": _said("The parent's part of a merge. With 0 it is none.", _SHARE),
            "certain": _said("Whether it is known, and not only likely; true if left out.", _FLAG),
            "reaccepted_on": _said("When the maker last took the parent's terms again.", _a("day")),
            "evidence": _a("evidence"),
        },
    )
    derivation["description"] = "That one artefact was made from another."
    return {"interval": interval, "derivation": derivation}


def _exceptions() -> dict[str, Schema]:
    exemption = _object(
        {"artefact": _a("id"), "term": _one_of(TERMS), "actors": _list_of("text")},
        {},
    )
    exemption["description"] = "Those whom the licensor of an artefact has let off one term."
    prohibition = _object({"artefact": _a("id"), "on": _a("day")}, {})
    prohibition["description"] = "That the licensor of an artefact has forbidden its use, where the licence lets them."
    return {"exemption": exemption, "prohibition": prohibition}


def _questions() -> dict[str, Schema]:
    question = _object(
        {"id": _a("id"), "artefact": _a("id"), "action": _one_of(ACTIONS), "on": _a("day")},
        {
            "acquired_on": _said("When the one who asks took the model; not after `on`.", _a("day")),
            "actor": _said("Who asks, by the name that licensors and exemptions use.", _a("text")),
            "facts": _a("facts"),
            "holds": {
                "description": "Licences that the one who asks has been given: artefact to licence.",
                "type": "object",
                "propertyNames": _a("id"),
                "additionalProperties": _a("id"),
            },
            "policy": _said(f"How doubt about a licensor's later word counts; '{POLICIES[0]}'.", _one_of(POLICIES)),
            "note": _a("text"),
            "expect": _said("What the one who wrote the file expects; free, and not read.", {"type": "object"}),
        },
    )
    question["description"] = "What somebody wants to do with an artefact on a day."
    facts = _object({}, {name: _a("number") if is_number else _FLAG for name, is_number in FACTS.items()})
    facts["description"] = "What is known of the one who asks. What is left out is unknown; `commercial` is then false."
    return {"question": question, "facts": facts}


def _a(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _list_of(name: str) -> Schema:
    return {"type": "array", "items": _a(name)}


def _one_of(words: Iterable[str]) -> Schema:
    return {"enum": sorted(words)}


def _words(words: Iterable[str]) -> Schema:
    return {"type": "array", "items": _one_of(words)}


def _said(description: str, schema: Schema) -> Schema:
    return {"description": description, **schema}


def _object(required: dict[str, Schema], optional: dict[str, Schema]) -> Schema:
    """An object with these fields and no others. Only what is optional may be null."""
    may_be_null = {key: {"anyOf": [schema, {"type": "null"}]} for key, schema in optional.items()}
    return {
        "type": "object",
        "properties": required | may_be_null,
        "required": list(required),
        "additionalProperties": False,
    }

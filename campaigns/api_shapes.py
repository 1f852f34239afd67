"""The shapes of the API's answers; the OpenAPI document is made from them."""

from datetime import date, datetime
from typing import Any

from ninja import Schema


class CampaignShape(Schema):
    """`goal`, `ceiling`, `coin`, `raised`, `promised`, `matched`, `fees` and `refunded` are minor units of `currency`.

    `kind` is keep-what-you-raise or all-or-nothing. `raised` was paid; `promised` is what saved cards would bring at
    the close, and is in no ledger yet; `matched` is how much of both comes from matches.
    """

    slug: str
    title: str
    stage: str
    kind: str
    currency: str
    goal: int
    ceiling: int | None
    coin: int
    raised: int
    promised: int
    matched: int
    supporters: int
    fees: int
    refunded: int
    deadline: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    tainted_version: str
    clean_version: str


class Campaigns(Schema):
    count: int
    items: list[CampaignShape]


class UpdateShape(Schema):
    """`kind` is opened, funded, unfunded, training, progress, released or cancelled; `body` is Markdown."""

    number: int
    kind: str
    campaign: str
    version: str
    published_at: datetime
    title: str
    body: str
    data: dict[str, Any]


class PostingShape(Schema):
    """Debits are positive, credits negative; the postings of an entry sum to zero."""

    account: str
    amount: int


class EntryShape(Schema):
    """`number` has no gap; `day` is in UTC; `mark` is the SHA-256 of Stripe's id; `hash` chains it to all before it."""

    number: int
    kind: str
    day: date
    currency: str
    mark: str
    memo: str
    postings: list[PostingShape]
    hash: str


class Ledger(Schema):
    campaign: str
    currency: str
    count: int
    entries: list[EntryShape]


class RestrictionShape(Schema):
    """`path` leads from this version to the one that brings the restriction, both included."""

    term: str
    limit: float | None
    licence: str
    origin: str
    certain: bool
    path: list[str]
    clause: str | None
    quote: str | None


class VersionShape(Schema):
    """`lineage` is tainted, suspect or clean."""

    slug: str
    name: str
    planned: bool
    illustration: bool
    sha256: str | None
    released_at: datetime | None
    as_of: date
    lineage: str
    inherited_restrictions: list[RestrictionShape]
    disclaimer: str


class Refusal(Schema):
    """`place` is where in the file, as `derivations[3].parent`; `says` what is wrong there and what to do."""

    place: str
    says: str


def _refusal(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": Refusal.model_json_schema()}}}


#: Lineage answers this address by itself and knows nothing of OpenAPI.
JUDGE: dict[str, Any] = {
    "operationId": "judge",
    "summary": "What may be done with the models of a lineage file: the answers to its questions",
    "description": "Answers exactly like `manage.py judge FILE`. Nothing that is sent is kept.",
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "/schemas/lineage-1.json"}}},
    },
    "responses": {
        "200": {"description": "`answers`, in the order of the questions, and `faults` of the file"},
        "400": _refusal("It is not JSON"),
        "413": _refusal("It is larger than a million bytes"),
        "422": _refusal("It is not a lineage file, or its answers would take too long"),
        "429": _refusal("Too many files for one network; `Retry-After` says when to come back"),
    },
}

_A_FILE = {"$ref": "/schemas/lineage-1.json"}
_A_DAY = {"type": "string", "format": "date"}

WHAT_IF: dict[str, Any] = {
    "operationId": "what_if",
    "summary": "What a replacement would free among the models of a lineage file",
    "description": "Answers exactly like `manage.py what_if`. `with` is a lineage file that has what comes in the "
    "place of `replace`; `as` names it where that is not obvious. Nothing that is sent is kept.",
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["file", "replace", "with", "on"],
                    "additionalProperties": False,
                    "properties": {
                        "file": _A_FILE,
                        "replace": {"type": "string"},
                        "with": _A_FILE,
                        "as": {"type": "string"},
                        "on": _A_DAY,
                        "taken_on": _A_DAY,
                        "policy": {"enum": ["strict", "lenient"]},
                        "facts": {"type": "object"},
                    },
                }
            }
        },
    },
    "responses": {
        "200": {"description": "What is `freed`, what `stays` and why, and all `changes` with their eight uses"},
        "400": _refusal("It is not JSON"),
        "413": _refusal("It is larger than a million bytes"),
        "422": _refusal("Something in it is wrong, or the answer would take too long"),
        "429": _refusal("Too many files for one network; `Retry-After` says when to come back"),
    },
}

WHAT_IF_ON_FILE: dict[str, Any] = {
    "operationId": "what_if_on_file",
    "summary": "What a replacement of a version on file would free",
    "description": "Without `with`, a clean stand-in that inherits nothing and sets no terms takes its place. "
    "`complete` says whether all that was made from it was looked at.",
    "parameters": [
        {"name": "slug", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "with", "in": "query", "schema": {"type": "string"}},
        {"name": "on", "in": "query", "schema": _A_DAY},
    ],
    "responses": {
        "200": {"description": "The same answer as to two files, and `complete`"},
        "404": {"description": "There is no such version"},
        "422": _refusal("The replacement is not on file, the day is none, or the family is too large"),
        "429": _refusal("Too many questions for one network; `Retry-After` says when to come back"),
    },
}

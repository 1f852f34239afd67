"""The shapes of the API's answers; the OpenAPI document is made from them."""

from datetime import date, datetime
from typing import Any

from ninja import Schema


class CampaignShape(Schema):
    """`goal`, `ceiling`, `coin`, `raised`, `fees` and `refunded` are minor units of `currency`."""

    slug: str
    title: str
    stage: str
    kind: str
    currency: str
    goal: int
    ceiling: int | None
    coin: int
    raised: int
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
    number: int
    kind: str
    at: datetime
    currency: str
    postings: list[PostingShape]


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

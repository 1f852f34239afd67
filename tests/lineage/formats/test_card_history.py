"""A card that comes with its history tells since when its licence was what."""

import json
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from lineage.formats.card_history import import_card_history
from lineage.formats.model_card import CardSource
from lineage.formats.proposals import FormatError, Proposal

BASIL: dict[str, Any] = {
    "repository": "nuigurumi/basil_mix",
    "card": "---\nlicense: other\nlicense_name: basil-nc\nbase_model: owner/base\n---\n",
    "history": [
        {"date": "2023-01-04", "commit": "c1", "license": "creativeml-openrail-m"},
        {"date": "2023-04-16T10:00:00Z", "commit": "1403d37", "license": None},
        {"date": "2023-04-17", "card": "---\nlicense: other\nlicense_name: basil-nc\n---\n"},
    ],
}


def imported(value: object, source: CardSource | None = None) -> Proposal:
    return import_card_history(json.dumps(value), source or CardSource())


def stretches(proposal: Proposal) -> list[tuple[str, str, str | None]]:
    return [
        (g.value.licence, str(g.value.starts), str(g.value.until) if g.value.until else None) for g in proposal.grants
    ]


def test_every_change_of_the_licence_is_the_boundary_of_a_grant() -> None:
    proposal = imported(BASIL)

    assert stretches(proposal) == [
        ("creativeml-openrail-m", "2023-01-04", "2023-04-16"),
        ("label:basil-nc", "2023-04-17", None),
    ]
    assert [grant.place for grant in proposal.grants] == ["commit c1", "card.license"]
    assert proposal.derivations[0].value.parent == "huggingface:owner/base"
    assert {grant.value.certain for grant in proposal.grants} == {False}


def test_the_evidence_is_all_of_it() -> None:
    text = json.dumps(BASIL)

    assert import_card_history(text, CardSource()).evidence.sha256 == sha256(text.encode()).hexdigest()


def test_a_day_is_that_of_the_commit_in_utc() -> None:
    history = [{"date": "2023-04-16T20:00:00-05:00", "license": "mit"}]

    assert stretches(imported({"repository": "a/b", "history": history})) == [("mit", "2023-04-17", None)]


def test_without_a_card_the_last_one_of_the_history_is_read() -> None:
    history = [
        {"date": "2024-01-02", "card": "---\nlicense: mit\nbase_model: a/new\n---\n"},
        {"date": "2024-01-01", "card": "---\nlicense: mit\nbase_model: a/old\n---\n"},
    ]

    proposal = imported({"history": history}, CardSource(about="mine"))

    assert [(edge.value.parent, edge.value.child) for edge in proposal.derivations] == [("huggingface:a/new", "mine")]


def test_without_a_history_the_day_on_which_the_card_was_seen_counts() -> None:
    card = {"repository": "a/b", "card": "---\nlicense: mit\n---\n", "seen_on": "2024-07-05", "history": []}

    assert stretches(imported(card, CardSource(seen_on=date(2025, 1, 1)))) == [("mit", "2024-07-05", None)]


@pytest.mark.parametrize(
    ("value", "place", "says"),
    [
        ({}, "history", "must be a list"),
        ({"history": [], "repositry": "a/b"}, "", "did you mean 'repository'"),
        ({"history": [5]}, "history[0]", "must be an object"),
        ({"history": [{"license": "mit"}]}, "history[0].date", "has a day"),
        ({"history": [{"date": "2023-02-30", "license": "mit"}]}, "history[0].date", "is not a time"),
        ({"history": [{"date": "0001-01-01T00:00:00+14:00", "license": "mit"}]}, "history[0].date", "is not a time"),
        ({"history": [{"date": "2023-02-03"}]}, "history[0]", "write null"),
        ({"history": [{"date": "2023-02-03", "licence": "mit"}]}, "history[0]", "did you mean 'license'"),
        ({"history": [{}] * 1_001}, "history", "more than 1,000 commits"),
        ({"history": []}, "", "does not say which model"),
        ({"history": [], "repository": "a b"}, "repository", "owner/name"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(value: object, place: str, says: str) -> None:
    with pytest.raises(FormatError) as refusal:
        imported(value)

    assert (refusal.value.place, says in refusal.value.says) == (place, True)

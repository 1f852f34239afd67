"""The questions of a lineage file: who asks, about which artefact, on which day, with which facts."""

from collections.abc import Collection
from typing import cast

from lineage.engine.document import Facts, Question
from lineage.engine.fields import Fields, did_you_mean, shown
from lineage.engine.terms import ACTIONS, FACTS, POLICIES

QUESTION_FIELDS = frozenset(
    {"id", "artefact", "action", "on", "acquired_on", "actor", "facts", "holds", "policy", "note", "expect"}
)


def read_question(entry: Fields, new_id: str, artefacts: Collection[str], licences: Collection[str]) -> Question:
    """One question; `artefacts` and `licences` are the ids that it may name. Raises LineageFileError."""
    question = Question(
        id=new_id,
        artefact=entry.named("artefact", "artefact", artefacts),
        action=entry.named("action", "action", ACTIONS),
        on=entry.day("on"),
        acquired_on=entry.optional_day("acquired_on"),
        actor=entry.optional_text("actor"),
        facts=entry.within("facts", FACTS, read_facts) or Facts(),
        holds=entry.within("holds", None, lambda held: _holds(held, artefacts, licences)) or (),
        policy=entry.optional_named("policy", "policy", POLICIES, "strict"),
        note=entry.optional_text("note"),
        expect=_expect(entry),
    )
    if question.acquired_on is not None and question.acquired_on > question.on:
        entry.refuse("acquired_on", f"this is {question.acquired_on}, after the question's day {question.on}")
    return question


def read_facts(given: Fields) -> Facts:
    """What is known of somebody; what is left out is not known, but for `commercial`, which is then false."""
    return Facts(
        team_size=given.optional_number("team_size"),
        annual_revenue_usd=given.optional_number("annual_revenue_usd"),
        monthly_active_users=given.optional_number("monthly_active_users"),
        images_per_month=given.optional_number("images_per_month"),
        monetised=given.optional_flag("monetised"),
        commercial=given.flag("commercial", False),
    )


def _holds(held: Fields, artefacts: Collection[str], licences: Collection[str]) -> tuple[tuple[str, str], ...]:
    for artefact in held.given_keys():
        if artefact not in artefacts:
            where = shown(artefact)
            held.refuse(where, f"no artefact '{where}'{did_you_mean(artefact, artefacts)}")
    return tuple((artefact, held.named(artefact, "licence", licences)) for artefact in held.given_keys())


def _expect(entry: Fields) -> dict[str, object] | None:
    value = entry.free("expect")
    if value is not None and not isinstance(value, dict):
        entry.refuse("expect", "this must be an object")
    return cast("dict[str, object] | None", value)

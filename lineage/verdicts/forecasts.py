"""Before anything is made: what would one be allowed to do with a model made from this base, or from that one?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from lineage.engine.document import Facts, LineageFileError
from lineage.engine.effort import most_steps_of_strips
from lineage.engine.forecast import Outlook, Plan, forecast
from lineage.engine.inheritance import Inheritance, State
from lineage.engine.use_strip import Use, uses_by
from lineage.models import Version
from lineage.records import FamilyTooLarge, lineage_of
from lineage.verdicts.explanations import Ground, Source, proof
from lineage.verdicts.in_the_way import Ways, in_the_way
from lineage.verdicts.record import Record, record_in
from lineage.verdicts.since import Since
from lineage.verdicts.strip import StripItem
from lineage.words import reason_word, told

LARGEST_FAMILY = 5_000
# In the steps of `lineage.engine.effort`, most of which are never taken: about a second.
MOST_STEPS = 30_000_000


@dataclass(frozen=True, slots=True)
class PlannedModel:
    """A model that somebody thinks of making from these, by one method, all of them taken on one day."""

    bases: tuple[Version, ...]
    method: str
    taken_on: date


@dataclass(frozen=True, slots=True)
class LimitThatCounts:
    """A number at which an answer changes, and whose licence draws it: (slug, name)."""

    says: str
    origin: tuple[str, str]
    certain: bool


@dataclass(frozen=True, slots=True)
class Prospect:
    """What is to be expected of one planned model. `answers` are the eight uses, each with its reasons."""

    plan: PlannedModel
    state: State
    answers: tuple[tuple[StripItem, tuple[Ground, ...]], ...]
    limits: tuple[LimitThatCounts, ...]
    in_the_way: Ways


def prospects(plans: Sequence[PlannedModel], facts: Facts, on: date) -> tuple[Prospect, ...]:
    """Each plan by itself, read strictly; the lenient reading is told beside it. Raises FamilyTooLarge."""
    bases, uses = [base.slug for plan in plans for base in plan.bases], uses_by(facts)
    file = lineage_of(bases, largest=LARGEST_FAMILY)
    if most_steps_of_strips(file, bases, 2 * len(uses), MOST_STEPS) > MOST_STEPS:
        raise FamilyTooLarge
    asked = {
        str(number): Plan(tuple(base.slug for base in plan.bases), plan.method, plan.taken_on)
        for number, plan in enumerate(plans)
    }
    try:
        strict = forecast(file, asked, on=on, uses=uses)
        lenient = forecast(file, asked, on=on, uses=uses, policy="lenient")
    except LineageFileError as error:
        raise FamilyTooLarge from error
    return tuple(_prospect(*each, uses=uses) for each in zip(plans, strict, lenient, strict=True))


def _prospect(plan: PlannedModel, strict: Outlook, lenient: Outlook, *, uses: dict[str, Use]) -> Prospect:
    inheritance = strict.inheritance
    record = record_in(inheritance.pedigree.file, Version(slug=strict.model), inheritance)
    strip = [
        StripItem(key, use, strict.answers[key].verdict, strict.answers[key], lenient.answers[key].verdict)
        for key, use in uses.items()
    ]
    return Prospect(
        plan=plan,
        state=strict.lineage,
        answers=tuple((item, _grounds(record, item)) for item in strip),
        limits=_limits(inheritance, strict),
        in_the_way=in_the_way(inheritance, strict.obstacles, without={strict.model}),
    )


def _limits(inheritance: Inheritance, outlook: Outlook) -> tuple[LimitThatCounts, ...]:
    names = inheritance.pedigree.artefacts
    found = (
        LimitThatCounts(reason_word(each.term, each.limit), (each.origin, told(names[each.origin].name)), each.certain)
        for each in outlook.thresholds
    )
    return tuple(dict.fromkeys(found))


def _grounds(record: Record, item: StripItem) -> tuple[Ground, ...]:
    """The planned model has no page, and nothing is to be cured in what nobody has made."""
    return tuple(
        replace(ground, sources=tuple(_without_model(record, source) for source in ground.sources))
        for ground in proof(record, item)
    )


def _without_model(record: Record, source: Source) -> Source:
    model = record.version.slug
    steps = tuple(step for step in source.steps if step.made.child != model)
    path = tuple(chip for chip in source.path if chip[0] != model)
    taken_before = len(source.path) > 1 and source.path[1][0] != model
    since = replace(source.since, reached_on=None) if taken_before else Since(source.since.offered_on)
    return replace(source, path=path, steps=steps, since=since, do="", cure="")

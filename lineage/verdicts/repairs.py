"""For a version that is not clean: what to keep, what to put in the place of what, and what to make again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from lineage.engine.document import Derivation
from lineage.engine.inheritance import State, solve
from lineage.engine.repair import Handling, NoRepair, Redo, RepairPlan, repair_plan
from lineage.engine.repaired import carried_out
from lineage.models import Version
from lineage.records import lineage_of
from lineage.verdicts.asker import ONE_PERSON, Asker
from lineage.verdicts.record import Record, record_in
from lineage.verdicts.strip import StripItem, strip_of
from lineage.words import no_repair_word

LARGEST_FAMILY = 500


class NotRepairable(Exception):
    """There is no plan. The message says in the reader's words what stands in the way, and what would help."""


@dataclass(frozen=True, slots=True)
class RepairInput:
    """What goes into a model that is made again. `made` tells how its predecessor went in."""

    slug: str
    name: str
    made: Derivation
    how: Handling


@dataclass(frozen=True, slots=True)
class RepairStep:
    """One piece of work. Without inputs, something clean is to be found in the place of the model that is named.

    `price` is in cents, None where it is not stated.
    """

    slug: str
    name: str
    how: Handling
    inputs: tuple[RepairInput, ...]
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """A plan on a day. `steps` are in the order of work: first what is replaced, then what is made again.

    There is no step if the version is clean.
    """

    record: Record
    plan: RepairPlan
    steps: tuple[RepairStep, ...]
    keep: tuple[tuple[str, str], ...]

    @property
    def version(self) -> Version:
        return self.record.version

    def priced(self, prices: Mapping[str, int]) -> "Repair":
        """The same plan with prices, in cents by slug.

        They choose nothing: what is its maker's can only be made again, and what is others' only be replaced.
        """
        return replace(self, steps=tuple(replace(step, price=prices.get(step.slug)) for step in self.steps))

    @property
    def cost(self) -> int:
        """The sum of the stated prices, in cents."""
        return sum(step.price or 0 for step in self.steps)

    @property
    def unstated(self) -> int:
        """How many steps have no price."""
        return sum(step.price is None for step in self.steps)

    @property
    def ingredients(self) -> tuple[RepairInput, ...]:
        """What goes in from outside, through all steps: what is kept, and what is replaced, each once."""
        redone = {step.slug: step for step in self.steps if step.how == "redone"}
        found = {(each.slug, each.how): each for each in _leaves(redone, self.version.slug)}
        return tuple(found.values())


def repair_of(version: Version, on: date) -> Repair:
    """The plan for a version. Raises NotRepairable and FamilyTooLarge."""
    file = lineage_of([version.slug], largest=LARGEST_FAMILY)
    record = record_in(file, version, solve(file, on))
    try:
        plan = repair_plan(file, version.slug, on=on)
    except NoRepair as error:
        raise NotRepairable(no_repair_word(error.why)) from error
    steps = (
        *(RepairStep(slug, record.name_of(slug), "replaced", ()) for slug in plan.replace),
        *(_redone(record, step) for step in plan.redo),
    )
    return Repair(record, plan, steps, tuple((slug, record.name_of(slug)) for slug in plan.keep))


def strip_after(repair: Repair, asker: Asker = ONE_PERSON) -> tuple[State, tuple[StripItem, ...]]:
    """The lineage state and the eight uses of the version once the plan is carried out."""
    file, slug = carried_out(repair.record.file, repair.plan, on=repair.record.on)
    again = record_in(file, Version(slug=slug, name=repair.version.name), solve(file, repair.record.on))
    return again.state, strip_of(again, asker)


def _redone(record: Record, step: Redo) -> RepairStep:
    inputs = tuple(RepairInput(made.parent, record.name_of(made.parent), made, how) for made, how in step.inputs)
    return RepairStep(step.artefact, record.name_of(step.artefact), "redone", inputs)


def _leaves(redone: Mapping[str, RepairStep], target: str) -> Iterator[RepairInput]:
    """Inputs that are not made again themselves, in the order in which the steps need them."""
    work, seen = [target], {target}
    for slug in work:
        for each in redone[slug].inputs if slug in redone else ():
            if each.how != "redone":
                yield each
            elif each.slug not in seen:
                seen.add(each.slug)
                work.append(each.slug)

"""Before anything is trained: what would a model made from X (and Y) be allowed to do?

Each base is tried as if somebody made a model from it today: the question that Pony's makers had. The model is judged
for its own maker, so what the maker has licensed themselves does not bind them, and the model's own licence, which they
are free to choose, neither; what is left is what the bases demand. With `offered`, it is judged for everybody else, as
if it were offered under that licence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from lineage.engine.document import Artefact, Derivation, Grant, LineageFile, LineageFileError
from lineage.engine.inheritance import Inheritance, State, solve
from lineage.engine.new_ids import free_id
from lineage.engine.terms import METHODS
from lineage.engine.use_strip import EIGHT_USES, Use, answers_to
from lineage.engine.verdicts import Answer
from lineage.engine.whatif import Obstacle, obstacles


@dataclass(frozen=True, slots=True)
class Plan:
    """What a model would be made from: artefacts of the file, each by one method, all of them taken on one day.

    `taken_on` is by default the day of the forecast; an earlier one asks whether an earlier licence would have helped.
    """

    parents: tuple[str, ...]
    method: str = "finetune"
    taken_on: date | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number at which an answer changes, in an inherited licence. The limit itself is still allowed."""

    term: str
    limit: float
    origin: str
    licence: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """One base: its answers by use, the numbers on which they hang, and what would keep the model from being clean.

    `model` is the id that the planned model has in the file of `inheritance`, for whoever wants to ask further.
    """

    key: str
    plan: Plan
    lineage: State
    answers: Mapping[str, Answer]
    thresholds: tuple[Threshold, ...]
    obstacles: tuple[Obstacle, ...]
    model: str
    inheritance: Inheritance = field(compare=False, repr=False)


def forecast(
    file: LineageFile,
    plans: Mapping[str, Plan],
    *,
    on: date,
    policy: str = "strict",
    uses: Mapping[str, Use] = EIGHT_USES,
    maker: str | None = None,
    offered: str | None = None,
) -> list[Outlook]:
    """Each plan judged by itself, in their order. Raises LineageFileError for what the file does not have.

    `maker` is the licensor of the planned model, or nobody that the file knows; `offered` is the id of a licence.
    """
    known = {each.id for each in file.artefacts}
    _check(file, plans, known, offered)
    people = {each.licensor or "" for each in file.artefacts} | {who for each in file.exemptions for who in each.actors}
    licensor = maker or free_id("maker", people)
    model = Artefact(free_id("planned-model", known), "planned model", licensor=licensor)
    grants = (Grant(model.id, offered, on),) if offered else ()
    base = replace(file, artefacts=(*file.artefacts, model), grants=(*file.grants, *grants))
    outlooks = []
    for key, plan in plans.items():
        inheritance = solve(_made_by(base, plan, model.id, on), on, policy)
        answers = answers_to(inheritance, model.id, uses, actor=None if offered else licensor)
        outlooks.append(_outlook(key, plan, inheritance, model, answers))
    return outlooks


def side_by_side(outlooks: Sequence[Outlook]) -> dict[str, dict[str, str]]:
    """The verdicts as a table: for each use, the verdict on each plan."""
    uses = outlooks[0].answers if outlooks else ()
    return {use: {outlook.key: outlook.answers[use].verdict for outlook in outlooks} for use in uses}


def _check(file: LineageFile, plans: Mapping[str, Plan], known: set[str], offered: str | None) -> None:
    if offered is not None and offered not in {each.id for each in file.licences}:
        raise LineageFileError("offered", f"there is no licence '{offered}' in the file")
    for key, plan in plans.items():
        if plan.method not in METHODS:
            raise LineageFileError(
                key, f"'{plan.method}' is no way to make a model; known are {', '.join(sorted(METHODS))}"
            )
        for parent in plan.parents:
            if parent not in known:
                raise LineageFileError(key, f"there is no artefact '{parent}' to make a model from")


def _made_by(file: LineageFile, plan: Plan, model: str, on: date) -> LineageFile:
    made = (Derivation(parent, model, plan.method, plan.taken_on or on) for parent in dict.fromkeys(plan.parents))
    return replace(file, derivations=(*file.derivations, *made))


def _outlook(key: str, plan: Plan, inheritance: Inheritance, model: Artefact, answers: Mapping[str, Answer]) -> Outlook:
    thresholds = [
        Threshold(item.term.id, item.term.limit, item.origin, item.licence, item.certain)
        for item in inheritance.items(model.id)
        if item.term.limit is not None and not inheritance.pedigree.same_licensor(item.origin, model.id)
    ]
    return Outlook(
        key,
        plan,
        inheritance.state(model.id),
        answers,
        tuple(sorted(set(thresholds), key=lambda each: (each.term, each.limit, each.origin, each.licence))),
        obstacles(inheritance, model.id),
        model.id,
        inheritance,
    )

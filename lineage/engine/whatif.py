"""What would change if a model had been made from something else.

The replacement v' of an artefact v is an artefact of the file like any other, with its own derivations and grants. Then
v' is judged in v's place, and every descendant of v as if it had been made from v' instead.

Choices where the calculus leaves them open:

* Whoever would make a child again would take v' on one day, by default the day asked about, and so under the grant
  that stands then. The days on which children took v say nothing about v'.
* What v' itself was made from stays, also where that is v or one of its descendants.
* A child keeps its own licence: its maker's choice is not undone by another base.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from lineage.engine.document import Artefact, Grant, Licence, LineageFile, LineageFileError
from lineage.engine.inheritance import Inheritance, Item, Path, State, solve
from lineage.engine.new_ids import free_id
from lineage.engine.pedigree import Pedigree
from lineage.engine.reading import from_json
from lineage.engine.terms import UNKNOWN_LICENCE
from lineage.engine.use_strip import EIGHT_USES, Use, answers_to
from lineage.engine.walks import Climb
from lineage.engine.writing import to_json

MOST_ANCESTORS: Final = 1_000_000
"""The ancestors of all descendants together, beyond which a replacement is not judged."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that keeps a model from being clean: a term that arrives, or `undisclosed-parents` of an origin."""

    code: str
    origin: str
    certain: bool
    path: Path
    licence: str | None = None
    clause: str | None = None
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A model before and after. `judged_as` is its own id, and the replacement's for the one that is replaced.

    `strip` has for each use the verdict before and after; `obstacles` are what stays in the way of clean.
    """

    artefact: str
    judged_as: str
    before: State
    after: State
    strip: Mapping[str, tuple[str, str]]
    obstacles: tuple[Obstacle, ...]

    @property
    def freed(self) -> bool:
        return self.before == "tainted" and self.after == "clean"

    @property
    def stays(self) -> bool:
        """Whether something was in the way of clean before, and something still is."""
        return self.before != "clean" and self.after != "clean"


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The replaced artefact first, then its descendants, nearest first.

    `before` and `after` are what each model inherits, for whoever has further questions.
    """

    old: str
    new: str
    on: date
    changes: tuple[Change, ...]
    before: Inheritance = field(compare=False, repr=False)
    after: Inheritance = field(compare=False, repr=False)

    @property
    def freed(self) -> tuple[str, ...]:
        """What changes from tainted to clean, the replaced artefact counted with the rest."""
        return tuple(change.artefact for change in self.changes if change.freed)

    @property
    def stays(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.stays)


def what_if(
    file: LineageFile,
    old: str,
    new: str,
    *,
    on: date,
    policy: str = "strict",
    taken_on: date | None = None,
    uses: Mapping[str, Use] = EIGHT_USES,
    below: Sequence[str] | None = None,
) -> WhatIf:
    """Judge a file, in which both artefacts are, before and after the replacement. Raises LineageFileError.

    `taken_on` is the day on which the children would take the replacement, by default `on`. `below` are the
    descendants to be judged: all of them, where it is left out.
    """
    before = solve(file, on, policy)
    _check(before.pedigree, old, new)
    after = solve(replaced(file, old, new, taken_on or on), on, policy)
    if below is None:
        below = [artefact for artefact in descendants(before.pedigree, old) if artefact != new]
    _measure(before, below)
    changes = [_change(before, after, old, new, uses), *(_change(before, after, each, each, uses) for each in below)]
    return WhatIf(old, new, on, tuple(changes), before, after)


def _check(pedigree: Pedigree, old: str, new: str) -> None:
    for artefact in (old, new):
        if artefact not in pedigree.artefacts:
            raise LineageFileError("artefacts", f"there is no artefact '{artefact}' to replace or to put in its place")
    if old == new:
        raise LineageFileError("artefacts", f"the replacement of '{old}' needs an id of its own")


def _measure(before: Inheritance, below: Iterable[str]) -> None:
    """Each descendant is judged from all of its ancestors, so that a long chain of n models takes n * n steps."""
    steps = 0
    for artefact in below:
        steps += len(before.ancestors(artefact))
        if steps > MOST_ANCESTORS:
            raise LineageFileError("derivations", "too much descends from it to be judged at once; use a smaller file")


def _change(before: Inheritance, after: Inheritance, artefact: str, judged_as: str, uses: Mapping[str, Use]) -> Change:
    was, will = answers_to(before, artefact, uses), answers_to(after, judged_as, uses)
    return Change(
        artefact,
        judged_as,
        before.state(artefact),
        after.state(judged_as),
        {key: (was[key].verdict, will[key].verdict) for key in uses},
        obstacles(after, judged_as),
    )


def replaced(file: LineageFile, old: str, new: str, taken_on: date) -> LineageFile:
    """The file in which all that was made from the old artefact is made from the new one, but for the new one."""
    derivations = tuple(
        replace(made, parent=new, obtained_on=taken_on, reaccepted_on=None)
        if made.parent == old and made.child != new
        else made
        for made in file.derivations
    )
    return replace(file, derivations=derivations)


def descendants(pedigree: Pedigree, artefact: str) -> list[str]:
    """All that is made from an artefact by any claim, itself left out, nearest first and then by id."""
    children: dict[str, set[str]] = {}
    for child in pedigree.derivations:
        for parent in pedigree.parents(child):
            children.setdefault(parent, set()).add(child)
    return Climb(artefact, lambda node: sorted(children.get(node, ()))).order[1:]


def obstacles(inheritance: Inheritance, artefact: str) -> tuple[Obstacle, ...]:
    """Everything that keeps a model from being clean, with its path; what is certain comes first."""
    unknown = [item for item in inheritance.items(artefact) if item.term.id == UNKNOWN_LICENCE]
    of_items = [_of_item(item) for item in (*inheritance.restrictions(artefact), *unknown)]
    found = [*of_items, *_undisclosed(inheritance, artefact)]
    return tuple(sorted(found, key=lambda each: (not each.certain, each.code, each.origin, each.licence or "")))


def _of_item(item: Item) -> Obstacle:
    return Obstacle(item.term.id, item.origin, item.certain, item.path, item.licence, item.term.clause, item.term.limit)


def _undisclosed(inheritance: Inheritance, artefact: str) -> Iterable[Obstacle]:
    climb = Climb(artefact, inheritance.pedigree.parents)
    for origin in inheritance.pedigree.undisclosed(climb.order):
        yield Obstacle("undisclosed-parents", origin, False, climb.path(origin))


def joined(file: LineageFile, addition: LineageFile) -> LineageFile:
    """Both files as one, without questions. What both have must be the same in both. Raises LineageFileError."""
    both = LineageFile(
        licences=_united("licences", file.licences, addition.licences),
        artefacts=_united("artefacts", file.artefacts, addition.artefacts),
        grants=tuple(dict.fromkeys((*file.grants, *addition.grants))),
        derivations=tuple(dict.fromkeys((*file.derivations, *addition.derivations))),
        exemptions=tuple(dict.fromkeys((*file.exemptions, *addition.exemptions))),
        prohibitions=tuple(dict.fromkeys((*file.prohibitions, *addition.prohibitions))),
    )
    return from_json(to_json(both))


def _united[T: (Artefact, Licence)](place: str, one: tuple[T, ...], other: tuple[T, ...]) -> tuple[T, ...]:
    known = {each.id: each for each in one}
    for each in other:
        if known.setdefault(each.id, each) != each:
            raise LineageFileError(place, f"'{each.id}' is told differently in the two files; use one wording in both")
    return tuple(known.values())


def only_new_end(file: LineageFile, addition: LineageFile) -> str:
    """The artefact that an addition is about: the only new one from which nothing else in it is made."""
    known = {artefact.id for artefact in file.artefacts}
    used = {made.parent for made in addition.derivations}
    ends = [artefact.id for artefact in addition.artefacts if artefact.id not in known | used]
    if len(ends) != 1:
        listed = ", ".join(ends) or "none"
        raise LineageFileError("artefacts", f"which one is the replacement? Candidates: {listed}. Name it with --as ID")
    return ends[0]


def with_clean_stand_in(file: LineageFile, old: str) -> tuple[LineageFile, str]:
    """The file with an artefact that has no parents and a licence without terms, and the new artefact's id."""
    name = free_id("clean-stand-in", {each.id for each in file.artefacts})
    text = free_id("no-terms", {each.id for each in file.licences})
    licensor = next(each.licensor for each in file.artefacts if each.id == old)
    added = replace(
        file,
        licences=(*file.licences, Licence(text)),
        artefacts=(*file.artefacts, Artefact(name, name, licensor=licensor)),
        grants=(*file.grants, Grant(name, text, date.min)),
    )
    return added, name

"""Since when something reaches a version: when it was offered, when it was taken, and when it arrived."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from lineage.engine.document import Derivation, Interval
from lineage.engine.inheritance import Path
from lineage.engine.pedigree import Pedigree
from lineage.words import told


@dataclass(frozen=True, slots=True)
class Since:
    """The days that are known of one way; `taker` is the name of who took it first, empty where the way has no step.

    `offered_on`: the first day of the text where the way starts. `span`: between which days it was taken from there,
    or `taken_on`: on which day. `reached_on`: from when the version itself has been under it.
    """

    offered_on: date | None = None
    taker: str = ""
    span: Interval | None = None
    taken_on: date | None = None
    reached_on: date | None = None
    since_published: bool = False

    @property
    def known(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.offered_on or self.taker)


def since_when(pedigree: Pedigree, path: Path, licence: str | None) -> Since:
    """`path` goes from the version up to where the licence was given, as the engine tells it."""
    offered = min((grant.starts for grant in pedigree.grants_of(path[-1]) if grant.licence == licence), default=None)
    if len(path) == 1:
        return Since(offered)
    made = [_made(pedigree, child, parent) for child, parent in pairwise(path)]
    taken = made[-1].obtained_on if made[-1] else None
    published = pedigree.artefacts[path[0]].published_on
    reached = _reached(made, published, offered)
    return Since(
        offered_on=offered,
        taker=told(pedigree.artefacts[path[-2]].name),
        span=taken if isinstance(taken, Interval) else None,
        taken_on=taken if isinstance(taken, date) else None,
        reached_on=reached,
        since_published=reached is not None and reached == published,
    )


def _made(pedigree: Pedigree, child: str, parent: str) -> Derivation | None:
    return next((made for made in pedigree.derivations.get(child, ()) if made.parent == parent), None)


def _reached(made: list[Derivation | None], published: date | None, offered: date | None) -> date | None:
    """A version has what it has from its first day on, or from the day on which the text came, where that is later.

    Where somebody on the way accepted newer terms, the day is not told: which of the days counts depends on the texts.
    """
    last = made[0].obtained_on if made[0] else None
    first_day = published or (last if isinstance(last, date) else None)
    if first_day is None or any(each is None or each.reaccepted_on for each in made):
        return None
    return max(first_day, offered) if offered else first_day

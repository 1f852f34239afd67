"""What the pages of those who plan and train show of a judgement: objections with path and cure, before and after."""

from dataclasses import dataclass
from datetime import date

from campaigns.actions.judge_plan import AnsweredPromise, Judgement
from lineage.models import Version
from lineage.verdicts import (
    Ground,
    Objection,
    StripItem,
    inherited_restrictions,
    record_in,
    record_on,
    strip_of,
)
from lineage.words import use_word


@dataclass(frozen=True, slots=True)
class ToldObjection:
    """What comes by one way under one licence. `path` leads from there down to the version, each with id and name."""

    says: tuple[str, ...]
    cure: str
    licence: str
    certain: bool
    path: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A judgement in words."""

    objections: tuple[ToldObjection, ...]
    weak: tuple[AnsweredPromise, ...]

    @property
    def good(self) -> bool:
        return not self.objections and not self.weak


@dataclass(frozen=True, slots=True)
class JudgedVersion:
    """A version with its state and the restrictions that it inherits, each with the way it came."""

    version: Version
    state: str
    restrictions: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One verdict as a chip shows it. `duties` counts what is to be kept where duties are all that is asked."""

    verdict: str
    duties: int


@dataclass(frozen=True, slots=True)
class ComparedUse:
    """One of the eight uses: with the model of today, and with the clean version."""

    use: str
    before: Shown
    after: Shown


def tell(judgement: Judgement) -> Told:
    """One place often brings several things at once: they are told together, with one path and one cure."""
    grouped: dict[tuple[object, ...], list[Objection]] = {}
    for one in judgement.objections:
        grouped.setdefault((one.path, one.licence, one.certain, one.cure), []).append(one)
    return Told(tuple(_told(group) for group in grouped.values()), judgement.weak)


def tell_version(version: Version, on: date) -> JudgedVersion:
    record = record_on(version, on)
    return JudgedVersion(version, record.state, inherited_restrictions(record))


def compare(tainted: Version, clean: Version, *, on: date) -> tuple[ComparedUse, ...]:
    """The eight uses of both; the families are read once."""
    before = record_on(tainted, on, beside=[clean.slug])
    after = record_in(before.file, clean, before.inheritance)
    both = zip(strip_of(before), strip_of(after), strict=True)
    return tuple(ComparedUse(use_word(one.key), _shown(one), _shown(other)) for one, other in both)


def _told(group: list[Objection]) -> ToldObjection:
    first = group[0]
    says = tuple(dict.fromkeys(one.says for one in group))
    path = tuple(reversed(list(zip(first.path, first.names, strict=True))))
    return ToldObjection(says, first.cure, first.licence or "", first.certain, path)


def _shown(item: StripItem) -> Shown:
    return Shown(item.verdict, item.duties if item.only_duties else 0)

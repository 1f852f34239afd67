"""The verdicts on the eight uses that people ask about first, for somebody of some kind."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from lineage.engine import terms
from lineage.engine.document import LineageFileError, Question
from lineage.engine.inheritance import solve
from lineage.engine.use_strip import Use, uses_by
from lineage.engine.verdicts import Answer, Reason, answer
from lineage.models import Version
from lineage.verdicts.asker import ONE_PERSON, Asker
from lineage.verdicts.record import Record, record_in, record_on

TOO_LARGE: Final = "too-large"
"""The code of the only reason of an answer whose reasons are more than can be told: what it says is not known."""


@dataclass(frozen=True, slots=True)
class LimitMet:
    """A number that a licence draws a line at, and the figure of who asks: `value` is None where it is not known."""

    code: str
    limit: float
    fact: str
    value: float | None

    @property
    def inside(self) -> bool | None:
        """The limit itself is still allowed. None where it is not known."""
        return None if self.value is None else self.value <= self.limit


@dataclass(frozen=True, slots=True)
class StripItem:
    """One of the eight uses with its answer. `lenient` is the verdict of those who read the texts more freely."""

    key: str
    use: Use
    verdict: str
    answer: Answer
    lenient: str

    @property
    def duties(self) -> int:
        """How many different things are to be kept."""
        return len({reason.code for reason in self.answer.reasons if terms.is_obligation(reason.code)})

    @property
    def only_duties(self) -> bool:
        """Whether it is free to do, as long as some duties are kept."""
        reasons = self.answer.reasons
        return self.verdict == "conditional" and all(terms.is_obligation(reason.code) for reason in reasons)

    @property
    def shown(self) -> str:
        """The verdict as people see it: what is free but for duties is free."""
        return "allowed" if self.only_duties else self.verdict

    @property
    def decides(self) -> Reason | None:
        """The first of the reasons that give the verdict; a duty only where there is nothing else."""
        deciding = (reason for reason in self.answer.reasons if reason.verdict == self.verdict)
        return min(deciding, key=lambda r: (terms.is_obligation(r.code), r.code, r.limit or 0), default=None)

    @property
    def deciding_limit(self) -> "LimitMet | None":
        """The number that decides, if it is one, with the figure of who asks."""
        return self.limit_met(self.decides.code, self.decides.limit) if self.decides else None

    def limit_met(self, code: str, limit: float | None) -> "LimitMet | None":
        """How the figures of who asks stand to a term's limit; None where the term has none."""
        fact = terms.fact_asked_by(code)
        return None if fact is None or limit is None else LimitMet(code, limit, fact, getattr(self.use.facts, fact))

    @property
    def views_differ(self) -> bool:
        return self.lenient != self.verdict


def eight_uses(asker: Asker = ONE_PERSON) -> tuple[tuple[str, Use], ...]:
    """The uses of the strip by key, as somebody asks for them. There is one strip: see docs/decisions/0017."""
    return tuple(uses_by(asker.facts).items())


def verdict_on(version: Version, use: Use, on: date, policy: str = "strict") -> Answer:
    """May one do this with it on that day?"""
    return answer_of(record_on(version, on), use, policy)


def answer_of(record: Record, use: Use, policy: str = "strict") -> Answer:
    """The same, of a record that is there already. What is too large to be judged is unclear, and says so."""
    question = Question(
        id=use.action,
        artefact=record.version.slug,
        action=use.action,
        on=record.on,
        facts=use.facts,
        holds=use.holds,
        policy=policy,
    )
    try:
        return answer(record.file, question, record.inheritance)
    except LineageFileError:
        return Answer(use.action, "unclear", record.state, (), (Reason("unclear", TOO_LARGE),))


def strip_on(version: Version, on: date, asker: Asker = ONE_PERSON) -> tuple[StripItem, ...]:
    """The eight uses with their verdicts."""
    return strip_of(record_on(version, on), asker)


def strip_of(record: Record, asker: Asker = ONE_PERSON) -> tuple[StripItem, ...]:
    """The same, of a record that is there already. Strict and lenient are each solved once for all eight."""
    softer = _read_leniently(record) if _policy_matters(record) else None
    strip = []
    for key, use in eight_uses(asker):
        given = answer_of(record, use)
        lenient = answer_of(softer, use, "lenient").verdict if softer else given.verdict
        strip.append(StripItem(key, use, given.verdict, given, lenient))
    return tuple(strip)


def _read_leniently(record: Record) -> Record:
    lenient = solve(record.file, record.on, "lenient", pedigree=record.inheritance.pedigree)
    return record_in(record.file, record.version, lenient)


def _policy_matters(record: Record) -> bool:
    """The two readings differ in what licensors have added since or forbidden, and in nothing else."""
    inheritance, slug = record.inheritance, record.version.slug
    own = inheritance.pedigree.timeline(slug).on(record.on)
    inherited = ((name.licence, name.origin) for name in inheritance.names(slug))
    return bool(
        record.file.prohibitions
        or (own and inheritance.added_by(own.licence, slug, ("may-change",)))
        or any(inheritance.added_by(licence, origin, ("may-change", "direct")) for licence, origin in inherited)
    )

"""The verdicts on the eight uses that people ask about first, for somebody of some kind."""

from dataclasses import dataclass
from datetime import date

from lineage.engine import terms
from lineage.engine.document import Facts, Question
from lineage.engine.inheritance import solve
from lineage.engine.use_strip import Use, uses_by
from lineage.engine.verdicts import Answer, answer
from lineage.models import Version
from lineage.verdicts.record import Record, record_in, record_on


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
    def views_differ(self) -> bool:
        return self.lenient != self.verdict


# Who asks decides, since licences draw lines at numbers. The figures are told on the page (`words.preset_sentence`).
PRESETS: dict[str, Facts] = {
    "hobbyist": Facts(team_size=1, annual_revenue_usd=0, monthly_active_users=0, images_per_month=100, monetised=False),
    "one-person": Facts(
        team_size=1,
        annual_revenue_usd=20_000,
        monthly_active_users=0,
        images_per_month=1_000,
        monetised=False,
        commercial=True,
    ),
    "team-of-5": Facts(
        team_size=5,
        annual_revenue_usd=100_000,
        monthly_active_users=0,
        images_per_month=2_000,
        monetised=False,
        commercial=True,
    ),
    "team-of-11": Facts(
        team_size=11,
        annual_revenue_usd=500_000,
        monthly_active_users=0,
        images_per_month=5_000,
        monetised=False,
        commercial=True,
    ),
    "paid-service": Facts(
        team_size=3,
        annual_revenue_usd=100_000,
        monthly_active_users=10_000,
        images_per_month=100_000,
        monetised=True,
        commercial=True,
    ),
}
DEFAULT_PRESET = "one-person"


def eight_uses(preset: str = DEFAULT_PRESET) -> tuple[tuple[str, Use], ...]:
    """The uses of the strip by key, as somebody of that preset asks for them."""
    return tuple(uses_by(PRESETS[preset]).items())


def verdict_on(version: Version, use: Use, on: date, policy: str = "strict") -> Answer:
    """May one do this with it on that day?"""
    return answer_of(record_on(version, on), use, policy)


def answer_of(record: Record, use: Use, policy: str = "strict") -> Answer:
    """The same, of a record that is there already."""
    question = Question(
        id=use.action,
        artefact=record.version.slug,
        action=use.action,
        on=record.on,
        facts=use.facts,
        holds=use.holds,
        policy=policy,
    )
    return answer(record.file, question, record.inheritance)


def strip_on(version: Version, on: date, preset: str = DEFAULT_PRESET) -> tuple[StripItem, ...]:
    """The eight uses with their verdicts."""
    return strip_of(record_on(version, on), preset)


def strip_of(record: Record, preset: str = DEFAULT_PRESET) -> tuple[StripItem, ...]:
    """The same, of a record that is there already. Strict and lenient are each solved once for all eight."""
    lenient = solve(record.file, record.on, "lenient", pedigree=record.inheritance.pedigree)
    softer = record_in(record.file, record.version, lenient)
    strip = []
    for key, use in eight_uses(preset):
        given = answer_of(record, use)
        strip.append(StripItem(key, use, given.verdict, given, answer_of(softer, use, "lenient").verdict))
    return tuple(strip)

"""Who asks. Licences draw lines at numbers, so the same use of the same model can be free to one and not to another."""

from dataclasses import dataclass
from typing import Final

from lineage.engine.document import Facts

OWN: Final = "own"

# The figures are told on every page that shows an answer (`words.asker_sentence`).
PRESETS: Final[dict[str, Facts]] = {
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
DEFAULT_PRESET: Final = "one-person"


@dataclass(frozen=True, slots=True)
class Asker:
    """`kind` is a key of PRESETS, or OWN where the facts are somebody's own figures."""

    kind: str
    facts: Facts


def asker_of(preset: str) -> Asker:
    """KeyError for what is no preset."""
    return Asker(preset, PRESETS[preset])


ONE_PERSON: Final = asker_of(DEFAULT_PRESET)
"""Who is taken to ask where nobody has said."""

"""The matches of a campaign as its pages show them: up to which sum coins are doubled, and what a coin counts now."""

from dataclasses import dataclass

from campaigns import money
from campaigns.matching import matched
from campaigns.models import Campaign
from campaigns.totals import Totals


@dataclass(frozen=True, slots=True)
class Matching:
    """Minor units: `caps` is what all matches may come to, `left` what of it doubles coins to come.

    `coin_counts` is what one coin counts now together with what matches it, None where that is no more than itself.
    """

    caps: int
    left: int
    coin_counts: int | None


def running_matches(campaign: Campaign, sums: Totals) -> Matching | None:
    """None where no match runs: nobody matches, or the campaign has closed."""
    if not sums.caps:
        return None
    least, coin = money.CURRENCIES[campaign.currency].least, campaign.coin or 0
    now, then = (sum(matched(given, sums.caps, least=least)) for given in (sums.supported, sums.supported + coin))
    return Matching(sum(sums.caps), sum(sums.caps) - now, coin + then - now if then > now else None)

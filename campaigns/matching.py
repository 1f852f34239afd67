"""What matches add to the coins of others. Plain Python: whole minor units in, whole minor units out.

A match gives one for one up to its cap. Every coin is matched once: matches are filled one after another, in the
order in which they were promised, and what the first has matched the second does not.
"""

from bisect import bisect_right
from collections.abc import Sequence


def matched(supported: int, caps: Sequence[int], *, least: int = 0) -> list[int]:
    """What each match comes to when others gave `supported`: a part of its cap, in the order of `caps`.

    One that would come to less than `least`, which cannot be charged, comes to nothing, and nobody else matches it.
    """
    parts = []
    unmatched = max(supported, 0)
    for cap in caps:
        part = min(cap, unmatched)
        unmatched -= part
        parts.append(part if part >= least else 0)
    return parts


def room_for_a_coin(room: int, supported: int, caps: Sequence[int], *, least: int) -> int:
    """The largest coin that fits into `room` together with what it is matched with; nothing for no room.

    Where that is less than `least`, the smallest charge, `least` may be given all the same: the room is then passed,
    by less than `least` where nothing matches the coin.
    """
    if room <= 0:
        return 0
    fits = bisect_right(range(1, room + 1), room, key=lambda coin: _brings(coin, supported, caps, least))
    return max(fits, least)


def coins_to_reach(missing: int, coin: int, supported: int, caps: Sequence[int], *, least: int) -> int:
    """How many people with one coin each bring `missing`, together with what their coins are matched with."""
    most = -(-max(missing, 0) // coin)
    return bisect_right(range(most), missing - 1, key=lambda people: _brings(people * coin, supported, caps, least))


def _brings(coin: int, supported: int, caps: Sequence[int], least: int) -> int:
    """A coin and what matches add because of it. It never falls when the coin grows."""
    before, after = (sum(matched(sum_of_others, caps, least=least)) for sum_of_others in (supported, supported + coin))
    return coin + after - before

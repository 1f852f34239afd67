"""How two things are compared: the same run, turn by turn, the median of the ratios.

A time says more about the machine than about the code; a ratio against a peer that ran between the same other
processes says something that lasts.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Row:
    """`ratio` is how many times as long as its peer a thing took; `spread` the smallest and largest of the rounds."""

    name: str
    peer: str
    ratio: float
    spread: tuple[float, float]
    each: float

    def __str__(self) -> str:
        low, high = self.spread
        return (
            f"{self.name:<18} {self.ratio:>8.2f} x {self.peer:<42} ({low:.2f} to {high:.2f}; {self.each:.2f} ms each)"
        )


def compare(name: str, thing: Callable[[], object], peer_name: str, peer: Callable[[], object], times: int) -> Row:
    """Each round runs both `times` times, the peer first and last in turn. One round before them is thrown away."""
    ratios, each = [], []
    for turn in range(ROUNDS + 1):
        order = (thing, peer) if turn % 2 else (peer, thing)
        took = {run: seconds(run, times) for run in order}
        if turn:
            ratios.append(took[thing] / took[peer])
            each.append(took[thing] / times * 1000)
    return Row(name, peer_name, statistics.median(ratios), (min(ratios), max(ratios)), statistics.median(each))


def seconds(run: Callable[[], object], times: int) -> float:
    """Wall time: most of what is measured waits for the database."""
    began = time.perf_counter()
    for _ in range(times):
        run()
    return time.perf_counter() - began

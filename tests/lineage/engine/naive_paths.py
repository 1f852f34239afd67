"""The shortest chain up to an origin, found by trying every chain of one step, then of two, and so on."""

from collections.abc import Callable

from lineage.engine.document import Derivation, Term
from tests.lineage.engine.naive import Naive, carries

Path = tuple[str, ...]
Carries = Callable[[Derivation], bool]


def first(paths: list[Path | None]) -> Path | None:
    """The shortest; among equally short ones the one whose ids sort first."""
    return min((path for path in paths if path is not None), key=lambda path: (len(path), path), default=None)


def way_up(naive: Naive, artefact: str, origin: str, licence: str, carried: Carries) -> Path | None:
    """The chain by which a licence of an origin, or a term of it, came to an artefact. It meets its origin but once."""
    real = [made for made in naive.file.derivations if made.share != 0 and carried(made)]
    takers = {made.child for made in real if made.parent == origin and licence in naive.taken(made)}
    steps = [made for made in real if made.parent != origin]
    chains: dict[str, Path] = {taker: (taker, origin) for taker in takers}
    for _ in naive.items:
        if artefact in chains:
            return chains[artefact]
        longer: dict[str, list[Path | None]] = {}
        for made in steps:
            if made.parent in chains:
                longer.setdefault(made.child, []).append((made.child, *chains[made.parent]))
        chains = {child: path for child, paths in longer.items() if (path := first(paths))}
    return None


def path_of_name(naive: Naive, artefact: str, origin: str, licence: str) -> Path | None:
    reaches = any(term.reaches_outputs for term in naive.licences[licence].terms)
    return way_up(naive, artefact, origin, licence, lambda made: reaches or made.method != "train-on-outputs")


def path_of_item(naive: Naive, artefact: str, origin: str, licence: str, term: Term) -> Path | None:
    """Of a term that was taken, or that the origin's right to change brought along the way of another name."""
    ways = [way_up(naive, artefact, origin, licence, lambda made: carries(term, made.method))]
    if (origin, licence, term) in naive.added[artefact]:
        ways += [
            path_of_name(naive, artefact, origin, name)
            for of, name in naive.names[artefact]
            if of == origin and name != licence and {"may-change", "direct"} & set(naive.licences[name].control)
        ]
    return first(ways)

"""Lineage files of some dozens of models: long chains, merges, and families of one maker's versions."""

from datetime import timedelta
from random import Random

from lineage.engine.document import Artefact, Derivation, Grant, Interval, Licence, LineageFile, Term
from tests.lineage.engine.invented_files import FIRST_DAY

METHODS = ["merge"] * 6 + ["train-on-outputs", "convert", "subtract"]


def larger_file(seed: int, models: int, *, backwards: float = 0.0) -> LineageFile:
    """Always the same for a seed. A `backwards` share of the derivations makes an older model from a newer one."""
    chance = Random(seed)
    names = [f"m{number:03}" for number in range(models)]
    kinds = [
        Licence("open"),
        Licence("deriving", terms=(Term("no-hosting"),)),
        Licence("every-way", terms=(Term("no-selling-weights", reaches_outputs=True),)),
        Licence("outputs", terms=(Term("no-competing-training", carries="none", reaches_outputs=True),)),
        Licence("copies", terms=(Term("no-redistribution", carries="copies"), Term("revenue-max", 5))),
        Licence("changing", control=("may-change",)),
    ]
    some = [each.id for each in kinds for _ in range(12 if each.id == "open" else 1)]
    grants = [Grant(name, chance.choice(some), FIRST_DAY, certain=chance.random() < 0.9) for name in names]
    grants += [Grant(each.artefact, chance.choice(some), FIRST_DAY + timedelta(5)) for each in chance.sample(grants, 5)]
    made = []
    for place in range(1, models):
        for _ in range(chance.choice([0, 1, 1, 1, 2, 3])):
            older, newer = chance.randrange(max(0, place - 12), place), place
            if chance.random() < backwards:
                older, newer = newer, older
            day = FIRST_DAY + timedelta(chance.randrange(1, 9))
            when = chance.choice([day, day, day, Interval(day, day + timedelta(4)), None])
            sure = chance.random() < 0.9
            made.append(Derivation(names[older], names[newer], chance.choice(METHODS), when, certain=sure))
    makers = [None, "mika", "jo", "ren"]
    artefacts = [
        Artefact(name, name, licensor=chance.choice(makers), undisclosed_parents=chance.random() < 0.03)
        for name in names
    ]
    return LineageFile(tuple(kinds), tuple(artefacts), tuple(grants), tuple(made))

"""Lineage files in which much happens at once, made from a number: the same number always makes the same file.

The files of `invented_files.py` are drawn choice by choice and shrink well, but few of them say much. Here most
artefacts are granted, most descend from several others, and every word of an answer comes up within a thousand files.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from lineage.engine.document import (
    Artefact,
    Derivation,
    Exemption,
    Facts,
    Grant,
    Interval,
    Licence,
    LineageFile,
    Prohibition,
    Question,
    Term,
)
from lineage.engine.terms import (
    ACTIONS,
    CARRIES,
    CONTROLS,
    HANDING_ON,
    LIMIT_FACTS,
    METHODS,
    OUTBOUND,
    POLICIES,
    RESTRICTIONS,
    TERMS,
    UNKNOWN_LICENCE,
)

DAYS = [date(2023, 1, 1) + timedelta(days=number) for number in range(12)]
ACTORS = ["mika", "jo"]
WORDS = sorted(TERMS - {UNKNOWN_LICENCE})
TEXTS = ["x", "y", "z", "w"]


def crowded_file(number: int) -> LineageFile:
    """A file with three questions."""
    lots = Random(number)
    licences = tuple(a_licence(lots, name) for name in TEXTS)
    names = list("abcdefg")[: lots.randint(2, 7)]
    grants = tuple(grant for name in names for grant in some_grants(lots, name))
    backwards = lots.random() < 0.3
    return LineageFile(
        licences=licences,
        artefacts=tuple(an_artefact(lots, name) for name in names),
        grants=grants,
        derivations=tuple(a_derivation(lots, names, backwards) for _ in range(lots.randint(1, 9))),
        exemptions=tuple(an_exemption(lots, names, licences) for _ in range(lots.randint(0, 3))),
        prohibitions=tuple(Prohibition(lots.choice(names), lots.choice(DAYS)) for _ in range(lots.randint(0, 2))),
        questions=tuple(a_question(lots, f"Q{place}", names) for place in range(3)),
    )


def one_in(lots: Random, number: int) -> bool:
    return lots.randrange(number) == 0


def some(lots: Random, words: Sequence[str], most: int) -> tuple[str, ...]:
    return tuple(lots.sample(words, lots.randint(0, most)))


def a_term(lots: Random) -> Term:
    name = lots.choice([*WORDS, *sorted(RESTRICTIONS), *sorted(RESTRICTIONS)])
    return Term(
        name,
        limit=lots.choice([5, 10]) if name in LIMIT_FACTS else None,
        carries=lots.choice(["derivatives", "derivatives", *CARRIES]),
        reaches_outputs=one_in(lots, 2),
        clause=lots.choice([None, None, "4.a"]),
        quote=lots.choice([None, None, "You may not."]),
    )


def a_licence(lots: Random, name: str) -> Licence:
    return Licence(
        name,
        family=lots.choice([None, "kin"]),
        or_later=one_in(lots, 3),
        terms=tuple(a_term(lots) for _ in range(lots.randint(0, 4))),
        outbound=some(lots, sorted(OUTBOUND), 2) if one_in(lots, 2) else (),
        control=some(lots, sorted(CONTROLS), 3),
    )


def an_artefact(lots: Random, name: str) -> Artefact:
    return Artefact(
        name,
        name.upper(),
        licensor=lots.choice([None, None, *ACTORS]),
        published_on=lots.choice([None, lots.choice(DAYS)]),
        undisclosed_parents=one_in(lots, 12),
        claimed_label=lots.choice([None, None, "some words", UNKNOWN_LICENCE, *TEXTS[:2]]),
    )


def some_grants(lots: Random, artefact: str) -> Iterator[Grant]:
    """Mostly one or two, from early on; of the standing ones no two begin on one day."""
    early = [*DAYS[:3], *DAYS[:3], *DAYS]
    for starts in sorted({lots.choice(early) for _ in range(lots.choice([0, 1, 1, 1, 2, 2, 3]))}):
        until = lots.choice([day for day in DAYS if day >= starts]) if one_in(lots, 4) else None
        yield Grant(artefact, lots.choice(TEXTS), starts, until, optional=one_in(lots, 8), certain=not one_in(lots, 6))


def a_derivation(lots: Random, names: list[str], backwards: bool) -> Derivation:
    """From an earlier letter to a later one, unless the file is one that may go `backwards` and be cyclic."""
    parent, child = lots.sample(names, 2)
    if not backwards:
        parent, child = sorted((parent, child))
    one, other = sorted((lots.choice(DAYS), lots.choice(DAYS)))
    obtained = lots.choice([None, Interval(one, other), one, other, other])
    return Derivation(
        parent,
        child,
        lots.choice(["merge", "finetune", "merge", *sorted(METHODS)]),
        obtained,
        share=lots.choice([None, None, 0.001, 1, 0]),
        certain=not one_in(lots, 5),
        reaccepted_on=lots.choice(DAYS) if one_in(lots, 6) else None,
    )


def an_exemption(lots: Random, names: list[str], licences: tuple[Licence, ...]) -> Exemption:
    """Mostly from what some licence really asks."""
    asked = [term.id for licence in licences for term in licence.terms]
    return Exemption(lots.choice(names), lots.choice([*asked, UNKNOWN_LICENCE]), tuple(lots.sample(ACTORS, 1)))


def a_question(lots: Random, name: str, names: list[str]) -> Question:
    on = lots.choice([*DAYS, *DAYS[8:]])
    number = [None, None, 4, 5, 7, 10, 11]
    return Question(
        name,
        lots.choice([*names, *names[1:]]),
        lots.choice([*sorted(ACTIONS), *sorted(HANDING_ON), "sell-outputs"]),
        on,
        acquired_on=lots.choice([day for day in DAYS if day <= on]) if one_in(lots, 3) else None,
        actor=lots.choice([None, *ACTORS]),
        facts=Facts(
            team_size=lots.choice(number),
            annual_revenue_usd=lots.choice(number),
            monthly_active_users=lots.choice(number),
            images_per_month=lots.choice(number),
            monetised=lots.choice([None, True, False]),
            commercial=one_in(lots, 2),
        ),
        holds=tuple((origin, lots.choice(TEXTS)) for origin in lots.sample(names, lots.choice([0, 0, 1, 2]))),
        policy=lots.choice(POLICIES),
    )


def least(file: LineageFile, differs: Callable[[LineageFile], bool]) -> LineageFile:
    """What is left when everything is taken away without which it still differs: for the one who has to read it."""
    for field in ("questions", "prohibitions", "exemptions", "derivations", "grants"):
        for part in getattr(file, field):
            smaller = replace(file, **{field: tuple(each for each in getattr(file, field) if each is not part)})
            if differs(smaller):
                file = smaller
    return file

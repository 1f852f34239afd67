"""Small lineage files of every shape, for laws: cycles, gaps, doubts, parallel claims, and all kinds of terms."""

from datetime import date, timedelta

from hypothesis import strategies as st

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
    METHODS,
    OUTBOUND,
    TERMS,
    UNKNOWN_LICENCE,
    takes_limit,
)

FIRST_DAY = date(2023, 1, 1)
DAYS = [FIRST_DAY + timedelta(days=number) for number in range(12)]
ACTORS = ("mika", "jo")

days = st.sampled_from(DAYS)
limits = st.sampled_from([5, 10])


@st.composite
def terms(draw: st.DrawFn) -> Term:
    name = draw(st.sampled_from(sorted(TERMS - {UNKNOWN_LICENCE})))
    return Term(
        name,
        limit=draw(limits) if takes_limit(name) else None,
        carries=draw(st.sampled_from(["derivatives", *CARRIES])),
        reaches_outputs=draw(st.booleans()),
        clause=draw(st.sampled_from([None, None, "4.a"])),
        quote=draw(st.sampled_from([None, None, "You may not."])),
    )


def some_of(names: frozenset[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(sorted(names)), max_size=2, unique=True).map(tuple)


@st.composite
def licences(draw: st.DrawFn, name: str) -> Licence:
    return Licence(
        name,
        family=draw(st.sampled_from([None, "kin"])),
        or_later=draw(st.booleans()),
        terms=tuple(draw(st.lists(terms(), max_size=4))),
        outbound=draw(some_of(OUTBOUND)),
        control=draw(some_of(CONTROLS)),
    )


@st.composite
def artefacts(draw: st.DrawFn, name: str, licence_names: list[str]) -> Artefact:
    return Artefact(
        name,
        name.upper(),
        licensor=draw(st.sampled_from([None, None, *ACTORS])),
        published_on=draw(st.none() | days),
        undisclosed_parents=draw(st.integers(0, 9)) == 0,
        claimed_label=draw(st.sampled_from([None, None, None, "some words", UNKNOWN_LICENCE, *licence_names])),
    )


@st.composite
def grants(draw: st.DrawFn, artefact: str, licence_names: list[str]) -> list[Grant]:
    """Grants of one artefact, of which no two standing ones begin on one day."""
    made = []
    for starts in sorted(draw(st.sets(days, max_size=3) | st.sets(days, min_size=1, max_size=2))):
        until = draw(st.none() | st.sampled_from([day for day in DAYS if day >= starts]))
        of = draw(st.sampled_from(licence_names))
        certain = draw(st.integers(0, 3)) > 0
        made.append(Grant(artefact, of, starts, until, optional=draw(st.integers(0, 4)) == 0, certain=certain))
    return made


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    one, other = draw(days), draw(days)
    return Interval(min(one, other), max(one, other))


@st.composite
def derivations(draw: st.DrawFn, names: list[str], *, upside_down: bool = True) -> Derivation:
    """From any to any; without `upside_down` only from one that stands earlier in the list, and nothing is cyclic."""
    parent = draw(st.sampled_from(names if upside_down else names[:-1]))
    younger = names if upside_down else names[names.index(parent) :]
    return Derivation(
        parent,
        draw(st.sampled_from([name for name in younger if name != parent])),
        draw(st.sampled_from(["merge", "finetune", *sorted(METHODS)])),
        draw(st.none() | days | intervals()),
        share=draw(st.sampled_from([None, 0, 0.001, 1])),
        certain=draw(st.integers(0, 3)) > 0,
        reaccepted_on=draw(st.none() | st.none() | days),
    )


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    number = st.sampled_from([None, 5, 7, 11])
    return Facts(
        team_size=draw(number),
        annual_revenue_usd=draw(number),
        monthly_active_users=draw(number),
        images_per_month=draw(number),
        monetised=draw(st.sampled_from([None, True, False])),
        commercial=draw(st.booleans()),
    )


@st.composite
def questions(draw: st.DrawFn, artefact_names: list[str], licence_names: list[str], name: str = "Q") -> Question:
    on = draw(days)
    return Question(
        name,
        draw(st.sampled_from([*artefact_names, *artefact_names[-2:]])),
        draw(st.sampled_from([*sorted(ACTIONS), *sorted(HANDING_ON)])),
        on,
        acquired_on=draw(st.none() | st.sampled_from([day for day in DAYS if day <= on])),
        actor=draw(st.sampled_from([None, *ACTORS])),
        facts=draw(facts()),
        holds=tuple(
            draw(st.dictionaries(st.sampled_from(artefact_names), st.sampled_from(licence_names), max_size=2)).items()
        ),
        policy=draw(st.sampled_from(["strict", "lenient"])),
    )


def exemptions(artefact_names: list[str], of: list[Licence]) -> st.SearchStrategy[Exemption]:
    """Mostly from what some licence really asks."""
    asked = sorted({term.id for licence in of for term in licence.terms} | {"use-list", UNKNOWN_LICENCE})
    actors = st.lists(st.sampled_from(ACTORS), min_size=1, max_size=2, unique=True).map(tuple)
    return st.builds(Exemption, st.sampled_from(artefact_names), st.sampled_from(asked), actors)


@st.composite
def files(draw: st.DrawFn, prefix: str = "") -> LineageFile:
    """A file with one question, `Q`. Its ids begin with `prefix`, so that two files can be put together."""
    artefact_names = [f"{prefix}{letter}" for letter in "abcdef"[: draw(st.integers(2, 6))]]
    licence_names = [f"{prefix}{letter}" for letter in "xyz"]
    texts = [draw(licences(name)) for name in licence_names]
    made = derivations(artefact_names, upside_down=draw(st.integers(0, 2)) == 0)
    return LineageFile(
        licences=tuple(texts),
        artefacts=tuple(draw(artefacts(name, licence_names)) for name in artefact_names),
        grants=tuple(grant for name in artefact_names for grant in draw(grants(name, licence_names))),
        derivations=tuple(draw(st.lists(made, max_size=10))),
        exemptions=tuple(draw(st.lists(exemptions(artefact_names, texts), max_size=2))),
        prohibitions=tuple(draw(st.lists(st.builds(Prohibition, st.sampled_from(artefact_names), days), max_size=2))),
        questions=(draw(questions(artefact_names, licence_names, f"{prefix}Q")),),
    )

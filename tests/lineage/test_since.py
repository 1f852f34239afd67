"""Since when something reaches a version: the days that are known, and none that the texts would have to decide."""

from datetime import date

from lineage.engine.document import Artefact, Derivation, Grant, Interval, Licence, LineageFile
from lineage.engine.pedigree import Pedigree
from lineage.verdicts.since import since_when

OFFERED, LATER, BETWEEN, OUT = date(2022, 12, 25), date(2023, 6, 1), date(2023, 1, 15), date(2023, 4, 21)
PATH = ("mix", "middle", "base")


def family(*, taken: date | Interval | None = BETWEEN, again: date | None = None, offered: date = OFFERED) -> Pedigree:
    return Pedigree(
        LineageFile(
            licences=(Licence("strict"), Licence("free")),
            artefacts=(
                Artefact("base", "Base"),
                Artefact("middle", "Middle"),
                Artefact("mix", "Mix", published_on=OUT),
            ),
            grants=(Grant("base", "free", date(2022, 1, 1), until=offered), Grant("base", "strict", offered)),
            derivations=(
                Derivation("base", "middle", "merge", taken),
                Derivation("middle", "mix", "merge", None, reaccepted_on=again),
            ),
        )
    )


def test_the_day_of_the_text_the_day_of_taking_and_the_day_of_arrival_are_told() -> None:
    since = since_when(family(), PATH, "strict")

    assert (since.offered_on, since.taker, since.taken_on, since.reached_on) == (OFFERED, "Middle", BETWEEN, OUT)
    assert since.since_published and since.known


def test_a_span_of_days_stays_a_span() -> None:
    span = Interval(date(2023, 1, 1), date(2023, 1, 15))

    since = since_when(family(taken=span), PATH, "strict")

    assert since.span == span and since.taken_on is None


def test_terms_that_came_after_the_version_reach_it_from_the_day_of_the_terms() -> None:
    since = since_when(family(offered=LATER), PATH, "strict")

    assert since.reached_on == LATER and not since.since_published


def test_where_newer_terms_were_accepted_on_the_way_no_day_of_arrival_is_told() -> None:
    assert since_when(family(again=LATER), PATH, "strict").reached_on is None


def test_a_licence_of_ones_own_has_only_the_day_of_its_offer() -> None:
    since = since_when(family(), ("base",), "strict")

    assert since.offered_on == OFFERED and not since.taker and since.reached_on is None
    assert not since_when(family(), ("base",), None).known

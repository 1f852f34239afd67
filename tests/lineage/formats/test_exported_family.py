"""What stood when, told as spans, agrees with the engine on every day."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings

from lineage.engine.document import Artefact, Derivation, Grant, Licence, LineageFile, Term
from lineage.engine.grants import Timeline
from lineage.formats.cyclonedx import cyclonedx
from lineage.formats.exported_family import ExportedFamily, spans
from lineage.formats.graphml import graphml
from lineage.formats.spdx import spdx
from tests.lineage.engine.invented_files import DAYS
from tests.lineage.formats.exported import families, family
from tests.lineage.formats.hostile import within

JAN, FEB, MAR = date(2023, 1, 1), date(2023, 2, 1), date(2023, 3, 1)


def test_a_newer_grant_ends_an_older_one_for_good() -> None:
    found = spans([Grant("a", "new", FEB, MAR), Grant("a", "old", JAN)])

    assert [(span.starts, span.until, span.grant and span.grant.licence) for span in found] == [
        (JAN, FEB, "old"),
        (FEB, MAR, "new"),
        (MAR, None, None),
    ]


def test_a_grant_of_no_days_is_no_span_but_still_ends_the_older_one() -> None:
    found = spans([Grant("a", "old", JAN), Grant("a", "never", FEB, FEB), Grant("a", "new", MAR)])

    assert [(span.starts, span.until, span.grant and span.grant.licence) for span in found] == [
        (JAN, FEB, "old"),
        (FEB, MAR, None),
        (MAR, None, "new"),
    ]


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(families())
def test_on_every_day_the_spans_say_what_the_engine_says(any_family: ExportedFamily) -> None:
    for artefact in any_family.artefacts:
        timeline = Timeline(any_family.pedigree.grants_of(artefact.id))
        told = any_family.standing(artefact.id)
        for day in [DAYS[0] - timedelta(days=1), *DAYS, DAYS[-1] + timedelta(days=1)]:
            standing = [span.grant for span in told if span.starts <= day and (span.until is None or day < span.until)]
            assert len(standing) <= 1
            assert (standing[0] if standing else None) == timeline.on(day)


@given(families())
def test_the_subject_comes_first_and_every_parent_is_there(any_family: ExportedFamily) -> None:
    ids = [artefact.id for artefact in any_family.artefacts]

    assert ids[0] == any_family.subject and len(set(ids)) == len(ids)
    assert {made.parent for made in any_family.derivations} | {made.child for made in any_family.derivations} <= set(
        ids
    )
    assert all(made.share != 0 for made in any_family.derivations)


def test_a_very_long_family_is_exported_in_seconds_with_the_state_of_its_subject_alone() -> None:
    ids = [f"a{number:04}" for number in range(800)]
    file = LineageFile(
        licences=tuple(Licence(id, terms=(Term("no-hosting"),)) for id in ids),
        artefacts=tuple(Artefact(id, id) for id in ids),
        grants=tuple(Grant(id, id, JAN) for id in ids),
        derivations=tuple(Derivation(parent, child, "merge", FEB) for parent, child in pairwise(ids)),
    )
    chain = family(file, ids[-1])

    with within(30):
        texts = [write(chain) for write in (cyclonedx, spdx, graphml)]

    assert chain.state(ids[-1]) == "tainted" and chain.state(ids[1]) is None
    assert max(map(len, texts)) < 10_000_000 and [text.count(">tainted<") for text in texts] == [0, 0, 1]

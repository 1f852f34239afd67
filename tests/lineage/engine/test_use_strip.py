"""The uses that people ask about first."""

from dataclasses import replace

from lineage.engine.document import Facts
from lineage.engine.inheritance import solve
from lineage.engine.use_strip import EIGHT_USES, Use, answers_to, uses_by
from tests.lineage.engine.small_files import (
    NO_HOSTING,
    OPEN,
    TODAY,
    artefact,
    asked,
    day,
    file_of,
    grant,
    licence,
    made,
)

KNOWN = Facts(annual_revenue_usd=7, team_size=3, commercial=True)


def test_eight_uses_by_somebody_of_whom_something_is_known() -> None:
    assert uses_by(KNOWN) == {
        "personal": Use("run", replace(KNOWN, commercial=False, monetised=False)),
        "sell-outputs": Use("sell-outputs", KNOWN),
        "paid-service": Use("host", replace(KNOWN, monetised=True)),
        "merge-publish": Use("merge-publish", KNOWN),
        "sell-weights": Use("sell-weights", KNOWN),
        "publish": Use("publish", KNOWN),
        "train-on-outputs": Use("train-on-outputs", KNOWN),
        "team-of-11": Use("sell-outputs", replace(KNOWN, team_size=11, commercial=True)),
    }


def test_the_eight_uses_are_those_of_somebody_of_whom_nothing_is_known() -> None:
    assert dict(EIGHT_USES) == uses_by(Facts())


def test_each_use_is_answered_like_a_question_of_its_own() -> None:
    changing, paid = licence("changing", control=("may-change",)), licence("paid", "attribution")
    file = file_of(
        NO_HOSTING,
        OPEN,
        changing,
        paid,
        artefact("b", licensor="mika"),
        grant("a", "changing"),
        grant("a", NO_HOSTING.id, "2023-01-01"),
        grant("b", NO_HOSTING.id),
        made("a", "b"),
        artefacts="a",
    )
    uses = {"one": Use("host", KNOWN), "other": Use("host", holds=(("a", "paid"),)), "third": Use("run")}

    for actor in (None, "mika"):
        for policy in ("strict", "lenient"):
            answers = answers_to(solve(file, day(TODAY), policy), "b", uses, actor=actor)

            assert answers == {
                key: replace(
                    asked(file, "b", use.action, facts=use.facts, holds=use.holds, policy=policy, actor=actor), id=key
                )
                for key, use in uses.items()
            }
    assert answers_to(solve(file, day(TODAY)), "b", uses)["one"].verdict == "blocked"
    assert answers_to(solve(file, day(TODAY), "lenient"), "b", uses, actor="mika")["one"].verdict == "unclear"

"""The table of uses, row by row: what a term that binds answers."""

import pytest

from lineage.engine.document import Facts
from lineage.engine.terms import ACTIONS, GAPS, OBLIGATIONS, RESTRICTIONS, TERMS
from tests.lineage.engine.small_files import asked, codes, file_of, grant, licence

UNKNOWING = Facts()
RICH = Facts(
    team_size=11, annual_revenue_usd=11, monthly_active_users=11, images_per_month=11, monetised=True, commercial=True
)


def verdict_of(term: str, action: str, facts: Facts = UNKNOWING, *, certain: bool = True) -> str:
    file = file_of(licence("its", term), grant("m", "its", certain=certain), artefacts="m")
    return asked(file, "m", action, facts=facts).verdict


def uses_answered(term: str, verdict: str, facts: Facts) -> set[str]:
    return {action for action in ACTIONS if verdict_of(term, action, facts) == verdict}


@pytest.mark.parametrize(
    ("term", "uses"),
    [
        ("no-commercial-model", ACTIONS),
        ("no-commercial-outputs", {"sell-outputs"}),
        ("team-size-max 10", {"sell-outputs"}),
        ("revenue-max 10", ACTIONS),
        ("monthly-users-max 10", ACTIONS),
        ("images-max 10", ACTIONS),
        ("no-hosting", {"host"}),
        ("no-monetised-hosting", {"host"}),
        ("no-selling-weights", {"sell-weights"}),
        ("no-sharing-merges", {"merge-publish"}),
        ("no-redistribution", {"publish", "merge-publish", "sell-weights"}),
        ("no-competing-training", {"train-on-outputs"}),
    ],
)
def test_a_restriction_blocks_its_uses_and_no_other(term: str, uses: set[str]) -> None:
    assert uses_answered(term, "blocked", RICH) == uses
    assert uses_answered(term, "allowed", RICH) == ACTIONS - uses


def test_every_restriction_is_in_the_table() -> None:
    silent = {
        term
        for term in RESTRICTIONS
        if all(
            verdict_of(f"{term} 10" if term.endswith("-max") else term, action, RICH) == "allowed" for action in ACTIONS
        )
    }

    assert silent == set()


@pytest.mark.parametrize("term", sorted(OBLIGATIONS))
def test_an_obligation_is_a_condition_where_a_model_is_handed_on(term: str) -> None:
    always = ACTIONS if term in ("use-list", "no-nft-outputs") else set()

    assert uses_answered(term, "conditional", RICH) == {"publish", "merge-publish", "sell-weights", "host"} | always


def test_a_text_that_is_silent_on_selling_leaves_selling_unclear() -> None:
    assert uses_answered("selling-unstated", "unclear", RICH) == {"sell-weights"}


def test_an_unknown_licence_leaves_everything_but_running_unclear() -> None:
    file = file_of(artefacts="m")

    assert {action for action in ACTIONS if asked(file, "m", action).verdict == "unclear"} == ACTIONS - {"run"}
    assert asked(file, "m", "run").verdict == "allowed"


@pytest.mark.parametrize(("team", "verdict"), [(10, "conditional"), (10.5, "blocked"), (0, "conditional")])
def test_the_limit_itself_is_still_allowed(team: float, verdict: str) -> None:
    assert verdict_of("team-size-max 10", "sell-outputs", Facts(team_size=team)) == verdict


@pytest.mark.parametrize(
    ("term", "fact"),
    [
        ("team-size-max 10", "team_size"),
        ("revenue-max 10", "annual_revenue_usd"),
        ("monthly-users-max 10", "monthly_active_users"),
        ("images-max 10", "images_per_month"),
    ],
)
def test_a_limit_asks_for_the_fact_that_is_missing(term: str, fact: str) -> None:
    file = file_of(licence("its", term), grant("m", "its"), artefacts="m")

    given = asked(file, "m", "sell-outputs")

    assert given.verdict == "unclear"
    assert [(reason.ask, reason.cure.do if reason.cure else None) for reason in given.reasons] == [(fact, "state-fact")]


@pytest.mark.parametrize("action", ["run", "publish", "merge-publish", "train-on-outputs"])
def test_a_use_is_not_commercial_unless_the_actor_says_so(action: str) -> None:
    assert verdict_of("no-commercial-model", action) == "allowed"
    assert verdict_of("no-commercial-model", action, Facts(commercial=True)) == "blocked"
    assert verdict_of("revenue-max 10", action, Facts(annual_revenue_usd=11)) == "allowed"


def test_hosting_is_commercial_if_it_is_monetised_whatever_else_is_said() -> None:
    assert verdict_of("no-commercial-model", "host", Facts(monetised=False, commercial=True)) == "allowed"
    assert verdict_of("no-commercial-model", "host", Facts(monetised=True)) == "blocked"


@pytest.mark.parametrize("action", ["sell-outputs", "sell-weights"])
def test_selling_is_commercial_whatever_is_said(action: str) -> None:
    assert verdict_of("no-commercial-model", action, Facts(commercial=False, monetised=False)) == "blocked"
    assert verdict_of("revenue-max 10", action, Facts(annual_revenue_usd=11)) == "blocked"


@pytest.mark.parametrize("term", ["no-commercial-model", "no-monetised-hosting"])
def test_hosting_that_may_be_monetised_is_unclear_and_asks(term: str) -> None:
    file = file_of(licence("its", term), grant("m", "its"), artefacts="m")

    given = asked(file, "m", "host")

    assert given.verdict == "unclear"
    assert given.reasons[0].ask == "monetised"


@pytest.mark.parametrize(
    ("revenue", "verdict", "ask"),
    [(5, "conditional", None), (11, "unclear", "monetised"), (None, "unclear", "annual_revenue_usd")],
)
def test_a_limit_under_unknown_commerce(revenue: float | None, verdict: str, ask: str | None) -> None:
    file = file_of(licence("its", "revenue-max 10"), grant("m", "its"), artefacts="m")

    given = asked(file, "m", "host", facts=Facts(annual_revenue_usd=revenue))

    assert [(reason.verdict, reason.ask) for reason in given.reasons] == [(verdict, ask)]


def test_what_would_block_and_is_only_possible_is_unclear() -> None:
    assert verdict_of("no-hosting", "host", certain=False) == "unclear"
    assert verdict_of("team-size-max 10", "sell-outputs", RICH, certain=False) == "unclear"


def test_a_condition_that_is_only_possible_is_still_a_condition() -> None:
    assert verdict_of("use-list", "run", certain=False) == "conditional"


def test_the_worst_reason_decides_and_every_reason_is_reported() -> None:
    file = file_of(licence("its", "use-list", "no-hosting", "attribution"), grant("m", "its"), artefacts="m")

    given = asked(file, "m", "host")

    assert given.verdict == "blocked"
    assert codes(given) == ["no-hosting", "attribution", "use-list"]


def test_a_term_is_a_restriction_an_obligation_or_a_gap() -> None:
    assert {"no-nft-outputs"} == RESTRICTIONS & OBLIGATIONS
    assert not GAPS & (RESTRICTIONS | OBLIGATIONS)
    assert len(TERMS) == 13 + 11 - 1 + 2

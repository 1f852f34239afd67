"""Kill the process at every place where it may die: whoever comes after it finishes, and everything happens once."""

import os
import re
import uuid
from pathlib import Path

import pytest
from pytest_django import Settings

from campaigns import failpoints, stripe_gateway
from campaigns.actions.plan_refund import plan_refund
from campaigns.actions.verify_ledger import verify_ledger
from campaigns.charging import engine
from campaigns.models import Campaign
from tests.faults.agreement import assert_every_invariant_holds, assert_the_books_are_those_of_stripe
from tests.faults.crash.harness import Days, dies_at, finishes, passings
from tests.faults.crash.scenarios import DEPENDS_ON_STRIPE, SCENARIOS, Scenario
from tests.faults.machines.emptying import empty_the_books
from tests.stripe_sandbox import ROOT, Sandbox
from tests.world import an_open_campaign, give, now

SIZE = int(os.environ.get("FAULTS_PLEDGES", "30"))
PASSED = re.compile(r"""\breach\(\s*["']([a-z_]+\.[a-z_]+)["']""")
CELLS = [(one, place) for one in SCENARIOS for place in one.places]
cells = pytest.mark.parametrize(("scenario", "place"), CELLS, ids=[f"{one.name}-{place}" for one, place in CELLS])


def places_in_the_code() -> set[str]:
    return {
        name for file in (ROOT / "campaigns").rglob("*.py") for name in PASSED.findall(file.read_text(encoding="utf-8"))
    }


@pytest.fixture(autouse=True)
def calls_in_small_batches(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six batches and more for each kind of call. A batch is written when all of it is answered."""
    settings.STRIPE_PACE, most = 400, min(max(SIZE // 6, 2), 100)
    monkeypatch.setattr(engine, "CHUNK_SECONDS", most / settings.STRIPE_PACE)
    monkeypatch.setattr(engine, "MOST_IN_FLIGHT", most)
    monkeypatch.setattr(engine, "AHEAD_SECONDS", 0.0001)
    monkeypatch.setattr(engine, "WRITE_SECONDS", 10.0)


MEASURED: dict[str, dict[str, int]] = {}
TRIES = 3


def passings_of(scenario: Scenario, sandbox: Sandbox, file: Path) -> dict[str, int]:
    """How often every place is passed when nobody dies: its world is built once more for that, and forgotten."""
    if scenario.name not in MEASURED:
        campaign = scenario.build(sandbox, SIZE)
        MEASURED[scenario.name] = passings(Days(now()), file=file)
        scenario.ends(sandbox, campaign)
        empty_the_books()
        sandbox.forget()
    return MEASURED[scenario.name]


def assert_it_ended_well(scenario: Scenario, sandbox: Sandbox, campaign: Campaign, days: Days) -> None:
    scenario.ends(sandbox, campaign)
    assert_the_books_are_those_of_stripe(sandbox)
    assert_every_invariant_holds(at=days.at, strictly=True)
    assert {verify_ledger(one).trouble for one in Campaign.objects.all()} == {""}


@pytest.mark.django_db(transaction=True)
@cells
def test_whoever_dies_at_a_place_is_followed_by_one_who_finishes(
    sandbox: Sandbox, settings: Settings, tmp_path: Path, scenario: Scenario, place: str
) -> None:
    """Children die one after the other, at the first passing and at the middle of what is left, and one finishes."""
    last = passings_of(scenario, sandbox, tmp_path / "passings").get(place, 0)
    campaign = scenario.build(sandbox, SIZE)
    days = Days(now())

    tried = sorted({1, (last + 1) // 2})
    hits = [dies_at(place, passing, days, file=tmp_path / "failpoint") for passing in tried]
    finishes(days)

    assert all(hits) or (place in DEPENDS_ON_STRIPE and hits[0]), f"{hits} of {last} passings of {place}"
    assert_it_ended_well(scenario, sandbox, campaign, days)


@pytest.mark.django_db(transaction=True)
@cells
def test_whoever_dies_at_the_last_passing_is_followed_by_one_who_finishes(
    sandbox: Sandbox, settings: Settings, tmp_path: Path, scenario: Scenario, place: str
) -> None:
    """How many batches a close makes depends on its pace, too: where there was no such passing, the one before it."""
    last = passings_of(scenario, sandbox, tmp_path / "passings").get(place, 0)
    for passing in range(last, max(last - TRIES, 0), -1):
        campaign = scenario.build(sandbox, SIZE)
        days = Days(now())
        hit = dies_at(place, passing, days, file=tmp_path / "failpoint")
        if hit or place in DEPENDS_ON_STRIPE:
            break
        empty_the_books()
        sandbox.forget()
    finishes(days)

    assert hit or place in DEPENDS_ON_STRIPE, f"{place} was passed less than {passing} times"
    assert_it_ended_well(scenario, sandbox, campaign, days)


def test_every_place_in_the_code_is_in_the_registry_and_is_died_at() -> None:
    """And the other way round: nothing in the registry is passed nowhere."""
    assert places_in_the_code() == failpoints.FAILPOINTS.keys()
    assert {place for one in SCENARIOS for place in one.places} == failpoints.FAILPOINTS.keys()


@pytest.mark.django_db(transaction=True)
def test_a_child_that_dies_is_told_from_one_that_has_nothing_to_do(
    sandbox: Sandbox, settings: Settings, tmp_path: Path
) -> None:
    """The negative control of the harness: where nothing is to be done, nobody comes to any place."""
    days = Days(now())

    assert not dies_at("refund.after_call", 1, days, file=tmp_path / "failpoint")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_without_the_key_a_crash_after_the_call_gives_back_twice(
    sandbox: Sandbox, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The negative control of the matrix: with a new key for every call the same crash costs a second refund."""
    pledge = give(sandbox, an_open_campaign())
    plan_refund(pledge, amount=200, reason="asked", at=now())
    call = stripe_gateway.refund
    if not guarded:
        monkeypatch.setattr(stripe_gateway, "refund", lambda asked, key: call(asked, key=f"new-{uuid.uuid4()}"))
    days = Days(now())

    assert dies_at("refund.after_call", 1, days, file=tmp_path / "failpoint")
    finishes(days)

    assert sandbox.oracle()["totals"]["jpy"]["refunded"] == (200 if guarded else 400)

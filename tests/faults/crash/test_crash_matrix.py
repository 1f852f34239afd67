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
from tests.faults.agreement import assert_every_invariant_holds, assert_the_books_are_those_of_stripe
from tests.faults.crash.harness import Days, dies_at, finishes
from tests.faults.crash.scenarios import SCENARIOS, STILL_TO_DIE_AT, Scenario
from tests.stripe_sandbox import ROOT, Sandbox
from tests.world import an_open_campaign, give, now

SIZE = int(os.environ.get("FAULTS_PLEDGES", "30"))
PASSED = re.compile(r"""\breach\(\s*["']([a-z_]+\.[a-z_]+)["']""")


def places_in_the_code() -> set[str]:
    return {
        name for file in (ROOT / "campaigns").rglob("*.py") for name in PASSED.findall(file.read_text(encoding="utf-8"))
    }


CELLS = [(one, place) for one in SCENARIOS for place in one.places if place in places_in_the_code()]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("scenario", "place"), CELLS, ids=[f"{one.name}-{place}" for one, place in CELLS])
def test_whoever_dies_at_a_place_is_followed_by_one_who_finishes(
    sandbox: Sandbox, settings: Settings, tmp_path: Path, scenario: Scenario, place: str
) -> None:
    """Three children die one after the other: at the first passing, at the middle, and at the last that is left."""
    campaign = scenario.build(sandbox, SIZE)
    days = Days(now())

    hits = [
        dies_at(place, passing, days, file=tmp_path / "failpoint") for passing in scenario.passings_to_try(place, SIZE)
    ]
    finishes(days)

    assert hits[0], f"nobody ever came to {place}"
    scenario.ends(sandbox, campaign)
    assert_the_books_are_those_of_stripe(sandbox)
    assert_every_invariant_holds(at=days.at, strictly=True)
    assert verify_ledger(campaign).trouble == ""


def test_every_place_in_the_code_is_in_the_registry_and_in_the_matrix() -> None:
    in_the_code = places_in_the_code()

    assert in_the_code <= failpoints.FAILPOINTS.keys()
    assert in_the_code <= {place for one in SCENARIOS for place in one.places} | STILL_TO_DIE_AT


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

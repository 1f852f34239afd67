"""Payments for several campaigns, attacked: killed between two ledgers, and settled by everybody at once."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from campaigns import failpoints
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.expire_bundles import expire_bundles
from campaigns.actions.refund_pledge import carry_out_refunds, take_back
from campaigns.actions.run_selfcheck import breaches
from campaigns.actions.settle_bundle import settle_bundle
from campaigns.actions.start_bundle import Coin, start_bundle
from campaigns.models import Bundle, Campaign, OutboxMessage, Pledge
from campaigns.totals import totals
from tests.at_once import at_once
from tests.campaigns.test_bundles import a_bundle, carol, coins_of, three
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, journal, now

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Python warns of forking where there are threads: the one that is forked here settles, and is gone.
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
]


def in_a_process(work: Callable[[], object]) -> int:
    """Do it in a process of its own; the signal that ended it, 0 for none."""
    connection.close()
    pid = os.fork()
    if pid == 0:
        failpoints.forget()
        try:
            work()
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize("passing", [1, 2, 3])
def test_a_process_that_dies_between_two_ledgers_leaves_none_of_them_half_written(
    sandbox: Sandbox, settings: Settings, tmp_path: Path, passing: int
) -> None:
    campaigns = three()
    bundle = a_bundle(campaigns, 500, 700, 300)
    sandbox.pay(bundle.session_id)
    settings.FAILPOINT_FILE = str(tmp_path / "armed")
    Path(settings.FAILPOINT_FILE).write_text(f"settle.coin_booked {passing}")

    died = in_a_process(lambda: settle_bundle(bundle.pk, at=now()))

    assert died == signal.SIGKILL
    assert [journal(campaign) for campaign in campaigns] == [[], [], []]
    Bundle.objects.update(check_at=now())
    expire_bundles(at=now())
    assert [totals(campaign).raised for campaign in campaigns] == [500, 700, 300]
    assert OutboxMessage.objects.filter(template="bundle_receipt").count() == 1
    assert breaches(at=now()) == {}


def test_a_process_that_dies_after_the_commit_leaves_nothing_to_do_twice(
    sandbox: Sandbox, settings: Settings, tmp_path: Path
) -> None:
    campaigns = three()
    bundle = a_bundle(campaigns, 500, 700, 300)
    sandbox.pay(bundle.session_id)
    settings.FAILPOINT_FILE = str(tmp_path / "armed")
    Path(settings.FAILPOINT_FILE).write_text("settle.committed 1")

    died = in_a_process(lambda: settle_bundle(bundle.pk, at=now()))
    settle_bundle(bundle.pk, at=now())

    assert died == signal.SIGKILL
    assert [journal(campaign) for campaign in campaigns] == [["charge", "fee"]] * 3
    assert breaches(at=now()) == {}


def test_bundles_that_cross_are_settled_by_many_at_once_and_nobody_waits_in_a_ring(sandbox: Sandbox) -> None:
    campaigns = three()
    one, two, three_ = campaigns
    pairs = [(one, two), (two, three_), (three_, one), (two, one)]
    bundles = [a_bundle(list(pair), 500, 700, nonce=f"form-{number}") for number, pair in enumerate(pairs)]
    for bundle in bundles:
        sandbox.pay(bundle.session_id)

    at_once(*(lambda pk=bundle.pk: settle_bundle(pk, at=now()) for bundle in bundles for _ in range(3)))

    assert sum(totals(campaign).raised for campaign in campaigns) == 4 * 1_200
    assert all(journal(campaign).count("charge") == journal(campaign).count("fee") for campaign in campaigns)
    assert breaches(at=now()) == {}


def test_a_form_sent_by_many_at_once_is_one_bundle(sandbox: Sandbox) -> None:
    coins = [Coin(campaign, 500) for campaign in three()]

    at_once(*[lambda: start_bundle(coins, carol(), cover_fee=False, form_nonce="one", at=now())] * 6)

    assert Bundle.objects.count() == 1 and Pledge.objects.count() == 3


def test_coins_are_taken_back_while_one_of_the_campaigns_closes(sandbox: Sandbox) -> None:
    campaigns = [
        an_open_campaign("one", deadline=now() + timedelta(minutes=5)),
        an_open_campaign("two", deadline=now() + timedelta(days=1)),
    ]
    bundle = a_bundle(campaigns, 500, 700)
    sandbox.pay(bundle.session_id)
    settle_bundle(bundle.pk, at=now())
    later = now() + timedelta(minutes=6)

    at_once(
        lambda: close_due_campaigns(at=later),
        lambda: take_back(coins_of(bundle)[1], at=later),
        lambda: settle_bundle(bundle.pk, at=later),
        lambda: carry_out_refunds(at=later),
    )
    carry_out_refunds(at=later + timedelta(minutes=1))
    close_due_campaigns(at=later + timedelta(minutes=2))

    assert Campaign.objects.get(slug="one").stage == "unfunded"
    assert [totals(campaign).raised for campaign in campaigns] == [500, 0]
    assert sandbox.oracle()["totals"]["jpy"]["refunded"] == 700
    assert breaches(at=later) == {}

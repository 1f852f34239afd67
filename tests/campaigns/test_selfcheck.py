"""The invariants of the books: clean after a whole story, and each of them named when somebody breaks just that."""

import json
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import Client

from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.refund_pledge import take_back
from campaigns.actions.run_selfcheck import breaches, run_selfcheck
from campaigns.clock import ticks
from campaigns.invariants import INVARIANTS
from campaigns.models import Campaign, LedgerHead, SelfcheckRun, StripeEvent
from campaigns.tasks import TASKS
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, give, now

pytestmark = pytest.mark.django_db(transaction=True)
OF_THE_ENTRY = "entry_id = (SELECT id FROM campaigns_journalentry WHERE kind = '{}' ORDER BY id LIMIT 1)"
FIRST_CHARGE = OF_THE_ENTRY.format("charge")
TABLES = (
    "campaigns_posting",
    "campaigns_journalentry",
    "campaigns_pledge",
    "campaigns_campaign",
    "campaigns_attempt",
    "campaigns_closerun",
    "campaigns_payout",
    "campaigns_dispute",
)


def a_whole_story(sandbox: Sandbox) -> Campaign:
    """Two coins stay, one with its fee covered; one went back; the campaign closed as funded."""
    campaign = an_open_campaign(goal=1_000, ceiling=1_000)
    take_back(give(sandbox, campaign, name="Erin"), at=now())
    give(sandbox, campaign)
    give(sandbox, campaign, name="Dave", cover_fee=True)
    close_due_campaigns(at=now())
    StripeEvent.objects.create(
        id="evt_1",
        type="charge.updated",
        livemode=False,
        created=now(),
        payload="{}",
        received_at=now(),
        state="handled",
    )
    campaign.refresh_from_db()
    assert campaign.stage == "funded"
    return campaign


def tamper(*statements: str) -> None:
    """As a superuser who has switched off every trigger, and says that nothing is checked."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        for statement in statements:
            cursor.execute(statement)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")


def test_after_a_whole_story_every_invariant_holds(sandbox: Sandbox) -> None:
    a_whole_story(sandbox)

    run = run_selfcheck(at=now())

    assert (run.ok, run.breaches, run.waiting) == (True, {}, {})
    assert SelfcheckRun.objects.get() == run


LONG_AGO = "now() - interval '3 days'"
A_BUNDLE = (
    "INSERT INTO campaigns_bundle (token, form_nonce, currency, email, language, network, created_at, session_id,"
    " session_url, payment_intent_id, charge_id) VALUES ('t', 'n', 'JPY', '', 'en', '', now(), '', '', '', '')"
)
A_PAYOUT = (
    "INSERT INTO campaigns_payout (campaign_id, part, way, state, currency, amount, account_id, transfer_id, reversed,"
    " planned_by, planned_at, receipt, error) SELECT id, 'remainder', 'connect', '{state}', currency, {amount}, '',"
    " 'tr_1', 0, '', now(), '', '' FROM campaigns_campaign"
)
A_CAPTURE = (
    "INSERT INTO campaigns_attempt (pledge_id, kind, sequence, idempotency_key, parameters, parameters_hash,"
    " reason, state, planned_at, tries, stripe_id, error) SELECT id, 'capture', n, 'capture-' || n, '{}', '', '',"
    " 'succeeded', now(), 1, payment_intent_id, '' FROM campaigns_pledge, generate_series(1, 2) n"
    " WHERE email LIKE 'carol%'"
)
AN_AUTHORISED = (
    "UPDATE campaigns_campaign SET kind = 'all-or-nothing'",
    "UPDATE campaigns_pledge SET state = 'authorised', authorised_at = now() - interval '9 days',"
    " payment_method_id = 'pm_1', consented_at = now() WHERE email LIKE 'carol%'",
)
A_DISPUTE = (
    "INSERT INTO campaigns_dispute (stripe_id, pledge_id, charge_id, currency, amount, status, reason, fee, withdrawn,"
    " lost, opened_at) SELECT 'du_1', id, charge_id, currency, 500, '{status}', '', 0, {withdrawn}, {lost}, now()"
    " FROM campaigns_pledge WHERE email LIKE 'carol%%'"
).replace("%%", "%")
#: What breaks each invariant, in one statement or a few.
BREAKING: dict[str, tuple[str, ...]] = {
    "entries-balance": (f"UPDATE campaigns_posting SET amount = amount + 1 WHERE {FIRST_CHARGE} AND amount > 0",),
    "chain-fits": ("UPDATE campaigns_journalentry SET memo = 'x' WHERE number = 2",),
    "what-was-seen-stays": (
        "INSERT INTO campaigns_ledgerhead (campaign_id, number, chained, seen_at)"
        " SELECT id, 99, repeat('a', 64), now() FROM campaigns_campaign",
    ),
    "one-currency": ("UPDATE campaigns_journalentry SET currency = 'USD' WHERE number = 1",),
    "amounts-are-within-limits": ("UPDATE campaigns_pledge SET amount = 49 WHERE email LIKE 'carol%'",),
    "paid-is-charged-once": ("UPDATE campaigns_pledge SET state = 'expired' WHERE email LIKE 'carol%'",),
    "a-charge-is-what-was-pledged": ("UPDATE campaigns_pledge SET charge_id = 'ch_x' WHERE email LIKE 'carol%'",),
    "no-more-goes-back-than-came": ("UPDATE campaigns_pledge SET refunded = 7 WHERE email LIKE 'carol%'",),
    "only-after-opening": ("UPDATE campaigns_campaign SET opened_at = NULL",),
    "one-call-makes-one-thing": (
        "INSERT INTO campaigns_attempt (pledge_id, kind, sequence, idempotency_key, parameters, parameters_hash,"
        " reason, state, planned_at, tries, stripe_id, error)"
        " SELECT pledge_id, kind, 7, 'another', parameters, '', '', state, planned_at, 1, stripe_id, ''"
        " FROM campaigns_attempt WHERE kind = 'refund'",
    ),
    "a-bundle-is-paid-as-one": (A_BUNDLE,),
    "nobody-shares-a-payment-unasked": (
        A_BUNDLE,
        "INSERT INTO campaigns_attempt (bundle_id, kind, sequence, idempotency_key, parameters, parameters_hash,"
        " reason, state, planned_at, tries, stripe_id, error)"
        " SELECT id, 'checkout', n, 'bundle-' || n, '{}', '', '', 'succeeded', now(), 1, 'cs_' || n, ''"
        " FROM campaigns_bundle, generate_series(1, 2) n",
    ),
    "disputed-is-what-banks-hold": (A_DISPUTE.format(status="needs_response", withdrawn=500, lost=0),),
    "a-lost-dispute-is-lost-once": (A_DISPUTE.format(status="lost", withdrawn=500, lost=500),),
    "what-was-given-up-goes-back": (f"UPDATE campaigns_campaign SET stage = 'abandoned', changed_at = {LONG_AGO}",),
    "decided-by-the-ledger": ("UPDATE campaigns_closerun SET raised_at_close = 1001",),
    "what-was-decided-is-published": ("UPDATE campaigns_campaign SET stage = 'closing'",),
    "never-below-nothing": (
        f"UPDATE campaigns_posting SET amount = 5000 WHERE {OF_THE_ENTRY.format('settle')} AND amount < 0",
    ),
    "settled-is-settled-whole": (
        f"UPDATE campaigns_posting SET amount = 999 WHERE {OF_THE_ENTRY.format('settle')} AND amount > 0",
    ),
    "history-is-a-way": ("DELETE FROM campaigns_transition WHERE version = 1",),
    "a-promise-has-its-card": (
        "UPDATE campaigns_pledge SET state = 'saved', payment_method_id = 'pm_1', consented_at = now()"
        " WHERE email LIKE 'carol%'",
    ),
    "nobody-is-charged-before-the-close": (
        "UPDATE campaigns_campaign SET kind = 'all-or-nothing'",
        "UPDATE campaigns_closerun SET outcome = 'unfunded'",
    ),
    "cards-are-forgotten": (
        "UPDATE campaigns_pledge SET state = 'withdrawn', payment_method_id = 'pm_1' WHERE email LIKE 'carol%'",
    ),
    "whoever-runs-it-does-not-fill-it": (
        "UPDATE campaigns_campaign SET kind = 'all-or-nothing'",
        "UPDATE campaigns_pledge SET supporter_id = (SELECT organiser_id FROM campaigns_campaign)"
        " WHERE email LIKE 'carol%'",
    ),
    "one-hold-makes-one-charge": (A_CAPTURE,),
    "a-close-leaves-nothing-open": AN_AUTHORISED,
    "nobody-pays-for-what-failed": (
        "UPDATE campaigns_campaign SET kind = 'all-or-nothing'",
        "UPDATE campaigns_closerun SET outcome = 'unfunded'",
    ),
    "charged-only-when-decided": (
        A_CAPTURE,
        "UPDATE campaigns_campaign SET kind = 'all-or-nothing'",
        "UPDATE campaigns_closerun SET raised_at_close = 1",
    ),
    "a-hold-ends-with-its-close": (
        *AN_AUTHORISED,
        f"UPDATE campaigns_closerun SET finished_at = {LONG_AGO}",
    ),
    "one-mode": ("UPDATE campaigns_stripeevent SET livemode = true",),
    "stripe-has-its-last-word": (
        "UPDATE campaigns_pledge SET state = 'processing' WHERE email LIKE 'carol%'",
        f"UPDATE campaigns_pledge SET created_at = {LONG_AGO}",
        f"UPDATE campaigns_closerun SET finished_at = {LONG_AGO}",
    ),
    "a-close-comes-to-its-end": (f"UPDATE campaigns_closerun SET finished_at = NULL, started_at = {LONG_AGO}",),
    "what-is-owed-goes-back": (
        f"UPDATE campaigns_pledge SET came_late = true, paid_at = {LONG_AGO} WHERE email LIKE 'carol%'",
    ),
    "every-refund-has-its-answer": (
        f"UPDATE campaigns_attempt SET state = 'unknown', planned_at = {LONG_AGO} WHERE kind = 'refund'",
    ),
    "no-more-is-paid-than-there-was": (
        f"UPDATE campaigns_posting SET account = 'trainer-paid' WHERE {FIRST_CHARGE} AND amount > 0",
        f"UPDATE campaigns_posting SET amount = amount + 5000 WHERE {FIRST_CHARGE} AND account = 'trainer-paid'",
    ),
    "what-was-paid-too-much-comes-back": (
        f"UPDATE campaigns_posting SET account = 'trainer-paid', amount = 5000 WHERE {FIRST_CHARGE} AND amount > 0",
        "UPDATE campaigns_journalentry SET at = now() - interval '11 days'",
    ),
    "each-part-is-paid-once": (A_PAYOUT.format(state="sent", amount="1"),),
    "the-rest-comes-after-the-release": (A_PAYOUT.format(state="failed", amount="1"),),
    "trainers-have-what-was-sent": (A_PAYOUT.format(state="reversed", amount="1"),),
    "every-payout-has-its-answer": (
        A_PAYOUT.format(state="failed", amount="1"),
        "INSERT INTO campaigns_attempt (payout_id, kind, sequence, idempotency_key, parameters, parameters_hash,"
        " reason, state, planned_at, tries, stripe_id, error)"
        f" SELECT id, 'transfer', 1, 'payout', '{{}}', '', '', 'unknown', {LONG_AGO}, 1, '', '' FROM campaigns_payout",
    ),
    "every-event-is-handled": (f"UPDATE campaigns_stripeevent SET state = 'received', received_at = {LONG_AGO}",),
}


def test_every_invariant_has_something_that_breaks_it() -> None:
    names = [one.name for one in INVARIANTS]

    assert set(BREAKING) == set(names) and len(names) == len(set(names))


@pytest.mark.parametrize("name", BREAKING)
def test_what_is_broken_is_named(sandbox: Sandbox, name: str) -> None:
    a_whole_story(sandbox)
    assert breaches(at=now()) == {}

    tamper(*BREAKING[name])

    run = run_selfcheck(at=now())
    waits = next(one.waits for one in INVARIANTS if one.name == name)
    assert name in (run.waiting if waits else run.breaches)
    assert run.ok is not bool(run.breaches)


@pytest.mark.parametrize(
    ("before", "after"), [("open", "released"), ("funded", "closing")], ids=["a leap", "another beginning"]
)
def test_a_stage_that_does_not_follow_is_named(sandbox: Sandbox, before: str, after: str) -> None:
    a_whole_story(sandbox)

    tamper(f"UPDATE campaigns_transition SET before = '{before}', after = '{after}' WHERE version = 1")

    assert breaches(at=now()) == {"history-is-a-way": ["bra"]}


def test_the_command_fails_when_the_books_are_broken_and_says_which(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    a_whole_story(sandbox)
    tamper(*BREAKING["decided-by-the-ledger"])

    with pytest.raises(CommandError, match="broken"):
        call_command("selfcheck")

    assert "BROKEN decided-by-the-ledger" in capsys.readouterr().out


def test_what_waits_for_a_person_fails_only_the_strict(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    a_whole_story(sandbox)
    tamper(*BREAKING["every-event-is-handled"])

    call_command("selfcheck", json=True)

    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True and told["waiting"] == {"every-event-is-handled": ["evt_1 received"]}
    with pytest.raises(CommandError, match="waits for a person"):
        call_command("selfcheck", strict=True)


def test_the_clock_checks_the_books_every_hour_and_keeps_what_it_saw(sandbox: Sandbox) -> None:
    campaign = a_whole_story(sandbox)
    tick = next(tick for tick in ticks() if tick.task == "selfcheck")

    TASKS[tick.task]()
    TASKS[tick.task]()

    assert tick.every == 3600 and SelfcheckRun.objects.count() == 2
    assert LedgerHead.objects.get().number == campaign.journal.count()


def test_what_a_check_saw_is_neither_changed_nor_removed(sandbox: Sandbox) -> None:
    a_whole_story(sandbox)
    run_selfcheck(at=now())

    for change in (lambda: LedgerHead.objects.update(number=1), lambda: LedgerHead.objects.all().delete()):
        with pytest.raises(DatabaseError, match="only grows"):
            change()


def test_a_check_changes_nothing_that_it_reads(sandbox: Sandbox) -> None:
    """The snapshot is read-only: a query that would write is refused by PostgreSQL."""
    a_whole_story(sandbox)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("campaigns.actions.run_selfcheck.breaches", lambda at: Campaign.objects.update(coin=1))
        with pytest.raises(DatabaseError, match="read-only"):
            run_selfcheck(at=now())


def test_the_transparency_page_tells_what_was_found_and_whose_it_is_not(sandbox: Sandbox, client: Client) -> None:
    assert "No check has run yet" in client.get("/en/transparency/").content.decode()
    campaign = a_whole_story(sandbox)
    run_selfcheck(at=now())
    fine = client.get("/en/transparency/").content.decode()
    tamper(*BREAKING["no-more-goes-back-than-came"])
    run_selfcheck(at=now() + timedelta(seconds=1))
    (row,) = SelfcheckRun.objects.all()[0].breaches["no-more-goes-back-than-came"]

    broken = client.get("/en/transparency/").content.decode()

    assert "the books are in order" in fine and "broken 1 time" not in fine
    assert re.search(r'Checked <time datetime="[^"]+">\w{3}, \w{3} \d+, \d\d:\d\d JST</time>', fine)
    assert campaign.journal.order_by("-number")[0].chained in fine and "/en/c/bra/ledger/" in fine
    assert "the books are not in order" in broken and "broken 1 time" in broken
    assert row.startswith("pledge ") and row not in broken
    assert 'href="/en/transparency/"' in client.get("/en/how-it-works/").content.decode()

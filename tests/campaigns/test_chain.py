"""The chain of a ledger: what it refuses, and that every way of changing what is on file is found and named."""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from campaigns import chain, ledger, public_ledger
from campaigns.actions.run_selfcheck import breaches, run_selfcheck
from campaigns.actions.verify_ledger import verify_ledger
from campaigns.models import Campaign, JournalEntry, Posting
from campaigns.models.ledger import Account
from tests.at_once import at_once
from tests.world import an_open_campaign, now

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = ("campaigns_posting", "campaigns_journalentry", "campaigns_ledgerhead")


def post(campaign: Campaign, ref: str, amount: int = 500) -> None:
    ledger.post(
        kind="charge",
        external_ref=ref,
        campaign=campaign,
        at=now(),
        postings={Account.STRIPE_CLEARING: amount, Account.CAMPAIGN_HELD: -amount},
    )


def three_entries() -> Campaign:
    campaign = an_open_campaign()
    for ref in ("ch_1", "ch_2", "ch_3"):
        post(campaign, ref)
    return campaign


@contextmanager
def rights_over_the_database() -> Iterator[None]:
    """A superuser who has switched the triggers off: nothing in the database keeps them from anything."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        yield
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")


def tamper(*statements: str) -> None:
    with rights_over_the_database(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_entries_are_numbered_without_a_gap_in_each_campaign() -> None:
    first, second = an_open_campaign("first"), an_open_campaign("second")

    for campaign, ref in ((first, "a"), (second, "b"), (first, "c"), (first, "a"), (second, "d")):
        post(campaign, ref)

    for campaign in (first, second):
        assert list(campaign.journal.order_by("pk").values_list("number", flat=True)) == [1, 2]


def test_the_hash_is_what_the_docs_say_it_is() -> None:
    campaign = an_open_campaign()
    post(campaign, "ch_1")
    post(campaign, "ch_2", 700)

    day = now().date().isoformat()
    before = "0" * 64
    for number, (ref, amount) in enumerate((("ch_1", 500), ("ch_2", 700)), start=1):
        mark = hashlib.sha256(ref.encode()).hexdigest()
        lines = ["genseki-ledger-1", "bra", str(number), "charge", day, "JPY", mark, ""]
        text = "\n".join([*lines, f"campaign-held -{amount}", f"stripe-clearing {amount}"])
        before = hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()
    assert ledger.newest(campaign) == (2, before)


def test_postgresql_and_python_compose_the_same_text() -> None:
    campaign = three_entries()

    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_text(id) FROM campaigns_journalentry ORDER BY number")
        texts = [text for (text,) in cursor.fetchall()]

    assert texts == [one.entry.text for one in public_ledger.read(campaign)]


def test_a_balanced_pair_of_postings_cannot_be_added_to_an_entry_that_stands() -> None:
    three_entries()
    entry = JournalEntry.objects.get(number=2)

    with pytest.raises(IntegrityError, match="does not fit the chain"), transaction.atomic():
        Posting.objects.create(entry=entry, account=Account.PLATFORM, amount=500)
        Posting.objects.create(entry=entry, account=Account.TRAINER_PAID, amount=-500)

    assert entry.postings.count() == 2


@pytest.mark.parametrize(("number", "wrong"), [(4, "0" * 64), (6, None), (1, None)])
def test_an_entry_that_does_not_fit_the_chain_is_refused(number: int, wrong: str | None) -> None:
    campaign = three_entries()
    postings = {"stripe-clearing": 5, "campaign-held": -5}
    entry = chain.Entry(
        campaign="bra",
        number=number,
        kind="charge",
        day=now().date(),
        currency="JPY",
        mark=chain.mark_of("ch_x"),
        memo="",
        postings=postings,
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        row = JournalEntry.objects.create(
            kind="charge",
            external_ref="ch_x",
            campaign=campaign,
            currency="JPY",
            at=now(),
            number=number,
            chained=wrong or entry.after(ledger.newest(campaign)[1]),
        )
        Posting.objects.bulk_create(
            Posting(entry=row, account=account, amount=amount) for account, amount in postings.items()
        )

    assert JournalEntry.objects.count() == 3


def test_a_memo_of_two_lines_is_refused() -> None:
    with pytest.raises(IntegrityError, match="a_memo_is_one_line"):
        ledger.post(
            kind="charge",
            external_ref="ch_1",
            campaign=an_open_campaign(),
            at=now(),
            memo="one\ntwo",
            postings={Account.STRIPE_CLEARING: 1, Account.CAMPAIGN_HELD: -1},
        )


def test_many_who_post_to_one_campaign_at_once_get_one_chain() -> None:
    campaign = an_open_campaign()

    def tell_of_everything(name: int) -> None:
        for turn in range(5):
            # Everybody tells of everything, so that the same news comes at the same moment as well.
            post(campaign, f"ch_{(name + turn) % 8}_{turn}")

    at_once(*[partial(tell_of_everything, name) for name in range(8)])

    walk = verify_ledger(campaign)
    assert (walk.number, walk.trouble) == (40, "")


TAMPERINGS: dict[str, tuple[Callable[[], None], str]] = {
    "an amount is changed": (
        lambda: tamper(
            "UPDATE campaigns_posting SET amount = amount * 2 FROM campaigns_journalentry entry"
            " WHERE entry_id = entry.id AND number = 2"
        ),
        r"entry 2, a charge of [\d-]+, is not what was chained",
    ),
    "an entry in the middle is removed": (
        lambda: tamper(
            "DELETE FROM campaigns_posting USING campaigns_journalentry entry WHERE entry_id = entry.id AND number = 2",
            "DELETE FROM campaigns_journalentry WHERE number = 2",
        ),
        "entry 2 is missing: entry 3",
    ),
    "an entry is removed and the rest renumbered": (
        lambda: tamper(
            "DELETE FROM campaigns_posting USING campaigns_journalentry entry WHERE entry_id = entry.id AND number = 2",
            "DELETE FROM campaigns_journalentry WHERE number = 2",
            "UPDATE campaigns_journalentry SET number = 2 WHERE number = 3",
        ),
        r"entry 2, a charge of [\d-]+, is not what was chained",
    ),
    "a pair of postings is added": (
        lambda: tamper(
            "INSERT INTO campaigns_posting (entry_id, account, amount) SELECT id, account, amount"
            " FROM campaigns_journalentry, (VALUES ('platform', 9), ('trainer-paid', -9)) pair (account, amount)"
            " WHERE number = 2"
        ),
        r"entry 2, a charge of [\d-]+, is not what was chained",
    ),
    "two entries change places": (
        lambda: tamper(
            "UPDATE campaigns_journalentry SET number = 9 WHERE number = 2",
            "UPDATE campaigns_journalentry SET number = 2 WHERE number = 3",
            "UPDATE campaigns_journalentry SET number = 3 WHERE number = 9",
        ),
        r"entry 2, a charge of [\d-]+, is not what was chained",
    ),
    "a memo is changed": (
        lambda: tamper("UPDATE campaigns_journalentry SET memo = 'something else' WHERE number = 2"),
        r"entry 2, a charge of [\d-]+, is not what was chained",
    ),
    "it tells of another thing at Stripe": (
        lambda: tamper("UPDATE campaigns_journalentry SET external_ref = 'ch_other' WHERE number = 2"),
        r"entry 2, a charge of [\d-]+, is not what was chained",
    ),
    "the last entry is cut off": (
        lambda: tamper(
            "DELETE FROM campaigns_posting USING campaigns_journalentry entry WHERE entry_id = entry.id AND number = 3",
            "DELETE FROM campaigns_journalentry WHERE number = 3",
        ),
        "entries up to 3 were seen before, and those after 2 are gone",
    ),
    "all is chained anew": (
        lambda: tamper(
            "UPDATE campaigns_journalentry SET memo = 'x' WHERE number = 3",
            "UPDATE campaigns_journalentry entry SET chained = ledger_link(before.chained, ledger_text(entry.id))"
            " FROM campaigns_journalentry before WHERE entry.number = 3 AND before.number = 2",
        ),
        r"entry 3, a charge of [\d-]+, is another than the one that a selfcheck saw before",
    ),
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_every_tampering_is_found_and_named(how: str, capsys: pytest.CaptureFixture[str]) -> None:
    three_entries()
    run_selfcheck(at=now())
    call_command("verify_ledger")
    change, named = TAMPERINGS[how]

    change()

    with pytest.raises(CommandError, match="bra: " + named):
        call_command("verify_ledger", campaign="bra")
    assert {"chain-fits", "what-was-seen-stays"} & set(breaches(at=now()))


def test_an_untouched_ledger_is_walked_to_its_newest_hash(capsys: pytest.CaptureFixture[str]) -> None:
    campaign = three_entries()

    call_command("verify_ledger")

    assert re.fullmatch(r"bra 3 [0-9a-f]{64}\n", capsys.readouterr().out)
    assert verify_ledger(campaign).hash == ledger.newest(campaign)[1]


def test_a_campaign_that_is_not_there_is_said() -> None:
    with pytest.raises(CommandError, match="no campaign 'nothing'"):
        call_command("verify_ledger", campaign="nothing")


def test_a_ledger_from_before_the_chain_is_numbered_and_chained_by_the_migration() -> None:
    campaigns = [an_open_campaign("first"), an_open_campaign("second")]
    for campaign in campaigns:
        for ref in ("a", "b", "c"):
            post(campaign, f"{campaign.slug}-{ref}")
    before = {campaign.slug: ledger.newest(campaign) for campaign in campaigns}
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes("campaigns")

    MigrationExecutor(connection).migrate([("campaigns", "0005_the_ledger_is_not_emptied")])
    MigrationExecutor(connection).migrate(newest)

    assert {campaign.slug: ledger.newest(campaign) for campaign in campaigns} == before
    with pytest.raises(IntegrityError, match="only grows"):
        JournalEntry.objects.filter(number=1).update(memo="x")

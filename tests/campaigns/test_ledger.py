"""What the database promises of the ledger, whoever writes."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from campaigns import ledger
from campaigns.models import Campaign, JournalEntry, Posting
from campaigns.models.ledger import Account
from tests.world import an_open_campaign, now

pytestmark = pytest.mark.django_db(transaction=True)


def an_entry(ref: str = "ch_1", amount: int = 500) -> JournalEntry:
    campaign = an_open_campaign()
    ledger.post(
        kind="charge",
        external_ref=ref,
        campaign=campaign,
        at=now(),
        postings={Account.STRIPE_CLEARING: amount, Account.CAMPAIGN_HELD: -amount},
    )
    return JournalEntry.objects.get(external_ref=ref)


def an_unchained_entry(campaign: Campaign) -> JournalEntry:
    """As somebody would write it who goes past the ledger's only writer."""
    return JournalEntry.objects.create(
        kind="charge",
        external_ref="ch_1",
        campaign=campaign,
        currency="JPY",
        at=now(),
        number=1,
        chained="0" * 64,
    )


def test_an_entry_that_does_not_balance_is_refused_at_commit() -> None:
    campaign = an_open_campaign()

    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        entry = an_unchained_entry(campaign)
        Posting.objects.create(entry=entry, account=Account.STRIPE_CLEARING, amount=500)
        Posting.objects.create(entry=entry, account=Account.CAMPAIGN_HELD, amount=-499)

    assert JournalEntry.objects.count() == 0


def test_an_entry_without_postings_is_refused_at_commit() -> None:
    campaign = an_open_campaign()

    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        an_unchained_entry(campaign)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE campaigns_posting SET amount = amount + 1",
        "DELETE FROM campaigns_posting",
        "UPDATE campaigns_journalentry SET memo = 'x'",
        "DELETE FROM campaigns_journalentry",
    ],
)
def test_nothing_in_the_ledger_is_changed_or_removed(statement: str) -> None:
    an_entry()

    with pytest.raises(DatabaseError, match="only grows"), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Posting.objects.count() == 2


def test_the_same_news_told_twice_is_one_entry() -> None:
    entry = an_entry()

    again = ledger.post(
        kind="charge",
        external_ref="ch_1",
        campaign=entry.campaign,
        at=now(),
        postings={Account.STRIPE_CLEARING: 500, Account.CAMPAIGN_HELD: -500},
    )

    assert again is False and JournalEntry.objects.count() == 1


def test_postings_that_do_not_balance_are_refused_before_the_database_is_asked() -> None:
    with pytest.raises(ValueError, match="does not balance"):
        ledger.post(
            kind="charge",
            external_ref="ch_2",
            campaign=an_open_campaign(),
            at=now(),
            postings={Account.STRIPE_CLEARING: 500, Account.CAMPAIGN_HELD: -400},
        )

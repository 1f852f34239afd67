"""While a campaign closes: whoever's bank has not agreed saves another card, and it is asked at once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.actions.expire_pledges import expire_pledges
from campaigns.actions.renew_card import NothingToRenew, renew_card
from campaigns.models import Attempt, Campaign, OutboxMessage, Pledge
from tests.faults.test_holds_hold import nobody_paid_twice
from tests.saved_cards import ALWAYS_ASKS, an_all_or_nothing_campaign, decline, promise, states, sums, the_close
from tests.stripe_sandbox import Sandbox
from tests.world import now

pytestmark = pytest.mark.django_db(transaction=True)


def a_declined(sandbox: Sandbox) -> tuple[Campaign, Pledge]:
    campaign = an_all_or_nothing_campaign(goal=500)
    pledge = promise(campaign)
    decline(sandbox, pledge, "insufficient_funds", times=9)
    assert the_close() == []
    return campaign, Pledge.objects.get()


def save_another(sandbox: Sandbox, pledge: Pledge) -> None:
    renew_card(pledge, at=now())
    pledge.refresh_from_db()
    sandbox.pay(pledge.session_id, card="5555555555554444")
    expire_pledges(at=now() + timedelta(minutes=40))


def test_another_card_is_asked_at_once_and_for_the_same_payment(sandbox: Sandbox) -> None:
    campaign, pledge = a_declined(sandbox)

    save_another(sandbox, pledge)
    assert the_close(hours=0.1) == ["bra"]

    renewed = Pledge.objects.get()
    assert states(campaign) == {"Carol": "paid"} and sums(sandbox, "captured") == 500
    assert (renewed.customer_id, renewed.payment_intent_id) == (pledge.customer_id, pledge.payment_intent_id)
    assert renewed.payment_method_id != pledge.payment_method_id and nobody_paid_twice(sandbox)


def test_another_card_does_instead_of_the_banks_question(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign(goal=500)
    pledge = promise(campaign, card=ALWAYS_ASKS)
    the_close()
    pledge.refresh_from_db()
    assert pledge.confirm_until is not None

    save_another(sandbox, pledge)
    the_close(hours=0.1)

    assert states(campaign) == {"Carol": "paid"} and nobody_paid_twice(sandbox)


def test_while_the_old_card_is_being_asked_the_new_one_waits(sandbox: Sandbox) -> None:
    """Otherwise the pledge would name one card, and the hold would be on another."""
    campaign, pledge = a_declined(sandbox)
    Attempt.objects.filter(kind="authorise", state="planned").update(sent_at=now(), tries=1, next_at=now())

    save_another(sandbox, pledge)
    assert Pledge.objects.get().payment_method_id == pledge.payment_method_id
    Attempt.objects.filter(kind="authorise", state="planned").update(sent_at=None, tries=0)
    expire_pledges(at=now() + timedelta(minutes=50))
    the_close(hours=0.1)

    assert states(campaign) == {"Carol": "paid"} and nobody_paid_twice(sandbox)


def test_after_the_end_of_the_holds_and_without_a_refusal_there_is_nothing_to_renew(sandbox: Sandbox) -> None:
    campaign, pledge = a_declined(sandbox)
    fine = promise(campaign, name="Dave")

    with pytest.raises(NothingToRenew):
        renew_card(pledge, at=now() + timedelta(days=5))
    with pytest.raises(NothingToRenew):
        renew_card(fine, at=now())


def test_the_mail_and_the_page_lead_there(sandbox: Sandbox, client: Client) -> None:
    _, pledge = a_declined(sandbox)

    page = client.get(reverse("thanks", args=[pledge.token])).content.decode()

    mail = OutboxMessage.objects.get(template="card_declined")
    assert mail.context["thanks_url"].endswith(reverse("thanks", args=[pledge.token]))
    assert reverse("renew_card", args=[pledge.token]) in page

"""All or nothing up to the close: a card is saved with a consent, renewed, taken back. Nothing is ever charged here."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from campaigns.actions.cancel_campaign import cancel_campaign
from campaigns.actions.close_campaign import begin_close
from campaigns.actions.expire_pledges import expire_pledges
from campaigns.actions.forget_cards import forget_cards
from campaigns.actions.give_back_unfunded import give_everything_back
from campaigns.actions.merge_facts import DoesNotMatch
from campaigns.actions.open_checkout import CheckoutUnavailable, open_checkout
from campaigns.actions.refund_pledge import TakeBackRefused
from campaigns.actions.renew_card import NothingToRenew, renew_card
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.start_pledge import Giver, PledgeRefused, start_pledge
from campaigns.actions.warn_of_expiring_cards import warn_of_expiring_cards
from campaigns.actions.withdraw_pledge import can_withdraw, withdraw_pledge
from campaigns.models import Attempt, Campaign, CloseStep, Follower, JournalEntry, OutboxMessage, Pledge, StripeEvent
from campaigns.stripe_gateway import client as stripe_client
from campaigns.stripe_inbox import handle_due
from campaigns.totals import totals
from tests.promises import an_all_or_nothing_campaign, owner_of, promise, set_out_to_promise, start_promise
from tests.stripe_sandbox import Sandbox
from tests.world import a_person, an_open_campaign, give, now, tell

pytestmark = pytest.mark.django_db
State = Pledge.State


def mails(template: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(template=template))


def all_is_told(sandbox: Sandbox, client: Client) -> None:
    """Every event of Stripe's comes and is handled."""
    sandbox.deliver_all(lambda event: tell(client, event))
    handle_due(at=now())
    assert not StripeEvent.objects.filter(state=StripeEvent.State.FAILED).exists()


def test_a_saved_card_is_a_promise_and_charges_nothing(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()

    pledge = promise(sandbox, campaign, 500)

    assert (pledge.state, pledge.paid_at, pledge.payment_intent_id) == (State.SAVED, None, "")
    assert pledge.saved_at is not None and pledge.card_expires_on == date(2034, 12, 31)
    assert owner_of(pledge.payment_method_id) == pledge.customer_id
    assert (totals(campaign).promised, totals(campaign).raised, totals(campaign).supporters) == (500, 0, 1)
    assert not JournalEntry.objects.exists() and sandbox.oracle()["totals"] == {}


def test_what_was_agreed_to_is_kept_with_its_time_and_mailed(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()

    pledge = promise(sandbox, campaign, 500)

    assert pledge.consent_version == "2026-11" and pledge.consented_at is not None
    assert "US$5.00" in pledge.consent_text and "US$150.00" in pledge.consent_text
    (mail,) = mails("promised")
    assert (mail.key, mail.context["consent"]) == (f"promised:{pledge.pk}", pledge.consent_text)
    assert pledge.token in mail.context["take_back_url"] and not mails("receipt")


def test_without_a_consent_no_card_is_asked_for() -> None:
    campaign, giver = an_all_or_nothing_campaign(), Giver(email="carol@example.com", language="en")

    with pytest.raises(PledgeRefused) as refusal:
        start_pledge(campaign, giver, amount=500, cover_fee=False, form_nonce="form", at=now())

    assert refusal.value.reason == "no-consent" and not Pledge.objects.exists()


def test_a_form_sent_twice_makes_one_promise_and_one_page(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    first, second = start_promise(campaign), start_promise(campaign)

    pages = {open_checkout(first, at=now()), open_checkout(second, at=now())}

    assert first == second and len(pages) == 1
    assert len(stripe_client().v1.checkout.sessions.list().data) == 1


def test_a_page_whose_answer_was_lost_is_learnt_without_a_second_page(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    sandbox.fault("checkout.sessions.create", "drop_after_commit", times=2)
    pledge = start_promise(campaign)
    with pytest.raises(CheckoutUnavailable):
        open_checkout(pledge, at=now())
    sandbox.pay(stripe_client().v1.checkout.sessions.list().data[0].id)

    expire_pledges(at=now() + timedelta(minutes=6))

    assert Pledge.objects.get().state == State.SAVED
    assert len(stripe_client().v1.checkout.sessions.list().data) == 1


@pytest.mark.parametrize("order", [1, -1])
def test_the_events_of_a_saved_card_in_any_order_and_twice_make_one_promise(
    sandbox: Sandbox, client: Client, order: int
) -> None:
    campaign = an_all_or_nothing_campaign()
    pledge = set_out_to_promise(campaign)
    sandbox.pay(pledge.session_id)

    answers = [tell(client, event) for event in sandbox.events()[::order] * 2]
    handle_due(at=now())
    pledge.refresh_from_db()

    assert set(answers) == {200} and pledge.state == State.SAVED
    assert len(mails("promised")) == 1 and Attempt.objects.filter(kind="detach").count() == 0


def test_a_promise_is_learnt_by_the_sweep_when_every_event_was_lost(sandbox: Sandbox) -> None:
    pledge = set_out_to_promise(an_all_or_nothing_campaign())
    sandbox.pay(pledge.session_id)

    expire_pledges(at=now() + timedelta(minutes=40))

    assert Pledge.objects.get().state == State.SAVED


def test_a_page_that_ran_out_is_no_promise(sandbox: Sandbox) -> None:
    pledge = set_out_to_promise(an_all_or_nothing_campaign())
    sandbox.control("POST", "clock", advance="2400")

    expire_pledges(at=now() + timedelta(minutes=40))

    pledge.refresh_from_db()
    assert (pledge.state, pledge.check_at) == (State.EXPIRED, None)


def test_a_card_that_the_bank_refuses_leaves_the_page_open(sandbox: Sandbox) -> None:
    pledge = set_out_to_promise(an_all_or_nothing_campaign())
    sandbox.pay(pledge.session_id, card="4000000000000002")

    assert settle_pledge(pledge.pk, at=now()).state == State.CHECKOUT


@pytest.mark.parametrize("change", [{"amount": 600}, {"currency": "JPY"}])
def test_a_card_that_was_saved_for_another_sum_is_no_promise(sandbox: Sandbox, change: dict[str, object]) -> None:
    pledge = set_out_to_promise(an_all_or_nothing_campaign())
    sandbox.pay(pledge.session_id)
    Pledge.objects.filter(pk=pledge.pk).update(**change)

    with pytest.raises(DoesNotMatch):
        settle_pledge(pledge.pk, at=now())

    assert Pledge.objects.get().state == State.CHECKOUT


def test_a_card_of_somebody_elses_promise_is_not_taken(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    carol, dave = promise(sandbox, campaign), set_out_to_promise(campaign, name="Dave")

    with pytest.raises(DoesNotMatch):
        settle_pledge(dave.pk, at=now(), setup=carol.setup_intent_id)

    assert Pledge.objects.get(pk=dave.pk).state == State.CHECKOUT


def test_who_wants_updates_is_asked_once_the_card_is_saved(sandbox: Sandbox) -> None:
    promise(sandbox, an_all_or_nothing_campaign(), wants_updates=True)

    assert Follower.objects.get().email == "carol@example.com"


def test_a_promise_is_taken_back_and_the_card_is_forgotten(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    pledge = promise(sandbox, campaign)
    assert can_withdraw(pledge, at=now())

    withdrawn = withdraw_pledge(pledge, at=now())
    withdraw_pledge(pledge, at=now())

    assert withdrawn.state == State.WITHDRAWN and withdrawn.ended_at is not None
    assert owner_of(pledge.payment_method_id) is None
    assert totals(campaign).promised == 0 and len(mails("withdrawn")) == 1


def test_a_card_that_stripe_could_not_forget_is_forgotten_later(sandbox: Sandbox) -> None:
    pledge = promise(sandbox, an_all_or_nothing_campaign())
    sandbox.fault("payment_methods.detach", "status_429")
    withdraw_pledge(pledge, at=now())
    assert owner_of(pledge.payment_method_id) == pledge.customer_id

    forget_cards(at=now() + timedelta(minutes=1))

    assert owner_of(pledge.payment_method_id) is None
    assert Attempt.objects.get(kind="detach").state == Attempt.State.SUCCEEDED


def test_a_forgetting_whose_answer_was_lost_for_days_is_asked_again(sandbox: Sandbox) -> None:
    pledge = promise(sandbox, an_all_or_nothing_campaign())
    sandbox.fault("payment_methods.detach", "drop_after_commit", times=2)
    withdraw_pledge(pledge, at=now())

    forget_cards(at=now() + timedelta(days=2))
    forget_cards(at=now() + timedelta(days=2, hours=2))

    assert owner_of(pledge.payment_method_id) is None
    assert Attempt.objects.get(kind="detach").state == Attempt.State.SUCCEEDED


def test_who_takes_it_back_at_the_page_finds_the_page_closed(sandbox: Sandbox) -> None:
    pledge = set_out_to_promise(an_all_or_nothing_campaign())
    withdraw_pledge(pledge, at=now())

    expire_pledges(at=now())

    assert stripe_client().v1.checkout.sessions.retrieve(pledge.session_id).status == "expired"
    pledge.refresh_from_db()
    assert (pledge.state, pledge.check_at) == (State.WITHDRAWN, None) and not mails("withdrawn")


def test_a_card_that_is_saved_after_it_was_taken_back_is_forgotten(sandbox: Sandbox, client: Client) -> None:
    pledge = set_out_to_promise(an_all_or_nothing_campaign())
    setup = str(sandbox.pay(pledge.session_id)["setup_intent"])
    withdraw_pledge(pledge, at=now())

    all_is_told(sandbox, client)

    card = str(stripe_client().v1.setup_intents.retrieve(setup).payment_method)
    assert Pledge.objects.get().state == State.WITHDRAWN and owner_of(card) is None


@pytest.mark.parametrize("stands", ["closing", "past the deadline"])
def test_nothing_is_taken_back_once_the_close_begins(sandbox: Sandbox, stands: str) -> None:
    campaign = an_all_or_nothing_campaign(deadline=now() + timedelta(minutes=5))
    pledge, later = promise(sandbox, campaign), now() + timedelta(minutes=6)
    if stands == "closing":
        begin_close(campaign.pk, at=later)

    with pytest.raises(TakeBackRefused) as refusal:
        withdraw_pledge(pledge, at=now() if stands == "closing" else later)

    assert refusal.value.reason == "closed" and Pledge.objects.get().state == State.SAVED


def test_what_was_paid_at_once_is_no_promise_to_take_back(sandbox: Sandbox) -> None:
    pledge = give(sandbox, an_open_campaign())

    with pytest.raises(TakeBackRefused) as refusal:
        withdraw_pledge(pledge, at=now())

    assert refusal.value.reason == "nothing-promised" and Pledge.objects.get().state == State.PAID


def test_who_took_it_back_may_promise_again_by_the_same_form(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    withdraw_pledge(promise(sandbox, campaign), at=now())

    again = promise(sandbox, campaign)

    assert again.state == State.SAVED and totals(campaign).promised == 500


def test_a_cancelled_campaign_lets_every_card_go(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    saved, at_the_page = promise(sandbox, campaign), set_out_to_promise(campaign, name="Dave")

    cancel_campaign(campaign, at=now(), by="alice", reason="gone")
    forget_cards(at=now())
    expire_pledges(at=now())

    saved.refresh_from_db()
    at_the_page.refresh_from_db()
    assert (saved.state, at_the_page.state) == (State.RELEASED, State.EXPIRED)
    assert owner_of(saved.payment_method_id) is None and totals(campaign).promised == 0
    assert [mail.recipient for mail in mails("released_cancelled")] == ["carol@example.com"]


@pytest.mark.parametrize("missed", ["cancelled", "drained"])
def test_a_card_that_is_saved_too_late_does_not_count_and_is_forgotten(sandbox: Sandbox, missed: str) -> None:
    campaign = an_all_or_nothing_campaign(deadline=now() + timedelta(minutes=5))
    pledge = set_out_to_promise(campaign)
    setup = str(sandbox.pay(pledge.session_id)["setup_intent"])
    if missed == "cancelled":
        give_everything_back(campaign, reason="gone", at=now(), by="alice")
    else:
        run = begin_close(campaign.pk, at=now() + timedelta(minutes=6))
        assert run is not None
        CloseStep.objects.create(run=run, name="drain", done_at=now(), data={})

    late = settle_pledge(pledge.pk, at=now())

    assert (late.state, late.failure) == (State.RELEASED, "too-late") and late.ended_at is not None
    assert owner_of(str(stripe_client().v1.setup_intents.retrieve(setup).payment_method)) is None
    assert len(mails("too_late")) == 1 and not mails("promised")


def test_a_card_that_was_saved_while_the_drain_ended_and_was_never_asked_is_let_go(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign(deadline=now() + timedelta(minutes=5))
    pledge = set_out_to_promise(campaign)
    sandbox.pay(pledge.session_id)
    run = begin_close(campaign.pk, at=now() + timedelta(minutes=6))
    assert run is not None and settle_pledge(pledge.pk, at=now()).state == State.SAVED
    for step in ("drain", "authorise"):
        CloseStep.objects.create(run=run, name=step, done_at=now(), data={})
        expire_pledges(at=now() + timedelta(hours=1))
        assert Pledge.objects.get().state == State.SAVED
    CloseStep.objects.create(run=run, name="verdict", done_at=now(), data={})

    expire_pledges(at=now() + timedelta(hours=2))

    left_out = Pledge.objects.get()
    assert (left_out.state, left_out.failure, left_out.check_at) == (State.RELEASED, "too-late", None)
    assert owner_of(left_out.payment_method_id) is None


def test_a_card_that_is_heard_of_during_the_drain_counts(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign(deadline=now() + timedelta(minutes=5))
    pledge = set_out_to_promise(campaign)
    sandbox.pay(pledge.session_id)
    begin_close(campaign.pk, at=now() + timedelta(minutes=6))

    assert settle_pledge(pledge.pk, at=now()).state == State.SAVED


@pytest.mark.parametrize("state", [State.AUTHORISED, State.RELEASED, State.WITHDRAWN, State.FAILED])
def test_late_news_of_a_card_never_takes_a_state_back(sandbox: Sandbox, client: Client, state: str) -> None:
    pledge = promise(sandbox, an_all_or_nothing_campaign())
    Pledge.objects.filter(pk=pledge.pk).update(state=state)

    all_is_told(sandbox, client)

    assert Pledge.objects.get().state == state
    assert (owner_of(pledge.payment_method_id) is not None) == (state == State.AUTHORISED)


def test_a_card_that_expires_before_the_charge_is_told_of_a_week_and_a_day_before(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign(deadline=now() + timedelta(days=20))
    soon = campaign.deadline + timedelta(days=4) if campaign.deadline else now()
    pledge = promise(sandbox, campaign, exp_month=12, exp_year=2026)
    promise(sandbox, campaign, name="Dave")
    Pledge.objects.filter(pk=pledge.pk).update(card_expires_on=soon.date() - timedelta(days=2))

    told = [warn_of_expiring_cards(at=now() + timedelta(days=days)) for days in (1, 14, 15, 19)]

    assert told == [0, 1, 1, 1]
    assert [mail.recipient for mail in mails("card_expires")] == ["carol@example.com"] * 2
    assert pledge.token in mails("card_expires")[0].context["renew_url"]


def test_another_card_takes_the_place_of_the_first(sandbox: Sandbox, client: Client) -> None:
    campaign = an_all_or_nothing_campaign()
    pledge = promise(sandbox, campaign)
    sandbox.control("POST", "clock", advance="60")

    address = renew_card(pledge, at=now())
    assert renew_card(pledge, at=now()) == address
    sandbox.pay(Pledge.objects.get().session_id, card="5555555555554444", exp_month="3", exp_year="2036")
    all_is_told(sandbox, client)

    renewed = Pledge.objects.get()
    assert (renewed.state, renewed.card_expires_on) == (State.SAVED, date(2036, 3, 31))
    assert renewed.customer_id == pledge.customer_id == owner_of(renewed.payment_method_id)
    assert owner_of(pledge.payment_method_id) is None and renewed.payment_method_id != pledge.payment_method_id
    assert (totals(campaign).promised, len(mails("promised"))) == (500, 1)


def test_the_first_card_stays_until_another_is_saved(sandbox: Sandbox) -> None:
    pledge = promise(sandbox, an_all_or_nothing_campaign())
    renew_card(pledge, at=now())
    sandbox.control("POST", "clock", advance="2400")

    expire_pledges(at=now() + timedelta(minutes=40))

    kept = Pledge.objects.get()
    assert (kept.state, kept.check_at, kept.payment_method_id) == (State.SAVED, None, pledge.payment_method_id)
    assert owner_of(kept.payment_method_id) == kept.customer_id


def test_a_page_for_another_card_whose_answer_was_lost_is_learnt(sandbox: Sandbox) -> None:
    pledge = promise(sandbox, an_all_or_nothing_campaign())
    sandbox.control("POST", "clock", advance="60")
    sandbox.fault("checkout.sessions.create", "drop_after_commit", times=2)
    with pytest.raises(CheckoutUnavailable):
        renew_card(pledge, at=now())
    lost = next(one for one in stripe_client().v1.checkout.sessions.list().data if one.id != pledge.session_id)
    sandbox.pay(lost.id, card="5555555555554444")

    expire_pledges(at=now() + timedelta(minutes=40))

    renewed = Pledge.objects.get()
    assert renewed.session_id == lost.id and renewed.payment_method_id != pledge.payment_method_id
    assert owner_of(pledge.payment_method_id) is None


def test_no_other_card_is_saved_once_the_close_has_begun(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign(deadline=now() + timedelta(minutes=5))
    pledge = promise(sandbox, campaign)

    with pytest.raises(NothingToRenew):
        renew_card(pledge, at=now() + timedelta(minutes=6))


def test_a_card_that_the_network_renewed_does_not_expire_any_more(sandbox: Sandbox, client: Client) -> None:
    pledge = promise(sandbox, an_all_or_nothing_campaign(), exp_month=12, exp_year=2026)
    sandbox.control("POST", f"payment_methods/{pledge.payment_method_id}/renew", exp_month="1", exp_year="2040")

    all_is_told(sandbox, client)

    assert Pledge.objects.get().card_expires_on == date(2040, 1, 31)


@pytest.mark.parametrize(
    "who",
    [
        {"user": "Alice", "email": "other@example.com"},
        {"user": "Bob", "email": "other@example.com"},
        {"email": "ALICE@example.com"},
        {"email": "bob@example.com"},
        {"email": "bob@work.example.com"},
    ],
)
def test_who_runs_it_cannot_fill_it(who: dict[str, str]) -> None:
    campaign = an_all_or_nothing_campaign(trainer_email="bob@work.example.com")
    given: dict[str, Any] = {**who, "user": a_person(who["user"]) if "user" in who else None}

    with pytest.raises(PledgeRefused) as refusal:
        start_promise(campaign, **given)

    assert refusal.value.reason == "organiser-only-matches"


def test_the_organiser_of_a_campaign_that_keeps_what_it_raises_may_give(sandbox: Sandbox) -> None:
    pledge = give(sandbox, an_open_campaign(), name="Alice", user=a_person("Alice"))

    assert (pledge.state, pledge.role) == (State.PAID, Pledge.Role.ORGANISER)


def test_the_organiser_matches_up_to_what_was_declared(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign(declared_match=12_500)
    alice: dict[str, Any] = {"user": a_person("Alice"), "email": "alice@example.com"}
    pledge = promise(sandbox, campaign, name="Alice", matches_up_to=10_000, **alice)

    with pytest.raises(PledgeRefused) as refusal:
        start_promise(campaign, name="Alice", matches_up_to=2_501, **alice)

    assert (pledge.role, pledge.amount, pledge.matches_up_to) == (Pledge.Role.MATCH, 10_000, 10_000)
    assert (refusal.value.reason, refusal.value.room) == ("match-too-large", 2_500)
    assert start_promise(campaign, name="Alice", matches_up_to=2_500, **alice).matches_up_to == 2_500


def test_a_match_is_promised_in_a_campaign_that_keeps_what_it_raises_too(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    match = promise(sandbox, campaign, name="Dave", matches_up_to=1_000)

    give(sandbox, campaign, 600)

    sums = totals(campaign)
    assert (match.state, sums.raised, sums.promised, sums.matched) == (State.SAVED, 600, 600, 600)
    assert (sums.counted, sums.supporters) == (1_200, 2)


def test_a_cancelled_campaign_that_was_matched_gives_the_coins_back_and_lets_the_match_go(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    match, coin = promise(sandbox, campaign, name="Dave", matches_up_to=1_000), give(sandbox, campaign, 600)

    give_everything_back(Campaign.objects.get(), reason="gone", at=now(), by="alice")

    match.refresh_from_db()
    assert match.state == State.RELEASED and coin.attempts.filter(kind="refund").exists()

"""Holds, attacked: lost answers, errors that are replayed, too many calls, holders who press twice, killed closers."""

import contextlib
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from campaigns import charging, stripe_handlers
from campaigns.actions.charge_pledges import charge_pledges
from campaigns.actions.close_campaign import begin_close
from campaigns.actions.confirm_hold import NotConfirmable, confirm_hold
from campaigns.actions.expire_pledges import expire_pledges
from campaigns.actions.retry_soft_declines import hold_parameters
from campaigns.actions.run_selfcheck import breaches
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.models import Attempt, Campaign, CloseRun, JournalEntry, OutboxMessage, Pledge
from tests.saved_cards import (
    ALWAYS_ASKS,
    an_all_or_nothing_campaign,
    decline,
    promise,
    states,
    sums,
    the_close,
)
from tests.stripe_sandbox import Sandbox
from tests.world import books, now, tell

pytestmark = pytest.mark.django_db
BACK = "http://127.0.0.1:9/back/"
HOURS = 3600


def nobody_paid_twice(sandbox: Sandbox) -> bool:
    account = sandbox.oracle()
    holds = [one for one in account["movements"] if one["kind"] == "authorised"]
    return not account["charged_twice"] and len({one["metadata"]["genseki_pledge"] for one in holds}) == len(holds)


def the_clock_goes_on(sandbox: Sandbox, hours: float) -> None:
    sandbox.control("POST", "clock", advance=str(int(hours * HOURS)))


@pytest.mark.parametrize("op", ["payment_intents.create", "payment_intents.capture"])
@pytest.mark.parametrize("kind", ["drop_after_commit", "reset", "status_429", "lock_timeout"])
def test_a_lost_answer_or_a_busy_moment_makes_no_second_hold_and_no_second_charge(
    sandbox: Sandbox, op: str, kind: str
) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign)
    promise(campaign, name="Dave")
    sandbox.fault(op, kind, times=1)

    the_close()
    the_close(hours=0.2)

    assert set(states(campaign).values()) == {"paid"} and nobody_paid_twice(sandbox)
    assert sums(sandbox, "captured") == 1_000 and books(campaign)["campaign-payable"] == -1_000


def test_letting_go_is_asked_again_when_its_answer_is_lost(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign)
    sandbox.fault("payment_intents.cancel", "drop_after_commit")

    assert the_close() == []
    assert the_close(hours=0.2) == ["bra"]

    assert states(campaign) == {"Carol": "released"} and sums(sandbox, "released") == 500


@pytest.mark.parametrize("kind", ["status_500", "status_500_after_commit"])
def test_after_an_error_that_stripe_replays_a_look_decides_and_never_a_guess(sandbox: Sandbox, kind: str) -> None:
    campaign = an_all_or_nothing_campaign(goal=500)
    promise(campaign)
    sandbox.fault("payment_intents.create", kind)

    for minutes in (0, 1, 2):
        the_close(hours=minutes / 60)

    assert states(campaign) == {"Carol": "paid"} and nobody_paid_twice(sandbox)
    assert Attempt.objects.filter(kind="authorise").count() == (2 if kind == "status_500" else 1)


def test_a_capture_whose_error_is_replayed_is_made_after_a_look(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign(goal=500)
    promise(campaign)
    sandbox.fault("payment_intents.capture", "status_500")

    for hours in (0, 0.5, 1, 1.5, 2):
        the_close(hours=hours)

    assert states(campaign) == {"Carol": "paid"} and sums(sandbox, "captured") == 500


def test_a_slow_bank_holds_up_nobody_else(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    for number in range(8):
        promise(campaign, 200, name=f"Giver{number}")
    sandbox.fault("payment_intents.create", "delay", times=8, seconds="2")

    began = now()
    the_close()

    assert set(states(campaign).values()) == {"paid"} and now() - began < timedelta(seconds=12)


def test_too_many_calls_are_made_again_and_the_pace_is_kept(sandbox: Sandbox, settings: Settings) -> None:
    settings.STRIPE_PACE = 60
    campaign = an_all_or_nothing_campaign()
    for number in range(40):
        promise(campaign, 100, name=f"Giver{number}")
    sandbox.control("POST", "pace", per_second="20")

    the_close()
    for hours in (0.2, 0.4):
        the_close(hours=hours)

    assert set(states(campaign).values()) == {"paid"} and nobody_paid_twice(sandbox)
    assert sums(sandbox, "captured") == 4_000


def test_while_stripe_is_away_nothing_is_lost_and_little_is_asked(sandbox: Sandbox, settings: Settings) -> None:
    settings.STRIPE_PACE = 100
    campaign = an_all_or_nothing_campaign()
    for number in range(60):
        promise(campaign, 100, name=f"Giver{number}")
    sandbox.fault("payment_intents.*", "reset", times=1_000)

    the_close()
    asked = Attempt.objects.filter(tries__gt=0).count()
    sandbox.heal()
    the_close(hours=1)

    assert asked < 150 and set(states(campaign).values()) == {"paid"} and nobody_paid_twice(sandbox)


# The holder confirms


def an_unconfirmed(campaign: Campaign) -> Pledge:
    """Carol's bank wants to hear from her, and she has the mail."""
    pledge = promise(campaign, card=ALWAYS_ASKS)
    assert the_close() == []
    pledge.refresh_from_db()
    return pledge


def at_the_bank(sandbox: Sandbox, pledge: Pledge, outcome: str) -> None:
    sandbox.control("POST", f"payment_intents/{pledge.payment_intent_id}/authenticate", outcome=outcome)


def test_a_holder_confirms_the_same_payment_and_comes_back(sandbox: Sandbox, client: Client) -> None:
    campaign = an_all_or_nothing_campaign(goal=500)
    pledge = an_unconfirmed(campaign)
    mail = OutboxMessage.objects.get(template="confirm_card")
    assert mail.context["confirm_url"].endswith(reverse("confirm_hold", args=[pledge.token]))

    shown = client.get(reverse("confirm_hold", args=[pledge.token]))
    sent = client.post(reverse("confirm_hold", args=[pledge.token]))
    at_the_bank(sandbox, pledge, "pass")
    back = client.get(reverse("confirm_hold", args=[pledge.token]) + "?back=1")

    assert (shown.status_code, sent.status_code) == (200, 302) and sent["Location"].startswith(sandbox.url)
    assert back.status_code == 302 and states(campaign) == {"Carol": "authorised"}
    assert the_close(hours=1) == ["bra"] and states(campaign) == {"Carol": "paid"}
    assert nobody_paid_twice(sandbox) and OutboxMessage.objects.filter(key__startswith="confirm:").count() == 1


def test_a_holder_who_fails_at_the_bank_may_try_again(sandbox: Sandbox, client: Client) -> None:
    campaign = an_all_or_nothing_campaign(goal=500)
    pledge = an_unconfirmed(campaign)
    address = reverse("confirm_hold", args=[pledge.token])
    client.post(address)
    at_the_bank(sandbox, pledge, "fail")
    failed = client.get(address + "?back=1")

    again = client.post(address)
    at_the_bank(sandbox, pledge, "pass")
    settle_pledge(pledge.pk, at=now())

    assert failed.status_code == 200 and again.status_code == 302
    assert states(campaign) == {"Carol": "authorised"} and nobody_paid_twice(sandbox)
    assert Attempt.objects.filter(kind="confirm").count() == 2 and breaches(at=now()) == {}


def test_a_holder_who_never_confirms_is_reminded_twice_and_let_go_after_four_days(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign(goal=500)
    promise(campaign, name="Dave")
    pledge = an_unconfirmed(campaign)

    for hours in (23, 25, 30, 49, 95):
        assert the_close(hours=hours) == []
    asked = sorted(OutboxMessage.objects.filter(template="confirm_card").values_list("key", flat=True))
    assert the_close(hours=97) == ["bra"]

    assert asked == [f"confirm:{pledge.pk}:{number}" for number in range(3)]
    assert states(campaign) == {"Carol": "failed", "Dave": "paid"}
    assert OutboxMessage.objects.filter(template="card_failed").count() == 1
    with pytest.raises(NotConfirmable):
        confirm_hold(Pledge.objects.get(pk=pledge.pk), at=now(), return_url=BACK)


def test_who_confirms_in_the_last_moment_is_counted(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign(goal=500)
    pledge = an_unconfirmed(campaign)
    confirm_hold(pledge, at=now(), return_url=BACK)
    at_the_bank(sandbox, pledge, "pass")

    assert the_close(hours=97) == ["bra"]

    assert states(campaign) == {"Carol": "paid"}


def test_pressing_twice_leads_to_the_same_place_at_the_bank(sandbox: Sandbox) -> None:
    pledge = an_unconfirmed(an_all_or_nothing_campaign(goal=500))

    addresses = {confirm_hold(pledge, at=now(), return_url=BACK) for _ in range(3)}

    assert len(addresses) == 1 and Attempt.objects.filter(kind="confirm").count() == 1


@pytest.mark.parametrize("kind", ["drop_after_commit", "status_500", "status_500_after_commit", "reset"])
def test_a_lost_answer_to_the_holder_makes_no_second_hold(sandbox: Sandbox, kind: str) -> None:
    campaign = an_all_or_nothing_campaign(goal=500)
    pledge = an_unconfirmed(campaign)
    sandbox.fault("payment_intents.confirm", kind, times=2)

    with pytest.raises(NotConfirmable, match="busy"):
        confirm_hold(pledge, at=now(), return_url=BACK)
    sandbox.heal()
    address = confirm_hold(pledge, at=now() + timedelta(minutes=1), return_url=BACK)
    at_the_bank(sandbox, pledge, "pass")
    expire_pledges(at=now() + timedelta(minutes=8))
    the_close(hours=1)

    assert address and states(campaign) == {"Carol": "paid"} and nobody_paid_twice(sandbox)


def test_a_holder_who_confirms_while_the_card_is_asked_again_has_one_hold(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign(goal=500)
    pledge = promise(campaign)
    decline(sandbox, pledge, "insufficient_funds")
    the_close()
    pledge.refresh_from_db()
    Pledge.objects.filter(pk=pledge.pk).update(confirm_until=now() + timedelta(days=1))
    confirm_hold(Pledge.objects.get(pk=pledge.pk), at=now(), return_url=BACK)
    Pledge.objects.filter(pk=pledge.pk).update(state="saved", confirm_until=None, authorised_at=None)

    the_close(hours=4.1)

    assert states(campaign) == {"Carol": "paid"} and nobody_paid_twice(sandbox)
    assert sums(sandbox, "authorised") == 500


# News of Stripe's, in any order


def test_events_in_any_order_and_any_number_end_the_same(sandbox: Sandbox, client: Client) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign, 1_000)
    decline(sandbox, promise(campaign, name="Dave"), "stolen_card", times=9)
    the_close()
    before = (states(campaign), books(campaign), JournalEntry.objects.count())

    told = [event for event in sandbox.events() if "payment_intent" in event["type"] or "charge" in event["type"]]
    answers = {tell(client, event) for event in [*reversed(told), *told]}

    assert answers == {200} and (states(campaign), books(campaign)) == before[:2]


def test_a_hold_that_the_bank_ends_before_the_verdict_is_noticed_by_its_event(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    gone = promise(campaign, 1_000)
    decline(sandbox, promise(campaign, name="Dave"), "insufficient_funds", times=2)
    the_close()
    the_clock_goes_on(sandbox, 7.5 * 24)
    gone.refresh_from_db()

    settle_pledge(gone.pk, at=now())

    gone.refresh_from_db()
    assert gone.state == "failed" and gone.failure == "automatic"
    assert OutboxMessage.objects.filter(key=f"card_failed:{gone.pk}").exists()


# Killed closers


class Killed(BaseException):
    """The process dies here."""


PLACES = ("charge.planned", "charge.attempt_written", "charge.pledge_written")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("passing", [1, 2])
def test_a_closer_that_dies_anywhere_is_followed_by_one_that_finishes(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, place: str, passing: int
) -> None:
    campaign = an_all_or_nothing_campaign()
    for number in range(5):
        promise(campaign, 200, name=f"Giver{number}")
    passed = []

    def dies(name: str) -> None:
        passed.append(name)
        if name == place and passed.count(place) == passing:
            raise Killed

    with monkeypatch.context() as patch:
        for module in ("charging.rows", "actions.charge_pledges"):
            patch.setattr(f"campaigns.{module}.reach", dies)
        with pytest.raises(Killed):
            for hours in (0, 0.1):
                the_close(hours=hours)
    for hours in (1, 2, 3):
        the_close(hours=hours)

    assert set(states(campaign).values()) == {"paid"} and nobody_paid_twice(sandbox)
    assert sums(sandbox, "captured") == 1_000 and books(campaign)["campaign-payable"] == -1_000


@pytest.mark.django_db(transaction=True)
def test_who_has_lost_the_lease_stops_and_what_was_asked_is_written_down(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.STRIPE_PACE = 20
    campaign = an_all_or_nothing_campaign()
    for number in range(30):
        promise(campaign, 100, name=f"Giver{number}")
    run = begin_close(campaign.pk, at=now() + timedelta(minutes=6))
    assert run is not None
    monkeypatch.setattr("campaigns.charging.engine.LEASE_SECONDS", 0.1)
    CloseRun.objects.filter(pk=run.pk).update(leased_by="somebody else")
    asked = Pledge.objects.filter(campaign=campaign, state="saved")

    with pytest.raises(charging.LeaseLost):
        charge_pledges(run, "authorise", asked, parameters=hold_parameters, refused=lambda *_: None, at=now())

    assert 0 < Pledge.objects.filter(state="authorised").count() < 30
    assert not Attempt.objects.filter(state="planned", tries__gt=0).exists()


def test_a_call_whose_effect_an_event_tells_of_is_not_left_open(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its closer is killed with the answer in hand, and the event is faster than whoever follows."""
    campaign = an_all_or_nothing_campaign(goal=500)
    pledge = promise(campaign)
    monkeypatch.setattr(charging, "written_on", _dies)
    with contextlib.suppress(ProcessIsGone):
        the_close()
    monkeypatch.undo()
    assert Attempt.objects.get(kind="authorise").state == Attempt.State.PLANNED

    for hours in (0.0, 0.2, 0.4):
        for event in sandbox.events():
            stripe_handlers.dispatch(event["type"], event["data"]["object"], at=now() + timedelta(minutes=6))
        the_close(hours=hours)

    assert Pledge.objects.get(pk=pledge.pk).state == Pledge.State.PAID and nobody_paid_twice(sandbox)
    calls = Attempt.objects.filter(kind__in=("authorise", "capture")).values_list("kind", "state", "stripe_id")
    intent = Pledge.objects.get(pk=pledge.pk).payment_intent_id
    assert set(calls) == {("authorise", "succeeded", intent), ("capture", "succeeded", intent)}


class ProcessIsGone(BaseException):
    """What a test raises where a process would be killed."""


def _dies(*_: object, **__: object) -> None:
    raise ProcessIsGone

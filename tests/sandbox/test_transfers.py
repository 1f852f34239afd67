"""Money goes to a trainer, and comes back when a refund follows."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from tests.sandbox.stand import Stand, eventually


def transfer(stand: Stand, account: str, amount: int = 500, key: str = "", **more: Any) -> stripe.Transfer:
    params: Any = {"amount": amount, "currency": "usd", "destination": account, **more}
    options: Any = {"idempotency_key": key} if key else {}
    return stand.client().v1.transfers.create(params=params, options=options)


def refusal(stand: Stand, account: str, **more: Any) -> stripe.InvalidRequestError:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        transfer(stand, account, **more)
    return refused.value


def paid(stand: Stand, amount: int = 1000, **more: Any) -> str:
    """A charge whose money is pending."""
    intent = stand.charge(stand.saved(), amount, transfer_group="campaign-1", **more)
    eventually(lambda: stand.told("charge.updated"))
    return str(intent.latest_charge)


def test_a_transfer_needs_money_that_is_available(stand: Stand) -> None:
    account = stand.recipient()
    paid(stand)

    assert refusal(stand, account).code == "balance_insufficient"
    stand.control("POST", "clock", advance=2 * 24 * 3600)
    sent = transfer(stand, account, transfer_group="campaign-1", metadata={"part": "advance"})

    assert (sent.amount, sent.reversed, sent.source_transaction) == (500, False, None)
    movement = stand.client().v1.balance_transactions.retrieve(str(sent.balance_transaction))
    assert (movement.type, movement.amount, movement.fee) == ("transfer", -500, 0)
    [event] = stand.told("transfer.created")
    assert event["data"]["object"]["id"] == sent.id
    assert refusal(stand, account, amount=442).code == "balance_insufficient"
    assert stand.sums()["transferred"] == 500


def test_the_refusal_for_want_of_money_is_remembered_by_its_key(stand: Stand) -> None:
    account = stand.recipient()
    assert refusal(stand, account, key="payout-1").code == "balance_insufficient"
    stand.control("POST", "balance", amount=10_000, currency="usd")

    assert refusal(stand, account, key="payout-1").code == "balance_insufficient"
    assert transfer(stand, account, key="payout-2").amount == 500


def test_a_transfer_may_wait_for_the_money_of_one_charge(stand: Stand) -> None:
    account, charge = stand.recipient(), paid(stand)

    sent = transfer(stand, account, 900, source_transaction=charge)

    movement = stand.client().v1.balance_transactions.retrieve(str(sent.balance_transaction))
    assert sent.transfer_group == "campaign-1" and movement.status == "pending"
    assert refusal(stand, account, amount=101, source_transaction=charge).param == "amount"
    assert transfer(stand, account, 100, source_transaction=charge).amount == 100
    assert refusal(stand, account, amount=1, source_transaction=charge).param == "amount"


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"currency": "eur"}, "source_transaction"),
        ({"transfer_group": "campaign-2"}, "transfer_group"),
        ({"source_transaction": "ch_unknown"}, "source_transaction"),
    ],
)
def test_a_source_has_to_fit(stand: Stand, more: dict[str, str], param: str) -> None:
    account = stand.recipient()

    assert refusal(stand, account, **{"source_transaction": paid(stand), **more}).param == param


@pytest.mark.parametrize("outcome", ["", "incomplete", "pending", "rejected"])
def test_an_account_without_the_capability_receives_nothing(stand: Stand, outcome: str) -> None:
    stand.control("POST", "balance", amount=10_000, currency="usd")

    refused = refusal(stand, stand.recipient(outcome))

    assert refused.code == "insufficient_capabilities_for_transfer"
    assert stand.sums() == {}


def test_an_unknown_account_receives_nothing(stand: Stand) -> None:
    assert refusal(stand, "acct_unknown").param == "destination"


def test_a_transfer_comes_back_in_parts_and_never_more_than_it_was(stand: Stand) -> None:
    stand.control("POST", "balance", amount=10_000, currency="usd")
    sent = transfer(stand, stand.recipient())
    reversals = stand.client().v1.transfers.reversals

    part = reversals.create(sent.id, params={"amount": 200})
    with pytest.raises(stripe.InvalidRequestError) as too_much:
        reversals.create(sent.id, params={"amount": 301})
    rest = reversals.create(sent.id)
    with pytest.raises(stripe.InvalidRequestError, match="already fully reversed"):
        reversals.create(sent.id)

    told = stand.client().v1.transfers.retrieve(sent.id)
    assert (part.amount, rest.amount, too_much.value.param) == (200, 300, "amount")
    assert (told.amount_reversed, told.reversed) == (500, True)
    assert [reversal.id for reversal in told.reversals.data] == [rest.id, part.id]
    assert [reversal.id for reversal in reversals.list(sent.id).data] == [rest.id, part.id]
    assert [event["data"]["object"]["reversed"] for event in stand.told("transfer.reversed")] == [False, True]
    assert stand.sums() == {"transferred": 500, "reversed": 500}


def test_what_a_trainer_has_paid_out_cannot_be_taken_back(stand: Stand) -> None:
    stand.control("POST", "balance", amount=10_000, currency="usd")
    account = stand.recipient()
    sent = transfer(stand, account)
    assert stand.control("POST", f"accounts/{account}/payout") == {"paid_out": {"usd": 500}}

    with pytest.raises(stripe.InvalidRequestError) as refused:
        stand.client().v1.transfers.reversals.create(sent.id)

    assert refused.value.code == "balance_insufficient"


def test_a_refund_of_the_charge_leaves_the_transfer_as_it_is(stand: Stand) -> None:
    account, charge = stand.recipient(), paid(stand)
    sent = transfer(stand, account, 900, source_transaction=charge)

    stand.client().v1.refunds.create(params={"charge": charge})

    assert stand.client().v1.transfers.retrieve(sent.id).amount_reversed == 0


def test_transfers_are_found_and_labelled(stand: Stand) -> None:
    stand.control("POST", "balance", amount=10_000, currency="usd")
    account = stand.recipient()
    first = transfer(stand, account, transfer_group="campaign-1", metadata={"part": "advance"})
    transfer(stand, account, transfer_group="campaign-2")
    transfers = stand.client().v1.transfers

    changed = transfers.update(first.id, params={"metadata": {"part": "", "note": "x"}, "description": "Advance"})

    assert [found.id for found in transfers.list(params={"transfer_group": "campaign-1"}).data] == [first.id]
    assert len(transfers.list(params={"destination": account}).data) == 2
    assert (changed.metadata.to_dict(), changed.description) == ({"note": "x"}, "Advance")
    assert stand.told("transfer.updated")[0]["data"]["previous_attributes"]["metadata"] == {"part": "advance"}


def test_two_transfers_at_once_do_not_overdraw(stand: Stand) -> None:
    stand.control("POST", "balance", amount=1000, currency="usd")
    account = stand.recipient()
    fields = {"amount": "300", "currency": "usd", "destination": account}

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(lambda _: stand.api("POST", "transfers", fields).status, range(20)))

    assert (statuses.count(200), statuses.count(400)) == (3, 17)

"""The controls that do what a cardholder, a bank, a trainer or somebody at the dashboard does."""

from collections.abc import Callable
from typing import Any

from sandbox import (
    account_links,
    accounts,
    authentication_page,
    balance,
    card_answers,
    charges,
    checkout,
    disputes,
    fraud_warnings,
    payment_intents,
    payment_methods,
    refunds,
    transfers,
)
from sandbox.cards import BY_NUMBER, digits_of
from sandbox.control_given import Given, amount, number, one_of, yes
from sandbox.currencies import accepted_currency
from sandbox.payment_methods import Payer
from sandbox.wire import ApiError, Json
from sandbox.world import Call

type Deed = Callable[[Call, str, Given], Any]
VERDICTS = ("pass", "fail")


def complete(call: Call, identifier: str, given: Given) -> Json:
    """Pays or saves as the session's page would; a 3-D Secure card is answered by `authenticate`, if that is given."""
    card = BY_NUMBER.get(digits_of(str(given.get("card", "4242424242424242"))))
    if card is None:
        raise ApiError(400, f"No such test card. There are: {', '.join(BY_NUMBER)}", param="card")
    verdict = one_of(given, "authenticate", VERDICTS) if given.get("authenticate") is not None else None
    session = checkout.find_session(call, identifier)
    email = given.get("email") or session["customer_email"] or "supporter@example.com"
    expiry = (int(number(given, "exp_month", 12)), int(number(given, "exp_year", 2034)))
    payer = Payer(card, email, given.get("name"), *expiry)
    try:
        intent = checkout.pay(call, identifier, payer)
        if intent["status"] == "requires_action" and verdict is not None:
            checkout.authenticate(call, identifier, passed=verdict == "pass")
    except checkout.NotOpen as closed:
        raise ApiError(409, f"The session is {session['status']}, so nothing can be paid.") from closed
    return checkout.find_session(call, identifier)


def authenticate(call: Call, identifier: str, given: Given) -> Json:
    """Answers the bank's page of an intent that a server confirmed."""
    outcome = one_of(given, "outcome", VERDICTS, "pass")
    intent = call.store.find(identifier)
    if intent is None or intent.get("status") != "requires_action":
        raise ApiError(409, "No intent of this id waits for its cardholder.")
    return authentication_page.answer(call, intent, passed=outcome == "pass")


def _charge(call: Call, identifier: str) -> Json:
    """A charge by its own id or its intent's."""
    if identifier.startswith("pi_"):
        identifier = payment_intents.find_intent(call, identifier)["latest_charge"] or identifier
    return charges.find_charge(call, identifier)


def refund(call: Call, identifier: str, given: Given) -> Json:
    """Somebody refunds at the dashboard."""
    return refunds.from_dashboard(call, _charge(call, identifier), amount(given))


def fail_refund(call: Call, identifier: str, given: Given) -> Json:
    """A refund bounces."""
    return refunds.fail(call, identifier, str(given.get("failure_reason", refunds.USUAL_FAILURE)))


def succeed_refund(call: Call, identifier: str, given: Given) -> Json:
    """A refund that was pending goes through."""
    return refunds.succeed(call, identifier)


def dispute(call: Call, identifier: str, given: Given) -> Json:
    """A cardholder disputes a charge, or with `inquiry` only asks about it."""
    reason = str(given.get("reason", "fraudulent"))
    return disputes.open_dispute(call, _charge(call, identifier), amount(given), reason, inquiry=yes(given, "inquiry"))


def end_dispute(call: Call, identifier: str, given: Given) -> Json:
    """The bank decides."""
    outcome = one_of(given, "outcome", disputes.OUTCOMES)
    return disputes.end(call, identifier, outcome, return_fee=yes(given, "return_fee"))


def escalate(call: Call, identifier: str, given: Given) -> Json:
    """An inquiry becomes a dispute."""
    return disputes.escalate(call, identifier)


def warn(call: Call, identifier: str, given: Given) -> Json:
    """A bank suspects a payment."""
    return fraud_warnings.warn(call, _charge(call, identifier), str(given.get("fraud_type", "made_with_stolen_card")))


def order_decline(call: Call, identifier: str, given: Given) -> Json:
    """From now on a saved card answers otherwise."""
    times = int(number(given, "times", 1.0))
    return card_answers.order_decline(call, identifier, str(given.get("decline_code", "generic_decline")), times)


def detach(call: Call, identifier: str, given: Given) -> Json:
    """Somebody removes a saved card at the dashboard."""
    return payment_methods.detach_method(call, payment_methods.find_method(call, identifier))


def renew(call: Call, identifier: str, given: Given) -> Json:
    """The bank sent a new card, and the network knows its expiry; any expiry, also one in the past."""
    month, year = int(number(given, "exp_month", 12)), int(number(given, "exp_year", 2034))
    if not 1 <= month <= 12:
        raise ApiError(400, "exp_month is a month.", param="exp_month")
    return payment_methods.renew(call, identifier, month, year)


def set_balance(call: Call, identifier: str, given: Given) -> Json:
    """Chooses whether refunds wait for the balance (`refunds=strict`), and adds money of the platform's own."""
    if "refunds" in given:
        call.store.set_setting("refunds", one_of(given, "refunds", ("strict", "lenient")))
    if "amount" in given:
        currency = accepted_currency(str(given.get("currency", "usd")), "currency")
        topup = balance.Move("topup", "topup", amount(given) or 0, currency, None)
        balance.add_balance_transaction(call, topup)
    return {"refunds": call.store.setting("refunds", "lenient"), **balance.platform(call)}


def onboard(call: Call, identifier: str, given: Given) -> Json:
    """A trainer goes through the onboarding page, by the account or by the token of a link."""
    outcome = one_of(given, "outcome", tuple(accounts.OUTCOMES), "complete")
    link = call.store.find(identifier, account_links.KIND)
    if link is not None:
        account_links.leave(call, link, outcome)
        identifier = link["account"]
    else:
        accounts.onboard(call, accounts.find_account(call, identifier), outcome)
    return accounts.find_account(call, identifier)


def set_capability(call: Call, identifier: str, given: Given) -> Json:
    """Stripe changes its mind about an account."""
    account = accounts.find_account(call, identifier)
    return accounts.set_transfers(call, account, one_of(given, "status", accounts.STATUSES))


def pay_out(call: Call, identifier: str, given: Given) -> Json:
    """An account sends what it has to its bank."""
    return {"paid_out": transfers.pay_out(call, accounts.find_account(call, identifier)["id"])}


DEEDS: tuple[tuple[str, Deed], ...] = (
    ("checkout_sessions/([^/]+)/complete", complete),
    ("payment_intents/([^/]+)/authenticate", authenticate),
    ("setup_intents/([^/]+)/authenticate", authenticate),
    ("payment_intents/([^/]+)/refund", refund),
    ("charges/([^/]+)/refund", refund),
    ("refunds/([^/]+)/fail", fail_refund),
    ("refunds/([^/]+)/succeed", succeed_refund),
    ("payment_intents/([^/]+)/dispute", dispute),
    ("charges/([^/]+)/dispute", dispute),
    ("disputes/([^/]+)/close", end_dispute),
    ("disputes/([^/]+)/escalate", escalate),
    ("payment_intents/([^/]+)/early_fraud_warning", warn),
    ("charges/([^/]+)/early_fraud_warning", warn),
    ("payment_methods/([^/]+)/decline", order_decline),
    ("payment_methods/([^/]+)/detach", detach),
    ("payment_methods/([^/]+)/renew", renew),
    ("balance", set_balance),
    ("accounts/([^/]+)/onboard", onboard),
    ("accounts/([^/]+)/capability", set_capability),
    ("accounts/([^/]+)/payout", pay_out),
)

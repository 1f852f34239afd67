"""Money that is held on a saved card: placed, confirmed by its payer, captured, let go. One payment intent each.

What is asked is a row's parameters: those that name an `intent` act on it, the others make one. A hold can be placed
on an intent only once, captured only once, and let go only once, whoever asks how often.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.stripe_gateway.asking import as_json, ask, client, moment
from campaigns.stripe_gateway.payments import PaymentFacts, facts_of

INTENTS = "/v1/payment_intents"
EXPAND = ["latest_charge.balance_transaction"]
#: The end of the address by what is done with an intent that is there (`Attempt.Kind`).
ENDS = {"authorise": "confirm", "confirm": "confirm", "capture": "capture", "release": "cancel"}


@dataclass(frozen=True, slots=True)
class Hold:
    """A payment intent with manual capture as it is now.

    `status` is requires_payment_method, requires_action, processing, requires_capture, succeeded or canceled.
    `redirect` is where the payer goes when the bank asks; `declined` the code of the last refusal, `advice` what
    Stripe says of trying again; `asked_at` when the bank was asked last, as far as that left a charge.
    """

    id: str
    status: str
    facts: PaymentFacts
    redirect: str = ""
    declined: str = ""
    advice: str = ""
    asked_at: datetime | None = None


def request_for(kind: str, parameters: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The path and the body of the call for an attempt of this kind."""
    body = {name: value for name, value in parameters.items() if name != "intent"} | {"expand": EXPAND}
    intent = parameters.get("intent")
    return (f"{INTENTS}/{intent}/{ENDS[kind]}" if intent else INTENTS), body


def look_for(parameters: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The path and the query that show what became of a call: the intent that it named, or those of its customer."""
    intent = parameters.get("intent")
    if intent:
        return f"{INTENTS}/{intent}", {"expand": EXPAND}
    return INTENTS, {"customer": parameters["customer"], "limit": 100, "expand": [f"data.{EXPAND[0]}"]}


def hold_in(answer: dict[str, Any], parameters: dict[str, Any]) -> Hold | None:
    """The hold in an answer; of a list, the one with the metadata that these parameters wrote. None without one."""
    if answer.get("object") != "list":
        return hold_of(answer)
    ours = parameters.get("metadata") or {}
    found = (one for one in answer["data"] if ours.items() <= dict(one.get("metadata") or {}).items())
    return next((hold_of(one) for one in found), None)


def hold_of(intent: dict[str, Any]) -> Hold:
    error = intent.get("last_payment_error") or {}
    action = intent.get("next_action") or {}
    charge = intent.get("latest_charge") or {}
    return Hold(
        id=intent["id"],
        status=intent["status"],
        facts=facts_of(intent, []),
        redirect=(action.get("redirect_to_url") or {}).get("url") or "",
        declined=error.get("decline_code") or error.get("code") or "",
        advice=error.get("advice_code") or "",
        asked_at=moment(charge["created"]) if charge else None,
    )


def change_hold(kind: str, parameters: dict[str, Any], *, key: str) -> Hold:
    """Confirm, capture or cancel one hold now. Raises the gateway's errors."""
    path, body = request_for(kind, parameters)
    answer = ask(lambda: client().raw_request("post", path, idempotency_key=key, **body))
    return hold_of(dict(answer.data))


def hold(intent: str) -> Hold:
    """A hold as it is now."""
    params: Any = {"expand": EXPAND}
    return hold_of(as_json(ask(lambda: client().v1.payment_intents.retrieve(intent, params=params))))

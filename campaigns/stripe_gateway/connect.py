"""Trainers' accounts, transfers to them and what comes back of those, as values.

Accounts are of the second version of Stripe's API. Whether one may be paid says its capability to receive transfers,
and nothing else: `active` is enough, and whether it could take payments itself does not matter.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.stripe_gateway.asking import as_json, ask, client, moment

INCLUDE = ["configuration.recipient", "requirements"]


@dataclass(frozen=True, slots=True)
class PayeeFacts:
    """`transfers` is Stripe's word on the capability; `missing` names what Stripe still asks of the holder."""

    id: str
    transfers: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReversalFact:
    """What came back of a transfer at once, in minor units."""

    id: str
    amount: int
    created: datetime
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """A transfer as it is now; `currency` in capitals."""

    id: str
    amount: int
    currency: str
    destination: str
    created: datetime
    metadata: dict[str, str]
    reversals: tuple[ReversalFact, ...] = ()


def create_payee(parameters: dict[str, Any], *, key: str) -> PayeeFacts:
    options: Any = {"idempotency_key": key}
    wanted: Any = {**parameters, "include": INCLUDE}
    return _payee(ask(lambda: client().v2.core.accounts.create(wanted, options)))


def payee_made_for(reference: str) -> PayeeFacts | None:
    """The account whose metadata name this `genseki_payee`, as Stripe lists them; None when it has none."""
    wanted: Any = {"limit": 100}
    listed = ask(lambda: list(client().v2.core.accounts.list(wanted).auto_paging_iter()))
    facts = (as_json(account) for account in listed)
    ours = (one["id"] for one in facts if (one.get("metadata") or {}).get("genseki_payee") == reference)
    return next((payee(account_id) for account_id in ours), None)


def payee(account_id: str) -> PayeeFacts:
    wanted: Any = {"include": INCLUDE}
    return _payee(ask(lambda: client().v2.core.accounts.retrieve(account_id, wanted)))


def onboarding_address(account_id: str, *, return_url: str, refresh_url: str) -> str:
    """Where Stripe asks the holder who they are: good for one visit, within minutes."""
    flow = {"return_url": return_url, "refresh_url": refresh_url}
    use_case = {"type": "account_onboarding", "account_onboarding": flow}
    wanted: Any = {"account": account_id, "use_case": use_case}
    return str(ask(lambda: client().v2.core.account_links.create(wanted)).url)


def create_transfer(parameters: dict[str, Any], *, key: str) -> TransferFacts:
    options: Any = {"idempotency_key": key}
    wanted: Any = parameters
    return _transfer(ask(lambda: client().v1.transfers.create(wanted, options)))


def transfer(transfer_id: str) -> TransferFacts:
    """A transfer with everything that came back of it: two calls."""
    made = ask(lambda: client().v1.transfers.retrieve(transfer_id))
    listing: Any = {"limit": 100}
    back = ask(lambda: list(client().v1.transfers.reversals.list(transfer_id, listing).auto_paging_iter()))
    return _transfer(made, tuple(_reversal(as_json(one)) for one in back))


def transfers_of(group: str) -> tuple[TransferFacts, ...]:
    """Every transfer of a `transfer_group`, without what came back of it."""
    listing: Any = {"transfer_group": group, "limit": 100}
    found = ask(lambda: list(client().v1.transfers.list(listing).auto_paging_iter()))
    return tuple(_transfer(one) for one in found)


def reverse_transfer(parameters: dict[str, Any], *, key: str) -> ReversalFact:
    """`parameters` are those of the reversal, and the id of the `transfer`."""
    options: Any = {"idempotency_key": key}
    transfer_id = str(parameters["transfer"])
    wanted: Any = {name: value for name, value in parameters.items() if name != "transfer"}
    return _reversal(as_json(ask(lambda: client().v1.transfers.reversals.create(transfer_id, wanted, options))))


def _payee(account: Any) -> PayeeFacts:
    facts = as_json(account)
    recipient = (facts.get("configuration") or {}).get("recipient") or {}
    balance = (recipient.get("capabilities") or {}).get("stripe_balance") or {}
    asked = (facts.get("requirements") or {}).get("entries") or []
    missing = tuple(str(one["description"]) for one in asked if one.get("awaiting_action_from") == "user")
    return PayeeFacts(facts["id"], str((balance.get("stripe_transfers") or {}).get("status", "unrequested")), missing)


def _transfer(thing: Any, reversals: tuple[ReversalFact, ...] = ()) -> TransferFacts:
    facts = as_json(thing)
    return TransferFacts(
        id=facts["id"],
        amount=int(facts["amount"]),
        currency=str(facts["currency"]).upper(),
        destination=str(facts["destination"]),
        created=moment(facts["created"]),
        metadata=dict(facts.get("metadata") or {}),
        reversals=reversals,
    )


def _reversal(facts: dict[str, Any]) -> ReversalFact:
    metadata = dict(facts.get("metadata") or {})
    return ReversalFact(facts["id"], int(facts["amount"]), moment(facts["created"]), metadata)
